"""What the command lines share: one-line errors, exit codes, UTF-8, a progress line."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn, TypeVar

from store.errors import YanjuError
from store.settings import Settings

Kind = TypeVar("Kind", bound=Settings)


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one line with the remedy."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong on stderr and leave with exit code 2."""
        sys.stderr.write(f"命令有误：{message}。用 {self.prog} --help 查看用法。\n")
        raise SystemExit(2)


def call(parser: argparse.ArgumentParser, argv: Sequence[str] | None) -> int:
    """Run the command that was asked for; returns the exit code.

    The parsed arguments carry the command as ``run(args) -> int``. An error that a person
    can mend is one line on stderr and exit code 2.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    args = parser.parse_args(argv)
    try:
        return int(args.run(args))
    except YanjuError as error:
        sys.stderr.write(f"{error.message()}\n")
        return 2
    except BrokenPipeError:
        sys.stderr.close()
        return 0


def add_library(parser: argparse.ArgumentParser) -> None:
    """Let the command be told which of several libraries is meant."""
    parser.add_argument(
        "--library",
        metavar="NAME",
        help="用哪个资料库（名称或编号）；不写则为 YANJU_LIBRARY",
    )


def chosen(kind: type[Kind], args: argparse.Namespace) -> Kind:
    """The settings, with the library that the command names in them.

    Raises:
        BadSetting: one of them cannot be used.
    """
    return kind(library=args.library) if args.library else kind()


def progress() -> Callable[[str, float], None]:
    """A line on stderr that rewrites itself; one line a step where nobody watches."""

    def tell(what: str, fraction: float) -> None:
        if sys.stderr.isatty():
            sys.stderr.write(f"\r\033[K{fraction:4.0%} {what}")
        else:
            sys.stderr.write(f"{fraction:4.0%} {what}\n")
        sys.stderr.flush()

    return tell


def end_progress() -> None:
    """Clear the progress line."""
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K")
