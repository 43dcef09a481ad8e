"""The words of the page that measures the answers."""

from __future__ import annotations

# key: (Chinese, English), as in `wording`.
QUALITY: dict[str, tuple[str, str]] = {
    "quality_line": (
        "用一组知道答案的题目检验：找得到吗、归对人了吗、该拒的拒了吗。",
        "Questions of known answer: is it found, is it the right official, is it refused as due?",
    ),
    "questions": ("题目", "Questions"),
    "questions_samples": ("示例题目", "Sample questions"),
    "questions_own": ("上传自己的题目", "Questions of your own"),
    "questions_upload": ("题目文件（JSONL）", "File of questions (JSONL)"),
    "questions_count": (
        "{count} 题，{types} 类；由{engine}作答。",
        "{count} questions of {types} types; answered by {engine}.",
    ),
    "questions_missing": (
        "找不到示例题目文件，请上传自己的题目。",
        "The file of sample questions is missing. Upload your own.",
    ),
    "samples_replaced": (
        "示例题目问的是示例资料，而资料库里现在是你自己的文件。请上传与之相配的题目。",
        "The sample questions ask about the sample texts, but the library now holds your files."
        " Upload questions that fit them.",
    ),
    "format": ("题目文件的格式", "Format of the file"),
    "format_line": (
        "每行一个 JSON 对象。question 必填；其余可省：type 题型，speakers 应引到的官员，"
        "gold_text 应引到的段落中的字句，facts 答案必含的字句，answerable 为 false 表示应当拒答，"
        "history 为追问之前的对话。",
        "One JSON object a line. Only question is required; type, speakers (officials to be cited),"
        " gold_text (words of the paragraphs to be cited), facts (words the answer must hold),"
        " answerable (false: must be refused) and history (the conversation before) are optional.",
    ),
    "run": ("开始检验", "Run"),
    "running": ("已答 {done} / {count} 题", "{done} of {count} answered"),
    "result": ("{name} · {engine}", "{name} · {engine}"),
    "right_all": ("{count} 题中答对 {right} 题", "{right} of {count} right"),
    "right_means": (
        "答对：引到应引的段落，官员不多不少，要点齐全；资料库里没有答案的，则如实拒答。",
        "Right: a wanted paragraph is cited, exactly the wanted officials, every fact is told;"
        " or refused, where the library holds no answer.",
    ),
    "chart_axis": ("答对的比例", "Share answered right"),
    "chart_label": ("{share}（{count} 题）", "{share} ({count})"),
    "chart_alt": ("各类题目答对的比例：{rows}", "Share answered right by type: {rows}"),
    "wrong": ("没有答对的题（{count}）", "Questions not answered right ({count})"),
    "fell_back": (
        "{share} 的回答因模型失败改用内置摘录，这里的数字不全是 {engine} 的。",
        "{share} of the answers are built-in extracts because {engine} failed:"
        " these figures are not all its own.",
    ),
    "missed": ("未达到：{what}", "missed: {what}"),
    "download_json": ("下载 JSON", "Download JSON"),
    "download_markdown": ("下载 Markdown", "Download Markdown"),
}
