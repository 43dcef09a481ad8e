"""Questions held out: documents of our own that nothing was fitted on, all ten types."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag import Assistant, RagSettings, answerability, comparison, premise
from rag.case import load_cases
from rag.evaluation import Evaluation, evaluate
from rag.fitted import fitted
from store import Library, fold
from tests.conftest import ROOT

HELD_OUT = ROOT / "tests" / "data" / "heldout"
CALIBRATION = ROOT / "training" / "calibration"
SETS = sorted(path.name for path in HELD_OUT.parent.glob("heldout*"))
CASES = load_cases(HELD_OUT / "questions.jsonl")


@pytest.fixture(scope="module")
def held_out(tmp_path_factory: pytest.TempPathFactory) -> Evaluation:
    home: Path = tmp_path_factory.mktemp("heldout")
    settings = RagSettings(
        home=home / "home", documents=HELD_OUT, samples=home / "none", _env_file=None
    )
    library = Library.open(settings)
    library.sync()
    return evaluate(Assistant(library, settings), CASES)


def test_the_questions_are_of_all_types_and_true_to_the_documents() -> None:
    text = fold("".join(p.read_text(encoding="utf-8") for p in HELD_OUT.glob("*.md")))
    assert len(CASES) >= 100 and len({c.type for c in CASES}) == 10
    for case in CASES:
        assert all(fold(words) in text for words in (*case.gold_text, *case.facts)), case.id


@pytest.mark.parametrize("name", SETS)
def test_what_answers_a_question_stands_in_the_pieces_of_its_officials(name: str) -> None:
    folder = HELD_OUT.parent / name
    pieces = {}
    for path in folder.glob("*.md"):
        text = path.read_text(encoding="utf-8")
        pieces[text.split("speaker: ", 1)[1].split("\n", 1)[0]] = fold(text)
    cases = load_cases(folder / "questions.jsonl")
    assert len({c.id for c in cases}) == len(cases)
    for case in cases:
        theirs = "".join(pieces[speaker] for speaker in case.speakers)
        assert all(fold(words) in theirs for words in (*case.gold_text, *case.facts)), case.id
        assert bool(case.gold_text) == case.answerable, case.id


def test_nothing_held_out_was_fitted_on() -> None:
    fitted_on = [c for path in CALIBRATION.glob("*/questions.jsonl") for c in load_cases(path)]
    assert len(fitted_on) > 500
    assert not {c.question for c in fitted_on if c.speakers} & {c.question for c in CASES}
    theirs = {s for c in fitted_on for s in c.speakers}
    assert theirs and not theirs & {s for c in CASES for s in c.speakers}


@pytest.mark.parametrize("name", ["heldout_b", "heldout_c"])
def test_further_questions_on_officials_of_their_own(name: str, tmp_path: Path) -> None:
    folder = HELD_OUT.parent / name
    cases = load_cases(folder / "questions.jsonl")
    settings = RagSettings(home=tmp_path, documents=folder, samples=tmp_path / "none")
    library = Library.open(settings)
    library.sync()
    theirs = {o.name for o in library.officials()}
    fitted_on = [c for path in CALIBRATION.glob("*/questions.jsonl") for c in load_cases(path)]
    assert theirs and not theirs & {s for c in fitted_on for s in c.speakers}
    total = evaluate(Assistant(library, settings), cases).total
    assert len(cases) >= 150 and total["kept"] >= 0.9 and total["officials"] >= 0.85
    assert total["refused"] >= 0.6
    assert total["verbatim"] == total["owner"] == 1


def test_most_are_answered_by_the_right_official(held_out: Evaluation) -> None:
    by_type = {row["type"]: row for row in held_out.rows}
    for name in ("lexical", "number", "list", "scoped", "falsepremise"):
        assert by_type[name]["officials"] >= 0.9, name
    for name in ("lexical", "number", "list"):
        assert by_type[name]["facts"] >= 0.95, name
    assert by_type["paraphrase"]["officials"] >= 0.65 and by_type["followup"]["officials"] >= 0.85
    assert by_type["unanswerable"]["refused"] >= 0.6
    total = held_out.total
    assert total["kept"] >= 0.93 and total["verbatim"] == total["owner"] == 1


@pytest.mark.parametrize(
    ("name", "signs"),
    [
        ("answerable", answerability.SIGNS),
        ("spoke", comparison.SIGNS),
        ("going on", answerability.GOING_ON),
        ("elsewhere", premise.ELSEWHERE),
    ],
)
@pytest.mark.parametrize("embedder", ["builtin-joint-640-0", "builtin-static-256-0", "other"])
def test_every_fitted_model_knows_its_signs(
    name: str, signs: tuple[str, ...], embedder: str
) -> None:
    model = fitted(name, embedder)
    n = len(signs)
    assert len(model.means) == len(model.scales) == n
    assert len(model.weights) in (n, n + n * (n - 1) // 2)
    assert 0 < model.threshold < 1 and min(model.scales) > 0
    low, high = (
        [m + d * s for m, s in zip(model.means, model.scales, strict=True)] for d in (-1, 1)
    )
    assert 0 < model.probability(low) < 1 and model.probability(low) != model.probability(high)
