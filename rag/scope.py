"""Who is speaking where a sentence does not say: a heading, a lead-in, a table, a pronoun."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.claim import is_lead_in, is_source_list, plain
from rag.marker import numbers_in, strip_marks
from rag.mention import Mentions
from rag.sentence import Block, Sentence

_PRONOUN = re.compile(
    r"^(?:(?:同时|此外|另外|随后|其次|最后|接着|而且|并且|对此|为此)[，,]?)?(?:他|她|其(?!中|他|次|余|实)|该官员|该院|该厅|该局|这位)"
)
Keys = frozenset[str]
_NOBODY: Keys = frozenset()


@dataclass(frozen=True, slots=True)
class Scope:
    """What a sentence takes from what stands above it.

    Attributes:
        keys: officials it is about though it names nobody; empty where nothing says so.
        numbers: what the lead-in above it cites.
        structural: a heading, table header or entry of a list of sources: no claim.
    """

    keys: Keys = _NOBODY
    numbers: tuple[int, ...] = ()
    structural: bool = False


def scopes(
    blocks: Sequence[Block], sentences: Sequence[Sentence], mentions: Mentions
) -> list[Scope]:
    """The scope of each sentence, in order."""
    reader = _Reader(blocks, mentions)
    return [reader.read(sentence) for sentence in sentences]


class _Reader:
    """Goes down a text and remembers who was named last, and where it stops counting."""

    def __init__(self, blocks: Sequence[Block], mentions: Mentions) -> None:
        self._blocks = blocks
        self._mentions = mentions
        self._headings: list[tuple[int, Keys]] = []
        self._lead: tuple[int, Block, Scope] | None = None
        self._last: tuple[int, Keys] = (-1, _NOBODY)
        self._header: dict[tuple[int, int], Keys] = {}
        self._row: dict[tuple[int, int], Keys] = {}
        self._sources = False

    def read(self, sentence: Sentence) -> Scope:
        """The scope of the next sentence."""
        block = self._blocks[sentence.block]
        text = plain(strip_marks(sentence.text))
        named: Keys = frozenset().union(*(m.keys for m in self._mentions.find(text)))
        if block.kind == "heading":
            return self._heading(block, text, named)
        if block.kind == "cell":
            return self._cell(block, named)
        if self._sources and block.kind in ("item", "paragraph"):
            return Scope(structural=True)
        keys, numbers = self._inherited(sentence, block, text)
        if is_lead_in(text):
            self._sources = is_source_list(text)
            scope = Scope(named or keys, numbers_in(sentence.text))
            self._lead = (sentence.block, block, scope)
        if named:
            self._last = (sentence.block, named)
        return Scope(keys, numbers)

    def _heading(self, block: Block, text: str, named: Keys) -> Scope:
        while self._headings and self._headings[-1][0] >= block.depth:
            self._headings.pop()
        self._headings.append((block.depth, named))
        self._lead = None
        self._sources = is_source_list(text)
        return Scope(structural=True)

    def _cell(self, block: Block, named: Keys) -> Scope:
        if block.row == 0:
            self._header[block.table, block.column] = named
            return Scope(structural=True)
        if named:
            self._row[block.table, block.row] = named
        above = self._header.get((block.table, block.column), _NOBODY)
        return Scope(above or self._row.get((block.table, block.row), _NOBODY))

    def _inherited(
        self, sentence: Sentence, block: Block, text: str
    ) -> tuple[Keys, tuple[int, ...]]:
        """Officials and numbers from the lead-in or heading above, or from a pronoun."""
        if self._lead:
            at, opener, scope = self._lead
            under = at == sentence.block or (
                block.kind in ("item", "quote")
                and (opener.kind != "item" or block.depth > opener.depth or block.kind == "quote")
            )
            if under:
                return scope.keys, scope.numbers
            self._lead = None
        if _PRONOUN.match(text) and self._last[0] == sentence.block:
            return self._last[1], ()
        for _, keys in reversed(self._headings):
            if keys:
                return keys, ()
        return _NOBODY, ()
