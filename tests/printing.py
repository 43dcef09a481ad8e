"""Pieces laid out as a magazine lays them out, and printed to PDF by Chromium."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from html import escape
from pathlib import Path

from training.articles import Item, Piece

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
STYLE = (
    "@page{{size:{paper};margin:{margin};{runner}}}"
    "body{{margin:0;font:{size}px/{leading} {font}}}"
    ".page{{column-count:{columns};column-gap:{gap};column-fill:{fill}}}"
    "h1{{font-size:{title}px;margin:.8em 0 .4em;{span}}}.by{{margin:0 0 1em;{span}}}"
    "h2{{font-size:{heading}px;margin:.8em 0 .4em;{across}}}"
    "p{{margin:{space} 0;text-indent:{indent};text-align:{align}}}"
)
INDENTED = {"space": "0", "indent": "2em", "align": "justify"}
SPACED = {"space": "1em", "indent": "0", "align": "start"}
SPANNING = "column-span:all;text-align:center"


def html_of(
    pieces: Sequence[Piece],
    columns: int,
    *,
    runner: str = "",
    cut: float = 0.0,
    **style: str,
) -> str:
    """A page for the browser; `style` overrides what `STYLE` leaves open.

    Args:
        cut: if not 0, pieces go on behind the next one's start, as `continued` has it.
    """
    values = {
        "columns": str(columns), "gap": "24px", "fill": "balance", "size": "14", "title": "24",
        "heading": "16", "span": SPANNING, "runner": "", "across": "", "paper": "A4",
        "margin": "22mm 18mm", "leading": "1.6", "font": "'Noto Serif CJK SC',serif",
        **INDENTED, **style,
    }  # fmt: skip
    if runner:
        values["runner"] = (
            f"@top-center{{content:'{runner}';font-size:11px}}"
            "@bottom-center{content:'— ' counter(page) ' —';font-size:11px}"
        )
    whole = [_opening(piece) + _body(piece.items) for piece in pieces]
    rows = continued(pieces, cut) if cut else whole
    return (
        f'<!doctype html><html lang="zh"><meta charset="utf-8"><title>合集</title>'
        f"<style>{STYLE.format(**values)}</style><body>"
        f'<div class="page">{"".join(rows)}</div></body></html>'
    )


def continued(pieces: Sequence[Piece], cut: float) -> list[str]:
    """Parts of a page's body in which each piece's rest stands behind the next piece's start.

    Args:
        cut: share of a piece's paragraphs that its first part holds.
    """
    parts: list[str] = []
    rest = ""
    for piece in pieces:
        at = max(1, int(cut * len(piece.items)))
        parts += [_opening(piece) + _body(piece.items[:at]), rest]
        rest = _body(piece.items[at:])
    return [part for part in [*parts, rest] if part]


def _opening(piece: Piece) -> str:
    byline = "<br>".join(escape(b) for b in piece.byline)
    return f'<h1>{escape(piece.title)}</h1><div class="by">{byline}</div>'


def _body(items: Sequence[Item]) -> str:
    tags = (("h2" if item.heading else "p", escape(item.text)) for item in items)
    return "".join(f"<{tag}>{text}</{tag}>" for tag, text in tags)


def print_pdf(page: str, folder: Path, *, header: bool = True) -> bytes:
    """What Chromium prints; `header` lets it add its own date, title, address and page number."""
    assert CHROMIUM
    source, target = folder / "page.html", folder / "page.pdf"
    source.write_text(page, encoding="utf-8")
    command = [
        CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
        "--no-first-run", "--disable-background-networking", "--disable-component-update",
        "--disable-sync", f"--user-data-dir={folder / 'profile'}", f"--print-to-pdf={target}",
        *([] if header else ["--no-pdf-header-footer"]), source.as_uri(),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return target.read_bytes()
