"""The page that tells who said a sentence, and how a changed quotation is marked."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from pages.trace import OPEN, draw_trace
from pages.wording import say
from rag.errors import BadQuestion
from rag.quote import trace
from rag.redline import redline
from rag.transcript import Context
from store import Official, Passage
from tests.test_pages import html, library, page

__all__ = ["library"]  # the fixture

LEVEE = "群众反映的险工险段，三天之内必须有人到现场，十天之内必须有处理意见。"


def passage(text: str, name: str = "陆望川", number: int = 1, **more: object) -> Passage:
    official = Official(name, f"{name}所在的局", "局长")
    made = Passage(f"{name}{number}", "d", "某文.txt", official, "题目", "一、节", number, text)
    return replace(made, **more)  # type: ignore[arg-type]


def drawn(quote: str, *passages: Passage, language: str = "zh") -> str:
    found = trace(quote, passages)
    return draw_trace(found, lambda key: 3, lambda p: Context(), len(passages), language)


def runs(quote: str, *passages: Passage) -> list[tuple[str, str, str]]:
    match = trace(quote, passages).matches[0]
    return [(r.op, r.quote, r.source) for r in redline(quote, match)]


# -- the marks -------------------------------------------------------------------------


def test_a_changed_quote_is_marked_in_place() -> None:
    quote = "群众反映的险工险段，五天之内必须要有人到现场，十天之内有处理意见。"
    assert runs(quote, passage(LEVEE)) == [
        ("equal", "群众反映的险工险段，", "群众反映的险工险段"),
        ("replace", "五", "三"),
        ("equal", "天之内必须", "天之内必须"),
        ("insert", "要", ""),
        ("equal", "有人到现场，十天之内", "有人到现场，十天之内"),
        ("delete", "", "必须"),
        ("equal", "有处理意见。", "有处理意见"),
    ]


@pytest.mark.parametrize(
    "quote",
    [
        "“群众反映的险工险段、四天之内必须有人到现场……”",
        "请看：群众反映的险工险段,三日之内必须有人到现场，十天内必须有处理意见！",
        "群众反映的险工險段三天之內必须有人到现场而且十天之内必须有处理的意见",
    ],
)
def test_the_marks_leave_no_character_of_the_quote_out(quote: str) -> None:
    found = runs(quote, passage(LEVEE))
    assert "".join(said for _, said, _ in found) == quote.strip("“”")
    assert {op for op, _, _ in found} > {"equal"}
    for op, said, source in found:
        assert bool(said) is (op != "delete") and bool(source) is (op != "insert")
        assert source in LEVEE


def test_words_in_another_order_are_shown_beside_the_source() -> None:
    quote = "十天之内必须有处理意见，三天之内必须有人到现场，群众反映的险工险段"
    assert trace(quote, [passage(LEVEE)]).verdict == "near" and runs(quote, passage(LEVEE)) == []
    seen = drawn(quote, passage(LEVEE))
    assert say("reordered") in seen and "<del>" not in seen


# -- what is drawn ---------------------------------------------------------------------


def test_verbatim_shows_every_owner_with_the_words_marked() -> None:
    seen = drawn("三天之内必须有人到现场", passage(LEVEE), passage(LEVEE, "闻人岳", page=4))
    assert say("verdict_verbatim") in seen and "陆望川、闻人岳" in seen
    assert seen.count("<mark>三天之内必须有人到现场</mark>") == 2 == seen.count("<article")
    assert "闻人岳所在的局局长" in seen and "一、节" in seen and "第 4 页" in seen
    assert "《题目》" in seen and "第 1 段" in seen and "<del>" not in seen
    assert "“三天之内必须有人到现场”——陆望川所在的局局长陆望川" in seen


def test_near_is_readable_without_colour() -> None:
    seen = drawn("群众反映的险工险段，五天之内必须要有人到现场", passage(LEVEE))
    assert say("verdict_near") in seen and say("compared") in seen
    assert "<del>五</del><ins>三</ins>" in seen and "<del>要</del>" in seen
    assert "引文“五”，原文“三”" in seen and "引文多出“要”" in seen
    assert re.search(r"相近程度 \d\d%", seen)


def test_absent_says_what_was_searched() -> None:
    seen = drawn("星辰大海是我们的征途", passage(LEVEE))
    assert say("verdict_absent") in seen and "全部 1 段" in seen and "<article" not in seen
    assert say("quote_short") in drawn("的", passage(LEVEE))


def test_a_stitched_quote_is_told_as_such() -> None:
    other = passage("票价实行政府指导价，老人和学生按半价执行。", "慕容清和")
    seen = drawn("三天之内必须有人到现场，老人和学生按半价执行", passage(LEVEE), other)
    assert say("verdict_stitched") in seen and say("part") in seen
    assert "<q>三天之内必须有人到现场</q>" in seen and "<q>老人和学生按半价执行</q>" in seen


def test_a_quote_found_in_part_says_what_is_not_there() -> None:
    seen = drawn("三天之内必须有人到现场，外省来的专家说一年能省九个亿", passage(LEVEE))
    assert say("verdict_partly") in seen and "不要当作原话引用" in seen
    assert "<q>三天之内必须有人到现场</q>" in seen


def test_words_of_somebody_else_are_told_as_such() -> None:
    said = passage("沈大河市长强调，堤坝要年年查、月月看。我们照办。")
    assert "转述“沈大河市长”的话" in drawn("堤坝要年年查、月月看", said)
    # The card still says that the paragraph holds words of another; the quoted ones are not.
    assert "转述“沈大河市长”的话" not in drawn("我们照办", said)


def test_doubt_and_loss_are_shown() -> None:
    seen = drawn(LEVEE, passage(LEVEE, review=True, confidence=0.4, gap_after=True, note="转述"))
    assert "40%" in seen and say("gap") in seen and "转述" in seen


def test_text_is_literal() -> None:
    evil = "堤坝<script>要</script>年年查，<b>月月</b>看，不许马虎。"
    for quote in (evil, evil.replace("不许", "不准<i>"), "<img src=x>没有这句话"):
        seen = drawn(quote, passage(evil, "<u>某"))
        assert not re.search(r"<(script|b>月|img|i>|u>)", seen)


def test_many_places_are_folded() -> None:
    seen = drawn("三天之内", *(passage(LEVEE, number=n) for n in range(OPEN + 5)))
    assert say("more_matches", count=5) in seen and seen.count("<article") == OPEN + 5
    many = drawn("三天之内", *(passage(LEVEE, number=n) for n in range(230)))
    assert say("not_all", total=230, count=200) in many


def test_english() -> None:
    seen = drawn("群众反映的险工险段，五天之内必须有人到现场", passage(LEVEE), language="en")
    assert "quoted “五”, source “三”" in seen and "1 official: 陆望川" in seen


# -- the page --------------------------------------------------------------------------


def look(at, quote: str):
    at.text_area(key="quote").set_value(quote)
    return next(b for b in at.button if b.label == say("who_look")).click().run()


def test_a_quote_is_looked_up(library):
    at = look(page("pages/who.py"), "票价实行政府指导价")
    assert not at.exception
    seen = html(at)
    assert say("verdict_verbatim") in seen and "慕容清和" in seen and "陆望川" not in seen
    assert "年底前都要通上客车" in seen  # what stands before it
    look(at, "票价实行市场调节价，老人和学生按半价执行")
    assert say("verdict_near") in html(at) and "<del>市场调节</del><ins>政府指导</ins>" in html(at)


def test_an_example_fills_the_box(library):
    at = page("pages/who.py")
    at.button(key="suggest_0").click().run()
    assert at.text_area(key="quote").value in library.passages()[0].text
    assert say("verdict_verbatim") in html(at)


def test_a_quote_of_signs_is_one_line(library):
    at = look(page("pages/who.py"), "……！")
    assert not at.exception and "请给出要查证的话。" in html(at)


def test_nothing_is_looked_up_without_words_or_documents(library):
    at = look(page("pages/who.py"), "  ")
    assert "yj-trace" not in html(at) and "yj-error" not in html(at)
    library.remove(library.documents()[0].id)
    at.run()
    assert say("empty_library") in html(at) and not at.text_area


def test_a_document_that_is_gone_said_nothing(library):
    at = look(page("pages/who.py"), "票价实行政府指导价")
    library.upload("新.txt", "# 题 | 闻人岳 | 某局 | 局长\n植树要看成活率。".encode())
    at.run()
    assert say("verdict_absent") in html(at)


def test_the_assistant_traces(town):
    found = town.trace("养护工人是第一道防线")
    assert found.verdict == "verbatim" and found.matches[0].passage.official.name == "陆承远"
    with pytest.raises(BadQuestion):
        town.trace("……")
