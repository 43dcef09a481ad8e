"""The words of the page that compares officials."""

from __future__ import annotations

# key: (Chinese, English), as in `wording`.
COMPARE: dict[str, tuple[str, str]] = {
    "page_compare": ("对比", "Compare"),
    "compare_line": (
        "选几位官员、写一个主题，并排看各人的原话；没有谈到的如实注明。",
        "Choose officials and a theme: their own words side by side; the silent are named.",
    ),
    "compare_officials": ("官员", "Officials"),
    "compare_everybody": (
        "全部 {count} 位；可输入姓名或机构查找",
        "all {count}; type a name or organ to search",
    ),
    "compare_theme": ("主题", "Theme"),
    "compare_theme_hint": ("几个词，或一个问题", "a few words, or a question"),
    "compare_do": ("对比", "Compare"),
    "compare_try": ("可以对比这些主题", "Themes to try"),
    "compare_count": (
        "{heard} 位直接谈到，{near} 位意思相近，{silent} 位未见相关表述",
        "{heard} speak on it, {near} come near, {silent} say nothing on it",
    ),
    "compare_official": ("官员", "Official"),
    "compare_said": ("原话", "In their words"),
    "compare_near": ("未见直接表述；意思最接近的是：", "Not in so many words; this comes nearest:"),
    "compare_silent": ("未见相关表述", "Nothing on this in the library"),
    "compare_ranked": ("谈到的排在前面", "Those who speak on it first"),
    "compare_copy": ("复制表格", "Copy the table"),
    "compare_copy_shown": ("复制所示的行", "Copy the rows shown"),
    "compare_docx": ("下载 Word", "Download Word"),
    "compare_markdown": ("下载 Markdown", "Download Markdown"),
    "compare_more": ("再显示 {count} 位", "Show {count} more"),
}
