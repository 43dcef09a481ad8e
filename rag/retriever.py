"""The library as a LangChain retriever, for chains of one's own."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, Field

from rag.reading import reread
from rag.retrieval import retrieve
from rag.within import Filter
from store import Library, Passage


class PassageRetriever(BaseRetriever):
    """Passages for a question, best first, each a `Document` with all that a citation needs.

    Attributes:
        library: what is searched; reopened first when another process has written to it.
        officials: keys or names to limit to; None means everybody. A name that means nobody
            finds nothing.
        organizations, places, kinds, years: further limits, all to hold; see `rag.within.Filter`.
        k: how many passages at most.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    library: Library
    officials: frozenset[str] | None = None
    organizations: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    years: tuple[str, ...] = ()
    k: int = Field(default=8, ge=1)

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        self.library.refresh()
        keys = None
        everybody = self.library.officials()
        limits = Filter(self.organizations, self.places, self.kinds, self.years)
        if self.officials is not None:
            keys = frozenset(
                o.key for o in everybody if o.key in self.officials or o.name in self.officials
            )
        within = limits.among(everybody)
        found = retrieve(self.library, query, officials=keys, within=within, limit=self.k)
        found = reread(query, found, self.library.embedder.name)
        return [_document(f.hit.passage, f.hit.score) for f in found]


def _document(passage: Passage, score: float) -> Document:
    """The words as they stand in the source, and everything else as metadata."""
    about: dict[str, Any] = asdict(passage)
    about.pop("text")
    official = about.pop("official")
    about["lines"] = list(passage.lines)
    about |= {"speaker": official["name"], "key": passage.official.key, "score": score}
    about |= {k: official[k] for k in ("organization", "position")}
    return Document(id=passage.id, page_content=passage.text, metadata=about)
