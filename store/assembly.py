"""From the order of one official's blocks to paragraphs: halves joined, sections, lost places."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from store.block import Block, Blocks
from store.continuity import Continuity, local_runs
from store.cut import unclosed, unopened
from store.document import joined
from store.ground import Ground
from store.junction import Junction
from store.remarks import Paragraph
from store.seam import Seam

JOIN_FEATURES = (
    "continuity",
    "fresh",
    "marks",
    "certain start",
    "next in the file",
    "next past a title or byline",
    "may be whole",
    "junction",
    "unlikely junction",
    "length before",
    "length after",
    "read as one",
    "constant",
)
GAP_FEATURES = (
    "stopped open",
    "fresh",
    "low",
    "first",
    "under a heading",
    "constant",
)
_LOCAL_LIMIT = 400_000  # characters up to which the document's own words are counted
_MOST_REASONS = 6
_STUB = 6  # characters: a shorter line that something else follows is a title, no first half
_LONG = 200  # characters beyond which a block's length says no more
_LOST_START = -1.7  # a paragraph that begins so little like one had a part before it


@dataclass(frozen=True, slots=True)
class Placed:
    """One block in its place.

    Attributes:
        block: the block.
        confidence: probability that the official is right.
        review: whether a person should look.
        reasons: why it is here.
    """

    block: Block
    confidence: float
    review: bool
    reasons: tuple[Ground, ...]


class Joiner:
    """Decides whether one block runs on into another, and whether text before one is lost.

    Args:
        blocks: the document; its own words help.
        join: weights of `JOIN_FEATURES`.
        gap: weights of `GAP_FEATURES`.
    """

    def __init__(
        self, blocks: Blocks, model: Continuity, join: Sequence[float], gap: Sequence[float]
    ) -> None:
        self._model = model
        self._junction = Junction.load()
        self._join = join
        self._gap = gap
        self._order = {b.place: n for n, b in enumerate(blocks.content)}
        self._texts = [b.plain for b in blocks.content]

    @cached_property
    def _local(self) -> Counter[str] | None:
        """The document's own runs, counted when two blocks are first weighed: most documents
        that were typed have none to be joined."""
        size = sum(map(len, self._texts))
        return local_runs(self._texts) if size < _LOCAL_LIMIT else None

    def features(self, first: Block, second: Block) -> list[float]:
        """Values of `JOIN_FEATURES`."""
        score = self._model.score(first.plain[-8:], second.plain[:8], self._local)
        left, right = unclosed(first.line.text)[-1:], unopened(second.line.text)[:1]
        marks = 0.0 if not (left or right) else 1.0 if left == right else -1.0
        follows = self._order[second.place] == self._order[first.place] + 1
        touching = second.place == first.place + 1
        fresh = 0.0 if second.open_start else self.fresh(second)
        junction = self._junction.score(first.plain, second.plain)
        return [
            max(-6.0, min(10.0, score)),
            fresh,
            marks,
            second.open_start,
            float(follows and touching),
            float(follows and not touching),
            # A closing quotation mark ends a paragraph only where another can begin.
            max(0.0, fresh + 1.0) if first.open_end < 1 and not second.open_start else 0.0,
            junction,
            min(0.0, junction),
            _length(first),
            _length(second),
            Seam.load().judge(first.line.text, second.line.text),
            1.0,
        ]

    def fresh(self, block: Block) -> float:
        """How much likelier the block begins a sentence than goes on with one, -3..3."""
        return max(-3.0, min(3.0, self._model.fresh(block.plain[:8])))

    def joins(self, first: Block, second: Block) -> bool:
        """Whether the blocks are the two halves of one paragraph."""
        if len(first.plain) < _STUB and second.place != first.place + 1:
            return False
        if first.kind == "heading" or second.kind == "heading" or first.open_end == 0:
            return False
        values = self.features(first, second)
        return sum(w * v for w, v in zip(self._join, values, strict=True)) > 0

    def gap_features(self, previous: Block | None, block: Block) -> list[float]:
        """Values of `GAP_FEATURES` for a block that is not joined to the one before it."""
        headed = previous is not None and previous.kind == "heading"
        fresh = self.fresh(block)
        return [
            float(previous is not None and previous.open_end >= 1),
            fresh,
            min(0.0, fresh - _LOST_START),
            float(previous is None),
            float(headed),
            1.0,
        ]

    def lacks(self, previous: Block | None, block: Block) -> bool:
        """Whether the block, not joined to the one before it, begins inside a lost paragraph."""
        if block.open_start:
            return True
        values = self.gap_features(previous, block)
        return sum(w * v for w, v in zip(self._gap, values, strict=True)) > 0


def _length(block: Block) -> float:
    """Logarithm of a block's characters: a short one that nothing ends may be a title whole."""
    return math.log(max(1, min(_LONG, len(block.plain))))


def assemble(placed: Sequence[Placed], joiner: Joiner) -> tuple[Paragraph, ...]:
    """The paragraphs of one piece, in reading order."""
    groups: list[list[Placed]] = []  # the blocks of each paragraph
    lost: list[bool] = []  # whether text before that paragraph is lost
    previous: Placed | None = None
    for item in placed:
        if item.block.kind == "heading":
            previous = item
            continue
        if previous is not None and joiner.joins(previous.block, item.block):
            groups[-1].append(item)
        else:
            lost.append(joiner.lacks(previous.block if previous else None, item.block))
            groups.append([item])
        previous = item
    open_ends = [group[-1].block.open_end >= 1 for group in groups]
    made = [
        _paragraph(
            group,
            n + 1,
            gap_before=lost[n],
            gap_after=open_ends[n] or (n + 1 < len(groups) and lost[n + 1]),
        )
        for n, group in enumerate(groups)
    ]
    return _sections(placed, made)


def _paragraph(
    group: Sequence[Placed], number: int, *, gap_before: bool, gap_after: bool
) -> Paragraph:
    found = list(group[0].reasons)
    for before, item in pairwise(group):
        if len(found) < _MOST_REASONS:
            line, other = item.block.line.number, before.block.line.number
            found.append(Ground("joined", (line, other)))
    return Paragraph(
        text=joined(item.block.line for item in group),
        number=number,
        lines=tuple(item.block.line.number for item in group),
        page=group[0].block.line.page,
        confidence=round(min(item.confidence for item in group), 3),
        review=any(item.review for item in group),
        gap_before=gap_before,
        gap_after=gap_after,
        evidence=tuple(dict.fromkeys(found)),
    )


def _sections(placed: Sequence[Placed], made: list[Paragraph]) -> tuple[Paragraph, ...]:
    """Give every paragraph its heading, None where that heading is lost, and mark lost headings."""
    owner = {line: n for n, p in enumerate(made) for line in p.lines}
    heads: dict[int, list[Block]] = {}  # by the paragraph before which they stand
    seen = 0
    for item in placed:
        if item.block.kind == "heading":
            heads.setdefault(seen, []).append(item.block)
        else:
            seen = owner[item.block.line.number] + 1
    result = list(made)
    main: str | None = None
    sub: str | None = None
    last, since = 0, 0  # number of the last main heading, and the paragraph that it heads
    for n in range(len(made)):
        for block in heads.get(n, ()):
            if block.level <= 1:
                main, sub = block.line.text, None
                if block.level == 1:
                    # A place already known to be lost explains the missing heading.
                    if block.number > last + 1 and not any(p.gap_before for p in made[since:n]):
                        # Without any heading before it, where in the beginning is not known.
                        at = n if last else 0
                        result[at] = replace(result[at], gap_before=True)
                        if at:
                            result[at - 1] = replace(result[at - 1], gap_after=True)
                    last, since = block.number, n
            else:
                sub = block.line.text
        if made[n].gap_before and n and _heading_lost(heads, n, last):
            main = sub = None
        section = " › ".join(part for part in (main, sub) if part)
        result[n] = replace(result[n], section=section or None)
    return tuple(result)


def _heading_lost(heads: Mapping[int, Sequence[Block]], n: int, last: int) -> bool:
    """Whether the next main heading after paragraph `n` shows that one before it is lost."""
    if n in heads:
        return False
    following = (b.number for at, own in heads.items() if at > n for b in own if b.level == 1)
    return next(following, 0) > last + 1
