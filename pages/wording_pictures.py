"""The words of the pictures."""

from __future__ import annotations

# key: (Chinese, English), as in `wording`.
PICTURES: dict[str, tuple[str, str]] = {
    "heat_title": ("谁谈什么", "Who speaks of what"),
    "heat_line": (
        "格内是谈到该主题的段落数，空格表示没有；点主题或格子，对比各人怎么说。",
        "In a cell: paragraphs on the theme; empty means none. Click to compare what is said.",
    ),
    "heat_who": ("图中的官员", "Officials in the pictures"),
    "heat_most": (
        "谈得最多的 {count} 位（共 {total} 位）；可另选",
        "the {count} who speak most of {total}; choose others",
    ),
    "time_title": ("谁何时谈", "Who spoke when"),
    "time_count": (
        "图中 {people} 位的讲话：{dated} 篇有日期，{undated} 篇没有注明。",
        "Of the {people} officials shown: {dated} piece(s) with a date, {undated} without.",
    ),
    "time_line": (
        "每人一种形状，越大篇数越多；空心的没有日期。点一个，看是哪几篇。",
        "A shape each, larger for more pieces; hollow ones have no date. Click one to see them.",
    ),
    "time_none": (
        "在 Markdown 文件开头写 date（如 2031-05-06）或 source，这里就会有时间线。",
        "Write date (such as 2031-05-06) or source at the top of a Markdown file to see them here.",
    ),
    "time_undated": ("日期不详", "No date"),
    "time_any": ("月份不详", "month?"),
    "time_months": (
        "1月 2月 3月 4月 5月 6月 7月 8月 9月 10月 11月 12月",
        "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
    ),
    "time_month": ("{year}年{month}", "{month} {year}"),
    "time_year": ("{year}年", "{year}"),
    "time_decade": ("{first}—{last}年", "{first}–{last}"),
    "time_list": ("逐篇列出", "As a list of pieces"),
    "time_more": ("另有 {n} 篇未列出", "{n} more are not listed"),
    "time_gone": (
        "这一篇已更改或已移出资料库，请重新选择。",
        "This piece has changed or left the library; choose another.",
    ),
    "pictures": ("谁谈什么、何时谈", "Who speaks of what, and when"),
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
