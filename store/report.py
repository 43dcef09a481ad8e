"""The outcome of an ingest, said in one line a person understands."""

from __future__ import annotations

from dataclasses import replace

from store.record import DocumentRecord, IngestResult, State


def dropped(record: DocumentRecord) -> IngestResult:
    """What to tell of a document that left the library."""
    zh, en = f"已移除“{record.name}”。", f"Removed {record.name}."
    return IngestResult(record.name, record.id, "removed", zh, en, record.officials)


def result(record: DocumentRecord, state: State, corrected: bool = False) -> IngestResult:
    """What to tell a person about a document that was read, or `corrected` by hand."""
    r = record
    who = "、".join(r.officials[:6]) + ("……" if len(r.officials) > 6 else "")
    base = IngestResult(
        r.name, r.id, state, "", "", r.officials, r.passages, r.doubtful, r.unattributed, r.gaps
    )
    if state == "no_official" and not corrected:
        return replace(
            base,
            zh=f"“{r.name}”里没有认出任何署名，{r.unattributed} 段文字不能引用。请在文中加上"
            "署名行（姓名、机构、职务各一行），或在 Markdown 开头写明 speaker。",
            en=f"No byline was recognised in {r.name}; its {r.unattributed} paragraphs cannot be "
            "cited. Add byline lines (name, organization, position) or front matter with speaker.",
        )
    zh = {
        "no_official": "",
        "added": f"已收入“{r.name}”",
        "replaced": f"“{r.name}”有改动，已更新",
        "unchanged": f"“{r.name}”没有变化",
        "duplicate": f"“{r.name}”与资料库中已有文件内容相同，未重复收入",
    }[state]
    en = {
        "no_official": "",
        "added": f"Added {r.name}",
        "replaced": f"Updated {r.name}, which had changed",
        "unchanged": f"{r.name} is unchanged",
        "duplicate": f"{r.name} has the same content as a file in the library; not added again",
    }[state]
    if corrected:
        zh, en = f"已按校对更新“{r.name}”", f"Corrected {r.name}"
    if r.officials:
        zh += f"：{len(r.officials)} 位官员（{who}），{r.passages} 段"
        en += f": {_counted(len(r.officials), 'official')} ({who}), "
        en += _counted(r.passages, "passage")
    else:
        zh, en = f"{zh}：没有认出官员", f"{en}: no official recognised"
    doubts_zh = [
        f"{n} {what}"
        for n, what in (
            (r.doubtful, "段归属存疑"),
            (r.unattributed, "段无法判明说话人（不引用）"),
            (r.gaps, "处原文缺失"),
        )
        if n
    ]
    doubts_en = [
        f"{n} {what}"
        for n, what in (
            (r.doubtful, "doubtful"),
            (r.unattributed, "without a known speaker (never cited)"),
            (r.gaps, "places of lost text"),
        )
        if n
    ]
    return replace(
        base,
        zh=zh + ("；" + "，".join(doubts_zh) if doubts_zh else "") + "。",
        en=en + ("; " + ", ".join(doubts_en) if doubts_en else "") + ".",
    )


def _counted(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"
