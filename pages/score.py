"""The quality table and its picture, and what went wrong, ready to be shown."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from pages.wording import say

if TYPE_CHECKING:
    import altair as alt

    from rag.evaluation import Evaluation

ROW = 34  # height of a bar with the space around it, in pixels
LONGEST = 600  # characters shown of a wrong answer


def draw_table(evaluation: Evaluation, language: str = "zh") -> str:
    """The table as HTML: a row a type, the last for all."""
    from rag.table import COLUMNS, cell, type_name

    names = [words[language == "en"] for words in COLUMNS.values()]
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in names)
    rows = "".join(
        f'<tr><th scope="row">{escape(type_name(row["type"], language))}</th>'
        + "".join(f"<td>{escape(cell(c, row[c]))}</td>" for c in COLUMNS)
        + "</tr>"
        for row in evaluation.rows
    )
    return (
        f'<div class="yj-table" tabindex="0"><table><thead><tr><td></td>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def chart(evaluation: Evaluation, language: str = "zh") -> tuple[alt.LayerChart, str]:
    """The share answered right, one bar a type with its figure; second, the same in words."""
    import altair as alt

    from rag.table import cell, type_name

    bars = [
        {
            "type": type_name(row["type"], language),
            "right": row["right"],
            "label": say(
                "chart_label", language, share=cell("right", row["right"]), count=row["n"]
            ),
        }
        for row in evaluation.rows[:-1]
    ]
    words = say("separator", language).join(f"{bar['type']} {bar['label']}" for bar in bars)
    # Room at the right for the figure of a full bar.
    scale = alt.Scale(domain=[0, 1.3], nice=False)
    base = alt.Chart(alt.InlineData(values=bars)).encode(
        y=alt.Y("type:N", sort=None, title=None, axis=alt.Axis(labelLimit=140, ticks=False)),
        x=alt.X(
            "right:Q",
            title=say("chart_axis", language),
            scale=scale,
            axis=alt.Axis(format="%", values=[0, 0.25, 0.5, 0.75, 1]),
        ),
        tooltip=[alt.Tooltip("type:N", title=""), alt.Tooltip("label:N", title="")],
    )
    # A grey that stands out on the page's ground in light and in dark.
    drawn = base.mark_bar(size=16, color="#8a7f70")
    figures = base.mark_text(align="left", dx=6, fontSize=13, color="#8a8378").encode(
        text="label:N"
    )
    picture = (drawn + figures).properties(height=ROW * len(bars) + 50)
    return picture, say("chart_alt", language, rows=words)


def draw_wrong(details: list[dict[str, Any]], language: str = "zh") -> str:
    """The questions that were not answered right: what they miss and what was said."""
    from rag.evaluation import NEEDED
    from rag.table import COLUMNS, type_name

    at = int(language == "en")
    rows = []
    for d in details:
        missed = [COLUMNS[f][at] for f in NEEDED if f in d and d[f] < 1]
        misses = say("separator", language).join(missed)
        said = d["text"] if len(d["text"]) <= LONGEST else f"{d['text'][:LONGEST]}…"
        rows.append(
            f"<li><details><summary>{escape(d['question'])} "
            f'<span class="yj-meta">{escape(type_name(d["type"], language))} · '
            f"{escape(say('missed', language, what=misses))}</span></summary>"
            f'<div class="yj-context">{escape(said)}</div></details></li>'
        )
    return f'<ul class="yj-wrong">{"".join(rows)}</ul>'
