"""What is trained on and what is held out.

Reads `pairs.jsonl` (question, passage, source), `text.jsonl` (text, source[, title]) and
`zh_en.jsonl` (zh, en) of a folder.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from store.folding import fold_with_map
from training.everyday import LAY, everyday_pairs

# Noisy or for academic use only: never part of what ships.
EXCLUDED = ("lawyer_llama_counsel",)
# Source → how many of its questions are held out.
HELD_OUT = {"stard_train": 300, "ncp_policy_qa": 300, "xwlb_title": 300, "cpcnews_title": 300}
HELD_OUT_ENGLISH = 300
HELD_OUT_EVERYDAY = 160
RUN = 20
# A run that stands in this many articles is a formula of the language, not one article's words.
FORMULA = 3
PASSAGE = 250
_SENTENCE = re.compile(r"[^。！？；\n]+[。！？；]?")


@dataclass(frozen=True, slots=True)
class Pair:
    """A question (or headline) and a passage that answers it."""

    question: str
    passage: str
    source: str


@dataclass(frozen=True, slots=True)
class HeldOutSet:
    """Questions, the passages searched, and per question the places of its right passages."""

    name: str
    questions: list[str]
    passages: list[str]
    gold: list[list[int]]


@dataclass(frozen=True, slots=True)
class Corpus:
    """Training pairs, training passages with their titles, and what is held out.

    `forbidden`: the runs of held-out texts that no training text contains. `dropped`: how many
    texts were left out for that.
    """

    pairs: list[Pair]
    passages: list[str]
    titled: list[Pair]
    english: list[tuple[str, str]]
    held_out: list[HeldOutSet] = field(default_factory=list)
    forbidden: frozenset[str] = frozenset()
    dropped: int = 0


def read_corpus(folder: Path, seed: int = 0, without: Sequence[str] = ()) -> Corpus:
    """The corpus of `folder`, split the same way for the same `seed`.

    Args:
        without: further sources to leave out, by the beginning of their names.
    """
    excluded = (*EXCLUDED, *without)
    pairs = [
        Pair(row["question"], row["passage"], row["source"])
        for row in _rows(folder / "pairs.jsonl")
        if not row["source"].startswith(excluded)
    ]
    texts = [r for r in _rows(folder / "text.jsonl") if not r["source"].startswith(excluded)]
    english = [
        (row["en"], row["zh"]) for row in _rows(folder / "zh_en.jsonl") if len(row["zh"]) > 7
    ]
    rng = random.Random(seed)
    sets, kept_pairs = [], [pair for pair in pairs if pair.source not in HELD_OUT]
    for source, count in HELD_OUT.items():
        own = [pair for pair in pairs if pair.source == source]
        if own:
            held, rest = _split_by_passage(own, count, rng)
            sets.append(_held_out_set(source, held, rest))
            kept_pairs += rest
    everyday = everyday_pairs((row["text"] for row in texts), sentences)
    own = [Pair(question, passage, "everyday") for question, passage in everyday]
    if own:  # with dice of their own, so that the other sets stay as they are
        held, rest = _split_by_passage(own, HELD_OUT_EVERYDAY, random.Random(seed))
        sets.append(_held_out_set("everyday", held, rest))
        kept_pairs += rest
    lay = everyday_pairs((r["text"] for r in texts), sentences, LAY, [p.passage for p in pairs])
    kept_pairs += [Pair(question, passage, "lay") for question, passage in lay]
    rng.shuffle(english)
    held_english, english = english[:HELD_OUT_ENGLISH], english[HELD_OUT_ENGLISH:]
    sets.append(_english_set(held_english, english))
    return _without_leaks(kept_pairs, texts, english, sets)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        yield from (json.loads(line) for line in file)


def _split_by_passage(
    pairs: list[Pair], count: int, rng: random.Random
) -> tuple[list[Pair], list[Pair]]:
    """About `count` questions with all questions of their passages, and the rest."""
    by_passage: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        by_passage[fold_with_map(pair.passage)[0]].append(pair)
    groups = sorted(by_passage)
    rng.shuffle(groups)
    held: list[Pair] = []
    rest: list[Pair] = []
    for group in groups:
        fits = len(held) < min(count, len(pairs) // 4) and len(group) >= RUN
        (held if fits else rest).extend(by_passage[group])
    return held, rest


def _held_out_set(name: str, held: list[Pair], rest: list[Pair]) -> HeldOutSet:
    """Held-out questions over the beginnings of all passages of their source."""
    passages = list(dict.fromkeys(pair.passage[: PASSAGE + 50] for pair in (*held, *rest)))
    place = {passage: n for n, passage in enumerate(passages)}
    gold: dict[str, set[int]] = defaultdict(set)
    for pair in held:
        gold[pair.question].add(place[pair.passage[: PASSAGE + 50]])
    return HeldOutSet(name, list(gold), passages, [sorted(places) for places in gold.values()])


def _english_set(held: list[tuple[str, str]], rest: list[tuple[str, str]]) -> HeldOutSet:
    """English sentences to be found among the Chinese ones."""
    passages = list(dict.fromkeys(zh for _, zh in (*held, *rest[:2000])))
    place = {passage: n for n, passage in enumerate(passages)}
    return HeldOutSet("zh_en", [en for en, _ in held], passages, [[place[zh]] for _, zh in held])


def runs(text: str) -> set[str]:
    """All runs of `RUN` characters of `text`, folded, without white space and punctuation."""
    folded = fold_with_map(text)[0]
    return {folded[n : n + RUN] for n in range(len(folded) - RUN + 1)}


def held_out_runs(sets: Iterable[HeldOutSet]) -> set[str]:
    """The runs that stand in held-out questions or their right passages, formulas aside."""
    counts: Counter[str] = Counter()
    for held in sets:
        texts = {held.passages[place] for places in held.gold for place in places}
        for text in (*held.questions, *texts):
            counts.update(runs(text))
    return {run for run, count in counts.items() if count < FORMULA}


def _without_leaks(
    pairs: list[Pair],
    texts: list[dict[str, str]],
    english: list[tuple[str, str]],
    sets: list[HeldOutSet],
) -> Corpus:
    """The corpus without any text that shares a run with what is held out."""
    held = held_out_runs(sets)
    held -= _formulas([*(pair.passage for pair in pairs), *(row["text"] for row in texts)], held)

    def clean(*parts: str) -> bool:
        return all(held.isdisjoint(runs(part)) for part in parts)

    kept_pairs = [pair for pair in pairs if clean(pair.question, pair.passage)]
    passages: list[str] = []
    titled: list[Pair] = []
    dropped = len(pairs) - len(kept_pairs)
    for row in texts:
        for passage in split_passages(row["text"]):
            if not clean(passage):
                dropped += 1
                continue
            passages.append(passage)
            if row.get("title"):
                titled.append(Pair(row["title"], passage, row["source"]))
    kept_english = [(en, zh) for en, zh in english if clean(zh)]
    return Corpus(kept_pairs, passages, titled, kept_english, sets, frozenset(held), dropped)


def _formulas(texts: Iterable[str], held: set[str]) -> set[str]:
    """Runs of `held` that stand in at least `FORMULA` × 3 further texts."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(runs(text) & held)
    return {run for run, count in counts.items() if count >= 3 * FORMULA}


def sentences(text: str) -> list[str]:
    """The sentences of `text`, without the white space around them; at least one."""
    return [m.group().strip() for m in _SENTENCE.finditer(text) if m.group().strip()] or [text]


def split_passages(text: str) -> list[str]:
    """`text` in pieces of whole sentences, each of 30 to about `PASSAGE` characters."""
    pieces: list[str] = []
    piece = ""
    for sentence in sentences(text):
        if piece and len(piece) + len(sentence) > PASSAGE:
            pieces.append(piece)
            piece = ""
        piece += sentence
    pieces.append(piece)
    return [piece for piece in pieces if 30 <= len(piece) <= 2 * PASSAGE]
