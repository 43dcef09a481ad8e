"""An answer in the making: paragraphs, each followed by the source it stands on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rag.answer import Citation
from rag.speech import voices
from store import Official, Passage


@dataclass(slots=True)
class Draft:
    """Collects the text of an answer and its citations, numbered as they come."""

    language: str = "zh"
    parts: list[str] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    answered: bool = True
    related: list[Passage] = field(default_factory=list)

    def cite(self, passage: Passage, quote: str) -> str:
        """The marker for some words of a passage; the same words keep their number."""
        for c in self.citations:
            if c.passage.id == passage.id and quote in c.quote:
                return f"[{c.number}]"
        self.citations.append(Citation(len(self.citations) + 1, passage, quote))
        return f"[{len(self.citations)}]"

    def say(self, text: str) -> None:
        """Add a paragraph that needs no source."""
        self.parts.append(text)

    def quote(self, lead: str, passage: Passage, spans: list[tuple[int, int]]) -> None:
        """Add a paragraph: who says it, then the words of a passage, each run cited.

        Args:
            lead: ends in a colon, or is empty to go on after the paragraph before.
            spans: (start, end) in the passage's text, in order; neighbours are one run.
        """
        words = []
        for start, end in joined(passage.text, spans):
            run = passage.spoken(passage.text[start:end].strip())
            words.append(f"{run}{self.cite(passage, run)}")
        body = lead + "……".join(words)
        if passage.gap_after and spans and spans[-1][1] >= len(passage.text.rstrip()):
            body += "（原文此处中断）" if self.language == "zh" else " (the source breaks off here)"
        self.parts.append(body)

    def tell(
        self,
        passage: Passage,
        spans: list[tuple[int, int]],
        introduced: bool = False,
        lead: str = "",
    ) -> None:
        """Add words of a passage, each voice in it under the name of who speaks.

        Args:
            introduced: whether the official was introduced just before; words that are another's
                are introduced all the same.
            lead: stands before it all.
        """
        for n, (by, part) in enumerate(voices(passage, spans)):
            who = "" if introduced and not by and not n else introduce(passage, self.language, by)
            self.quote(("" if n else lead) + who, passage, part)

    @property
    def text(self) -> str:
        """The Markdown of the whole answer."""
        return "\n\n".join(self.parts)


def joined(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans with nothing but blanks between them, put together."""
    runs: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if runs and not text[runs[-1][1] : start].strip():
            runs[-1] = (runs[-1][0], max(end, runs[-1][1]))
        else:
            runs.append((start, end))
    return runs


def introduce(passage: Passage, language: str = "zh", by: str = "") -> str:
    """Who says it, ending in a colon: name, office and piece; `by` is whose words they repeat."""
    o, retold, title = passage.official, bool(passage.note), passage.title
    if language == "en":
        office = f" ({o.office})" if o.office else ""
        where = f" in 《{title}》" if title else ""
        if by:
            return f"{o.name}{office} says{where}, repeating words of {by}: "
        verb = "is paraphrased as saying" if retold else "says"
        return f"{o.name}{office} {verb}{where}: "
    office = f"（{o.office}）" if o.office else ""
    where = f"在《{title}》中" if title else ""
    if by:
        return f"{o.name}{office}{where}转述{by}的话："
    if retold:
        return f"{o.name}{office}的意见{f'，据《{title}》' if title else ''}："
    return f"{o.name}{office}{where}指出："


def titled(title: str, language: str = "zh") -> str:
    """A piece's title in its marks, or that it has none."""
    if title:
        return f"《{title}》"
    return "(untitled)" if language == "en" else "（无标题）"


def called(officials: Sequence[Official]) -> str:
    """Their names in one line; with their offices where two have one name."""
    names = [o.name for o in officials]
    return "、".join(label(o) if names.count(o.name) > 1 else o.name for o in officials)


def label(official: Official) -> str:
    """Name and office on one line."""
    return f"{official.name}（{official.office}）" if official.office else official.name
