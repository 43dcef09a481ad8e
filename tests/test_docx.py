"""DOCX files become lines with hints from their styles; bombs and broken ones are refused."""

from __future__ import annotations

import io
import random
import zipfile

import docx
import pytest
from docx.enum.text import WD_BREAK
from docx.oxml import parse_xml
from docx.shared import Pt

from store.attribution import attribute
from store.errors import UnreadableFile
from store.reader import read_bytes
from tests.officialese import pieces

LIMIT = 32 << 20
NS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def saved(document: docx.document.Document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.mark.parametrize("styled", [True, False])
def test_several_pieces_in_one_file(styled: bool) -> None:
    """Titles by style, or only by their size, as many people set them."""
    truth = pieces(4, random.Random(8))
    document = docx.Document()
    for piece in truth:
        title = document.add_paragraph(style="Heading 1" if styled else "Normal")
        title.add_run(piece.title).font.size = None if styled else Pt(18)
        for row in piece.byline:
            document.add_paragraph(row)
        for item in piece.items:
            p = document.add_paragraph(style="Heading 2" if styled and item.heading else "Normal")
            p.add_run(item.text).bold = item.heading and not styled
    found = attribute(read_bytes("a.docx", saved(document), LIMIT))
    assert [(r.official.name, r.title) for r in found if r.official] == [
        (piece.speaker, piece.title) for piece in truth
    ]
    for piece, remarks in zip(truth, found, strict=True):
        want = [item.text for item in piece.items if not item.heading]
        assert [p.text for p in remarks.paragraphs] == want
        heads = {item.text for item in piece.items if item.heading}
        assert {p.section for p in remarks.paragraphs if p.section} == heads


def test_tables_boxes_breaks_and_what_is_not_shown() -> None:
    document = docx.Document()
    p = document.add_paragraph("闻笛")
    p.add_run().add_break(WD_BREAK.LINE)
    p.add_run("澜溪县教育局局长")
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "左格。", "右格。"
    hidden = document.add_paragraph("看得见。").add_run("看不见")
    hidden.font.hidden = True
    document.element.body.insert(
        0, parse_xml(f"<w:p {NS}><w:del><w:r><w:t>删了</w:t></w:r></w:del></w:p>")
    )
    box = (
        f"<w:p {NS}><w:r><w:pict><w:txbxContent><w:p><w:r><w:t>框里。</w:t></w:r></w:p>"
        "</w:txbxContent></w:pict></w:r><w:r><w:t>框外。</w:t></w:r></w:p>"
    )
    document.element.body.insert(-1, parse_xml(box))
    lines = read_bytes("a.docx", saved(document), LIMIT).lines
    assert [line.text for line in lines] == [
        "闻笛", "澜溪县教育局局长", "左格。", "右格。", "看得见。", "框外。", "框里。",
    ]  # fmt: skip
    assert [line.number for line in lines] == list(range(1, 8))
    assert lines[1].blank_before == 0


def with_notes(document: docx.document.Document, notes: str) -> bytes:
    """The document with a part of footnotes beside its text."""
    with zipfile.ZipFile(io.BytesIO(saved(document))) as archive:
        parts = {n: archive.read(n) for n in archive.namelist()}
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    link = f'<Relationship Id="rNotes" Type="{kind}" Target="footnotes.xml"/></Relationships>'
    name = "word/_rels/document.xml.rels"
    parts[name] = parts[name].replace(b"</Relationships>", link.encode())
    parts["word/footnotes.xml"] = notes.encode()
    return packed(parts)


def test_a_footnote_follows_the_paragraph_that_refers_to_it() -> None:
    document = docx.Document()
    p = document.add_paragraph("头一段。")
    for _ in range(2):
        p._p.append(parse_xml(f'<w:r {NS}><w:footnoteReference w:id="2"/></w:r>'))
    document.add_paragraph("末一段。")
    note = '<w:footnote w:id="{}"><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:footnote>'
    rows = note.format(1, "没有人提到的注。") + note.format(2, "见某年统计公报。")
    found = read_bytes("a.docx", with_notes(document, f"<w:x {NS}>{rows}</w:x>"), LIMIT).lines
    assert [line.text for line in found] == ["头一段。", "见某年统计公报。", "末一段。"]
    broken = read_bytes("a.docx", with_notes(document, "<w:x"), LIMIT).lines
    assert [line.text for line in broken] == ["头一段。", "末一段。"]


def packed(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def test_bombs_are_not_unpacked() -> None:
    for name, size in (("word/document.xml", 40 << 20), ("word/media/a.png", 300 << 20)):
        with pytest.raises(UnreadableFile, match="过大"):
            read_bytes("a.docx", packed({name: bytes(size)}), LIMIT)
    with pytest.raises(UnreadableFile, match="过大"):
        read_bytes("a.docx", packed({f"{n}.xml": b"" for n in range(6000)}), LIMIT)


def test_entities_do_not_grow() -> None:
    good = saved(docx.Document())
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        parts = {n: archive.read(n) for n in archive.namelist()}
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "长"}">' for n in range(12))
    parts["word/document.xml"] = (
        f"<?xml version='1.0'?><!DOCTYPE d [{entities}]><w:document {NS}><w:body><w:p><w:r>"
        "<w:t>开头&e11;</w:t></w:r></w:p></w:body></w:document>"
    ).encode()
    try:
        document = read_bytes("a.docx", packed(parts), LIMIT)
    except UnreadableFile:
        return
    assert sum(len(line.text) for line in document.lines) < 1000


def test_without_text_locked_or_broken() -> None:
    empty = saved(docx.Document())
    with pytest.raises(UnreadableFile, match="OCR"):
        read_bytes("a.docx", empty, LIMIT)
    with pytest.raises(UnreadableFile, match="密码"):
        read_bytes("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), LIMIT)
    with pytest.raises(UnreadableFile, match="完整"):
        read_bytes("a.docx", packed({"hello.txt": b"hello"}), LIMIT)
    document = docx.Document()
    document.add_paragraph("一段话。" * 200)
    data = saved(document)
    for share in (0.1, 0.5, 0.9, 0.999):
        with pytest.raises(UnreadableFile, match="完整"):
            read_bytes("a.docx", data[: int(share * len(data))], LIMIT)
