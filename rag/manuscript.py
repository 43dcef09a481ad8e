"""Conversations and tables as a Word document whose sources are real footnotes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from io import BytesIO
from typing import TYPE_CHECKING, Any

from rag.export import footnote, part_of, word
from rag.prose import Run, blocks, runs
from rag.stylesheet import COLUMNS, MARK, MARK_ID, NOTE_ID, dress, widths
from rag.transcript import Message, Transcript

if TYPE_CHECKING:
    from rag.answer import Citation

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
_STYLES = {"li": "List Bullet", "oli": "Normal", "q": "Quote", "h": "Heading 3"}
# Characters that XML 1.0 cannot hold.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Manuscript:
    """A document under way; `save` gives its bytes.

    python-docx has no footnotes: their part is written here by ECMA-376, Part 1, 17.11,
    with the two separators that Word expects and a style for the mark and the text.
    """

    def __init__(self, title: str, language: str = "zh") -> None:
        import docx

        self._language = language
        self._file = docx.Document()
        self._notes: list[str] = []
        dress(self._file)
        self._file.core_properties.title = _clean(title)[:255]
        self._file.core_properties.author = ""
        self._file.core_properties.comments = ""
        self.heading(title, 1)
        self.paragraph(word("made", language), "Subtitle")

    def heading(self, text: str, level: int) -> None:
        """A heading of that level, 1–3."""
        self._file.add_heading(_clean(text), level)

    def paragraph(self, text: str, style: str = "Normal") -> None:
        """A paragraph of plain text."""
        self._file.add_paragraph(_clean(text), style)

    def message(self, message: Message) -> None:
        """A question with its answer, each citation a footnote where it stands."""
        part = part_of(message, self._language)
        self.heading(part.question, 2)
        for block in blocks(part.prose):
            into = self._file.add_paragraph(style=_STYLES.get(block.kind, "Normal"))
            for n, span in enumerate(block.spans):
                if n:
                    into.add_run().add_break()
                beside = False
                for run in runs(part.prose, span):
                    if beside and run.number:  # ²³ would read as twenty-three
                        self._raised(into, ",")
                    beside = bool(run.number)
                    self._run(into, run, part.citations)
        if part.lost:
            self.paragraph(word("failed", self._language))
            for claim in part.lost:
                line = claim.sentence + self._aside(claim.verdict)
                self.paragraph(line, "List Bullet")
        for note in part.notes:
            self.paragraph(note, "Quote")

    def table(
        self, head: Iterable[str], rows: Iterable[tuple[str, list[tuple[str, str]] | str]]
    ) -> None:
        """Two columns: who, and what was said: words with their footnotes, or a plain line."""
        table = self._file.add_table(rows=1, cols=2, style="Table Grid")
        widths(table, COLUMNS)
        for cell, text in zip(table.rows[0].cells, head, strict=True):
            cell.paragraphs[0].add_run(_clean(text)).bold = True
        for who, said in rows:
            cells = table.add_row().cells
            widths(table, COLUMNS)
            cells[0].text = _clean(who)
            into = cells[1].paragraphs[0]
            if isinstance(said, str):
                into.add_run(_clean(said)).italic = True
                continue
            for n, (words, note) in enumerate(said):
                into = cells[1].add_paragraph() if n else into
                into.add_run(_clean(words))
                self._footnote(into, note)

    def save(self) -> bytes:
        """The whole document as a DOCX file."""
        from docx.opc.packuri import PackURI
        from docx.opc.part import Part

        package = self._file.part.package
        uri = PackURI("/word/footnotes.xml")
        part = Part(uri, _KIND, self._footnotes(), package)
        self._file.part.relate_to(part, _RELATION)
        buffer = BytesIO()
        self._file.save(buffer)
        return buffer.getvalue()

    def _run(self, into: Any, run: Run, citations: dict[int, Citation]) -> None:
        if run.number:
            self._footnote(into, footnote(citations[run.number], self._language))
        elif run.text:
            made = into.add_run(_clean(run.text))
            made.bold = run.bold or None
            made.underline = run.doubt or None
        for verdict in run.failing:
            into.add_run(self._aside(verdict)).italic = True

    def _aside(self, verdict: str) -> str:
        """A verdict in brackets, as each language has them."""
        said = word(verdict, self._language)
        return f" ({said})" if self._language == "en" else f"（{said}）"

    def _raised(self, into: Any, text: str) -> None:
        into.add_run(text).style = MARK

    def _footnote(self, into: Any, text: str) -> None:
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        self._notes.append(text)
        run = into.add_run()
        run.style = MARK
        mark = OxmlElement("w:footnoteReference")
        mark.set(qn("w:id"), str(len(self._notes) + 1))
        run._r.append(mark)

    def _footnotes(self) -> bytes:
        from lxml import etree

        def node(parent: Any, tag: str, **values: str) -> Any:
            made = etree.SubElement(parent, f"{{{_WORD}}}{tag}")
            for key, value in values.items():
                made.set(f"{{{_WORD}}}{key}", value)
            return made

        root = etree.Element(f"{{{_WORD}}}footnotes", nsmap={"w": _WORD})
        for ident, kind in (("0", "separator"), ("1", "continuationSeparator")):
            note = node(root, "footnote", type=kind, id=ident)
            node(node(node(note, "p"), "r"), kind)
        for number, text in enumerate(self._notes, 2):
            into = node(node(root, "footnote", id=str(number)), "p")
            node(node(into, "pPr"), "pStyle", val=NOTE_ID)
            mark = node(into, "r")
            node(node(mark, "rPr"), "rStyle", val=MARK_ID)
            node(mark, "footnoteRef")
            words = node(node(into, "r"), "t")
            words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            words.text = f" {_clean(text)}"
        return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)  # type: ignore[no-any-return]


def as_docx(transcript: Transcript, language: str = "zh") -> bytes:
    """The conversation as a Word document."""
    made = Manuscript(transcript.title, language)
    for message in transcript.messages:
        made.message(message)
    return made.save()


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("", text)
