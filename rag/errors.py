"""What can go wrong between a question and its answer."""

from __future__ import annotations

from store import YanjuError


class RagError(YanjuError):
    """Any failure of answering."""


class BadQuestion(RagError):
    """The question is empty or too long, or a batch line cannot be read."""


class ModelFailed(RagError):
    """The language model cannot be loaded, reached or understood."""


class NotAllowed(RagError):
    """Somebody may not do what they asked for."""
