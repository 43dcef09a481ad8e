"""Pieces laid out as a magazine lays them out, and printed to PDF by Chromium."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from html import escape
from pathlib import Path

from training.shuffle import Piece

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
STYLE = (
    "@page{{size:A4;margin:22mm 18mm;{runner}}}"
    "body{{margin:0;font:{size}px/1.6 'Noto Serif CJK SC',serif}}"
    ".page{{column-count:{columns};column-gap:{gap};column-fill:{fill}}}"
    "h1{{font-size:{title}px;margin:.8em 0 .4em;{span}}}.by{{margin:0 0 1em;{span}}}"
    "h2{{font-size:{heading}px;margin:.8em 0 .4em}}"
    "p{{margin:{space} 0;text-indent:{indent};text-align:{align}}}"
)
INDENTED = {"space": "0", "indent": "2em", "align": "justify"}
SPACED = {"space": "1em", "indent": "0", "align": "start"}
SPANNING = "column-span:all;text-align:center"


def html_of(pieces: Sequence[Piece], columns: int, *, runner: str = "", **style: str) -> str:
    """A page for the browser; `style` overrides what `STYLE` leaves open."""
    values = {
        "columns": str(columns), "gap": "24px", "fill": "balance", "size": "14", "title": "24",
        "heading": "16", "span": SPANNING, "runner": "", **INDENTED, **style,
    }  # fmt: skip
    if runner:
        values["runner"] = (
            f"@top-center{{content:'{runner}';font-size:11px}}"
            "@bottom-center{content:'— ' counter(page) ' —';font-size:11px}"
        )
    rows: list[str] = []
    for piece in pieces:
        rows.append(f"<h1>{escape(piece.title)}</h1>")
        rows.append(f'<div class="by">{"<br>".join(escape(b) for b in piece.byline)}</div>')
        for item in piece.items:
            tag = "h2" if item.heading else "p"
            rows.append(f"<{tag}>{escape(item.text)}</{tag}>")
    return (
        f'<!doctype html><html lang="zh"><meta charset="utf-8"><title>合集</title>'
        f"<style>{STYLE.format(**values)}</style><body>"
        f'<div class="page">{"".join(rows)}</div></body></html>'
    )


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
