"""One handle for an answer while it is written and after."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator

from rag.answer import Answer


class Reply:
    """Iterate over it to stream the text; ask for `answer` afterwards.

    The concatenated pieces are a preview. ``answer.text`` is the checked text and may
    differ from it, above all when a language model failed in the middle.
    """

    def __init__(self, writer: Callable[[], Generator[str, None, Answer]]) -> None:
        self._writer = writer()
        self._answer: Answer | None = None

    def __iter__(self) -> Iterator[str]:
        if self._answer is None:
            self._answer = yield from self._writer

    @property
    def answer(self) -> Answer:
        """The finished answer; reads the rest of the stream if need be."""
        for _ in self:
            pass
        assert self._answer is not None
        return self._answer

    def cancel(self) -> None:
        """Stop writing; the language model's connection is closed."""
        self._writer.close()
