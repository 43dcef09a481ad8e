"""The words of several libraries."""

from __future__ import annotations

# key: (Chinese, English), as in `wording`.
BRANCH: dict[str, tuple[str, str]] = {
    "branch": ("资料库", "Library"),
    "branch_gone": (
        "这个资料库已被删除，已换到另一个。",
        "That library was deleted; this is another one.",
    ),
    "branch_now": ("在“{name}”中", "in “{name}”"),
    "branch_new": ("新建资料库", "New library"),
    "branch_name": ("名称", "Name"),
    "branch_name_hint": ("例如一个课题、一年、一个地方", "such as a project, a year, a place"),
    "branch_make": ("新建", "Create"),
    "branch_rename": ("改名", "Rename"),
    "branch_rename_do": ("保存", "Save"),
    "branch_remove": ("删除资料库", "Delete library"),
    "branch_remove_ask": (
        "删除“{name}”？其中的文件、校对和对话不再出现；可以恢复，直到彻底删除。",
        "Delete “{name}”? Its documents, corrections and conversations are put away; it can be "
        "brought back until it is deleted for good.",
    ),
    "branch_remove_yes": ("确认删除", "Delete it"),
    "branch_made": (
        "已新建“{name}”。文件、校对和对话都只属于它。",
        "Made “{name}”. Documents, corrections and conversations in it are its own.",
    ),
    "branch_renamed": ("已改名为“{name}”。", "It is now called “{name}”."),
    "branch_removed": ("已删除“{name}”。", "Deleted “{name}”."),
    "branch_back": ("已恢复“{name}”。", "“{name}” is back."),
    "branch_purged": ("已彻底删除“{name}”。", "“{name}” was deleted for good."),
    "branch_undo": ("撤销删除“{name}”", "Bring back “{name}”"),
    "branch_bin": ("已删除的资料库（{count}）", "Deleted libraries ({count})"),
    "branch_bin_line": ("{time} 删除", "deleted {time}"),
    "branch_restore": ("恢复", "Bring back"),
    "branch_purge": ("彻底删除", "Delete for good"),
    "branch_purge_ask": (
        "彻底删除“{name}”？其中的文件、校对和对话全部删除，无法恢复。",
        "Delete “{name}” for good? All its documents, corrections and conversations go, and "
        "nothing brings them back.",
    ),
    "branch_folder": ("文件放在 {folder}", "Its documents lie in {folder}"),
    "samples_line": (
        "示例资料为转述，不是原话，只供试用。要放入文件，请切换到自己的资料库。",
        "The sample texts are retellings, not original words, to try things out. To add files, "
        "switch to a library of yours.",
    ),
    "empty_branch": (
        "资料库“{name}”是空的。到“资料库”页放入讲话文件（PDF、DOCX、HTML、TXT 或 Markdown）。",
        "The library “{name}” is empty. Add files with remarks on the page “Library” (PDF, DOCX, "
        "HTML, TXT or Markdown).",
    ),
    "index_done_here": (
        "已重建这个资料库的索引：{count} 段。其他资料库请切换过去，在这里各重建一次。",
        "This library is indexed again: {count} paragraphs. Switch to each other library and index "
        "it here, too.",
    ),
}
