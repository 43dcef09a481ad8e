"""A library with its assistant, as all visitors of it share them; and the desks of them all."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pages.rate import Rate
    from rag.assistant import Assistant
    from rag.settings import RagSettings
    from store.library import Library

Progress = Callable[[str, float], None]
OPEN = 8  # libraries in memory at once
MAIN, SAMPLES = "main", "samples"  # ids as `store.branch` has them, which is loaded late


class Desk:
    """Opened by the first visitor; made anew from the settings when a person changes them.

    Args:
        open_library: gives the library of some settings.
        open_assistant: gives an assistant over it.
        branch: id of the library among those of the home.
        rates: of those who signed in, whatever windows and libraries they open.
    """

    def __init__(
        self,
        open_library: Callable[[RagSettings], Library],
        open_assistant: Callable[[Library, RagSettings], Assistant],
        branch: str,
        rates: dict[str, Rate],
    ) -> None:
        self.branch = branch
        self.rates = rates
        self._open_library = open_library
        self._open_assistant = open_assistant
        self._lock = threading.Lock()
        self._library: Library | None = None
        self._assistant: Assistant | None = None
        self.turn = 0  # grows with each change of the settings
        self.keeps = True  # conversations
        self.logs_questions = False  # with their words
        self.questions_per_minute = 0  # of one session or person; 0: no limit

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

    def _settings(self) -> RagSettings:
        from rag.settings import RagSettings
        from store.branches import Branches

        settings = RagSettings()
        return Branches(settings).settings_of(self.branch, settings)

    def _start(self, library: Library, settings: RagSettings) -> None:
        self.keeps = settings.keep_conversations
        self.logs_questions = settings.log_questions
        self.questions_per_minute = settings.questions_per_minute
        self._assistant = self._open_assistant(library, settings)
        threading.Thread(target=_warm, args=(self._assistant,), daemon=True).start()


class Desks:
    """A desk for each library that somebody has open; at most `OPEN`, the longest unused goes.

    Which of them a visitor sits at is the visitor's own matter: nothing here changes it.
    """

    def __init__(
        self,
        open_library: Callable[[RagSettings], Library],
        open_assistant: Callable[[Library, RagSettings], Assistant],
    ) -> None:
        self._make = partial(Desk, open_library, open_assistant)
        self._lock = threading.Lock()
        self._desks: OrderedDict[str, Desk] = OrderedDict()
        self._rates: dict[str, Rate] = {}

    def at(self, branch: str = MAIN) -> Desk:
        """The desk of that library, open or not yet."""
        with self._lock:
            if branch not in self._desks:
                self._desks[branch] = self._make(branch, self._rates)
            self._desks.move_to_end(branch)
            while len(self._desks) > OPEN:
                self._desks.popitem(last=False)  # who still sits there goes on with it
            return self._desks[branch]

    def renew(self, branch: str = MAIN, library: Library | None = None) -> None:
        """Let the settings as they are now count at every desk; `library` is that of `branch`.

        Raises:
            BadSetting: they cannot be used; all stays as it was.
        """
        from rag.settings import RagSettings
        from store.branches import Branches
        from store.errors import BadSetting

        known = Branches(RagSettings())
        with self._lock:
            there = dict(self._desks)
        for ident, desk in sorted(there.items(), key=lambda pair: pair[0] != branch):
            try:
                if known.get(ident) is not None:
                    desk.renew(library if ident == branch else None)
                    continue
            except BadSetting:
                if Branches(RagSettings()).get(ident) is not None:
                    raise
            self.forget(ident)  # somebody has deleted it

    def forget(self, branch: str) -> None:
        """Let go of a library that is no more."""
        with self._lock:
            self._desks.pop(branch, None)


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
