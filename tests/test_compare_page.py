"""Several officials on one theme: the table, what is taken away of it, and its page."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from html.parser import HTMLParser
from io import BytesIO

import pytest

from pages.side import draw_side
from pages.wording import say
from rag import Assistant, Filter
from rag.answer import Citation
from rag.errors import BadQuestion
from rag.synopsis import MOST, Row, Saying, Synopsis
from rag.tabulation import as_docx, as_html, as_markdown
from rag.theme import themes
from rag.transcript import Context
from store import Official, Passage
from tests.test_pages import html, library, page

__all__ = ["library"]  # the fixture


def saying(number: int, text: str, by: str = "", **more: object) -> Saying:
    official = Official("闻人岳", "某局", "局长")
    made = Passage(f"p{number}", "d", "某文.txt", official, "题|目", "一、节", number, text)
    return Saying(Citation(number, replace(made, **more), text), by)  # type: ignore[arg-type]


TABLE = Synopsis(
    "植树*造林*",
    (
        Row(Official("闻人岳", "某局", "局长"), (saying(1, "植树要|看成活率。"),), True),
        Row(Official("陆望川", "某厅"), (saying(2, "管护要有人。", "某市长"),)),
        Row(Official("甲", "乙"), (saying(3, "种树。", note="转述，非原话"),), True),
        Row(Official("慕容清和", "某委", "主任")),
    ),
)


# -- the table -------------------------------------------------------------------------


def test_who_speaks_on_a_theme_and_who_does_not(town: Assistant) -> None:
    table = town.compare("桥梁")
    first, second = table.rows
    assert first.official.name == "陆承远" and first.direct and first.sayings
    assert second.official.name == "苏晚棠" and not second.direct
    assert table.heard == 1
    for row in table.rows:
        for s in row.sayings:
            assert s.citation.passage.official == row.official
            assert s.citation.quote in s.citation.passage.text
    assert [c.number for c in table.citations] == list(range(1, len(table.citations) + 1))


def test_nobody_speaks_on_what_is_not_there(town: Assistant) -> None:
    table = town.compare("火星基地的氧气")
    assert table.heard == 0 and len(table.rows) == 2 and not table.citations


def test_the_silent_come_last_where_that_is_wanted(town: Assistant) -> None:
    table = town.compare("书屋").ranked()
    assert [r.official.name for r in table.rows] == ["苏晚棠", "陆承远"]


def test_words_in_quotation_marks_must_be_there(town: Assistant) -> None:
    table = town.compare("“一桥一档”")
    assert [r.direct for r in table.rows] == [True, False]
    assert any("一桥一档" in s.citation.quote for s in table.rows[0].sayings)


def test_only_those_chosen_have_a_row(town: Assistant) -> None:
    key = town.knowledge.officials[1].key
    assert [r.official.key for r in town.compare("服务", [key]).rows] == [key]
    only = town.compare("服务", limits=Filter(kinds=("图书馆",)))
    assert [r.official.name for r in only.rows] == ["苏晚棠"]


@pytest.mark.parametrize(
    ("theme", "speakers", "limits", "line"),
    [
        (" ", (), Filter(), "请输入"),
        ("长" * 1001, (), Filter(), "超过上限"),
        ("桥梁", ("没有此人",), Filter(), "请先选择"),
        ("桥梁", (), Filter(places=("火星",)), "请先选择"),
    ],
)
def test_what_cannot_be_compared_is_said(
    town: Assistant, theme: str, speakers: tuple[str, ...], limits: Filter, line: str
) -> None:
    with pytest.raises(BadQuestion, match=line):
        town.compare(theme, speakers, limits)


def test_too_many_are_refused(town: Assistant) -> None:
    from rag.synopsis import synopsis

    crowd = [Official(f"某{n}", "某局") for n in range(MOST + 1)]
    with pytest.raises(BadQuestion, match=str(MOST)):
        synopsis("桥梁", crowd, town.library, town.knowledge)


def test_themes_are_words_of_the_headings_that_are_spoken_of(town: Assistant) -> None:
    passages = town.knowledge.passages
    found = themes(passages, 10)
    heads = "".join({p.title + p.section for p in passages})
    assert found and all(t.name in heads for t in found)
    for theme in found:
        for key, count in theme.spoke.items():
            own = [p for p in passages if p.official.key == key and theme.name in p.text]
            assert len(own) == count
    names = [t.name for t in found]
    assert not [(a, b) for a in names for b in names if a != b and a in b]
    assert themes([], 10) == []


# -- what is taken away ----------------------------------------------------------------


def test_markdown_is_one_table_with_footnotes() -> None:
    text = as_markdown(TABLE)
    assert "# 各官员谈“植树\\*造林\\*”" in text
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert len(rows) == 6 and all(len(re.findall(r"(?<!\\)\|", row)) == 3 for row in rows)
    assert "“植树要\\|看成活率。”[^1]" in rows[2] and "闻人岳（某局局长）" in rows[2]
    assert "未见直接表述；意思最接近的是：“管护要有人。”（转述某市长的话）[^2]" in rows[3]
    assert "| 种树。（转述，非原话）[^3] |" in rows[4]  # not the official's own words: no marks
    assert rows[5].endswith("| *未见相关表述* |")
    assert len(re.findall(r"^\[\^\d\]: .*闻人岳", text, re.M)) == 3
    english = as_markdown(TABLE, "en")
    assert "nothing on this in the library" in english and "未见" not in english


def test_html_is_closed_and_literal() -> None:
    evil = Synopsis("<i>", (Row(Official("<b>", "<u>"), (saying(1, "<script>x"),), True),))
    text = as_html(evil)
    tags: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: object) -> None:
            tags.append(tag)

        def handle_endtag(self, tag: str) -> None:
            tags.remove(tag)

    reader = Reader()
    reader.feed(text)
    assert set(tags) <= {"br"} and "<script>" not in text and "&lt;script&gt;x" in text
    assert "<sup>[1]</sup>" in text and "未见相关表述" in as_html(TABLE)


def test_docx_has_the_table_its_footnotes_and_the_references() -> None:
    with zipfile.ZipFile(BytesIO(as_docx(TABLE))) as made:
        body = made.read("word/document.xml").decode()
        notes = made.read("word/footnotes.xml").decode()
    words = re.sub(r"<[^>]+>", "", body)
    assert words.count("未见相关表述") == 1 and "未见直接表述；意思最接近的是：" in words
    assert body.count("footnoteReference") == 3 and notes.count("闻人岳") == 6
    assert "参考文献" in words and "闻人岳. 题|目[Z]//某文.txt" in words


def test_the_page_draws_a_row_for_everybody() -> None:
    seen = draw_side(TABLE.rows, lambda key: 2, lambda p: Context())
    assert seen.count('<th scope="row">') == 4 and seen.count('class="yj-card"') == 3
    assert seen.count(say("compare_silent")) == 1 and seen.count(say("compare_near")) == 1
    assert 'popovertarget="yj-side-1"' in seen and 'id="yj-side-1"' in seen
    assert say("compare_near", "en") in draw_side(
        TABLE.rows, lambda key: 2, lambda p: Context(), "en"
    )


# -- the page --------------------------------------------------------------------------


def compare(at, theme: str):
    at.text_input(key="compare_theme").set_value(theme)
    return next(b for b in at.button if b.label == say("compare_do")).click().run()


def table(at) -> str:
    return next(e.value for e in at.get("html") if '<table class="yj-side"' in e.value)


def test_a_theme_is_compared_and_can_be_taken_away(library):
    at = compare(page("pages/compare.py"), "客车")
    assert not at.exception
    seen = html(at)
    assert "1 位直接谈到" in seen and say("compare_silent") in seen
    assert "慕容清和" in seen and "年底前都要通上" in seen
    assert 'data-rich="&lt;table' in seen and len(at.get("download_button")) == 2


def test_an_example_fills_the_form_and_chosen_officials_are_asked(library):
    at = page("pages/compare.py")
    at.button(key="theme_0").click().run()
    theme, calls = at.text_input(key="compare_theme").value, library.assistants[0].calls
    assert theme and (calls[-1]["theme"], calls[-1]["speakers"]) == (theme, ())
    key = library.officials()[0].key
    at.multiselect(key="compare_officials").set_value([key])
    compare(at, "水库")
    assert (calls[-1]["theme"], calls[-1]["speakers"]) == ("水库", (key,))


def test_the_table_follows_the_library(library):
    at = compare(page("pages/compare.py"), "客车")
    calls = len(library.assistants[0].calls)
    at.run()
    assert len(library.assistants[0].calls) == calls  # nothing has changed
    at.multiselect(key="compare_officials").set_value([library.officials()[1].key]).run()
    library.upload("新.txt", "# 题 | 闻人岳 | 某局 | 局长\n客车要准点。".encode())
    at.run()
    assert not at.exception and "客车要准点。" in html(at) and "年底前" not in html(at)
    assert at.multiselect(key="compare_officials").value == []
    library.remove(library.documents()[0].id)
    at.run()
    assert say("empty_library") in html(at) and not at.text_input


def test_no_theme_is_one_line(library):
    at = compare(page("pages/compare.py"), " ")
    assert not at.exception and "请输入一个问题。" in html(at)


def test_hundreds_are_shown_by_and_by(library):
    for n in range(90):
        library.upload(f"{n:02}.txt", f"# 题 | 某{n:02} | 某局 | 局长\n植树{n}棵。".encode())
    at = compare(page("pages/compare.py"), "植树8")
    seen = table(at)
    assert "某08" in seen and seen.count('<th scope="row">') == 40
    assert seen.index("某89") < seen.index("某00")  # those who speak on it come first
    at.checkbox(key="compare_ranked").set_value(False).run()
    assert "某89" not in table(at)
    at.button(key="compare_more").click().run()
    assert table(at).count('<th scope="row">') == 80
