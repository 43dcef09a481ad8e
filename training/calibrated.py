"""Questions of the calibration libraries beside the paragraphs that the program finds for them.

What the cross-encoder is for: officials' own paragraphs, some of which answer and most of which
only come near. The libraries used here are left out where decisions are fitted on its word.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

from rag import RagSettings, comparison
from rag.case import Case, load_cases
from rag.knowledge import Knowledge
from rag.lookup import look_up
from rag.reading import READ, TABLE
from rag.retrieval import Found
from rag.understanding import understand
from store import Library, fold
from training.cross_corpus import Example

CALIBRATION = Path(__file__).with_name("calibration")
LEARNED_FROM = tuple("abcghjkmnpqst")
_LIMIT = 8
_EACH = 2  # paragraphs of an official who is silent on a theme
# Of a library's examples, roughly; its positives are repeated to reach it.
_POSITIVE = 0.35


def library_examples(folders: Iterable[Path] = ()) -> list[Example]:
    """Examples of some libraries of questions and documents; of `LEARNED_FROM` by default."""
    made: list[Example] = []
    for folder in folders or (CALIBRATION / name for name in LEARNED_FROM):
        with tempfile.TemporaryDirectory() as home:
            settings = RagSettings(home=Path(home), documents=folder, samples=Path(home) / "none")
            library = Library.open(settings)
            library.sync()
            made += _examples(library, folder)
    right = [example for example in made if example.answers]
    wrong = [example for example in made if not example.answers]
    times = round(_POSITIVE / (1 - _POSITIVE) * len(wrong) / max(len(right), 1))
    return right * max(times, 1) + wrong


def _examples(library: Library, folder: Path) -> Iterable[Example]:
    knowledge = Knowledge(library)
    files = [folder / "questions.jsonl", *sorted(folder.glob("followups*.jsonl"))]
    for case in (case for file in files for case in load_cases(file)):
        q = understand(case.question, case.history, (), knowledge)
        if case.type == "compare":  # read of each official, whether they speak on it or not
            for part in comparison.parts(q, library, knowledge):
                for n, found in enumerate(part.found):
                    right = holds(found, case)
                    if right or n < _EACH:
                        yield Example(q.focus, found.hit.passage.text, right, "library")
            continue
        for n, found in enumerate(look_up(library, q, TABLE, _LIMIT)):
            right = holds(found, case)
            if right or n < READ:
                yield Example(q.whole, found.hit.passage.text, right, "library")


def holds(found: Found, case: Case) -> bool:
    """Whether what was found is one of the paragraphs that answer the question."""
    text = fold(found.hit.passage.text)
    return any(fold(words) in text for words in case.gold_text)
