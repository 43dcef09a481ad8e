"""Who said it: every passage that holds given words, word for word or nearly."""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rag.speech import third_person
from rag.trace import Difference, QuoteMatch, QuoteTrace, TraceVerdict
from store import Passage
from store.folding import fold_with_map

if TYPE_CHECKING:
    import numpy as np

__all__ = ["Difference", "QuoteIndex", "QuoteMatch", "QuoteTrace", "TraceVerdict", "trace"]

_FUNCTION = set(
    "的了是在和与及或而且也都就又还把被对从以为之其这那有要着过地得等将能会可让使向到于中上下"
)
_ELLIPSIS = re.compile(r"…+|\.{3,}|。{3,}|\[\.+\]|⋯+")
_PIECE = 8  # shortest part of a stitched quote, in folded characters
_SHARE, _FEW = 0.4, 8  # of a quote that must stand somewhere; paragraphs that may have a part
_MOST_MATCHES = 200
_CANDIDATES = 48
_BATCH = 64  # passages folded at a time
_POSTINGS = 400_000  # places looked at for candidates, those of the rarest pairs first


def trace(quote: str, library_passages: Sequence[Passage]) -> QuoteTrace:
    """Who said `quote`? Builds an index for one question; keep a `QuoteIndex` for several."""
    return QuoteIndex(library_passages).trace(quote)


@dataclass(slots=True)
class QuoteIndex:
    """The folded words of all passages, searched as one string.

    Substrings are found by scanning the string, changed quotes by the pairs of characters that
    a passage shares with the quote, then by aligning the best. Memory: about eight bytes a
    character. Not changed after it is built: safe to share between threads.
    """

    passages: Sequence[Passage]
    _all: str = field(init=False, repr=False)
    _starts: list[int] = field(init=False, repr=False)
    _homes: np.ndarray = field(init=False, repr=False)  # passage of each pair, by pair
    _slots: np.ndarray = field(init=False, repr=False)  # where each pair's run begins

    def __post_init__(self) -> None:
        import numpy as np

        folded: list[str] = []
        for at in range(0, len(self.passages), _BATCH):
            folded += _fold_all([p.text for p in self.passages[at : at + _BATCH]])
        self._all = "\n".join(folded)
        lengths = np.array([len(f) + 1 for f in folded], dtype=np.int64)
        ends = np.cumsum(lengths)
        self._starts = [0, *ends[:-1].tolist()] if folded else []
        pairs = _pairs(self._all)
        owners = np.repeat(np.arange(len(folded), dtype=np.int32), lengths)[: len(pairs)]
        self._homes = owners[np.argsort(pairs, kind="stable")] if folded else owners
        counts = np.bincount(pairs, minlength=1 << 16)
        self._slots = np.concatenate([[0], np.cumsum(counts)])

    def trace(self, quote: str) -> QuoteTrace:
        """Every owner of `quote`, or of the words that were changed into it."""
        words = _bare(quote)
        folded, places = fold_with_map(words)
        if len(folded) < 2 or all(c in _FUNCTION for c in folded):
            return QuoteTrace(quote, "absent", note="引文太短，不足以判断出处")
        if not self.passages:
            return QuoteTrace(quote, "absent")
        if owners := self._owners(folded):
            return self._verbatim(quote, folded, owners)
        if elided := self._elided(quote, words):
            return elided
        near = self._near(words, folded, places)
        if near and near[0].similarity >= 0.9:
            return QuoteTrace(quote, "near", tuple(near), total=len(near))
        if stitched := self._stitched(quote, words, folded, places):
            return stitched
        if near:
            return QuoteTrace(quote, "near", tuple(near), total=len(near))
        return self._partly(quote, words, folded, places) or QuoteTrace(quote, "absent")

    def _owners(self, folded: str) -> list[int]:
        """Indices of the passages that hold the folded words, in library order."""
        found: list[int] = []
        at = self._all.find(folded)
        while at >= 0:
            after = bisect_right(self._starts, at)
            found.append(after - 1)
            if after >= len(self._starts):
                break
            at = self._all.find(folded, self._starts[after])
        return found

    def _folded(self, index: int) -> str:
        """The folded words of one passage."""
        after = index + 1
        end = self._starts[after] - 1 if after < len(self._starts) else len(self._all)
        return self._all[self._starts[index] : end]

    def _spread(self, owners: list[int]) -> list[int]:
        """At most 200 of `owners`, one of each official before a second of any."""
        if len(owners) <= _MOST_MATCHES:
            return owners
        seen: dict[str, int] = {}
        ranked = []
        for n, index in enumerate(owners):
            key = self.passages[index].official.key
            seen[key] = seen.get(key, 0) + 1
            ranked.append((seen[key], n, index))
        return [index for _, _, index in sorted(ranked)[:_MOST_MATCHES]]

    def _verbatim(self, quote: str, folded: str, owners: list[int]) -> QuoteTrace:
        matches = [self._exact(index, folded) for index in self._spread(owners)]
        # Who said it in his or her own words comes before who repeated another's.
        matches.sort(key=lambda m: bool(m.third_person))
        return QuoteTrace(quote, "verbatim", tuple(matches), total=len(owners))

    def _exact(self, index: int, folded: str, part: str = "") -> QuoteMatch:
        passage = self.passages[index]
        text, places = fold_with_map(passage.text)
        at = text.find(folded)
        start, end = places[at], places[at + len(folded) - 1] + 1
        return QuoteMatch(
            passage,
            passage.text[start:end],
            1.0,
            third_person=third_person(passage, start),
            part=part,
        )

    def _elided(self, quote: str, words: str) -> QuoteTrace | None:
        """A quote with … in it: its parts in one passage, in order."""
        parts = [fold_with_map(p)[0] for p in _ELLIPSIS.split(words)]
        parts = [p for p in parts if p]
        if len(parts) < 2 or min(map(len, parts)) < 2:
            return None
        matches = []
        for index in self._owners(max(parts, key=len)):
            passage = self.passages[index]
            text, places = fold_with_map(passage.text)
            at, first = 0, -1
            for part in parts:
                at = text.find(part, at)
                if at < 0:
                    break
                first = at if first < 0 else first
                at += len(part)
            else:
                start, end = places[first], places[at - 1] + 1
                matches.append(
                    QuoteMatch(
                        passage,
                        passage.text[start:end],
                        1.0,
                        third_person=third_person(passage, start),
                    )
                )
        if not matches:
            return None
        return QuoteTrace(quote, "verbatim", tuple(matches[:_MOST_MATCHES]), total=len(matches))

    def _near(self, words: str, folded: str, places: list[int]) -> list[QuoteMatch]:
        """The passages that hold nearly these words, the nearest first."""
        from rag.likeness import liken

        found = []
        for index in self._candidates(folded, _CANDIDATES, 0.25):
            passage = self.passages[index]
            likeness = liken(words, folded, places, passage.text, self._rarity)
            if likeness:
                start, end = likeness.start, likeness.end
                found.append(
                    QuoteMatch(
                        passage,
                        passage.text[start:end],
                        likeness.similarity,
                        tuple(Difference(*d) for d in likeness.differences),
                        third_person(passage, start),
                    )
                )
        found.sort(key=lambda m: -m.similarity)
        # Owners as near as the nearest, not every passage with a similar turn of phrase.
        return [m for m in found if m.similarity >= found[0].similarity - 0.08][:20]

    def _count(self, pair: int) -> int:
        return int(self._slots[pair + 1] - self._slots[pair])

    def _rarity(self, pair: str) -> float:
        """How telling a pair of characters is, 0 (in every passage) to 1 (in none)."""
        count = self._count(int(_pairs(pair)[0]))
        return max(0.0, 1 - math.log1p(count) / math.log1p(len(self.passages) + 1))

    def _candidates(self, folded: str, most: int, floor: float) -> list[int]:
        """The passages that share the most, rarest character pairs with the quote.

        `floor`: the least share, 0..1, of the weight of the pairs looked at.
        """
        import numpy as np

        scores = np.zeros(len(self.passages), dtype=np.float32)
        looked = total = 0.0
        for pair in sorted(set(_pairs(folded).tolist()), key=self._count):
            count = self._count(pair)
            if looked and looked + count > _POSTINGS:
                break
            looked += count
            weight = math.log1p((len(self.passages) + 1) / (1 + count))
            total += weight
            homes = np.unique(self._homes[self._slots[pair] : self._slots[pair + 1]])
            scores[homes] += weight
        most = min(most, len(scores))
        best = np.argpartition(-scores, most - 1)[:most]
        ranked = best[np.argsort(-scores[best], kind="stable")]
        return [int(i) for i in ranked if scores[i] > max(floor * total, 0.0)]

    def _stitched(
        self, quote: str, words: str, folded: str, places: list[int]
    ) -> QuoteTrace | None:
        """A quote put together from parts that stand, each whole, in different passages."""
        near = self._candidates(folded, 4 * _CANDIDATES, 0.0)
        spans = _cover(folded, "\n".join(map(self._folded, near)))
        if len(spans) < 2 or sum(b - a for a, b in spans) < 0.9 * len(folded):
            return None
        owners = [self._owners(folded[a:b]) for a, b in spans]
        if set.intersection(*map(set, owners)):
            return None  # one passage has it all: cut or reordered, not stitched
        matches = []
        for (a, b), indices in zip(spans, owners, strict=True):
            part = words[places[a] : places[b - 1] + 1]
            matches += [self._exact(i, folded[a:b], part) for i in self._spread(indices)[:20]]
        return QuoteTrace(quote, "near", tuple(matches), stitched=True, total=len(matches))

    def _partly(self, quote: str, words: str, folded: str, places: list[int]) -> QuoteTrace | None:
        """A quote of which only parts stand in the source, each whole; the rest is nowhere."""
        near = self._candidates(folded, _CANDIDATES, 0.0)
        spans = [
            (span, self._owners(folded[slice(*span)]))
            for span in _cover(folded, "\n".join(map(self._folded, near)))
        ]
        # What many say, word for word, is a turn of phrase and nobody's.
        spans = [(span, owners) for span, owners in spans if 0 < len(owners) <= _FEW]
        if sum(b - a for (a, b), _ in spans) < _SHARE * len(folded):
            return None
        matches = [
            self._exact(i, folded[a:b], words[places[a] : places[b - 1] + 1])
            for (a, b), owners in spans
            for i in owners
        ]
        return QuoteTrace(quote, "near", tuple(matches), partly=True, total=len(matches))


def _cover(folded: str, text: str) -> list[tuple[int, int]]:
    """The longest parts of a quote, from the left, that stand somewhere in `text`."""
    spans = []
    at = 0
    while at + _PIECE <= len(folded):
        low, high = at, len(folded)
        while low < high:  # the longest part that occurs: every part of it occurs too
            middle = (low + high + 1) // 2
            if folded[at:middle] in text:
                low = middle
            else:
                high = middle - 1
        if low - at >= _PIECE:
            spans.append((at, low))
            at = low
        else:
            at += 1
    return spans


def _fold_all(texts: list[str]) -> list[str]:
    """`fold_with_map` of each text, all in one go, which is several times faster."""
    folded, places = fold_with_map("\n".join(texts))
    found = []
    start = low = 0
    for text in texts:
        start += len(text) + 1
        high = bisect_left(places, start, low)
        found.append(folded[low:high])
        low = high
    return found


def _bare(quote: str) -> str:
    """The quote without quotation marks or brackets around it."""
    return quote.strip().strip("“”\"'「」『』‘’＂ \t\r\n")


def _pairs(text: str) -> np.ndarray:
    """A 16-bit hash of each pair of neighbouring characters of `text`; uint16, len - 1."""
    import numpy as np

    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    if len(codes) < 2:
        return np.zeros(1, dtype=np.uint16)
    hashed = (codes[:-1] * np.uint32(40503)) ^ (codes[1:] * np.uint32(2246822519))
    return (hashed >> np.uint32(16)).astype(np.uint16)
