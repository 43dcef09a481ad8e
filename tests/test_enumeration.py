"""Lists that run over the paragraphs of one section."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag import RagSettings
from rag.enumeration import asked_count, is_listed, siblings
from rag.question import Question, kind_of
from store import Library, Passage

PIECE = """---
speaker: 祁连山
organization: 云台市审计局
position: 局长
title: 把账算清楚
---

## 一、机制创新

建立月度会商机制。每月初各处室坐到一起，把上月的疑点逐条过一遍。

建立交叉复核机制。甲组审过的账由乙组抽查一成，查出差错的两组一起学。

建立整改销号机制。每个问题有人领、有期限，改完了由第三方来看。

## 二、队伍建设

新人先跟班半年。老同志手把手教看账。
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    home: Path = tmp_path_factory.mktemp("lists")
    (home / "docs").mkdir()
    (home / "docs" / "a.md").write_text(PIECE, encoding="utf-8")
    library = Library.open(
        RagSettings(home=home, documents=home / "docs", samples=home / "none", embedder="static")
    )
    library.sync()
    return library


def _asked(text: str) -> Question:
    return Question(text, text, text, kind_of(text, 1))


def _first(library: Library) -> list[Passage]:
    return library.passages()[:1]


def test_as_many_as_are_asked_for_are_one_list(library: Library) -> None:
    group = siblings(library, _asked("建立了哪三项机制?"), _first(library))
    assert [p.text[:8] for p in group] == [
        "建立月度会商机制",
        "建立交叉复核机制",
        "建立整改销号机制",
    ]
    assert not siblings(library, _asked("建立了哪五项机制?"), _first(library))
    assert not siblings(library, _asked("新人怎么跟班?"), _first(library))


def test_a_list_is_sure_where_more_than_its_length_fits(library: Library) -> None:
    assert is_listed(library, _asked("在“机制创新”部分提出了哪三项?"), _first(library))
    assert not is_listed(library, _asked("培训经费用在哪三项?"), _first(library))
    assert not is_listed(library, _asked("机制创新有什么用?"), _first(library))


def test_the_number_that_is_asked_for() -> None:
    assert [asked_count(t) for t in ("哪五项机制", "3个方面", "有哪些", "哪两招")] == [5, 3, 0, 2]
