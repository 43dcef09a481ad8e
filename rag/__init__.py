"""From a question to a cited answer. The only door is `Assistant`."""

from rag.answer import Answer, Citation, Claim, Turn
from rag.errors import RagError

__all__ = ["Answer", "Citation", "Claim", "RagError", "Turn"]
