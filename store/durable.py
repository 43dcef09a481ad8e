"""A file on disk, whole or not at all, and there after the power failed."""

from __future__ import annotations

import os
from pathlib import Path


def write_whole(path: Path, data: bytes, mode: int = 0o666) -> None:
    """Put `data` at `path`: written beside it, flushed to the disk, then renamed.

    A kill or a full disk at any moment leaves the old file or the new one. `mode` is what
    others may do with it, from its first byte on; the process's mask takes away from it.

    Raises:
        OSError: as the system says; nothing is left beside the file then.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.part")
    try:
        partial.unlink(missing_ok=True)  # a killed writer's, with the rights it had then
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
        with open(os.open(partial, flags, mode), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError:
        partial.unlink(missing_ok=True)
        raise
    if os.name == "nt":
        return  # there a folder cannot be flushed
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # the name, too
    finally:
        os.close(folder)
