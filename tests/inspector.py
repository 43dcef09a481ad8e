"""A process that looks at a library for the kill test, and may itself fall or hang."""

from __future__ import annotations

from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

PATIENCE = 300.0  # seconds for one look; what takes longer hangs
TRIES = 3


def fork(target: Callable[..., None], *args: Any) -> Any:
    """A forked process that runs `target`."""
    process = get_context("fork").Process(target=target, args=args, daemon=True)
    process.start()
    return process


def piped(target: Callable[..., None], *args: Any) -> tuple[Any, Connection]:
    """The same with a pipe as its last argument, and this side of it: whose other end is open in
    that process alone, so that its fall is noticed."""
    near, far = get_context("fork").Pipe()
    process = fork(target, *args, far)
    far.close()
    return process, near


def told(pipe: Connection, patience: float = PATIENCE) -> Any:
    """What comes through a pipe; None if the other side falls or says nothing for so long."""
    try:
        return pipe.recv() if pipe.poll(patience) else None
    except (EOFError, OSError):
        return None


def inspected(target: Callable[..., None], *args: Any, patience: float = PATIENCE) -> list[Any]:
    """What each try to look reported, None for one that could not; the first report is the last."""
    reports: list[Any] = []
    while len(reports) < TRIES and not (reports and reports[-1]):
        process, near = piped(target, *args)
        reports.append(told(near, patience))
        process.kill()
        process.join()
        near.close()
    return reports
