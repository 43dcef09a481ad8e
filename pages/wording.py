"""Every word a person reads on the pages, in Chinese and in English."""

from __future__ import annotations

LANGUAGES = {"zh": "中文", "en": "English"}

# key: (Chinese, English). Braces are filled in by `say`.
WORDS: dict[str, tuple[str, str]] = {
    # frame
    "brand": ("言据", "Yanju"),
    "line": (
        "就官员公开讲话提问，每一句回答都有出处，逐字可查。",
        "Ask what officials have said. Every sentence shows its source, word for word.",
    ),
    "page_chat": ("问答", "Ask"),
    "page_library": ("资料库", "Library"),
    "opening": ("正在打开资料库…", "Opening the library…"),
    "reading_files": ("正在读入文件…", "Reading the files…"),
    "failed": (
        "出了意外的错误，已记入日志。请重试；若再出现，请重新启动程序。",
        "Something unexpected went wrong and was logged. Try again, or restart the program.",
    ),
    # empty page
    "sample_banner": (
        "示例资料为转述，不是原话；放入自己的文件即可替换。",
        "The sample texts are retellings, not original words. Add your own files to replace them.",
    ),
    "empty_library": (
        "资料库是空的。请先放入讲话文件（TXT 或 Markdown）。",
        "The library is empty. Add files with remarks first (TXT or Markdown).",
    ),
    "try": ("可以这样问", "Try asking"),
    "people": ("资料库中的官员（{count} 位）", "Officials in the library ({count})"),
    "people_more": ("另有 {count} 位，见资料库", "{count} more in the library"),
    # chat
    "ask_placeholder": ("输入问题", "Ask a question"),
    "new_conversation": ("新对话", "New conversation"),
    "answering": ("正在查找并核对…", "Searching and checking…"),
    "scope_now": ("只在这些官员的讲话中查找：{names}", "Searching only: {names}"),
    "sources": ("依据 {count} 处", "Sources: {count}"),
    "cite_label": ("查看出处 {number}：{name}", "Open source {number}: {name}"),
    "card_label": ("出处 {number}", "Source {number}"),
    "close": ("关闭", "Close"),
    "title": ("篇目", "Piece"),
    "section": ("小节", "Section"),
    "paragraph": ("段落", "Paragraph"),
    "paragraph_number": ("第 {number} 段", "no. {number}"),
    "source": ("来源", "File"),
    "date": ("日期", "Date"),
    "note": ("说明", "Note"),
    "page_number": ("第 {page} 页", "page {page}"),
    "lines_number": ("第 {lines} 行", "lines {lines}"),
    "review": (
        "说话人由程序推断，把握不足（{confidence}%），请对照来源文件核实。",
        "The speaker was inferred with low confidence ({confidence}%). Check the source file.",
    ),
    "attribution": ("归属", "Attribution"),
    "gap": ("原文此处缺失", "text is missing here in the source"),
    "untitled": ("（无标题）", "(untitled)"),
    "copy": ("复制引文与出处", "Copy quotation and source"),
    "copied": ("已复制", "Copied"),
    "copy_answer": ("复制全文与出处", "Copy answer with sources"),
    "stop": ("停止", "Stop"),
    "stopped": ("已停止。以上文字尚未核对。", "Stopped. The text above was not checked."),
    "stopped_empty": ("已停止。", "Stopped."),
    "unplaced": ("以下句子未通过核对：", "These sentences failed the check:"),
    "engine_by": ("{engine} · {seconds} 秒", "{engine} · {seconds} s"),
    "supported": ("已核对", "checked"),
    "unsupported": ("出处不支持此句", "not supported by its source"),
    "uncited": ("没有出处", "no source given"),
    "wrong_speaker": ("说话人不符", "wrong speaker"),
    "altered_quote": ("引语与原文不一致", "quotation differs from the source"),
    "wrong_number": ("数字与原文不一致", "figure differs from the source"),
    # sidebar
    "language": ("界面语言", "Language"),
    "scope": ("限定官员", "Limit to officials"),
    "scope_pills": ("只问其中几位（可不选）", "Ask about some of them only (optional)"),
    "scope_all": ("全部官员", "All officials"),
    "scope_help": (
        "选择后只在这些官员的讲话中查找。",
        "Only these officials' remarks are searched.",
    ),
    "engine": ("回答方式", "How answers are written"),
    "engine_extractive": ("内置摘录（无需模型）", "Built-in extracts (no model)"),
    "engine_model": ("语言模型", "Language model"),
    "model_spec": ("模型（供应商：型号）", "Model (provider:model)"),
    "model_spec_hint": (
        "例如 openai:gpt-4o-mini、ollama:qwen3",
        "e.g. openai:gpt-4o-mini, ollama:qwen3",
    ),
    "base_url": ("服务地址（可留空）", "Server address (optional)"),
    "api_key": ("密钥（只留在本次会话中）", "Key (kept for this session only)"),
    "probe": ("测试连接", "Test connection"),
    "probing": ("正在连接…", "Connecting…"),
    "probe_ok": ("连接正常。", "The model answers."),
    "need_spec": (
        "请填写模型，形如 供应商：型号。目前用内置摘录回答。",
        "Enter a model as provider:model. Until then answers are built-in extracts.",
    ),
    "engine_now": ("当前回答方式：{engine}", "Answers by: {engine}"),
    "extractive": ("内置摘录", "built-in extracts"),
    # library
    "library_line": (
        "回答只来自这里的文件。移除文件后，它不再出现在新的回答中。",
        "Answers come from these files only. A removed file no longer appears in new answers.",
    ),
    "upload": ("放入文件（TXT、Markdown，可多选）", "Add files (TXT, Markdown; several at once)"),
    "upload_button": ("选择文件", "Choose files"),
    "upload_hint": ("可拖放到此处，每个不超过 20 MB", "or drop them here, up to 20 MB each"),
    "uploading": ("正在读入 {name}", "Reading {name}"),
    "rescan": ("重新扫描文件夹", "Scan the folder again"),
    "rescan_done": ("文件夹没有变化。", "Nothing has changed in the folder."),
    "documents": ("文件", "Documents"),
    "no_documents": ("还没有文件。", "No documents yet."),
    "origin_sample": ("示例", "sample"),
    "nobody": ("未识别出官员", "No official recognised"),
    "count_passages": ("{n} 段", "{n} paragraphs"),
    "count_doubtful": ("{n} 段待核实", "{n} to check"),
    "count_unattributed": ("{n} 段说话人不明", "{n} with unknown speaker"),
    "count_gaps": ("{n} 处缺失", "{n} gaps"),
    "added_at": ("{time} 放入", "added {time}"),
    "count_officials": ("{n} 位官员", "{n} official(s)"),
    "show_more": ("显示更多", "Show more"),
    "choose_piece": ("篇目", "Piece"),
    "read_close": ("收起全文", "Close the text"),
    "read": ("阅读全文", "Read the text"),
    "remove": ("移除", "Remove"),
    "remove_title": ("移除文件", "Remove a document"),
    "remove_ask": (
        "移除“{name}”？新的回答将不再引用它；已有的对话不变。",
        "Remove “{name}”? New answers will no longer cite it; what was already answered stays.",
    ),
    "remove_yes": ("确认移除", "Remove it"),
    "remove_no": ("取消", "Cancel"),
    "removed": ("已移除“{name}”。", "Removed {name}."),
    "state_added": ("已放入", "Added"),
    "state_unchanged": ("没有变化", "Unchanged"),
    "state_replaced": ("已更新", "Updated"),
    "state_removed": ("已移除", "Removed"),
    "state_duplicate": ("重复", "Duplicate"),
    "state_failed": ("失败", "Failed"),
    "state_no_official": ("未识别出官员", "No official found"),
    "separator": ("、", ", "),
}


def say(key: str, language: str = "zh", **values: object) -> str:
    """The words of `key` in `language`, with `values` filled in.

    Raises:
        KeyError: no such words.
    """
    text = WORDS[key][1 if language == "en" else 0]
    return text.format(**values) if values else text
