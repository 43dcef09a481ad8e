"""One writer at a time, across processes, and how readers learn that something changed."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from store.errors import LibraryBusy, StoreError

Condition = Literal["", "writing", "torn"]
_WIDTH = 32  # bytes of the version file: written over in place, so a full disk does not matter


@dataclass(frozen=True, slots=True)
class Version:
    """How often a library has changed, and in what condition the last change left it.

    Attributes:
        number: grows with each change by any process; 0 for a new library.
        condition: ``"writing"`` while a writer is at work, or was killed at it; ``"torn"``
            when a writer failed and left rows that nobody owns; else empty.
    """

    number: int = 0
    condition: Condition = ""


class WriteLock:
    """A lock file and a version file in the library's folder, which is made if need be.

    Raises:
        StoreError: the folder cannot be made.
    """

    def __init__(self, home: Path, seconds: float) -> None:
        try:
            home.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(
                f"无法建立资料库文件夹 {home}（{error.strerror}）。"
                "请用 YANJU_HOME 指定一个可写的文件夹。",
                f"Cannot create the library's folder {home} ({error.strerror}). "
                "Set YANJU_HOME to a folder that can be written.",
            ) from error
        self._file = home / "lock"
        self._version = home / "version"
        self._seconds = seconds

    @property
    def version(self) -> Version:
        """As it stands on disk; a new library's where there is none."""
        try:
            words = self._version.read_text(encoding="ascii").split()
            condition: Condition = ""
            if len(words) > 1:
                condition = "writing" if words[1] == "writing" else "torn"
            return Version(int(words[0]), condition)
        except (OSError, ValueError, IndexError):
            return Version()

    @contextmanager
    def held(self) -> Generator[bool]:
        """Hold the lock; the version grows when it is let go.

        Yields whether an earlier writer was killed or failed, so that rows of its may be
        left. What is raised inside leaves the library marked as torn.

        Raises:
            LibraryBusy: another process held it for too long.
            StoreError: the folder cannot be written.
        """
        with self._locked(self._seconds):
            before = self.version
            self._write(Version(before.number + 1, "writing"))
            condition: Condition = "torn"
            try:
                yield before.condition != ""
                condition = ""
            finally:
                self._write(Version(before.number + 2, condition))

    @contextmanager
    def still(self) -> Generator[None]:
        """Hold the lock without changing anything: nobody writes meanwhile.

        Raises:
            LibraryBusy: another process held it for too long.
            StoreError: the folder cannot be written.
        """
        with self._locked(self._seconds):
            yield

    def set(self, version: Version) -> None:
        """Put a version in force, after the whole folder was exchanged.

        Raises:
            StoreError: the folder cannot be written.
        """
        self._write(version)

    def settle(self) -> bool:
        """Mark a killed writer's library as torn; False while that writer is alive."""
        try:
            with self._locked(0):
                before = self.version
                if before.condition == "writing":
                    self._write(Version(before.number + 1, "torn"))
                return True
        except LibraryBusy:
            return False
        except StoreError:
            return True  # in a folder that cannot be written nobody is writing

    @contextmanager
    def _locked(self, seconds: float) -> Generator[None]:
        from filelock import FileLock, Timeout

        lock = FileLock(self._file)
        try:
            lock.acquire(timeout=seconds)
        except Timeout as error:
            raise LibraryBusy(
                "另一个程序正在写入资料库，请稍后再试。",
                "Another process is writing to the library. Try again in a moment.",
            ) from error
        except OSError as error:
            raise self._unwritable(error) from error
        try:
            yield
        finally:
            lock.release()

    def _write(self, version: Version) -> None:
        row = f"{version.number:>20} {version.condition}".ljust(_WIDTH - 1) + "\n"
        try:
            at = os.open(self._version, os.O_WRONLY | os.O_CREAT, 0o644)
            try:
                os.write(at, row.encode("ascii"))
            finally:
                os.close(at)
        except OSError as error:
            raise self._unwritable(error) from error

    @staticmethod
    def _unwritable(error: OSError) -> StoreError:
        return StoreError(
            f"资料库文件夹不可写（{error.strerror}）。请检查权限与磁盘空间，或另设 YANJU_HOME。",
            f"The library's folder is not writable ({error.strerror}). "
            "Check permissions and disk space, or set YANJU_HOME.",
        )
