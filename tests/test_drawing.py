"""What the pages draw from an answer, a citation and a piece: everything literal."""

from __future__ import annotations

import re

import pytest

from pages.answer import draw_answer, draw_stream
from pages.card import draw_card
from pages.label import escape_label
from pages.piece import draw_piece, pieces
from pages.wording import say
from rag import Answer, Citation, Claim
from rag.prose import Prose, blocks, place_claims, quotes_in
from rag.reference import plain, runs
from rag.transcript import Context
from store import Official, Passage

TRICKY = (
    "价 $5 到 $6<script>x()</script>![](a) *甲* **乙** # 丙 :material/home: :red[丁] [2] [链](b)"
)


def passage(text: str = "桥梁要逐座检测。", **other) -> Passage:
    fixed = {
        "id": "p1", "document": "d", "file": "某会.txt", "title": "修桥",
        "official": Official("邵一舟", "青岚县", "县长"), "section": "一、检测", "paragraph": 2,
    }  # fmt: skip
    return Passage(**{**fixed, "text": text, **other})


def answer(text: str, citations=(), claims=(), **other) -> Answer:
    return Answer("问", other.pop("answered", True), text, tuple(citations), tuple(claims), **other)


def drawn(value: Answer, **other) -> str:
    return draw_answer(value, "0", lambda key: 3, **other)


def visible(html: str) -> str:
    from html import unescape

    return unescape(re.sub(r"<[^>]*>", "", html))


# -- an answer's text ------------------------------------------------------------------


def test_source_words_in_an_answer_are_drawn_literally():
    made = drawn(answer(f"他说：“{TRICKY}”[1]", [Citation(1, passage(TRICKY), TRICKY)]))
    body = made.split("yj-sources")[0]
    assert TRICKY in visible(body)
    for tag in ("<script", "<img", "<a ", "<em", "<strong", "<h4"):
        assert tag not in made
    assert made.count("popovertarget=") == 3  # the marker, its row and the card's close button


def test_an_unsure_speaker_is_flagged_beside_the_words_and_in_the_list_of_sources():
    sure, unsure = passage(), passage(id="p2", review=True, confidence=0.41)
    text = "邵一舟指出：桥梁要逐座检测。[1]\n\n邵一舟指出：桥梁要逐座检测。[2]"
    cites = [Citation(1, sure, sure.text), Citation(2, unsure, unsure.text)]
    body, sources = drawn(answer(text, cites)).split("yj-sources")
    for part in (body, sources.split("</details>")[0]):
        assert part.count(say("unsure")) == 1
        assert part.index("[2]") < part.index(say("unsure"))
    assert say("unsure") not in drawn(answer("邵一舟指出：桥梁要逐座检测。[1]", cites[:1]))


def test_a_name_is_set_off_after_a_heading_too():
    p = passage()
    made = drawn(answer("**一、检测** 邵一舟指出：逐座检测。[1]", [Citation(1, p, p.text)]))
    assert '<strong>一、检测</strong> <strong class="yj-name">邵一舟</strong>' in made


def test_model_output_cannot_bring_html_links_or_images():
    made = drawn(answer("<img src=x onerror=y> [看](javascript:z) ![图](http://a.test/b.png)"))
    assert "<img" not in made and "<a" not in made
    assert "&lt;img src=x onerror=y&gt; [看](javascript:z)" in made


def test_the_few_marks_of_an_answer_are_drawn():
    made = drawn(answer("## 总述\n**邵一舟**说了两点：\n\n- 一\n- 二\n\n1. 甲\n2. 乙"))
    assert "<h4>总述</h4>" in made and "<strong>邵一舟</strong>" in made
    assert made.count("<li") == 4 and "<ul>" in made and "<ol>" in made
    assert "1. 甲" in visible(made)


def test_bold_that_never_closes_is_literal():
    assert "**未完" in visible(drawn(answer("他说 **未完")))


def test_a_marker_without_a_citation_opens_nothing():
    made = drawn(answer("一句[1]，一句[7]。", [Citation(1, passage(), "桥梁")]))
    assert 'popovertarget="yj-0-1"' in made and "yj-0-7" not in made
    assert "一句[7]" in visible(made)


def test_neighbouring_blocks_of_one_official_share_a_frame_in_his_colour():
    other = passage("路要修平。", official=Official("郗若兰", "青岚县", "局长"), id="p2")
    cites = [Citation(1, passage(), "桥梁"), Citation(2, other, "路要修平")]
    text = "邵一舟说甲[1]\n\n又说乙[1]\n\n丙[2]\n\n丁[1][2]"
    hues = {"邵一舟|青岚县": 1, "郗若兰|青岚县": 5}
    made = draw_answer(answer(text, cites), "0", hues.__getitem__)
    frames = re.findall(r'<div class="yj-block( plain)?"(?: style="--hue:var\(--yj-(\d)\)")?', made)
    assert frames == [("", "1"), ("", "5"), (" plain", "")]
    assert made.count('<strong class="yj-name">邵一舟</strong>') == 1


def test_a_failing_sentence_is_tagged_where_it_stands():
    text = "**邵一舟**说，桥要修[1]。他说要建一百座[1]。路也要修[1]。"
    claims = [
        Claim("邵一舟说，桥要修[1]。", (1,), "supported"),
        Claim("他说要建一百座。", (1,), "wrong_number"),
        Claim("路也要修[1]。", (1,), "supported"),
    ]
    made = drawn(answer(text, [Citation(1, passage(), "桥梁")], claims))
    assert made.count("yj-flag") == 1
    before, after = made.split('<span class="yj-flag">')
    assert visible(before).endswith("他说要建一百座[1]。")
    assert after.startswith(f"{say('wrong_number')}</span>")
    assert "路也要修" in visible(after)
    assert "桥要修" in re.sub(r'<span class="yj-doubt">.*?</span>', "", made)


def test_the_same_sentence_twice_is_tagged_once_if_it_failed_once():
    claims = [Claim("要修。", (), "supported"), Claim("要修。", (), "uncited")]
    placed, lost = place_claims("要修。要修。", claims)
    assert [(f.start, f.end) for f in placed] == [(3, 6)] and not lost


def test_a_failing_sentence_that_is_not_in_the_text_is_still_shown():
    made = drawn(answer("甲。", claims=[Claim("别处的话。", (), "unsupported")]))
    assert "别处的话。" in visible(made) and say("unsupported") in made


def test_an_unanswered_reply_is_plain():
    made = drawn(
        answer("资料库里没有。", claims=[Claim("资料库里没有。", (), "uncited")], answered=False)
    )
    assert "yj-flag" not in made and "资料库里没有。" in visible(made)


def test_notice_is_one_line_and_escaped():
    made = drawn(answer("甲", notice="<b>没连上"))
    assert made.count('role="note"') == 1 and "&lt;b&gt;没连上" in made


def test_no_words_are_lost_between_text_and_blocks():
    text = "# 题\n甲乙\n丙\n\n- 丁\n* 戊\n> 己\n3) 庚\n\n  \n辛"
    words = "".join(text[a:b] for block in blocks(Prose(text)) for a, b in block.spans)
    assert words == "题甲乙丙丁戊己3) 庚辛"


def test_quotes_do_not_overlap():
    cites = [Citation(1, passage(), "桥梁要逐座"), Citation(2, passage(), "要逐座检测")]
    assert quotes_in("桥梁要逐座检测。要逐座检测", cites) == ((0, 5), (8, 13))


def test_a_growing_answer_has_nothing_to_open():
    made = draw_stream("**甲**<script>[1]")
    assert "popovertarget" not in made and "&lt;script&gt;[1]" in made


# -- a citation's card -----------------------------------------------------------------


def test_a_card_shows_all_that_a_citation_needs():
    p = passage(
        "桥梁要逐座检测。", lines=(3, 4, 9), page=2, note="转述", gap_before=True, gap_after=True,
        review=True, confidence=0.61, date="2031-05-06",
    )  # fmt: skip
    made = draw_card(Citation(1, p, "逐座检测"), "x", 2, Context("前段", "后段"))
    seen = visible(made)
    for part in (
        "邵一舟", "青岚县县长", "《修桥》", "一、检测", "第 2 段", "某会.txt", "第 2 页",
        "第 3–4、9 行",         "转述", "61%", "2031-05-06", "前段", "后段",
    ):  # fmt: skip
        assert part in seen
    assert "桥梁要<mark>逐座检测</mark>。" in made
    assert seen.count(say("gap")) == 2
    assert seen.index("前段") < seen.index(say("gap")) < seen.index("桥梁要") < seen.index("后段")


def test_a_card_escapes_everything():
    evil = '"><script>x</script>'
    p = passage(evil, title=evil, section=evil, file=evil, note=evil, official=Official(evil, evil))
    made = draw_card(Citation(1, p, evil), "x", 0, Context(evil, evil))
    assert "<script" not in made and made.count(f"<mark>{'&quot;&gt;&lt;script&gt;x'}") == 1


def test_reference_keeps_the_words_and_names_the_place():
    line = plain(Citation(4, passage(), "逐座检测"))
    assert (
        line.startswith("“逐座检测”——青岚县县长邵一舟")
        and "《修桥》" in line
        and "某会.txt" in line
    )


@pytest.mark.parametrize(
    ("lines", "text"), [((), ""), ((5,), "5"), ((1, 2, 3, 7), "1–3、7"), ((9, 3), "9、3")]
)
def test_runs(lines, text):
    assert runs(lines) == text


def test_a_piece_is_shown_in_order_with_sections_and_each_gap_once():
    group = [
        passage("二段", id="b", paragraph=2, gap_before=True, section="二"),
        passage("一段", id="a", paragraph=1, gap_after=True, section="一"),
        passage("别人", id="c", official=Official("郗若兰")),
    ]
    made = pieces(group)
    assert [[p.text for p in piece] for piece in made] == [["一段", "二段"], ["别人"]]
    html = draw_piece(made[0], 1)
    assert html.count(say("gap")) == 1
    assert html.index("<h5>一") < html.index("一段") < html.index(say("gap")) < html.index("二段")


def test_labels_are_literal():
    assert escape_label("*a* :red[b]") == r"\*a\* \:red\[b\]"
    assert escape_label("甲\n乙") == "甲 乙"
    assert "material/" not in escape_label(":material/home:").replace("\u2060", "?")[:10]
