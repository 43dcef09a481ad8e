"""Every word a person reads on the pages, in Chinese and in English."""

from __future__ import annotations

import re

from pages.wording_access import ACCESS
from pages.wording_branch import BRANCH
from pages.wording_chat import CHAT
from pages.wording_compare import COMPARE
from pages.wording_pictures import PICTURES
from pages.wording_quality import QUALITY
from pages.wording_settings import SETTINGS
from pages.wording_who import WHO

# “3 piece(s)”, “1 more official(s)”: written once, said as the number wants it.
_COUNTED = re.compile(r"\b(\d[\d,]*)((?: [a-z]+)+)\(s\)")

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
    "page_who": ("谁说的", "Who said it"),
    "page_quality": ("质量", "Quality"),
    "page_library": ("资料库", "Library"),
    "no_match": ("没有匹配的选项", "No results"),
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
        "资料库是空的。请先放入讲话文件（PDF、DOCX、HTML、TXT 或 Markdown）。",
        "The library is empty. Add files with remarks first (PDF, DOCX, HTML, TXT or Markdown).",
    ),
    "try": ("可以这样问", "Try asking"),
    "people": ("资料库中的官员（{count} 位）", "Officials in the library ({count})"),
    "people_more": ("另有 {count} 位，见资料库", "{count} more in the library"),
    # chat
    "ask_placeholder": ("输入问题", "Ask a question"),
    "new_conversation": ("新对话", "New conversation"),
    "answering": ("正在查找并核对…", "Searching and checking…"),
    "answering_long": ("正在查找并核对… 已 {seconds} 秒", "Searching and checking… {seconds} s"),
    "answering_model": (
        "段落已找到，正等 {engine} 写回答… 已 {seconds} 秒。它不应答时会改用内置摘录；可随时停止。",
        "Passages are found; waiting for {engine} to write… {seconds} s. If it does not answer, "
        "the built-in extracts will; stop at any time.",
    ),
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
    "reported": ("转述", "Repeats"),
    "reported_by": ("其中有“{who}”的话，不是本人的话", "partly words of {who}, not their own"),
    "page_number": ("第 {page} 页", "page {page}"),
    "lines_number": ("第 {lines} 行", "lines {lines}"),
    "unsure": ("归属存疑", "speaker uncertain"),
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
    "scope_changed": (
        "资料库里的官员有变化，限定已清空。",
        "The officials in the library have changed; the limit was lifted.",
    ),
    "scope_all": ("全部官员", "All officials"),
    "scope_help": (
        "选择后只在这些官员的讲话中查找。",
        "Only these officials' remarks are searched.",
    ),
    "engine": ("回答方式（只在本窗口）", "How answers are written (in this window)"),
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
    "upload": (
        "放入文件（PDF、DOCX、HTML、TXT、Markdown，可多选）",
        "Add files (PDF, DOCX, HTML, TXT, Markdown; several at once)",
    ),
    "upload_button": ("选择文件", "Choose files"),
    "upload_hint": (
        "可拖放到此处，每个不超过 {size} MB",
        "or drop them here, up to {size} MB each",
    ),
    "too_many_files": (
        "一次最多放入 {limit} 个文件：从这个文件起的 {left} 个没有读入，请再放入一次。"
        "上限由 YANJU_MAX_UPLOAD_FILES 设定。",
        "At most {limit} files at once: {left} from this one on were not read, add them again. "
        "YANJU_MAX_UPLOAD_FILES sets the limit.",
    ),
    "uploading": ("正在读入 {name}（{at}/{count}）", "Reading {name} ({at} of {count})"),
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
    "upload_stopped": (
        "已停止：从这个文件起的 {count} 个没有读入。",
        "Stopped: {count} file(s) from this one on were not read.",
    ),
    "undo_remove": ("撤销移除“{name}”", "Bring back {name}"),
    "replace": ("替换", "Replace"),
    "replace_with": ("用哪个文件替换“{name}”", "The file to take the place of {name}"),
    "shelf_search": ("查找文件", "Find documents"),
    "shelf_hint": ("文件名、官员、机构、篇名", "file, official, organ or title"),
    "shelf_found": ("{total} 个文件中找到 {count} 个", "{count} of {total} documents"),
    "count_pieces": ("{n} 篇", "{n} piece(s)"),
    "contents": ("小节", "Sections"),
    "no_heading": ("（无小标题）", "(no heading)"),
    "show_more": ("显示更多", "Show more"),
    "choose_piece": ("篇目", "Piece"),
    "read_close": ("收起全文", "Close the text"),
    "read": ("阅读全文", "Read the text"),
    "remove": ("移除", "Remove"),
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
    # proofreading
    "page_proofreading": ("校对", "Proofread"),
    "proof_line": (
        "对照文件原样，核对每段话是谁说的。改动当即生效，源文件不变。",
        "Check who said each paragraph against the file. Changes count at once; the file stays.",
    ),
    "proof_document": ("文件", "Document"),
    "proof_clean": ("没有存疑的段落。", "Nothing is in doubt."),
    "proof_steps": ("已校对 {n} 步", "{n} correction(s)"),
    "proof_undo": ("撤销上一步", "Undo the last step"),
    "proof_reset": ("全部还原", "Undo everything"),
    "proof_reset_yes": ("确认还原全部 {n} 步", "Undo all {n} steps"),
    "proof_doubts": ("待核实", "To check"),
    "proof_any": ("校对其他段落", "Correct another paragraph"),
    "proof_any_hint": ("在此选择，或在右栏点“校对”", "Choose here, or click “Correct” at right"),
    "proof_source": ("文件原样", "As in the file"),
    "proof_order": ("按官员理顺", "By official, in reading order"),
    "proof_hint": (
        "粗边：与文件中的先后或署名位置不同。点任一行，两栏同时标出。",
        "Bold edge: moved from its place in the file. Click a line to mark it on both sides.",
    ),
    "proof_part": ("显示部分", "Part shown"),
    "proof_nobody": ("说话人不明", "Speaker unknown"),
    "proof_nobody_why": ("不会被引用", "never cited"),
    "proof_lines": ("行 {lines}", "line {lines}"),
    "proof_why": ("依据：{why}", "because: {why}"),
    "proof_sure": ("已确定", "settled"),
    "proof_unknown": ("说话人不明", "speaker unknown"),
    "proof_asker": ("提问者", "Interviewer"),
    "proof_asked": ("提问，不引用", "a question, never cited"),
    "proof_doubt": ("把握 {n}%", "{n}% sure"),
    "proof_reported": ("转述“{who}”", "repeats {who}"),
    "proof_flag": ("存疑", "doubtful"),
    "proof_edit": ("校对", "Correct"),
    "proof_edit_label": ("校对 {number}", "Correct {number}"),
    "proof_ok": ("没问题", "It is right"),
    "proof_assign": ("改归属", "Speaker"),
    "proof_place": ("段落", "Paragraph"),
    "proof_section": ("小标题", "Heading"),
    "proof_lost": ("缺失", "Lost text"),
    "proof_to": ("归给", "Give to"),
    "proof_new": ("另一位官员…", "Another official…"),
    "proof_name": ("姓名", "Name"),
    "proof_organization": ("机构", "Organization"),
    "proof_position": ("职务", "Post"),
    "proof_along": ("同篇的这些段一起改", "Together with"),
    "proof_along_none": ("只改这一段", "only this paragraph"),
    "proof_do": ("确定", "Apply"),
    "proof_up": ("上移一段", "Move up"),
    "proof_down": ("下移一段", "Move down"),
    "proof_number": ("在本篇中的位置（1–{n}）", "Place in the piece (1–{n})"),
    "proof_move": ("移到这里", "Move there"),
    "proof_join": ("与下一段合并", "Join with the next"),
    "proof_split": ("按行拆开", "Split into lines"),
    "proof_under": ("所属小标题", "Stands under"),
    "proof_no_section": ("无小标题", "No heading"),
    "proof_lose_before": ("标记前面有缺失", "Text is lost before"),
    "proof_lose_after": ("标记后面有缺失", "Text is lost after"),
    "proof_found_before": ("前面没有缺失", "Nothing is lost before"),
    "proof_found_after": ("后面没有缺失", "Nothing is lost after"),
    "kind_title": ("标题", "title"),
    "kind_heading": ("小标题", "heading"),
    "kind_byline": ("署名", "byline"),
    "kind_body": ("正文", "body"),
    "kind_none": ("未采用", "left out"),
    "proof_link_of": ("{file}：{link}", "{file}: {link}"),
    "proof_link": ("{n} 段存疑 → 校对", "{n} in doubt → proofread"),
    **ACCESS,
    **BRANCH,
    **CHAT,
    **COMPARE,
    **PICTURES,
    **WHO,
    **QUALITY,
    **SETTINGS,
}


def say(key: str, language: str = "zh", **values: object) -> str:
    """The words of `key` in `language`, with `values` filled in.

    Raises:
        KeyError: no such words.
    """
    text = WORDS[key][1 if language == "en" else 0]
    return _COUNTED.sub(_agreeing, text.format(**values)) if values else text


def _agreeing(counted: re.Match[str]) -> str:
    """A number and its noun, which ends in an s unless the number is one."""
    return counted[1] + counted[2] + ("" if counted[1] == "1" else "s")
