"""A reader in a process of its own: whatever a file does to it, the program goes on.

The child reads the file from its standard input and writes lines of JSON: how far it is, at
last the document or the error. Its memory is limited where the system can (POSIX); whoever
says nothing for too long is ended.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from store.document import Document, Line
from store.errors import UnreadableFile

Progress = Callable[[int, int], None]
_ROOT = Path(__file__).resolve().parent.parent
_EVERY = 0.2  # seconds between two reports of progress
_OUT_OF_MEMORY = 86  # exit code of a child that hit its limit
# Libraries of mathematics reserve room for each thread that they may start.
_ALONE = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child may take: `memory` in bytes of address space; `stall` seconds without a
    word, `total` seconds in all."""

    memory: int = 2 << 30
    stall: float = 45.0
    total: float = 900.0


def read_apart(
    module: str, name: str, data: bytes, progress: Progress | None, limits: Limits
) -> Document:
    """Have ``python -m module`` (which calls `serve`) read a file.

    Raises:
        UnreadableFile: what the child raised, or that it crashed, took too long or too much.
    """
    command = [sys.executable, "-m", module, name, str(limits.memory)]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=_ROOT,
        env={**os.environ, **_ALONE},
    ) as child:
        assert child.stdin and child.stdout
        said: queue.Queue[bytes] = queue.Queue()
        for work in ((_feed, child.stdin, data), (_listen, child.stdout, said)):
            threading.Thread(target=work[0], args=work[1:], daemon=True).start()
        try:
            return _document(name, child, said, progress, limits)
        finally:
            child.kill()


def _feed(pipe: IO[bytes], data: bytes) -> None:
    try:
        pipe.write(data)
        pipe.close()
    except OSError:
        return  # the child has gone; what it said before tells why


def _listen(pipe: IO[bytes], said: queue.Queue[bytes]) -> None:
    for row in pipe:
        said.put(row)
    said.put(b"")


def _document(
    name: str,
    child: subprocess.Popen[bytes],
    said: queue.Queue[bytes],
    progress: Progress | None,
    limits: Limits,
) -> Document:
    """What the child says in the end."""
    latest = time.monotonic() + limits.total
    while True:
        patience = min(limits.stall, latest - time.monotonic())
        try:
            row = said.get(timeout=max(0.0, patience))
        except queue.Empty as error:
            raise _slow(name) from error
        if not row:
            raise _heavy(name) if child.wait() == _OUT_OF_MEMORY else _crashed(name)
        try:
            told = json.loads(row)
        except ValueError as error:
            raise _crashed(name) from error
        if "error" in told:
            raise UnreadableFile(*told["error"])
        if "lines" in told:
            return Document(name, tuple(Line(*r) for r in told["lines"]), told["declared"])
        if progress:
            progress(*told["page"])


def serve(read: Callable[[str, bytes, Progress], Document]) -> None:
    """The child's side: read standard input and answer on standard output."""
    _limit(int(sys.argv[2]))
    name, last = sys.argv[1], 0.0

    def tell(page: int, pages: int) -> None:
        nonlocal last
        if time.monotonic() - last > _EVERY:
            last = time.monotonic()
            _say({"page": (page, pages)})

    try:
        document = read(name, sys.stdin.buffer.read(), tell)
    except UnreadableFile as error:
        _say({"error": (error.zh, error.en)})
    except MemoryError:
        sys.exit(_OUT_OF_MEMORY)
    else:
        rows = [(x.number, x.text, x.blank_before, x.page, x.hint) for x in document.lines]
        _say({"lines": rows, "declared": document.declared})


def _say(row: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(row) + "\n")
    sys.stdout.flush()


def _limit(memory: int) -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
    try:
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))
    except (OSError, ValueError):  # macOS knows the limit but does not take it
        return


def _slow(name: str) -> UnreadableFile:
    return UnreadableFile(
        f"读取“{name}”的时间过长，已停止。请拆成几个文件，或用“打印为 PDF”另存一份再导入。",
        f"Reading “{name}” took too long and was stopped: split it, or print it to a new PDF.",
    )


def _heavy(name: str) -> UnreadableFile:
    return UnreadableFile(
        f"读取“{name}”所需的内存过多，已停止。请拆成几个文件，或用“打印为 PDF”另存一份再导入。",
        f"Reading “{name}” takes too much memory and was stopped: split it, or print it to a "
        "new PDF.",
    )


def _crashed(name: str) -> UnreadableFile:
    return UnreadableFile(
        f"“{name}”的内容有损坏，PDF 组件无法读取。请重新下载，或用“打印为 PDF”另存一份再导入。",
        f"“{name}” is damaged and broke the PDF component: download it again, or print it to "
        "a new PDF.",
    )
