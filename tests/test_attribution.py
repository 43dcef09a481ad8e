"""Shuffled pieces go back to their officials, in order, joined, with what is lost marked."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from store.attribution import attribute
from store.document import Document, Line
from store.reader import read_bytes
from store.remarks import Remarks
from store.titling import match_titles
from tests.attribution_bench import generated, paragraphs, run
from tests.officialese import pieces

SHARED = Path(__file__).resolve().parents[2] / "shared"


def parse(text: str, name: str = "a.txt") -> tuple[Remarks, ...]:
    return attribute(read_bytes(name, text.encode(), 1 << 26))


def whole(count: int, seed: int) -> str:
    """Pieces one after the other, nothing displaced."""
    rows: list[str] = []
    for p in pieces(count, random.Random(seed)):
        rows += ["", "", p.title, "", *p.byline, ""]
        for item in p.items:
            rows += [item.text, ""]
    return "\n".join(rows)


def test_pieces_in_order_stay_as_they_are() -> None:
    made = pieces(3, random.Random(5))
    found = parse(whole(3, 5))
    assert [r.official.name for r in found if r.official] == [p.speaker for p in made]
    for remarks, piece in zip(found, made, strict=True):
        assert remarks.title == piece.title
        assert [p.text for p in remarks.paragraphs] == [
            i.text for i in piece.items if not i.heading
        ]
        heading: str | None = None
        sections = []
        for item in piece.items:
            heading = item.text if item.heading else heading
            if not item.heading:
                sections.append(heading)
        assert [p.section for p in remarks.paragraphs] == sections
        assert not any(p.gap_before or p.gap_after for p in remarks.paragraphs)


def test_generated_documents_beat_the_rule_by_far() -> None:
    total = run(generated(12, 7), "generated")
    assert total.lost <= 1
    assert total.accuracy >= 0.95
    assert total.accuracy > total.rule / total.lines + 0.05
    assert total.sure_wrong <= 0.01 * total.sure
    assert total.join_recall >= 0.9
    assert total.join_precision >= 0.9
    assert total.tau >= 0.9


def test_every_body_line_is_in_exactly_one_paragraph() -> None:
    for row in generated(6, 3):
        body = {g["line"] for g in row["gold"] if g["kind"] == "body"}
        lines = [n for r in parse(row["text"]) for p in r.paragraphs for n in p.lines]
        assert len(lines) == len(set(lines))
        assert body <= set(lines)


def test_a_column_from_the_next_page_comes_home() -> None:
    first, second = pieces(2, random.Random(21))
    cut = first.items[-1].text
    rows = ["", "", first.title, "", *first.byline, ""]
    for item in first.items[:-1]:
        rows += [item.text, ""]
    rows += [cut[:40], "", "", second.title, "", "", *second.byline, ""]
    for item in second.items[:-1]:
        rows += [item.text, ""]
    rows += [second.items[-1].text, "", cut[40:], ""]
    found = {r.official.name: r for r in parse("\n".join(rows)) if r.official}
    last = found[first.speaker].paragraphs[-1]
    assert last.text == cut
    assert len(last.lines) == 2
    assert any("未完的句子" in ground.told() for ground in last.evidence)
    assert found[second.speaker].paragraphs[-1].text == second.items[-1].text


def test_lost_text_is_marked_and_not_joined() -> None:
    text = (
        "顾望舒\n望川市人民法院院长\n\n"
        "近年来,望川市人民法院坚持司法为民,推动各项工作取得了新的成效。\n\n"
        "一、聚焦执行攻坚\n\n执行工作连着民心,全院干警要把执行到位作为检验工作的\n\n"
        "三、做实诉前调解\n\n诉前调解要抓早抓小,把矛盾化解在萌芽状态。\n"
    )
    (remarks,) = parse(text)
    assert [p.section for p in remarks.paragraphs] == [None, "一、聚焦执行攻坚", "三、做实诉前调解"]
    assert remarks.paragraphs[1].gap_after
    assert remarks.paragraphs[2].lines == (12,)


def test_text_after_a_lost_heading_has_no_section() -> None:
    text = (
        "顾望舒\n望川市人民法院院长\n\n一、聚焦执行攻坚\n\n"
        "执行工作连着民心,全院干警要把执行到位作为检验工作的\n\n"
        "。审判管理要用好数据,让每个节点都看得见。\n\n"
        "三、做实诉前调解\n\n诉前调解要抓早抓小,把矛盾化解在萌芽状态。\n"
    )
    (remarks,) = parse(text)
    assert remarks.paragraphs[-1].section == "三、做实诉前调解"


def test_no_byline_means_nobody() -> None:
    (remarks,) = parse("近年来,各项工作取得新的成效。\n\n要继续抓好落实,让群众满意。\n")
    assert remarks.official is None
    assert [p.review for p in remarks.paragraphs] == [True, True]
    assert [p.confidence for p in remarks.paragraphs] == [0.0, 0.0]


def test_front_matter_decides() -> None:
    text = (
        "---\nspeaker: 黎青\norganization: 澜溪县教育局\nposition: 局长\ntitle: 办好家门口的学校\n"
        "date: 2024年3月\nnote: 据发言整理\n---\n## 一、扩学位\n\n今年新增学位三百个。\n\n"
        "顾望舒\n望川市人民法院院长\n"
    )
    (remarks,) = parse(text, "a.md")
    assert remarks.official is not None
    assert remarks.official.key == "黎青|澜溪县教育局"
    assert (remarks.title, remarks.date, remarks.note) == (
        "办好家门口的学校",
        "2024年3月",
        "据发言整理",
    )
    assert remarks.paragraphs[0].section == "一、扩学位"
    assert remarks.paragraphs[0].confidence == 1.0


def test_a_markdown_file_may_hold_several_pieces() -> None:
    first, second = pieces(2, random.Random(8))
    text = ""
    for p in (first, second):
        text += f"# {p.title}\n\n" + "\n".join(p.byline) + "\n\n"
        text += "".join(f"{'## ' if i.heading else ''}{i.text}\n\n" for i in p.items)
    found = parse(text, "a.md")
    assert [r.official.name for r in found if r.official] == [first.speaker, second.speaker]
    assert [r.title for r in found] == [first.title, second.title]
    assert [p.text for p in found[1].paragraphs] == [i.text for i in second.items if not i.heading]


def marked(count: int, seed: int, cut: float, page: int | None) -> tuple[Document, dict[str, str]]:
    """Pieces under titles that the format marks, each going on behind the next one's start after
    `cut` of its paragraphs; and who speaks each text."""
    lines: list[Line] = []
    owner: dict[str, str] = {}

    def put(text: str, hint: str) -> None:
        lines.append(Line(len(lines) + 1, text, 2 if hint == "title" else 1, page, hint))

    rest: list[tuple[str, bool]] = []
    for p in pieces(count, random.Random(seed)):
        items = [(item.text, item.heading) for item in p.items]
        owner |= {text: p.speaker for text, heading in items if not heading}
        put(p.title, "title")
        for row in p.byline:
            put(row, "byline")
        at = max(1, int(cut * len(items)))
        for text, heading in [*items[:at], *rest]:
            put(text, "heading" if heading else "")
        rest = items[at:]
    for text, heading in rest:
        put(text, "heading" if heading else "")
    return Document("a.pdf", tuple(lines)), owner


def owned(document: Document, owner: dict[str, str]) -> float:
    """Share of the paragraphs that have their official."""
    found = {
        p.text: r.official.name for r in attribute(document) for p in r.paragraphs if r.official
    }
    return sum(found.get(text) == name for text, name in owner.items()) / len(owner)


def test_printed_pieces_that_go_on_behind_the_next_one_come_home() -> None:
    for seed in (21, 22):
        assert owned(*marked(4, seed, 1.0, page=1)) == 1.0
        assert owned(*marked(4, seed, 0.6, page=1)) > 0.8
        assert owned(*marked(4, seed, 0.6, page=None)) < 0.75, "a typed file is as its titles say"


def test_a_piece_of_thousands_of_paragraphs_is_given_by_place_and_doubted() -> None:
    rows = ["顾望舒", "望川市人民法院院长", ""]
    rows += [f"第{n}件事要办好,让群众满意。" for n in range(3_000)]
    rows += ["", "", "闻笛", "澜溪县教育局局长", "", "教育是民生之基,学位要足。"]
    first, second = parse("\n".join(rows))
    assert first.official and second.official
    assert (first.official.name, second.official.name) == ("顾望舒", "闻笛")
    assert [p.lines for p in first.paragraphs] == [(n,) for n in range(4, 3_004)]
    assert all(p.review for p in first.paragraphs)
    assert [p.text for p in second.paragraphs] == ["教育是民生之基,学位要足。"]


def test_same_name_twice_stays_two_officials() -> None:
    first, second = pieces(2, random.Random(13))
    text = whole(2, 13).replace(second.speaker, first.speaker)
    found = parse(text)
    assert len({r.official.key for r in found if r.official}) == 2


@pytest.mark.slow
def test_a_long_document_takes_time_in_proportion() -> None:
    started = time.process_time()
    found = parse("\n".join(whole(5, seed) for seed in range(24)))
    assert time.process_time() - started < 90
    assert len(found) == 120


@pytest.mark.parametrize(
    "text", ["字\n" * 200_000, "一二三四\n" * 50_000, "。\n" * 1000, "“\n" * 1000]
)
def test_odd_files_neither_hang_nor_fail(text: str) -> None:
    started = time.process_time()
    lines = [n for r in parse(text) for p in r.paragraphs for n in p.lines]
    assert time.process_time() - started < 60
    assert len(lines) <= text.count("\n")


def test_no_titles_no_trouble() -> None:
    from store.block import Blocks

    assert match_titles(Blocks((), (), ()), [[], []]) == ["", ""]


@pytest.mark.skipif(not SHARED.exists(), reason="the real document is not here")
def test_the_real_document() -> None:
    gold = SHARED / "eval" / "attribution_gold.jsonl"
    total = run([paragraphs(gold, SHARED / "corpus" / "remarks.txt")], "real")
    assert total.right == total.lines == 57
    assert (total.joins, total.joins_found, total.joins_made) == (4, 4, 4)
    assert total.tau == 1.0
    assert total.sections_right == total.sections
    assert total.gaps_found == total.gaps == total.gaps_marked == 2


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.exists(), reason="the development documents are not here")
def test_the_development_documents() -> None:
    import json

    path = SHARED / "eval" / "scrambled_dev.jsonl"
    total = run([json.loads(row) for row in path.read_text().splitlines()], "dev")
    assert total.accuracy >= 0.97
    assert total.join_recall >= 0.95
    assert total.tau >= 0.97


def test_a_line_taken_for_a_title_that_heads_nothing_is_not_lost() -> None:
    text = whole(2, 5)
    lines = text.splitlines()
    strayed = "这里是一行像标题的短句"
    found = parse("\n".join([*lines, "", "", strayed, ""]))
    assert any(strayed in p.text or strayed == r.title for r in found for p in r.paragraphs)


@pytest.mark.parametrize("head", ["某某治理 2031年第2期", "某刊2031.05期", "2031年第12期 某某观察"])
def test_a_running_head_is_nobodys_title(head: str) -> None:
    found = parse(f"{head}\n{whole(2, 5)}")
    assert all(head not in r.title for r in found)
    assert all(head not in p.text for r in found for p in r.paragraphs)


def test_a_sentence_with_a_year_and_a_number_stays_a_sentence() -> None:
    said = "我们在2031年第3期培训班上讲过，护堤要靠人。"
    found = parse(f"{whole(2, 5)}\n\n{said}")
    assert any(said in p.text for r in found for p in r.paragraphs)


def test_a_title_above_the_byline_is_no_first_half() -> None:
    body = "渡江县有渡口四十三处，去年检修渡船六十一艘。"
    text = f"渡口\n\n卓一帆\n澜水省渡江县航运事务中心\n主任\n\n{body}\n"
    (piece,) = attribute(read_bytes("渡口.txt", text.encode(), 1 << 20))
    assert piece.paragraphs[-1].text == body
