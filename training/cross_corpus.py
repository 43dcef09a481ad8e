"""Questions beside passages that answer them, or only look as if they did.

A passage that answers comes from the pairs of the corpus. One that does not is what BM25 or the
static table takes for an answer, or the right passage beside a question of `near.jsonl`, written
by us to miss it narrowly: a detail it leaves out, a neighbouring subject, another concern.
"""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from store.static_embedder import StaticEmbedder
from training.corpus import Corpus, Pair
from training.everyday import everyday_pairs, fingerprint
from training.negatives import mine_negatives

NEAR = Path(__file__).with_name("near.jsonl")
THEMES = Path(__file__).with_name("themes.jsonl")
# Headlines and judgments' questions are no questions that a passage alone answers.
SOURCES = ("everyday", "lay", "stard_train", "ncp_policy_qa", "lawbench_qa", "cmrc2018", "drcd")
OWN = ("everyday", "lay")
# Ranks of the table's list: what stands above often answers too.
_FIRST, _LAST = 3, 12
_FAR = 40  # of a theme among all passages
_MOST = 4000


@dataclass(frozen=True, slots=True)
class Example:
    """A question, a passage, and whether the passage answers it.

    `kind`: where the label comes from. Of questions and passages of the corpus (`mined`) it is
    likely only, of what was written for the purpose (`own`) and of the calibration libraries
    (`library`) it is sure.
    """

    question: str
    passage: str
    answers: bool
    kind: str


def read_examples(
    corpus: Corpus, seed: int, near: Path = NEAR, themes: Path = THEMES
) -> list[Example]:
    """All examples of a corpus and of what was written for it, in no order."""
    rng = random.Random(seed)
    pairs = [pair for pair in corpus.pairs if pair.source in SOURCES]
    made = [Example(p.question, p.passage, True, _kind(p.source)) for p in pairs]
    mined = zip(pairs, mine_negatives(pairs, seed, most=_MOST), strict=True)
    made += [Example(p.question, rng.choice(wrong), False, "mined") for p, wrong in mined if wrong]
    made += _by_table(pairs, rng)
    passages = dict.fromkeys(pair.passage for pair in pairs if pair.source in OWN)
    known = {fingerprint(passage): passage for passage in passages}
    missed = everyday_pairs((), lambda _: [], near, known.values())
    made += [Example(question, passage, False, "own") for question, passage in missed]
    made += _of_themes(known, themes)
    rng.shuffle(made)
    return made


def _kind(source: str) -> str:
    return "own" if source in OWN else "mined"


def _of_themes(known: Mapping[str, str], path: Path) -> Iterable[Example]:
    """Phrases for what passages speak on, in other words, and for what they do not."""
    table = StaticEmbedder()
    with path.open(encoding="utf-8") as file:
        rows = [row for row in map(json.loads, file) if row["passage"] in known]
    passages = [known[row["passage"]] for row in rows]
    near = table.encode([row["theme"] for row in rows]) @ table.encode(passages).T
    for row, passage, scores in zip(rows, passages, near, strict=True):
        yield Example(row["theme"], passage, True, "own")
        yield Example(row["other"], passage, False, "own")
        # Themes recur: what lies nearest may well speak on it.
        far = passages[np.argsort(-scores)[:_FAR][-1]]
        if far != passage:
            yield Example(row["theme"], far, False, "own")


def _by_table(pairs: Sequence[Pair], rng: random.Random) -> Iterable[Example]:
    """For each pair one passage of its source that lies near the question, but not nearest."""
    table = StaticEmbedder()
    by_source: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        by_source[pair.source].append(pair)
    for source, some in by_source.items():
        passages = list(dict.fromkeys(pair.passage for pair in some))
        theirs = table.encode(passages)
        for pair in some:
            scores = theirs @ table.encode([pair.question])[0]
            best = np.argsort(-scores)[_FIRST:_LAST]
            wrong = [passages[n] for n in best if passages[n] != pair.passage]
            if wrong:
                yield Example(pair.question, rng.choice(wrong), False, _kind(source))
