"""A synopsis to take away: Markdown with footnotes, an HTML table, DOCX."""

from __future__ import annotations

from html import escape

from rag.draft import label
from rag.export import footnote, literal, word
from rag.manuscript import Manuscript
from rag.reference import gbt7714
from rag.synopsis import Row, Saying, Synopsis

_WORDS = {
    "official": ("官员", "Official"),
    "said": ("原话", "In their words"),
    "silent": ("未见相关表述", "nothing on this in the library"),
    "near": ("未见直接表述；意思最接近的是：", "not in so many words; this comes nearest: "),
    "by": ("（转述{by}的话）", " (repeating words of {by})"),
    "title": ("各官员谈“{theme}”", "Officials on “{theme}”"),
    "references": ("参考文献", "References"),
}


def words(key: str, language: str = "zh", **values: str) -> str:
    """One of the few words of a table."""
    return _WORDS[key][language == "en"].format(**values)


def title(table: Synopsis, language: str = "zh") -> str:
    """What the table is called."""
    return words("title", language, theme=table.theme)


def quoted(saying: Saying, language: str = "zh") -> str:
    """The words in quotation marks, and whose they are where they are repeated.

    What the document itself calls no verbatim text stands without marks, with that remark.
    """
    by = words("by", language, by=saying.by) if saying.by else ""
    said, note = saying.citation.quote, saying.citation.passage.note
    return f"{said}（{note}）{by}" if note else f"“{said}”{by}"


def as_markdown(table: Synopsis, language: str = "zh") -> str:
    """A table of two columns whose sources are footnotes."""
    lines = [f"# {literal(title(table, language))}", "", f"*{word('made', language)}*", ""]
    lines.append(f"| {words('official', language)} | {words('said', language)} |")
    lines.append("| --- | --- |")
    for row in table.rows:
        lines.append(f"| {literal(label(row.official))} | {_cell(row, language)} |")
    notes = [f"[^{c.number}]: {literal(footnote(c, language))}" for c in table.citations]
    return "\n".join([*lines, "", *notes]).rstrip() + "\n"


def as_html(table: Synopsis, language: str = "zh") -> str:
    """A table to be pasted into a word processor, its sources numbered below it."""
    rows = []
    for row in table.rows:
        said = "".join(
            f"<p>{escape(quoted(s, language))}<sup>[{s.citation.number}]</sup></p>"
            for s in row.sayings
        )
        near = f"<p><em>{escape(words('near', language))}</em></p>"
        said = said if row.direct or not said else near + said
        said = said or f"<p><em>{escape(words('silent', language))}</em></p>"
        who = f"<strong>{escape(row.official.name)}</strong><br>{escape(row.official.office)}"
        rows.append(f'<tr><th scope="row">{who}</th><td>{said}</td></tr>')
    notes = "".join(f"<p>[{c.number}] {escape(footnote(c, language))}</p>" for c in table.citations)
    head = "".join(f'<th scope="col">{words(k, language)}</th>' for k in ("official", "said"))
    return (
        f'<table border="1"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
        f"{notes}"
    )


def as_docx(table: Synopsis, language: str = "zh") -> bytes:
    """A Word document: the table with real footnotes, then the list of references."""
    made = Manuscript(title(table, language), language)
    made.table(
        (words("official", language), words("said", language)),
        (
            (label(row.official), _notes(row, language) or words("silent", language))
            for row in table.rows
        ),
    )
    entries = list(dict.fromkeys(gbt7714(c.passage) for c in table.citations))
    if entries:
        made.heading(words("references", language), 2)
        for n, entry in enumerate(entries, 1):
            made.paragraph(f"[{n}] {entry}")
    return made.save()


def _notes(row: Row, language: str) -> list[tuple[str, str]]:
    leads = [_lead(row, language)] + [""] * len(row.sayings)
    return [
        (lead + quoted(s, language), footnote(s.citation, language))
        for lead, s in zip(leads, row.sayings, strict=False)
    ]


def _lead(row: Row, language: str) -> str:
    return "" if row.direct else words("near", language)


def _cell(row: Row, language: str) -> str:
    said = [f"{literal(quoted(s, language))}[^{s.citation.number}]" for s in row.sayings]
    return _lead(row, language) * bool(said) + "<br>".join(said) or f"*{words('silent', language)}*"
