"""The page of proofs: what is shown, and that a correction counts at once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages import session
from pages.proof import Badge, displaced, draw_doubt, draw_proof, letter
from pages.wording import say
from rag import Assistant
from store import Library, Line, Official, Paragraph, Remarks
from tests.conftest import BRIDGE
from tests.test_pages import ask, html
from tests.test_turn import FRONT, interview

ROOT = Path(__file__).resolve().parent.parent
LINE = next(n for n, text in enumerate(BRIDGE.splitlines(), 1) if "超载车辆" in text)
OTHER = next(n for n, text in enumerate(BRIDGE.splitlines(), 1) if "326座" in text)


@pytest.fixture
def town(settings, monkeypatch):
    """A real library and assistant behind the pages."""
    (settings.documents / "town.txt").write_text(BRIDGE, encoding="utf-8")
    made = Library.open(settings)
    monkeypatch.setattr(session, "open_library", lambda settings: made)
    monkeypatch.setattr(session, "open_assistant", lambda lib, s=None: Assistant(lib, settings))
    session._desks.clear()
    yield made
    session._desks.clear()


def proof() -> AppTest:
    at = AppTest.from_file(str(ROOT / "pages" / "proofreading.py"), default_timeout=60).run()
    assert not at.exception
    return at


def choose(at: AppTest, line: int = LINE) -> AppTest:
    at.selectbox(key="proof_any").set_value((line,)).run()
    assert not at.exception
    return at


def speaker(library: Library, words: str) -> str | None:
    pieces = library.remarks(library.documents()[0].id)
    piece = next(r for r in pieces for p in r.paragraphs if words in p.text)
    return piece.official.name if piece.official else None


def test_both_sides_are_shown_with_signs_and_counts(town):
    at = proof()
    seen = html(at)
    assert say("proof_source") in seen and say("proof_order") in seen
    assert re.search(r"yj-sign.>A</i> <b>陆承远</b> <small>5 段", seen)
    assert re.search(r"yj-sign.>B</i> <b>苏晚棠</b> <small>4 段", seen)
    assert f'data-lines="{LINE}"' in seen and say("kind_byline") in seen
    assert say("proof_clean") in seen and not [b for b in at.button if b.key == "proof_undo"]


def test_a_reassigned_paragraph_is_cited_under_its_new_official_at_once_and_back(town):
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    ask(at, "超载车辆怎么管？")
    assert "陆承远" in html(at)

    at.switch_page("pages/proofreading.py").run()
    choose(at)
    key = next(o.key for o in town.officials() if o.name == "苏晚棠")
    at.selectbox(key=f"to_any_{LINE}").set_value(key)
    at.button(key=f"assign_any_{LINE}").click().run()
    assert not at.exception and speaker(town, "超载车辆") == "苏晚棠"
    assert "已按校对更新" in html(at) and say("proof_steps", n=1) in html(at)
    assert "人工校对" in html(at)

    at.switch_page("pages/chat.py").run()
    at.button(key="new").click().run()
    ask(at, "超载车辆怎么管？")
    last = [e.value for e in at.get("html") if 'class="yj-answer"' in e.value][-1]
    shown = re.findall(r"<b>(\w+)</b><small>[^<]*</small>[\s\S]*?<mark>([^<]*)", last)
    assert [who for who, words in shown if "超载" in words] == ["苏晚棠"]

    at.switch_page("pages/proofreading.py").run()
    at.button(key="proof_reset_ask").click().run()
    at.button(key="proof_reset_no").click().run()
    assert speaker(town, "超载车辆") == "苏晚棠"
    at.button(key="proof_reset_ask").click().run()
    at.button(key="proof_reset_yes").click().run()
    assert speaker(town, "超载车辆") == "陆承远" and say("proof_clean") in html(at)


def test_a_new_official_is_typed_in_and_needs_a_name(town):
    at = choose(proof())
    at.selectbox(key=f"to_any_{LINE}").set_value("\x00new").run()
    at.button(key=f"assign_any_{LINE}").click().run()
    assert "请填写姓名。" in html(at) and speaker(town, "超载车辆") == "陆承远"
    at.text_input(key=f"name_any_{LINE}").set_value("贺明远 *<b>*")
    at.text_input(key=f"organization_any_{LINE}").set_value("青川市公路局")
    at.button(key=f"assign_any_{LINE}").click().run()
    assert speaker(town, "超载车辆") == "贺明远 *<b>*"
    assert "贺明远 *&lt;b&gt;*" in html(at) and "<b>*" not in html(at)


def test_several_go_together_and_one_undo_takes_them_back(town):
    at = choose(proof())
    key = next(o.key for o in town.officials() if o.name == "苏晚棠")
    at.selectbox(key=f"to_any_{LINE}").set_value(key)
    at.multiselect(key=f"along_any_{LINE}").set_value([(OTHER,)])
    at.button(key=f"assign_any_{LINE}").click().run()
    assert {speaker(town, w) for w in ("超载车辆", "326座")} == {"苏晚棠"}
    assert say("proof_steps", n=1) in html(at)
    at.button(key="proof_undo").click().run()
    assert {speaker(town, w) for w in ("超载车辆", "326座")} == {"陆承远"}


def test_moving_joining_splitting_headings_and_lost_text(town):
    at = choose(proof())
    ident = town.documents()[0].id

    def mine():
        pieces = town.remarks(ident)
        return next(p for r in pieces for p in r.paragraphs if "超载车辆" in p.text)

    at.button(key=f"up_any_{LINE}").click().run()
    assert mine().number == 2
    at.button(key=f"down_any_{LINE}").click().run()
    assert mine().number == 3
    at.number_input(key=f"number_any_{LINE}").set_value(1)
    at.button(key=f"move_any_{LINE}").click().run()
    assert mine().number == 1 and at.button(key=f"up_any_{LINE}").disabled
    at.button(key=f"before_any_{LINE}").click().run()
    assert mine().gap_before and say("gap") in html(at)
    at.button(key=f"before_any_{LINE}").click().run()
    assert not mine().gap_before
    heading = next(x for x in town.source_lines(ident) if x.text.startswith("二、依靠"))
    at.selectbox(key=f"under_any_{LINE}").set_value((heading.number,))
    at.button(key=f"section_any_{LINE}").click().run()
    assert mine().section == heading.text
    at.button(key=f"join_any_{LINE}").click().run()
    assert len(mine().lines) == 2
    joined = "_".join(map(str, mine().lines))
    at.selectbox(key="proof_any").set_value(mine().lines).run()
    assert f'<span class="yj-half" data-lines="{LINE}">' in html(at)
    at.button(key=f"split_any_{joined}").click().run()
    assert mine().lines == (LINE,)
    assert not at.exception


def test_doubtful_words_come_first_and_can_be_confirmed(settings, town):
    (settings.documents / "town.txt").unlink()
    text = "要把河道管好，常态化清淤。\n\n要把路灯修好，方便夜间出行。\n"
    (settings.documents / "无名.txt").write_text(text, encoding="utf-8")
    at = proof()
    assert say("proof_doubts") in html(at) and say("proof_unknown") in html(at)
    assert not [b for b in at.button if b.key.startswith("ok_")]
    at.selectbox(key="to_doubt_1").set_value("\x00new").run()
    at.text_input(key="name_doubt_1").set_value("韩立秋")
    at.button(key="assign_doubt_1").click().run()
    assert [p.official.name for p in town.passages()] == ["韩立秋"]


def test_the_library_page_leads_to_the_doubts(settings, town):
    text = "要把河道管好，常态化清淤。\n"
    (settings.documents / "无名.txt").write_text(text, encoding="utf-8")
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    at.switch_page("pages/library.py").run()
    record = next(r for r in town.documents() if r.name == "无名.txt")
    link = at.button(key=f"proof_{record.id}")
    assert link.label == "1 段存疑 → 校对"
    link.click().run()
    assert not at.exception and at.selectbox(key="proof_choice").value == record.id


def test_each_of_several_results_says_whose_doubts_its_link_leads_to(settings, town):
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    at.switch_page("pages/library.py").run()
    text = "要把河道管好，常态化清淤。\n".encode()
    at.file_uploader[0].set_value(
        [("无名甲.txt", text, "text/plain"), ("无名*乙.txt", text * 2, "text/plain")]
    ).run()
    links = [b.label for b in at.button if b.key and b.key.startswith("proof_result_")]
    assert not at.exception
    assert links == [r"无名甲\.txt：1 段存疑 → 校对", r"无名\*乙\.txt：2 段存疑 → 校对"]


def test_a_file_of_another_kind_is_refused_and_not_dropped_without_a_word(settings, town):
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    at.switch_page("pages/library.py").run()
    assert not at.file_uploader[0].proto.type  # Streamlit would drop other kinds by itself
    at.file_uploader[0].set_value([("照片.jpg", b"\xff\xd8\xff\xe0", "image/jpeg")]).run()
    assert not at.exception and "照片.jpg" in html(at) and "文字识别" in html(at)
    assert "照片.jpg" not in {r.name for r in town.documents()}


def test_a_file_that_has_gone_is_said_and_nothing_breaks(settings, town):
    session._desks().at().open(lambda what, fraction: None)
    (settings.documents / "town.txt").unlink()
    at = AppTest.from_file(str(ROOT / "pages" / "proofreading.py"), default_timeout=60)
    at.session_state["synced"] = True
    at.run()
    assert not at.exception and "源文件已不在" in html(at)
    # Another document can still be chosen.
    assert [s.key for s in at.main.selectbox] == ["proof_choice"]


def test_english(town):
    at = AppTest.from_file(str(ROOT / "pages" / "proofreading.py"), default_timeout=60)
    at.query_params["lang"] = "en"
    at.run()
    choose(at)
    assert say("proof_source", "en") in html(at)
    labels = [b.label for b in at.button] + [s.label for s in at.selectbox]
    assert not [label for label in labels if re.search(r"[\u4e00-\u9fff]", label)]


# -- the drawing -------------------------------------------------------------------------

ONE, TWO = Official("贺一", "甲局", "局长"), Official("贺二", "乙局", "局长")
LINES = (
    Line(1, "贺一", hint="byline"),
    Line(2, "甲局局长", hint="byline"),
    Line(3, "甲的头一句", hint="body"),
    Line(4, "乙的末一句", hint="body"),
    Line(5, "贺二", hint="byline"),
    Line(6, "乙的头一句", hint="body"),
    Line(7, "甲的末一句", hint="body"),
    Line(8, "<i>&注", hint=""),
)


def piece(official, *lines: tuple[int, ...], **more) -> Remarks:
    texts = {line.number: line.text for line in LINES}
    made = [
        Paragraph("".join(texts[n] for n in each), at, lines=each, **more)
        for at, each in enumerate(lines, 1)
    ]
    return Remarks(official, "题", tuple(made))


def test_what_was_moved_is_known():
    assert displaced(LINES, [piece(ONE, (3,), (7,)), piece(TWO, (6,), (4,))]) == {7, 4, 6}
    assert displaced(LINES, [piece(ONE, (3,), (4,)), piece(TWO, (6,), (7,))]) == set()
    assert displaced(LINES, [piece(ONE, (4,), (3,))]) in ({3}, {4})


def test_everything_is_escaped_and_nothing_is_lost():
    badges = {ONE.key: Badge("A", 0), None: Badge("?")}
    nobody = piece(None, (8,), review=True, gap_before=True)
    seen = draw_proof(LINES, [piece(ONE, (3, 7)), nobody], badges, {7})
    assert "&lt;i&gt;&amp;注" in seen and "<i>&" not in seen
    assert seen.count("甲的末一句") == 2 and 'data-lines="3 7"' in seen
    assert 'class="yj-half" data-lines="7"' in seen and say("gap") in seen
    assert 'class="yj-sign">A1</i>' in seen and 'class="yj-sign">?1</i>' in seen
    card = draw_doubt(nobody, nobody.paragraphs[0], badges[None])
    assert "&lt;i&gt;" in card and say("proof_unknown") in card


def test_a_part_of_a_long_document_shows_its_own_pieces_only():
    badges = {ONE.key: Badge("A", 0), TWO.key: Badge("B", 1)}
    seen = draw_proof(LINES[:3], [piece(ONE, (3,)), piece(TWO, (6,))], badges, set())
    assert "甲的头一句" in seen and "乙的头一句" not in seen


def test_letters_go_on_after_z():
    assert [letter(n) for n in (0, 25, 26, 27, 51, 52)] == ["A", "Z", "AA", "AB", "AZ", "BA"]


def test_an_interviewers_questions_are_no_doubts(town):
    town.upload("访谈.md", interview(FRONT).encode())
    record = next(r for r in town.documents() if r.name == "访谈.md")
    assert (record.doubtful, record.unattributed) == (0, 0)
    at = AppTest.from_file(str(ROOT / "pages" / "proofreading.py"), default_timeout=60)
    at.session_state["proof_document"] = record.id
    seen = html(at.run())
    assert not at.exception and "yj-doubtful" not in seen and 'yj-flag"' not in seen
    assert say("proof_asker") in seen and seen.count(say("proof_asked")) == 2
    assert say("proof_nobody") not in seen and say("proof_clean") in seen
    choose(at, next(p.lines[0] for r in town.remarks(record.id) for p in r.paragraphs if p.asked))
    assert say("proof_nobody") not in html(at)
