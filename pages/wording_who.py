"""The words of the page that tells who said a sentence."""

from __future__ import annotations

# key: (Chinese, English), as in `wording`.
WHO: dict[str, tuple[str, str]] = {
    "who_line": (
        "粘贴一句话，查明是谁说的、原话怎样、在哪一段。",
        "Paste a sentence: see who said it, in which words, in which paragraph.",
    ),
    "who_quote": ("要查证的话", "The words to look for"),
    "who_hint": ("粘贴一句引文，标点和繁简不影响查找", "Paste a quotation; punctuation is ignored"),
    "who_look": ("查证", "Look it up"),
    "who_try": ("可以这样查", "Try one"),
    "verdict_verbatim": ("原文有这句话", "These words are in the source"),
    "verdict_near": ("原文相近，但有出入", "The source is near, but differs"),
    "verdict_stitched": (
        "由几处原文拼接而成，并非一句原话",
        "Put together from several places; nobody said it in one sentence",
    ),
    "verdict_partly": (
        "只有一部分见于原文，其余没有找到",
        "Only a part is in the source; the rest was not found",
    ),
    "verdict_absent": ("资料库中没有这句话", "These words are not in the library"),
    "owners_verbatim": (
        "出自 {count} 位官员的讲话：{names}",
        "In the remarks of {count} official(s): {names}",
    ),
    "owners_near": (
        "最接近的原话出自 {count} 位官员：{names}",
        "The nearest words are of {count} official(s): {names}",
    ),
    "owners_stitched": (
        "各部分出自 {count} 位官员的讲话：{names}",
        "The parts are from the remarks of {count} official(s): {names}",
    ),
    "owners_partly": (
        "下面是找到的部分，出自 {count} 位官员的讲话：{names}。没有列出的字句不要当作原话引用。",
        "The parts found are from the remarks of {count} official(s): {names}. "
        "Do not quote what is not listed.",
    ),
    "absent_line": (
        "查了资料库里的全部 {count} 段。没有找到，不等于没有人在别处说过。",
        "All {count} paragraphs were searched. Somebody may still have said it elsewhere.",
    ),
    "quote_short": (
        "这句话太短或过于常见，不足以判断出处。请多粘贴几个字。",
        "This is too short to tell whose words it is. Paste a few more.",
    ),
    "third_person": (
        "转述“{who}”的话，不是本人的主张",
        "Repeats words of “{who}”, not the official's own",
    ),
    "part": ("引文中的这一部分：", "This part of the quotation:"),
    "compared": (
        "与原文对照（删除线：原文没有；双下划线：引文漏掉）",
        "Against the source (struck out: not in the source; double line: left out)",
    ),
    "reordered": ("语序与原文不同，原话是：", "In another order than the source, which says:"),
    "change_replace": ("引文“{quote}”，原文“{source}”", "quoted “{quote}”, source “{source}”"),
    "change_insert": ("引文多出“{quote}”", "added “{quote}”"),
    "change_delete": ("引文缺少“{source}”", "left out “{source}”"),
    "similarity": ("相近程度 {share}%", "{share}% alike"),
    "more_matches": ("其余 {count} 处", "{count} more"),
    "not_all": ("共 {total} 处，以下列出 {count} 处。", "{total} places; {count} are shown."),
}
