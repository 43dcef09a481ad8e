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
    "compare_docx": ("下载 Word", "Download Word"),
    "compare_markdown": ("下载 Markdown", "Download Markdown"),
    "compare_more": ("再显示 {count} 位", "Show {count} more"),
    "heat_title": ("谁谈什么", "Who speaks of what"),
    "heat_line": (
        "格内是谈到该主题的段落数，空格表示没有；点一格，对比各人怎么说。",
        "In a cell: paragraphs on the theme; empty means none. Click one to compare what is said.",
    ),
    "heat_count": ("段落数", "Paragraphs"),
    "heat_who": ("图中的官员", "Officials on the map"),
    "heat_most": (
        "谈得最多的 {count} 位（共 {total} 位）；可另选",
        "the {count} who speak most of {total}; choose others",
    ),
    "heat_alt": ("各主题的官员和段落数：{rows}", "Themes with officials and paragraphs: {rows}"),
    "pagemap_title": ("文中分布", "Where each one speaks"),
    "pagemap_line": (
        "从文首（左）到文末（右），各人的话在哪里；一个人的话分成几处，说明混排到什么程度。",
        "From the first line (left) to the last (right); many places mean that it is shuffled.",
    ),
    "pagemap_places": ("{n} 处", "places: {n}"),
    "pagemap_more": ("另有 {n} 位未画出。", "{n} more are not drawn."),
    "pagemap_ends": (
        "第 {first} 行 → 第 {last} 行（标题、署名不计）",
        "line {first} → line {last}, without titles and bylines",
    ),
}
