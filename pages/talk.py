"""The conversation in this window: what was said so far, and where it is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.archive import Archive
    from rag.transcript import Message, Transcript


class Talk:
    """A conversation under way.

    It goes on in memory when it cannot be kept; `trouble` then says why, by language.
    A thread whose answer was stopped may still write into it: it finds its message by id.
    """

    def __init__(self, archive: Archive | None, transcript: Transcript) -> None:
        self._archive = archive
        self.transcript = transcript
        self.trouble: dict[str, str] = {}
        self._owed: list[str] = []  # ids of messages that are not on disk as they are here

    @property
    def kept(self) -> bool:
        """Whether it is on disk as well."""
        return self._archive is not None and bool(self.transcript.messages) and not self.trouble

    def show(self, message: Message) -> None:
        """Put the message into the conversation, in memory only."""
        self.transcript = self.transcript.put(message)

    def keep(self, message: Message) -> None:
        """Put the message into the conversation and keep it."""
        self.show(message)
        self._owed = [*(i for i in self._owed if i != message.id), message.id]
        self._try(self._put)

    def rename(self, name: str) -> None:
        """Call the conversation so."""
        self.transcript = replace(self.transcript, name=name.strip())
        self._try(lambda archive: archive.rename(self.transcript, name))

    def before(self, ident: str) -> tuple[Message, ...]:
        """The messages before the one of that id; all if there is none."""
        return self.transcript.before(ident)

    def branch(self, ident: str, name: str) -> None:
        """Go on in a copy that ends before that message; the original stays as it is."""
        from rag.archive import now
        from rag.transcript import Transcript, fresh_id

        begun = tuple(replace(m, id=fresh_id()) for m in self.before(ident))
        self.transcript = Transcript(name=name, created=now(), messages=begun)

    def _put(self, archive: Archive) -> Transcript:
        """Keep what is owed, that of an earlier failure first."""
        whole = self.transcript
        for message in [m for m in whole.messages if m.id in self._owed]:
            whole = archive.put(self.transcript, message)
        self._owed = []
        return whole

    def _try(self, change: Callable[[Archive], Transcript]) -> None:
        from rag.archive import ArchiveError

        if self._archive is None:
            return
        try:
            self.transcript = change(self._archive)
            self.trouble = {}
        except ArchiveError as error:
            self.trouble = {lang: error.message(lang) for lang in ("zh", "en")}
