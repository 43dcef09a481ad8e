"""The words of conversations: their list, their answers' controls, and what is taken away."""

from __future__ import annotations

# key: (Chinese, English), as in `wording`.
CHAT: dict[str, tuple[str, str]] = {
    "limits": ("按地区、机构、年份限定", "Limit by place, organ, year"),
    "limits_now": ("只在这个范围内查找：{limits}", "Searching only within: {limits}"),
    "limit_any": ("不限", "any"),
    "limit_organizations": ("机构", "Organization"),
    "limit_places": ("地区", "Place"),
    "limit_kinds": ("机关类别", "Kind of organ"),
    "limit_years": ("年份", "Year"),
    "related": (
        "另有 {count} 位官员的说法也接近，未写入回答",
        "{count} more official(s) near it; no part of the answer",
    ),
    "open_piece": ("打开全文", "Open the whole piece"),
    "copy_gbt": ("复制 GB/T 7714", "Copy GB/T 7714"),
    "copy_link": ("复制链接", "Copy a link"),
    "link_gone": (
        "链接指向的段落已更改或已移出资料库。",
        "The paragraph that this link leads to has changed or left the library.",
    ),
    "piece_gone": (
        "来源文件已更改或已移出资料库。以下是作答时保存的原文。",
        "The source file has changed or left the library. This is the text kept with the answer.",
    ),
    "talks": ("对话", "Conversations"),
    "talks_search": ("搜索对话", "Search conversations"),
    "talks_more": ("另有 {count} 个", "{count} more"),
    "talks_none": ("没有找到。", "None found."),
    "talks_damaged": (
        "{count} 个对话文件已损坏，未作改动：{files}",
        "Damaged and left as found: {count} conversation file(s): {files}",
    ),
    "manage": ("管理", "Manage"),
    "talk_name": ("对话名称", "Name of the conversation"),
    "talk_rename": ("改名", "Rename"),
    "talk_delete": ("删除对话", "Delete the conversation"),
    "talk_deleted": ("已删除“{name}”。", "Deleted “{name}”."),
    "undo": ("撤销", "Undo"),
    "export": ("导出", "Export"),
    "export_talk": ("导出对话", "Export the conversation"),
    "export_answer": ("导出这一问", "Export this answer"),
    "export_line": (
        "每处出处都带官员、职务、篇目、小节、段落、来源与原文，并附 GB/T 7714—2015 著录。",
        "Each source comes with official, post, piece, section, paragraph, file and exact words,"
        " and its GB/T 7714—2015 entry.",
    ),
    "export_docx": ("Word（脚注）", "Word (footnotes)"),
    "export_markdown": ("Markdown", "Markdown"),
    "export_json": ("JSON", "JSON"),
    "export_list": ("参考文献（GB/T 7714—2015）", "References (GB/T 7714—2015)"),
    "export_copy": ("复制参考文献", "Copy the references"),
    "earlier": ("显示更早的 {count} 问", "Show {count} earlier questions"),
    "retry": ("重新回答", "Ask again"),
    "edit": ("修改", "Edit"),
    "edit_label": ("修改问题", "Edit the question"),
    "edit_ask": ("重新提问", "Ask"),
    "edit_branch": (
        "后面还有提问：改后的问题会在新的对话里继续，原对话不变。",
        "More was asked after this: the new question goes on in a copy, the original stays.",
    ),
    "edit_name": ("{name}（改问）", "{name} (changed)"),
    "cancel": ("取消", "Cancel"),
    "feedback_helpful": ("有用", "Helpful"),
    "feedback_wrong_source": ("出处有误", "Wrong source"),
    "too_often": (
        "一分钟内已问了 {limit} 个问题，请过 {seconds} 秒再问。",
        "{limit} questions were asked within a minute: ask again in {seconds} s.",
    ),
    "next": ("接着可以问", "Go on with"),
    "talk_sources": ("本对话的出处（{count}）", "Sources of this conversation ({count})"),
    "talk_sources_more": ("另有 {count} 处，见导出", "{count} more in the export"),
    "cited_in": ("第 {numbers} 问", "question {numbers}"),
}
