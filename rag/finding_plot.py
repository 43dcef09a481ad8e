"""The retrieval table as a picture: nDCG@10 by type of question and way to rank."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rag.errors import RagError
from rag.finding import Finding
from rag.finding_table import FIGURE_NAMES, ranker_name
from rag.table import type_name

KINDS = (".svg", ".png")
_FIGURE = "ndcg@10"


def plot(findings: Sequence[Finding], path: Path) -> None:
    """Draw bars for each type of question, one for each way, into an SVG or PNG file.

    Raises:
        RagError: the file's ending is another, or it cannot be written.
    """
    if path.suffix.lower() not in KINDS:
        raise RagError(
            f"图只能存为 .svg 或 .png，不能存为“{path.name}”。请换一个文件名。",
            f"A plot is an .svg or .png, not {path.name}. Give it another name.",
        )
    import altair
    import pandas

    rows = [row for finding in findings for row in finding.rows()]
    ways = [ranker_name(f.name) for f in findings]
    types = list(dict.fromkeys(type_name(row["type"]) for row in rows))
    data = pandas.DataFrame(
        {
            "type": [type_name(row["type"]) for row in rows],
            "way": [ranker_name(row["ranker"]) for row in rows],
            "value": [row[_FIGURE] for row in rows],
        }
    )
    value = altair.Y("value:Q", title=FIGURE_NAMES[_FIGURE][0], scale=altair.Scale(domain=[0, 1]))
    chart = (
        altair.Chart(data)
        .mark_bar()
        .encode(
            x=altair.X("type:N", title=None, sort=types, axis=altair.Axis(labelAngle=0)),
            xOffset=altair.XOffset("way:N", sort=ways),
            y=value,
            color=altair.Color("way:N", title=None, sort=ways),
            tooltip=["type", "way", "value"],
        )
        .properties(width=max(420, 96 * len(types)), height=280)
        .configure(font="Noto Sans CJK SC, Microsoft YaHei, PingFang SC, sans-serif")
    )
    try:
        chart.save(str(path), format=path.suffix.lower().lstrip("."))
    except OSError as error:
        raise RagError(
            f"无法写入“{path}”（{error.strerror}）。请检查文件夹与权限。",
            f"Cannot write {path} ({error.strerror}). Check the folder and its permissions.",
        ) from error
