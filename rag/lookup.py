"""The passages for a question: searched as it was understood, the first of them read with it."""

from __future__ import annotations

from rag.question import Question
from rag.reading import reread
from rag.retrieval import Found, Source, retrieve


def look_up(source: Source, q: Question, embedder: str, limit: int = 10) -> list[Found]:
    """The best passages for a question, best first; of its officials alone where it has some.

    Args:
        embedder: name of the library's embedder, which says whether passages are read.
    """
    found = retrieve(
        source,
        q.search,
        context=q.context,
        officials=frozenset(o.key for o in q.officials) or None,
        within=q.within,
        hints=q.hints,
        shown=q.shown,
        instead=q.instead,
        deeper=q.deeper,
        limit=limit,
    )
    # Something else, or more of the same: that does not say by itself what it wants.
    return found if q.instead or q.deeper else reread(q.whole, found, embedder)
