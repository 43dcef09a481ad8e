"""The libraries of one home: made, named, set aside and found again."""

from __future__ import annotations

import json
import shutil
import uuid
from contextlib import AbstractContextManager
from dataclasses import asdict, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from store.branch import (
    FOLDER,
    MAIN,
    NAME_CHARS,
    SAMPLES,
    TITLES,
    Branch,
    called,
    ident_of,
    is_ident,
    same,
)
from store.durable import write_whole
from store.errors import BadSetting, StoreError
from store.latch import latched

if TYPE_CHECKING:
    from store.settings import Settings

Kind = TypeVar("Kind", bound="Settings")
FILE = "library.json"
MOST = 200  # libraries of one home
_GONE = ".gone-"  # in front of the folder of one that is being deleted for good
_WAIT = 10.0  # seconds for another window that changes the libraries


class Branches:
    """The libraries below the home of some settings. Safe to share between processes.

    Args:
        settings: with the home of all of them, not that of one of the others.
    """

    def __init__(self, settings: Settings) -> None:
        self._base = settings
        self._home = settings.home
        self._folder = settings.home / FOLDER

    def all(self, removed: bool = False) -> list[Branch]:
        """The first library, then the others by age; or, with `removed`, those set aside."""
        told = [self._read(p.parent.name) for p in self._folder.glob(f"*/{FILE}")]
        others = sorted((b for b in told if b), key=lambda b: (b.created, b.id))
        if removed:
            return [b for b in others if b.removed]
        return [self._first(), *(b for b in others if not b.removed)]

    def get(self, ident: str) -> Branch | None:
        """The library in use with that id; None if there is none."""
        if ident in (MAIN, SAMPLES):
            return self._first() if ident == MAIN else Branch(SAMPLES)
        branch = self._read(ident)
        return None if branch is None or branch.removed else branch

    def find(self, name: str, removed: bool = False) -> Branch:
        """The library with that name or id; with `removed`, among those set aside.

        Raises:
            BadSetting: there is none; the message lists those there are.
        """
        known = self.all(removed) if removed else [*self.all(), Branch(SAMPLES)]
        wanted = same(name)
        for branch in known:
            if branch.answers_to(wanted):
                return branch
        there = [b.title() for b in known[:8]]
        raise BadSetting(
            f"没有名为“{name.strip()[:NAME_CHARS]}”的资料库（现有：{'、'.join(there) or '无'}）。"
            "用 python -m store libraries --create 名称 新建，或更正 YANJU_LIBRARY。",
            f"No library is called {name.strip()[:NAME_CHARS]} (there are: "
            f"{', '.join(there) or 'none'}). Make one by python -m store libraries --create NAME, "
            "or mend YANJU_LIBRARY.",
        )

    def settings_of(self, ident: str, settings: Kind) -> Kind:
        """`settings` with the folders of that library in them.

        Raises:
            BadSetting: no library in use has that id.
        """
        if ident == MAIN:
            return settings.model_copy(update={"library": ""})
        if self.get(ident) is None:
            self.find(ident)  # says so
        home = self._folder / ident
        own = {"library": "", "home": home, "documents": home / "documents"}
        if ident != SAMPLES:
            own["samples"] = home / "samples"  # nothing lies there
        return settings.model_copy(update=own)

    def create(self, name: str) -> Branch:
        """A new, empty library.

        Raises:
            StoreError: the name cannot be used, there are too many, or the folder cannot be
                written.
        """
        with self._changing():
            self._sweep()
            new = self._free(name)
            if len(self.all()) + len(self.all(removed=True)) >= MOST:
                raise StoreError(
                    f"资料库已有 {MOST} 个，不能再建。请先彻底删除用不着的。",
                    f"There are {MOST} libraries already. Delete some for good first.",
                )
            made = Branch(uuid.uuid4().hex[:12], new, _now())
            self._write(made)
            (self._folder / made.id / "documents").mkdir(exist_ok=True)
            return made

    def rename(self, ident: str, name: str) -> Branch:
        """Call a library otherwise; "" gives the first one its usual name.

        Raises:
            StoreError: as `create`; or no library in use has that id, or the settings name it.
        """
        with self._changing():
            branch = self._changeable(ident, first=True)
            if same(self._base.library) != ident:  # an id goes on leading to it
                self._refuse_named(branch)
            new = "" if ident == MAIN and not name.strip() else self._free(name, but=ident)
            return self._write(replace(branch, name=new))

    def remove(self, ident: str) -> Branch:
        """Set a library aside, whole as it is; `bring_back` undoes it.

        Raises:
            StoreError: it is the first or the samples, the settings name it, or the folder
                cannot be written.
        """
        with self._changing():
            branch = self._changeable(ident)
            self._refuse_named(branch)
            return self._write(replace(branch, removed=_now()))

    def bring_back(self, ident: str) -> Branch:
        """Put a library that was set aside in use again; a name taken meanwhile gets a number.

        Raises:
            StoreError: none was set aside with that id, or the folder cannot be written.
        """
        with self._changing():
            branch = self._set_aside(ident)
            name, n = branch.name, 2
            while any(same(name) == other for other in self._taken(but=ident)):
                number = f" ({n})"
                name, n = branch.name[: NAME_CHARS - len(number)] + number, n + 1
            return self._write(replace(branch, name=name, removed=""))

    def purge(self, ident: str) -> Branch:
        """Delete for good a library that was set aside: documents, index, corrections, talk.

        Raises:
            LibraryBusy: somebody is writing to it.
            StoreError: none was set aside with that id, the server cannot be reached, or the
                folder cannot be changed.
        """
        from store.lock import WriteLock
        from store.vectors import VectorStore

        with self._changing():
            self._sweep()
            branch = self._set_aside(ident)
            home = self._folder / ident
            gone = self._folder / f"{_GONE}{ident}"
            with WriteLock(home, self._base.lock_seconds).still():
                if self._base.chroma_url:
                    VectorStore(home, self._base.chroma_url).discard()
                try:
                    home.rename(gone)  # at once, so that a kill leaves no half of it
                    shutil.rmtree(gone)
                except OSError as error:
                    raise _unwritable(error, self._folder) from error
            return branch

    def _sweep(self) -> None:
        """Finish deletions for good that a kill or a full disk cut short."""
        for gone in self._folder.glob(f"{_GONE}*"):
            shutil.rmtree(gone, ignore_errors=True)

    def _first(self) -> Branch:
        return self._read(MAIN) or Branch(MAIN)

    def _changeable(self, ident: str, first: bool = False) -> Branch:
        branch = self.get(ident)
        if branch is None:
            raise StoreError(
                "没有这个资料库，可能已被删除。请刷新页面。",
                "No such library; it may have been deleted. Reload the page.",
            )
        if ident == SAMPLES or (ident == MAIN and not first):
            raise StoreError(
                f"“{branch.title()}”不能改名或删除；可以在资料库页移除其中的文件。",
                f"{branch.title('en')} cannot be renamed or deleted; its documents can be removed.",
            )
        return branch

    def _refuse_named(self, branch: Branch) -> None:
        """Keep the library that the settings name: without it nobody could begin anywhere."""
        wanted = same(self._base.library)
        if wanted and branch.answers_to(wanted):
            raise StoreError(
                f"“{branch.title()}”由 YANJU_LIBRARY 指定，不能改名或删除。请先更改这个设置。",
                f"{branch.title('en')} is named by YANJU_LIBRARY, so it can be neither renamed nor "
                "deleted. Change that setting first.",
            )

    def _set_aside(self, ident: str) -> Branch:
        branch = next((b for b in self.all(removed=True) if b.id == ident), None)
        if branch is None:
            raise StoreError(
                "已删除的资料库里没有这一个，可能已恢复或已彻底删除。请刷新页面。",
                "No such library was deleted; it is back, or gone for good. Reload the page.",
            )
        return branch

    def _taken(self, but: str = "") -> set[str]:
        usual = {same(t) for titles in TITLES.values() for t in titles} | set(TITLES)
        return usual | {same(b.name) for b in self.all() if b.id != but and b.name}

    def _free(self, name: str, but: str = "") -> str:
        """The name as it is kept.

        Raises:
            StoreError: it cannot be used, with the reason.
        """
        new = called(name)
        if same(new) in self._taken(but) or is_ident(same(new)):
            raise StoreError(
                f"名称“{new}”已有资料库在用，或由程序保留。请换一个。",
                f"The name {new} is in use or reserved. Choose another one.",
            )
        return new

    def _read(self, ident: str) -> Branch | None:
        """What a library's file tells; one that cannot be read is called by its id."""
        if ident != MAIN and not is_ident(ident):
            return None
        place = self._home if ident == MAIN else self._folder / ident
        try:
            told = json.loads((place / FILE).read_text(encoding="utf-8"))
            words = [told.get(key, "") for key in ("name", "created", "removed")]
            if not all(isinstance(word, str) for word in words):
                raise ValueError("no text")
            removed = "" if ident == MAIN else words[2]
            return Branch(ident, words[0][: 2 * NAME_CHARS], words[1], removed)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, ValueError, AttributeError, RecursionError):
            return Branch(ident)

    def _write(self, branch: Branch) -> Branch:
        place = self._home if branch.id == MAIN else self._folder / branch.id
        try:
            write_whole(place / FILE, json.dumps(asdict(branch), ensure_ascii=False).encode())
        except OSError as error:
            raise _unwritable(error, place) from error
        return branch

    def _changing(self) -> AbstractContextManager[None]:
        busy = StoreError(
            "另一个窗口正在新建或删除资料库，请稍后再试。",
            "Another window is changing the libraries. Try again in a moment.",
        )
        failed = partial(_unwritable, place=self._folder)
        return latched(self._folder / ".lock", _WAIT, busy, failed)


def located(settings: Kind) -> Kind:
    """Settings with the folders of the library that they name (``YANJU_LIBRARY``).

    Raises:
        BadSetting: there is no such library.
    """
    if not settings.library:
        return settings
    branches = Branches(settings)
    return branches.settings_of(branches.find(settings.library).id, settings)


def refuse_deleted(home: Path) -> None:
    """Let nothing be written into a library that was deleted while it was open.

    Raises:
        StoreError: the folder is that of one of several libraries, and it is gone.
    """
    if ident_of(home) not in (MAIN, SAMPLES) and not (home / FILE).exists():
        raise StoreError(
            "这个资料库已被彻底删除，没有写入。请换一个资料库。",
            "This library was deleted for good; nothing was written. Switch to another one.",
        )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")


def _unwritable(error: OSError, place: Path) -> StoreError:
    return StoreError(
        f"资料库文件夹 {place} 无法改动（{error.strerror}）。请检查权限与磁盘空间。",
        f"The library's folder {place} cannot be changed ({error.strerror}). "
        "Check permissions and disk space.",
    )
