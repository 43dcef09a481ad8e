"""What answering derives from one version of the library: roster, word weights, quote index."""

from __future__ import annotations

from functools import cached_property

from rag.quote import QuoteIndex
from rag.relevance import Relevance
from rag.roster import Roster
from store import Library, Official, Passage


class Knowledge:
    """Built once for a library's version, each part at first use."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.version = library.version
        self.passages: list[Passage] = library.passages()
        self.officials: list[Official] = library.officials()

    @cached_property
    def roster(self) -> Roster:
        """Who may be meant by which words."""
        return Roster.of(self.officials)

    @cached_property
    def relevance(self) -> Relevance:
        """How rare each word is."""
        return Relevance([f"{p.section}\n{p.text}" for p in self.passages])

    @cached_property
    def quotes(self) -> QuoteIndex:
        """Every word that was said, for tracing."""
        return QuoteIndex(self.passages)

    @cached_property
    def corpus(self) -> str:
        """All words in one string, to see whether something is mentioned at all."""
        return "\n".join(p.text for p in self.passages)
