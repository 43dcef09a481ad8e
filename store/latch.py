"""One change at a time to the files of a folder, whatever processes and windows there are."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from store.errors import YanjuError


@contextmanager
def latched(
    file: Path, seconds: float, busy: YanjuError, failed: Callable[[OSError], YanjuError]
) -> Generator[None]:
    """Hold the lock `file`, whose folder is made where it is not there.

    Args:
        seconds: to wait for somebody else's change.
        busy: raised when that takes longer.
        failed: what is raised for a folder or file that cannot be read or written meanwhile.
    """
    from filelock import FileLock, Timeout

    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(file, timeout=seconds):
            yield
    except Timeout as error:
        raise busy from error
    except OSError as error:
        raise failed(error) from error
