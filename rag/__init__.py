"""From a question to a cited answer. The only door is `Assistant`."""

from rag.answer import Answer, Citation, Claim, Turn
from rag.assistant import Assistant
from rag.errors import RagError
from rag.reply import Reply
from rag.settings import RagSettings
from rag.trace import QuoteTrace

__all__ = [
    "Answer",
    "Assistant",
    "Citation",
    "Claim",
    "QuoteTrace",
    "RagError",
    "RagSettings",
    "Reply",
    "Turn",
]
