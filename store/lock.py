"""One writer at a time, across processes, and how readers learn that something changed."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from store.errors import LibraryBusy, StoreError


class WriteLock:
    """A lock file and a version counter in the library's folder, which is made if need be.

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
    def version(self) -> int:
        """Grows by one with each change by any process; 0 for a new library."""
        try:
            return int(self._version.read_text() or 0)
        except (OSError, ValueError):
            return 0

    @contextmanager
    def held(self) -> Generator[None]:
        """Hold the lock; the version grows when it is let go.

        Raises:
            LibraryBusy: another process held it for too long.
            StoreError: the folder cannot be written.
        """
        from filelock import FileLock, Timeout

        lock = FileLock(self._file)
        try:
            lock.acquire(timeout=self._seconds)
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
            try:
                partial = self._version.with_suffix(".part")
                partial.write_text(str(self.version + 1))
                partial.replace(self._version)
            except OSError as error:
                raise self._unwritable(error) from error
            finally:
                lock.release()

    @staticmethod
    def _unwritable(error: OSError) -> StoreError:
        return StoreError(
            f"资料库文件夹不可写（{error.strerror}）。请检查权限与磁盘空间，或另设 YANJU_HOME。",
            f"The library's folder is not writable ({error.strerror}). "
            "Check permissions and disk space, or set YANJU_HOME.",
        )
