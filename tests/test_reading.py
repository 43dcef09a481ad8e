"""What is read together with the question: for which embedders and languages, in which order."""

import math
import types
from dataclasses import replace

import pytest

from rag import lookup, reading
from rag.comparison import Part, chosen
from rag.cross_encoder import NEVER
from rag.fitted import Logistic
from rag.lookup import look_up
from rag.question import Question
from rag.reading import READ, judged, likeliest, reread
from rag.retrieval import Found
from store import Hit, Official, Passage

OFFICIAL = Official("甲", "某局", "局长")


def _found(*texts: str) -> list[Found]:
    made = []
    for n, text in enumerate(texts):
        passage = Passage(str(n), "d", "a.md", OFFICIAL, "题", "", n, text)
        made.append(Found(Hit(passage, 1 - 0.05 * n), 0.0, 0.5))
    return made


def test_what_answers_moves_up_and_the_scores_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "odds", lambda _, texts: [4.0 if t == "答" else -4 for t in texts])
    found = _found("一", "二", "答", "四", "五", "答")
    moved = reread("怎么办", found, "builtin-joint")
    assert [f.hit.passage.text for f in moved] == ["答", "一", "二", "四", "五", "答"]
    assert [f.hit.score for f in moved] == [f.hit.score for f in found]
    assert likeliest("怎么办", found, "builtin-joint") == 4.0


def test_a_little_better_does_not_beat_much_nearer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "odds", lambda _, texts: [0.0, *[0.5 for _ in texts[1:]]])
    found = _found(*"一二三四五")
    assert reread("怎么办", found, "builtin-joint") == found
    assert len(found) == READ


def test_the_table_reads_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "odds", lambda *_: pytest.fail("read"))
    assert judged("怎么办", ["一", "二"], "builtin-static-256-0") == [0.0, 0.0]
    found = _found("一", "二")
    assert reread("怎么办", found, "builtin-static-256-0") == found


def test_english_counts_as_the_average(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "odds", lambda *_: pytest.fail("read"))
    found = _found("一", "二")
    assert math.isnan(likeliest("What is done?", found, "builtin-joint"))
    assert reread("What is done?", found, "builtin-joint") == found
    model = Logistic((1.0, 2.0), (1.0, 1.0), (1.0, 3.0), 0.5, 0.5)
    assert model.probability((2.0, math.nan)) == model.probability((2.0, 2.0))


def test_nothing_found() -> None:
    assert likeliest("怎么办", [], "builtin-joint") == NEVER
    assert reread("怎么办", [], "builtin-joint") == []


def test_of_one_official_what_reads_as_on_the_theme_is_shown_first() -> None:
    library = types.SimpleNamespace(coverage=lambda wanted, text: 0.3)
    knowledge = types.SimpleNamespace(relevance=library)
    q = Question("大家怎么谈减负?", "减负", "减负", "compare")
    found = tuple(_found("一", "二", "三"))
    part = Part(OFFICIAL, found, {"0": 0.1, "1": 0.9}, ())
    assert [p.text for p in chosen(q, part, knowledge)] == ["二"]
    unread = Part(OFFICIAL, found, {}, ())
    assert [p.text for p in chosen(q, unread, knowledge)] == ["一", "二"]


def test_what_is_found_is_read_unless_more_or_other_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = []
    monkeypatch.setattr(lookup, "retrieve", lambda *_, **__: _found("一", "二"))
    monkeypatch.setattr(lookup, "reread", lambda text, found, _: asked.append(text) or found[::-1])
    q = Question("多久一次?", "多久一次", "多久一次", "fact", context="堤防巡查")
    assert [f.hit.passage.text for f in look_up(None, q, "e")] == ["二", "一"]
    assert asked == ["多久一次 堤防巡查"]
    for lean in (replace(q, instead=True), replace(q, deeper=True)):
        assert [f.hit.passage.text for f in look_up(None, lean, "e")] == ["一", "二"]
    assert len(asked) == 1
