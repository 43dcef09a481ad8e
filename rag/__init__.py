"""From a question to a cited answer. The only door is `Assistant`.

`PassageRetriever` is for LangChain chains; LangChain is imported when it is first named.
"""

from typing import TYPE_CHECKING, Any

from rag.answer import Answer, Citation, Claim, Turn
from rag.assistant import Assistant
from rag.errors import RagError
from rag.reply import Reply
from rag.settings import RagSettings
from rag.trace import QuoteTrace
from rag.within import Filter

if TYPE_CHECKING:
    from rag.retriever import PassageRetriever

__all__ = [
    "Answer",
    "Assistant",
    "Citation",
    "Claim",
    "Filter",
    "PassageRetriever",
    "QuoteTrace",
    "RagError",
    "RagSettings",
    "Reply",
    "Turn",
]


def __getattr__(name: str) -> Any:
    if name == "PassageRetriever":
        from rag.retriever import PassageRetriever

        return PassageRetriever
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
