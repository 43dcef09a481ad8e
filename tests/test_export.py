"""What is taken away: whole, literal, and with footnotes that a word processor shows."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from lxml import etree

from rag import Answer, Citation, Claim
from rag.export import as_json, as_markdown, as_text, footnote
from rag.manuscript import Manuscript, as_docx
from rag.transcript import Message, Transcript
from tests.test_archive import P, message

W = {"w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main"}


@pytest.fixture
def talk() -> Transcript:
    odd = replace(P, text="要有[1]*星*和\x0b<b>。", title="甲|乙")
    second = Answer(
        "二？", True, "**乙**：“要有[1]*星*和\x0b<b>”[1]\n\n- 又见[1][2]\n- 无据的话",
        (Citation(1, odd, "要有[1]*星*和\x0b<b>"), Citation(2, P, "检测结果公开")),
        (Claim("无据的话", (), "uncited"),),
    )  # fmt: skip
    said = (
        message(feedback="helpful"),
        Message("二？", second),
        Message("停", partial="写到一半", stopped=True),
    )
    return Transcript(name="桥与渡口", messages=said)


def footnotes(data: bytes) -> list[str]:
    """Texts of the footnotes in the order in which the body refers to them."""
    with zipfile.ZipFile(BytesIO(data)) as file:
        body = etree.fromstring(file.read("word/document.xml"))
        notes = etree.fromstring(file.read("word/footnotes.xml"))
    texts = {
        n.get(f"{{{W['w']}}}id"): "".join(n.itertext()) for n in notes.findall("w:footnote", W)
    }
    return [
        texts[mark.get(f"{{{W['w']}}}id")] for mark in body.iter(f"{{{W['w']}}}footnoteReference")
    ]


def test_each_citation_in_a_docx_is_a_footnote(talk):
    import docx

    data = as_docx(talk)
    notes = footnotes(data)
    assert len(notes) == 4
    assert "“桥梁要逐座检测”——青岚县县长邵一舟" in notes[0] and "[N]. 某报, 2031." in notes[0]
    assert "要有[1]*星*和<b>" in notes[1] and "检测结果公开" in notes[3]
    words = "\n".join(p.text for p in docx.Document(BytesIO(data)).paragraphs)
    assert "“要有[1]*星*和<b>”" in words and "没有出处" in words and "评价：有用" in words
    assert "写到一半" in words and "尚未核对" in words


def test_the_paper_is_a4_and_chinese_is_told_to_be_chinese(talk):
    import docx

    data = as_docx(talk)
    section = docx.Document(BytesIO(data)).sections[0]
    assert (round(section.page_width.cm, 1), round(section.page_height.cm, 1)) == (21.0, 29.7)
    with zipfile.ZipFile(BytesIO(data)) as file:
        styles = file.read("word/styles.xml").decode()
        notes = file.read("word/footnotes.xml").decode()
    assert 'w:eastAsia="zh-CN"' in styles
    for style in re.findall(r'w:(?:pStyle|rStyle) w:val="(\w+)"', notes):
        assert f'w:styleId="{style}"' in styles
    assert "FootnoteText" in notes and "FootnoteReference" in notes


def test_notes_side_by_side_are_parted(talk):
    with zipfile.ZipFile(BytesIO(as_docx(talk))) as file:
        body = etree.fromstring(file.read("word/document.xml"))
    marks = list(body.iter(f"{{{W['w']}}}footnoteReference"))
    for mark in marks:
        run = mark.getparent()
        after = run.getnext()
        assert after is None or after.find("w:footnoteReference", W) is None
    raised = [r for r in body.iter(f"{{{W['w']}}}r") if "".join(r.itertext()) == ","]
    assert len(raised) == 1  # “又见[1][2]” and nowhere else


def test_the_words_and_the_entry_of_a_footnote_are_parted():
    cited = Citation(1, replace(P, published="", date=""), "逐座检测")
    assert "转述，归属存疑（把握 61%），请对照来源核实。邵一舟. 修桥[Z]//" in footnote(cited)
    assert "check the source. 邵一舟. 修桥[Z]//" in footnote(cited, "en")


def converted(data: bytes, kind: str, folder: Path) -> Path:
    """A DOCX as LibreOffice writes it out again."""
    (folder / "made.docx").write_bytes(data)
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless",
         "--convert-to", kind, "--outdir", str(folder), str(folder / "made.docx")],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    return folder / f"made.{kind}"


libreoffice = pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")


@libreoffice
def test_libreoffice_opens_the_footnotes(talk, tmp_path):
    with zipfile.ZipFile(converted(as_docx(talk), "odt", tmp_path)) as file:
        content = file.read("content.xml").decode()
    notes = re.findall(r'text:note-class="footnote".*?</text:note>', content, re.S)
    assert len(notes) == 4 and "桥梁要逐座检测" in re.sub(r"<[^>]+>", "", notes[0])


@libreoffice
def test_on_paper_every_citation_stands_at_the_foot_of_the_page(tmp_path):
    import pypdfium2

    dated = replace(P, date="2031年5月6日", published="《某日报》第3版", title="修桥")
    paged = replace(P, date="", published="某刊, 2031, 12(5): 7-9", title="养桥")
    bare = replace(P, date="", published="", title="看桥", page=None)
    cited = tuple(Citation(n, p, p.text[:4]) for n, p in enumerate((dated, paged, bare), 1))
    answer = Answer("桥？", True, "要修桥[1][2]。要看桥[3]。", cited, ())
    made = converted(as_docx(Transcript(messages=(Message("桥？", answer),))), "pdf", tmp_path)
    pages = pypdfium2.PdfDocument(made)
    page = pages[0]
    assert len(pages) == 1 and round(page.get_height()) == 842  # A4, in points
    text = re.sub(r"\s", "", page.get_textpage().get_text_range())
    body, foot = text[: text.index("——")], text[text.index("——") :]
    assert "要看桥" in body
    name = P.official.name
    for entry in (
        f"{name}.修桥[N].某日报,2031-05-06(3).",
        f"{name}.养桥[J].某刊,2031,12(5):7-9.",
        f"{name}.看桥[Z]//{P.file}.[日期不详].",
    ):
        assert entry in foot


@libreoffice
def test_a_comparison_has_its_footnotes_on_paper_too(tmp_path):
    import pypdfium2

    made = Manuscript("比较")
    made.table(
        ("官员", "原话"), [("邵一舟", [("“逐座检测”", footnote(Citation(1, P, "逐座检测")))])]
    )
    pages = pypdfium2.PdfDocument(converted(made.save(), "pdf", tmp_path))
    text = re.sub(r"\s", "", pages[0].get_textpage().get_text_range())
    assert text.index("原话") < text.index("“逐座检测”") < text.index("——")


def test_a_table_has_a_row_for_everybody_and_says_who_is_silent():
    made = Manuscript("比较")
    said = [("“逐座检测”", footnote(Citation(1, P, "逐座检测")))]
    made.table(("官员", "原话"), [("邵一舟", said), ("某人", "未见")])
    assert "逐座检测" in footnotes(made.save())[0]


def test_markdown_numbers_its_footnotes_throughout(talk):
    text = as_markdown(talk)
    assert text.startswith("# 桥与渡口\n")
    assert re.findall(r"\[\^\d\](?!:)", text) == ["[^1]", "[^2]", "[^2]", "[^3]"]
    assert re.findall(r"^\[\^(\d)\]: ", text, re.M) == ["1", "2", "3"]
    assert "\\[1\\]\\*星\\*" in text and "没有出处" in text and "> 评价：有用" in text


def test_json_holds_the_whole_citation(talk):
    whole = json.loads(as_json(talk))
    first = whole["messages"][0]
    assert first["feedback"] == "helpful" and first["answered"]
    cited = first["citations"][0]
    for key in ("speaker", "organization", "position", "title", "section", "paragraph",
                "quote", "text", "source", "plain", "gbt7714", "date"):  # fmt: skip
        assert cited[key], key
    assert whole["messages"][2] == {
        "question": "停", "asked": "", "feedback": None, "answered": False,
        "text": "写到一半", "stopped": True,
    }  # fmt: skip


def test_text_has_its_sources_below(talk):
    lines = as_text(talk.messages[0].answer).splitlines()
    assert lines[0].endswith("[1]") and lines[-1].startswith("[1] “桥梁要逐座检测”——")
