"""Conversations kept on disk, a file each: a damaged one loses nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from rag.errors import RagError
from rag.transcript import Message, Transcript, transcript_of
from store import fold
from store.durable import write_whole
from store.latch import latched

_IDENT = re.compile(r"[0-9a-f]{12}")
_WAIT = 30.0  # seconds for another process that writes


class ArchiveError(RagError):
    """A conversation cannot be read or kept."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A conversation in the list: what it is called, when it last changed, what is in it."""

    id: str
    title: str
    changed: str
    turns: int
    words: str  # folded, to be searched


def now() -> str:
    """The time, ISO 8601, UTC."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


class Archive:
    """The conversations of one folder. Safe to share between threads and processes.

    Each change reads the file anew under a lock, so that two windows on one conversation
    both keep what they said; a file is replaced whole, so that a kill leaves the old or
    the new one.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: dict[Path, tuple[tuple[int, int], Entry | None]] = {}

    def entries(self, search: str = "") -> list[Entry]:
        """The conversations that hold every word of `search`, the latest first."""
        self._look()
        words = [fold(w) for w in search.split()]
        found = [e for _, e in self._seen.values() if e and all(w in e.words for w in words)]
        return sorted(found, key=lambda e: e.changed, reverse=True)

    def damaged(self) -> list[Path]:
        """Files that cannot be read as a conversation; they are left as they are."""
        self._look()
        return [path for path, (_, entry) in self._seen.items() if entry is None]

    def load(self, ident: str) -> Transcript:
        """The conversation of that id.

        Raises:
            ArchiveError: there is none, or its file is damaged.
        """
        path = self._path(ident)
        try:
            return transcript_of(json.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError as error:
            raise ArchiveError(
                "没有这个对话，可能已被删除。请从列表中另选一个。",
                "No such conversation; it may have been deleted. Choose another from the list.",
            ) from error
        except OSError as error:
            raise _failed(path, error) from error
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise ArchiveError(
                f"对话文件 {path.name} 已损坏，未作改动，其他对话不受影响。"
                "可从备份恢复，或删除该文件。",
                f"The conversation file {path.name} is damaged and was left as it is; others are"
                " not affected. Restore it from a backup or delete it.",
            ) from error

    def put(self, before: Transcript, message: Message) -> Transcript:
        """Keep a message: in the place of the one of its id, or at the end.

        `before` is the conversation as the caller knows it; it is what is kept if there is
        no file yet.
        """
        return self._change(before, lambda kept: kept.put(message))

    def rename(self, before: Transcript, name: str) -> Transcript:
        """Give the conversation a name; "" goes back to its first question."""
        return self._change(before, lambda kept: replace(kept, name=name.strip()))

    def remove(self, ident: str) -> None:
        """Set a conversation aside; `restore` brings it back."""
        path = self._path(ident)
        with self._locked():
            aside = self._folder / "removed"
            aside.mkdir(exist_ok=True)
            if path.exists():
                path.replace(aside / path.name)

    def restore(self, ident: str) -> None:
        """Bring back a conversation that was removed."""
        path = self._path(ident)
        with self._locked():
            aside = self._folder / "removed" / path.name
            if aside.exists() and not path.exists():
                aside.replace(path)

    def clear(self) -> int:
        """Delete every conversation for good, removed and damaged ones too; how many."""
        count = 0
        with self._locked():
            for path in [*self._folder.glob("*.json"), *self._folder.glob("removed/*.json")]:
                path.unlink(missing_ok=True)
                count += 1
            for path in self._folder.glob("*.part"):  # what a killed writer has left
                path.unlink(missing_ok=True)
        return count

    def _change(self, before: Transcript, change: Callable[[Transcript], Transcript]) -> Transcript:
        path = self._path(before.id)
        with self._locked():
            kept = self.load(before.id) if path.exists() else before
            new = replace(change(kept), created=kept.created or now(), changed=now())
            text = json.dumps(new.as_dict(), ensure_ascii=False, separators=(",", ":"))
            write_whole(path, text.encode())
        return new

    def _locked(self) -> AbstractContextManager[None]:
        busy = ArchiveError(
            "另一个程序正在保存对话，请稍后再试。",
            "Another process is saving conversations. Try again in a moment.",
        )
        return latched(self._folder / ".lock", _WAIT, busy, partial(_failed, self._folder))

    def _path(self, ident: str) -> Path:
        if not _IDENT.fullmatch(ident):
            raise ArchiveError("没有这个对话。请从列表中选择。", "No such conversation.")
        return self._folder / f"{ident}.json"

    def _look(self) -> None:
        """Read what is new in the folder since the last look."""
        there: dict[Path, tuple[tuple[int, int], Entry | None]] = {}
        for path, stamp in _stamps(self._folder):
            known = self._seen.get(path)
            there[path] = known if known and known[0] == stamp else (stamp, self._entry(path))
        self._seen = there

    def _entry(self, path: Path) -> Entry | None:
        try:
            kept = self.load(path.stem)
        except ArchiveError:
            return None
        said = (f"{m.question}\n{m.answer.text if m.answer else m.partial}" for m in kept.messages)
        words = fold("\n".join([kept.name, *said]))
        return Entry(kept.id, kept.title, kept.changed, len(kept.messages), words)


def _stamps(folder: Path) -> Iterable[tuple[Path, tuple[int, int]]]:
    """The conversation files with what tells that they changed."""
    if not folder.is_dir():
        return
    for path in folder.glob("*.json"):
        try:
            info = path.stat()
        except OSError:
            continue
        yield path, (info.st_mtime_ns, info.st_size)


def _failed(path: Path, error: OSError) -> ArchiveError:
    return ArchiveError(
        f"对话无法保存或读取（{error.strerror}：{path}）。请检查磁盘空间与权限；"
        "屏幕上的内容仍可导出。",
        f"Conversations cannot be kept or read ({error.strerror}: {path}). Check disk space and"
        " permissions; what is on the screen can still be exported.",
    )
