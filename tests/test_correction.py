"""Proofreading: what a person corrected holds, is found at once, and puts no words into a mouth."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from store import Corrections, Library, Official, Remarks, Statement, Step, StoreError, edit
from store.ahead import Vectors
from store.amendment import CORRECTED, amend
from store.attribution import attribute
from store.document import Document, Line, joined
from store.errors import LibraryDamaged
from store.reader import read_bytes
from tests.conftest import BRIDGE, ROOT

LU = Official("陆承远", "云溪省青川市交通运输局", "党组书记、局长")
SU = Official("苏晚棠", "云溪省青川市图书馆", "馆长")


@pytest.fixture
def town(library: Library) -> Library:
    """A library with one document of two officials."""
    (library.settings.documents / "town.txt").write_text(BRIDGE, encoding="utf-8")
    library.sync()
    return library


def only(library: Library) -> str:
    return library.documents()[0].id


def lines_of(library: Library, words: str) -> tuple[int, ...]:
    pieces = library.remarks(only(library))
    return next(p.lines for r in pieces for p in r.paragraphs if words in p.text)


def owner(library: Library, words: str) -> str:
    found = [p.official.name for p in library.passages() if words in p.text]
    assert len(found) == 1
    return found[0]


def do(library: Library, step: Step) -> None:
    ident = only(library)
    library.correct(ident, library.corrections(ident).added(step))


def texts(remarks: tuple[Remarks, ...], name: str | None) -> list[str]:
    return [
        p.text
        for r in remarks
        for p in r.paragraphs
        if (r.official.name if r.official else None) == name
    ]


def give(library: Library, words: str, official: Official | None) -> None:
    pieces = library.remarks(only(library))
    do(library, edit.assign(pieces, [lines_of(library, words)], official))


# -- in the library --------------------------------------------------------------------


def test_a_reassigned_paragraph_is_found_under_its_new_official_at_once(town: Library) -> None:
    before = town.version
    revision = town.documents()[0].revision
    give(town, "326座", SU)
    assert owner(town, "326座") == "苏晚棠" and town.version > before
    assert town.documents()[0].revision != revision
    hits = town.lexical("桥梁预防性养护326座", 3, frozenset({SU.key}))
    assert "326座" in hits[0].passage.text
    near = town.dense("桥梁预防性养护326座", 9, frozenset({LU.key}))
    assert near and not any("326座" in h.passage.text for h in near)
    p = next(p for p in town.passages() if "326座" in p.text)
    assert (p.confidence, p.review, p.title) == (1.0, False, "让书香飘进每一条街巷")
    assert "桥" not in p.section  # the heading of the other official's piece stayed there
    assert [q.paragraph for q in town.passages() if q.official == SU] == [1, 2, 3, 4, 5]


def test_nobodys_words_are_never_cited_but_still_there(town: Library) -> None:
    give(town, "326座", None)
    assert not any("326座" in p.text for p in town.passages())
    record = town.documents()[0]
    assert (record.passages, record.unattributed) == (8, 1)
    assert "326座" in texts(town.remarks(record.id), None)[0]
    give(town, "326座", LU)
    assert owner(town, "326座") == "陆承远" and town.documents()[0].unattributed == 0


def test_a_new_official_can_be_named(town: Library) -> None:
    someone = edit.typed_official(" 贺 明远 ", "青川市公路局")
    assert someone == Official("贺 明远", "青川市公路局", "")
    give(town, "超载车辆", someone)
    assert someone in town.officials() and owner(town, "超载车辆") == "贺 明远"
    for bad in ("", "  ", "长" * 81):
        with pytest.raises(StoreError):
            edit.typed_official(bad)


def test_corrections_survive_reopening_reingest_removal_and_another_name(town: Library) -> None:
    give(town, "326座", SU)
    after = town.passages()
    assert Library.open(town.settings).passages() == after
    path = Path(town.documents()[0].path)
    assert town.ingest([path])[0].state == "unchanged" and town.passages() == after
    town.remove(only(town))
    town.upload("另一个名字.txt", BRIDGE.encode())
    assert owner(town, "326座") == "苏晚棠"
    town.upload("别的内容.txt", BRIDGE.replace("326座", "327座").encode())
    assert owner(town, "327座") == "陆承远"


def test_undo_and_reset_give_back_what_the_program_made(town: Library) -> None:
    first = town.passages()
    give(town, "326座", SU)
    second = town.passages()
    give(town, "免费开放", LU)
    ident = only(town)
    town.correct(ident, town.corrections(ident).undone())
    assert town.passages() == second
    result = town.correct(ident, Corrections())
    assert town.passages() == first and "校对" in result.zh
    assert not list((town.settings.home / "corrections").iterdir())
    assert town.sync() == []


def test_a_correction_leaves_the_other_vectors_as_they_are(
    town: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedded: list[str] = []
    real = town.embedder.vectors

    def count(these: list[str]) -> Vectors:
        embedded.extend(these)
        return real(these)

    monkeypatch.setattr(town.embedder, "vectors", count, raising=False)
    give(town, "326座", SU)
    assert len(embedded) == 1 and "326座" in embedded[0]
    hits = town.dense("志愿者送书上门", 9)
    assert len(hits) == 9 and "送书上门" in hits[0].passage.text


def test_a_file_that_has_gone_or_changed_is_said(town: Library) -> None:
    ident, path = only(town), Path(town.documents()[0].path)
    step = edit.confirm(town.remarks(ident), lines_of(town, "326座"))
    fresh = Library.open(town.settings)
    path.unlink()
    with pytest.raises(StoreError, match="源文件已不在") as gone:
        fresh.remarks(ident)
    assert "gone" in gone.value.en
    path.write_text(BRIDGE + "另加一句。", encoding="utf-8")
    with pytest.raises(StoreError, match="已改动"):
        fresh.correct(ident, Corrections((step,)))
    with pytest.raises(StoreError, match="没有编号"):
        town.remarks("nothing")


def test_words_without_a_byline_become_citable(library: Library) -> None:
    path = library.settings.documents / "a.txt"
    path.write_text("要把河道管好，常态化清淤。\n\n要把路灯修好。\n", encoding="utf-8")
    assert library.sync()[0].state == "no_official"
    give(library, "河道", edit.typed_official("韩立秋", "青川市水务局", "局长"))
    assert [p.text for p in library.passages()] == ["要把河道管好，常态化清淤。"]
    assert library.dense("清淤", 1)[0].passage.official.office == "青川市水务局局长"


def test_lines_are_shown_as_they_lay_with_their_kinds(town: Library) -> None:
    lines = town.source_lines(only(town))
    rows = BRIDGE.splitlines()
    assert [line.text for line in lines] == [row.strip() for row in rows if row.strip()]
    kinds = {line.text: line.hint for line in lines}
    assert kinds["陆承远"] == kinds["馆长"] == "byline"
    assert kinds["一、把服务送到家门口"] == "heading"
    assert kinds["让书香飘进每一条街巷"] == "title"
    assert {line.hint for line in lines if "326座" in line.text} == {"body"}


# -- two at once, and kills --------------------------------------------------------------


def test_two_who_correct_at_once_do_not_undo_each_other(town: Library) -> None:
    other = Library.open(town.settings)
    ident = only(town)
    stale = other.corrections(ident).added(
        edit.confirm(other.remarks(ident), lines_of(other, "67家"))
    )
    give(town, "326座", SU)
    with pytest.raises(StoreError, match="刷新"):
        other.correct(ident, stale)
    assert owner(other, "326座") == "苏晚棠"  # it reads on from what the first one made
    do(other, edit.confirm(other.remarks(ident), lines_of(other, "67家")))
    town.refresh()
    assert len(town.corrections(ident).steps) == 2 and owner(town, "326座") == "苏晚棠"


def test_corrections_without_their_passages_are_put_in_force_by_the_next_sync(
    town: Library, tmp_path: Path
) -> None:
    """As after a kill between the two writes, for a file outside the documents folder too."""
    path = tmp_path / "elsewhere.txt"
    path.write_text(BRIDGE.replace("青川", "白川"), encoding="utf-8")
    town.ingest([path])
    for record in town.documents():
        said = Corrections((edit.assign(town.remarks(record.id), [_line(town, record.id)], SU),))
        town._proofs.save(record.digest, said)
    again = Library.open(town.settings)
    assert [r.state for r in again.sync()] == ["replaced", "replaced"]
    assert {p.official.name for p in again.passages() if "326座" in p.text} == {"苏晚棠"}
    assert again.sync() == []


def _line(library: Library, ident: str) -> tuple[int, ...]:
    pieces = library.remarks(ident)
    return next(p.lines for r in pieces for p in r.paragraphs if "326座" in p.text)


def test_a_full_disk_leaves_corrections_and_passages_as_they_were(
    town: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(town, "免费开放", LU)
    before, said = town.passages(), town.corrections(only(town))

    def full(**_: object) -> None:
        raise RuntimeError("database or disk is full")

    monkeypatch.setattr(town._vectors._passages, "upsert", full, raising=False)
    with pytest.raises(StoreError, match="磁盘已满"):
        give(town, "326座", SU)
    monkeypatch.undo()
    again = Library.open(town.settings)
    again.sync()
    assert again.passages() == before and again.corrections(only(again)) == said


def test_damaged_corrections_are_said_and_cost_no_passage(town: Library) -> None:
    give(town, "326座", SU)
    before = town.passages()
    path = next((town.settings.home / "corrections").iterdir())
    path.write_text('{"version": 1, "steps": [{}], "prints": {}}', encoding="utf-8")
    again = Library.open(town.settings)
    results = again.sync()
    assert [r.state for r in results] == ["failed"] and "校对记录" in results[0].zh
    assert again.passages() == before and again.sync() == []
    with pytest.raises(LibraryDamaged, match="移走"):
        again.corrections(only(again))


_CORRECTOR = """
import sys
from pathlib import Path
from store import Library, Settings, edit
s = Settings(home=Path(sys.argv[1]), documents=Path(sys.argv[2]), samples=Path("/none"),
             _env_file=None)
library = Library.open(s)
ident = library.documents()[0].id
library.remarks(ident)
library.embedder.embed_query("热身")
print("up", flush=True)
for _ in range(500):
    pieces = library.remarks(ident)
    p = next(p for r in pieces for p in r.paragraphs if "326座" in p.text)
    owner = next(r.official for r in pieces if p in r.paragraphs)
    other = next(r.official for r in pieces if r.official != owner)
    library.correct(ident, library.corrections(ident).added(edit.assign(pieces, [p.lines], other)))
"""


@pytest.mark.slow
def test_a_kill_in_the_middle_leaves_corrections_and_passages_in_step(town: Library) -> None:
    dice = random.Random(5)
    steps = 0
    town._vectors.close()  # one process keeps one view of a folder
    for _ in range(4):
        writer = subprocess.Popen(
            [sys.executable, "-c", _CORRECTOR, town.settings.home, town.settings.documents],
            stdout=subprocess.PIPE,
            cwd=ROOT,
        )
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(dice.uniform(0.05, 0.8))
        os.kill(writer.pid, signal.SIGKILL)
        writer.wait()
        opened = Library.open(town.settings)
        assert len(opened.passages()) == 9
        opened.sync()
        said = [
            (r.official.name, p.text)
            for r in opened.remarks(only(opened))
            if r.official
            for p in r.paragraphs
        ]
        assert [(p.official.name, p.text) for p in opened.passages()] == said
        do(opened, edit.confirm(opened.remarks(only(opened)), lines_of(opened, "67家")))
        assert len({h.passage.id for h in opened.dense("桥梁养护", 9)}) == 9
        steps = len(opened.corrections(only(opened)).steps)
        opened._vectors.close()
    assert steps > 4


# -- the command -----------------------------------------------------------------------


def test_parse_applies_what_was_corrected_and_says_so(town: Library, tmp_path: Path) -> None:
    give(town, "326座", SU)
    copy = tmp_path / "copy.txt"
    copy.write_text(BRIDGE, encoding="utf-8")
    env = {k: v for k, v in os.environ.items() if not k.startswith("YANJU_")}
    env |= {"YANJU_HOME": str(town.settings.home)}

    def parse(*more: str) -> tuple[str, str]:
        command = [sys.executable, "-m", "store", "parse", str(copy), "--json", *more]
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, check=True)
        rows = [json.loads(line) for line in done.stdout.decode().splitlines()]
        return next(r["speaker"] for r in rows if "326座" in r["text"]), done.stderr.decode()

    speaker, told = parse()
    assert speaker == "苏晚棠" and "人工校对 1 步" in told
    assert parse("--raw") == ("陆承远", "")


# -- the statements themselves -----------------------------------------------------------


@pytest.fixture(scope="module")
def page() -> tuple[Document, tuple[Remarks, ...]]:
    document = read_bytes("town.txt", BRIDGE.encode(), 10**6)
    return document, attribute(document)


def applied(page: tuple[Document, tuple[Remarks, ...]], *steps: Step) -> tuple[Remarks, ...]:
    return amend(page[1], page[0], Corrections(steps).signed(page[0]))


def numbers(remarks: tuple[Remarks, ...]) -> list[list[tuple[int, ...]]]:
    return [[p.lines for p in r.paragraphs] for r in remarks]


def test_nothing_said_changes_nothing(page) -> None:
    assert applied(page) == page[1]


def test_confirming_settles_a_paragraph_and_moves_nothing(page) -> None:
    document, remarks = page
    doubtful = tuple(
        replace(r, paragraphs=tuple(replace(p, review=True, confidence=0.4) for p in r.paragraphs))
        for r in remarks
    )
    for n in range(len(remarks[0].paragraphs)):
        lines = remarks[0].paragraphs[n].lines
        said = Corrections((edit.confirm(doubtful, lines),)).signed(document)
        made = amend(doubtful, document, said)
        assert numbers(made) == numbers(remarks)
        p, was = made[0].paragraphs[n], doubtful[0].paragraphs[n]
        assert (p.review, p.confidence, p.evidence) == (False, 1.0, (CORRECTED,))
        assert replace(p, review=True, confidence=0.4, evidence=was.evidence) == was
        assert sum(q.review for r in made for q in r.paragraphs) == 8


def test_joined_and_split_again(page) -> None:
    first, second = page[1][0].paragraphs[1:3]
    step = edit.join(page[1], first.lines)
    made = applied(page, step)
    both = made[0].paragraphs[1]
    assert both.text == first.text + second.text and both.lines == first.lines + second.lines
    apart = applied(page, step, edit.split_up(made, both.lines))
    assert numbers(apart) == numbers(page[1])
    assert [p.text for p in apart[0].paragraphs] == [p.text for p in page[1][0].paragraphs]
    with pytest.raises(StoreError, match="一行"):
        edit.split_up(apart, first.lines)
    with pytest.raises(StoreError, match="最后一段"):
        edit.join(page[1], page[1][0].paragraphs[-1].lines)


@pytest.mark.parametrize(("start", "place"), [(1, 5), (5, 1), (2, 4), (4, 2), (3, 4)])
def test_a_paragraph_moves_to_any_place(page, start: int, place: int) -> None:
    order = [p.lines for p in page[1][0].paragraphs]
    lines = order.pop(start - 1)
    order.insert(place - 1, lines)
    made = applied(page, edit.move(page[1], lines, place))
    assert numbers(made)[0] == order
    assert [p.number for p in made[0].paragraphs] == [1, 2, 3, 4, 5]
    with pytest.raises(StoreError, match="已经在"):
        edit.move(page[1], lines, start)


def test_a_heading_is_words_of_the_source_or_none(page) -> None:
    p = page[1][1].paragraphs[0]
    heading = next(x for x in page[0].lines if x.text == "二、让孩子爱上阅读")
    made = applied(page, edit.head(page[1], p.lines, (heading.number,)))
    assert made[1].paragraphs[0].section == heading.text
    last = page[1][1].paragraphs[-1]
    assert last.section
    assert applied(page, edit.head(page[1], last.lines, ()))[1].paragraphs[-1].section is None


def test_lost_text_is_marked_on_both_sides_and_cleared_on_both(page) -> None:
    p = page[1][0].paragraphs[2]
    step = edit.lose(page[1], p.lines, before=True)
    made = applied(page, step)
    assert made[0].paragraphs[1].gap_after and made[0].paragraphs[2].gap_before
    upper = made[0].paragraphs[1].lines
    cleared = applied(page, step, edit.lose(made, upper, after=False))
    assert not any(q.gap_before or q.gap_after for q in cleared[0].paragraphs)


def test_several_paragraphs_go_together_and_keep_their_order(page) -> None:
    moved = [p.lines for p in page[1][0].paragraphs[1:4]]
    made = applied(page, edit.assign(page[1], moved, SU))
    assert numbers(made)[1][:3] == moved and len(made[0].paragraphs) == 2
    everything = [p.lines for p in page[1][0].paragraphs]
    assert len(applied(page, edit.assign(page[1], everything, SU))) == 1


def test_a_paragraph_that_is_no_more_is_said(page) -> None:
    with pytest.raises(StoreError, match="已被改动"):
        edit.confirm(page[1], (1, 999))


def test_they_hold_when_the_program_divides_the_text_otherwise(page) -> None:
    """Another release joined two paragraphs and gave them to the other official."""
    document, remarks = page
    a, b = remarks[0].paragraphs[1:3]
    said = Corrections((edit.confirm(remarks, b.lines),)).signed(document)
    joined = replace(b, text=a.text + b.text, lines=a.lines + b.lines)
    rest = tuple(p for p in remarks[0].paragraphs if p not in (a, b))
    later = (
        replace(remarks[0], paragraphs=rest),
        replace(remarks[1], paragraphs=(joined, *remarks[1].paragraphs)),
    )
    made = amend(later, document, said)
    assert b.text in texts(made, "陆承远") and a.text in texts(made, "苏晚棠")
    assert numbers(made)[0] == [p.lines for p in remarks[0].paragraphs if p != a]


def test_they_hold_when_the_lines_are_counted_otherwise(page) -> None:
    document, remarks = page
    said = Corrections((edit.assign(remarks, [remarks[0].paragraphs[1].lines], SU),))
    said = Corrections.load(said.signed(document).dump())
    shifted = replace(
        document, lines=tuple(replace(x, number=x.number + 7) for x in document.lines)
    )
    made = amend(attribute(shifted), shifted, said)
    assert remarks[0].paragraphs[1].text in texts(made, "苏晚棠")
    other = replace(document, lines=tuple(replace(x, text=x.text + "改") for x in document.lines))
    assert amend(attribute(other), other, said) == attribute(other)


def anything(dice: random.Random, now: tuple[Remarks, ...], lines: tuple[int, ...]) -> Step:
    """Some step on a paragraph."""
    everyone = [LU, SU, None, Official("闻人岳", "青川市林业局", "局长")]
    made = (
        lambda: edit.confirm(now, lines),
        lambda: edit.assign(now, [lines], dice.choice(everyone)),
        lambda: edit.split_up(now, lines),
        lambda: edit.join(now, lines),
        lambda: edit.move(now, lines, dice.randint(1, 9)),
        lambda: edit.lose(now, lines, after=dice.random() < 0.5),
    )
    return dice.choice(made)()


def test_whatever_is_done_every_line_stays_in_one_paragraph(page) -> None:
    document, remarks = page
    body = sorted(n for r in remarks for p in r.paragraphs for n in p.lines)
    source = {line.number: line for line in document.lines}
    for seed in range(30):
        dice = random.Random(seed)
        said = Corrections()
        for _ in range(12):
            now = amend(remarks, document, said)
            piece = dice.choice(now)
            p = dice.choice(piece.paragraphs)
            try:
                step = anything(dice, now, p.lines)
            except StoreError:
                continue
            said = said.added(step).signed(document)
        made = amend(remarks, document, Corrections.load(said.dump()))
        assert made == amend(remarks, document, said)
        assert sorted(n for r in made for p in r.paragraphs for n in p.lines) == body
        for r in made:
            assert [p.number for p in r.paragraphs] == list(range(1, len(r.paragraphs) + 1))
            for p in r.paragraphs:
                assert p.text == joined([source[n] for n in p.lines])


def test_a_file_of_corrections_holds_no_text_of_the_document(page) -> None:
    document, remarks = page
    said = Corrections((edit.join(remarks, remarks[0].paragraphs[1].lines),)).signed(document)
    assert not any(p.text[:6] in said.dump() for r in remarks for p in r.paragraphs)


def test_latin_words_cut_apart_keep_their_space() -> None:
    assert joined([Line(1, "use of open"), Line(2, "source tools")]) == "use of open source tools"
    assert joined([Line(1, "全市共有"), Line(2, "12座桥")]) == "全市共有12座桥"


def test_a_title_is_never_put_in_by_hand(page) -> None:
    lines = page[1][0].paragraphs[0].lines
    made = applied(page, Step("assign", (Statement(lines, Official("贺一", ""), "我编的标题"),)))
    assert made[-1].official == Official("贺一", "") and made[-1].title == ""


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"version": 2, "steps": [], "prints": {}}'])
def test_what_is_no_file_of_corrections_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Corrections.load(text)
