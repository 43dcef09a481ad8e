"""The one library of the process with its assistant, as all visitors share them."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pages.rate import Rate
    from rag.assistant import Assistant
    from rag.settings import RagSettings
    from store.library import Library

Progress = Callable[[str, float], None]


class Desk:
    """Opened by the first visitor; made anew from the settings when a person changes them.

    Args:
        open_library: gives the library of some settings.
        open_assistant: gives an assistant over it.
    """

    def __init__(
        self,
        open_library: Callable[[RagSettings], Library],
        open_assistant: Callable[[Library, RagSettings], Assistant],
    ) -> None:
        self._open_library = open_library
        self._open_assistant = open_assistant
        self._lock = threading.Lock()
        self._library: Library | None = None
        self._assistant: Assistant | None = None
        self.turn = 0  # grows with each change of the settings
        self.keeps = True  # conversations
        self.logs_questions = False  # with their words
        self.questions_per_minute = 0  # of one session or person; 0: no limit
        self.rates: dict[str, Rate] = {}  # of those who signed in, whatever windows they open

    @property
    def ready(self) -> bool:
        """Whether both are open."""
        return self._assistant is not None

    def open(self, progress: Progress) -> None:
        """Open both and follow the documents folder; later calls return at once."""
        with self._lock:
            if self._assistant is None:
                settings = self._settings()
                library = self._library or self._open_library(settings)
                _one_thread_each()
                self._library = library
                library.sync(progress)
                self._start(library, settings)

    def renew(self, library: Library | None = None) -> None:
        """Answer by the settings as they are now; from `library`, where one is given.

        Raises:
            BadSetting: they cannot be used; all stays as it was.
        """
        with self._lock:
            settings = self._settings()
            self._library = library or self._library
            self.turn += 1
            if self._library is not None and (library or self._assistant):
                self._start(self._library, settings)

    @property
    def library(self) -> Library:
        """The library; `open` comes first."""
        assert self._library is not None
        return self._library

    @property
    def assistant(self) -> Assistant:
        """The assistant of the settings; `open` comes first."""
        assert self._assistant is not None
        return self._assistant

    @staticmethod
    def _settings() -> RagSettings:
        from rag.settings import RagSettings

        return RagSettings()

    def _start(self, library: Library, settings: RagSettings) -> None:
        self.keeps = settings.keep_conversations
        self.logs_questions = settings.log_questions
        self.questions_per_minute = settings.questions_per_minute
        self._assistant = self._open_assistant(library, settings)
        threading.Thread(target=_warm, args=(self._assistant,), daemon=True).start()


def _one_thread_each() -> None:
    """Let each question's products run on one thread: they are short, and threads of many
    sessions that wait for each other make them fifty times as long. OMP_NUM_THREADS beats it."""
    import numpy  # noqa: F401 (its BLAS must be there to be told)
    from threadpoolctl import threadpool_limits

    if not os.environ.get("OMP_NUM_THREADS"):
        threadpool_limits(limits=1, user_api="blas")


def _warm(assistant: Assistant) -> None:
    """Build what the first question needs; what goes wrong there, that question will say."""
    from store.errors import YanjuError

    with suppress(YanjuError):
        assistant.warm()
