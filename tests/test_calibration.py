"""The libraries that decisions are fitted on: true to their documents, and none held out."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag import Assistant, RagSettings
from rag.case import load_cases
from rag.evaluation import evaluate
from store import Library, fold
from tests.conftest import ROOT
from training.calibrated import CALIBRATION, LEARNED_FROM

FOLDERS = sorted(path for path in CALIBRATION.iterdir() if path.is_dir())
FILES = sorted(CALIBRATION.glob("*/*.jsonl"))


def pieces(folder: Path) -> dict[str, str]:
    """What each official of a library says, folded."""
    made = {}
    for path in folder.glob("*.md"):
        text = path.read_text(encoding="utf-8")
        made[text.split("speaker: ", 1)[1].split("\n", 1)[0]] = fold(text)
    return made


@pytest.mark.parametrize("path", FILES, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_what_answers_stands_in_the_pieces_of_its_officials(path: Path) -> None:
    told = pieces(path.parent)
    cases = load_cases(path)
    assert len({case.id for case in cases}) == len(cases)
    for case in cases:
        theirs = "".join(told[speaker] for speaker in case.speakers)
        assert all(fold(words) in theirs for words in (*case.gold_text, *case.facts)), case.id
        assert bool(case.gold_text) == case.answerable, case.id
        assert bool(case.history) == path.stem.startswith("followups"), case.id


def test_nobody_is_in_two_libraries_and_none_is_held_out() -> None:
    libraries = [*FOLDERS, *(ROOT / "tests" / "data").glob("heldout*")]
    names = [name for folder in libraries for name in pieces(folder)]
    assert len(set(names)) == len(names) > 50
    assert set(LEARNED_FROM) < {folder.name for folder in FOLDERS}


def test_most_follow_ups_of_a_library_come_out_right(tmp_path: Path) -> None:
    folder = ROOT / "training" / "calibration" / "d"
    settings = RagSettings(
        home=tmp_path, documents=folder, samples=tmp_path / "none", _env_file=None
    )
    library = Library.open(settings)
    library.sync()
    total = evaluate(Assistant(library, settings), load_cases(folder / "followups.jsonl")).total
    assert total["right"] >= 0.85 and total["verbatim"] == total["owner"] == 1
