"""The page that measures the answers against questions of known answer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from pages import session, sidebar
from pages.answer import engine_name
from pages.behaviour import behaviour
from pages.branching import empty_line
from pages.heading import draw_heading
from pages.score import chart, draw_table, draw_wrong
from pages.upload import choose_files
from pages.wording import say

if TYPE_CHECKING:
    from rag.case import Case
    from rag.evaluation import Evaluation

SAMPLE_FILE = "questions.jsonl"
EXAMPLE = {
    "id": "1",
    "type": "number",
    "question": "…",
    "speakers": ["…"],
    "gold_text": ["…"],
    "facts": ["…"],
    "answerable": True,
    "history": [{"role": "user", "content": "…"}, {"role": "assistant", "content": "…"}],
}


@dataclass(frozen=True, slots=True)
class Run:
    """What one run gave: the file's name and its evaluation."""

    name: str
    evaluation: Evaluation


def show() -> None:
    """Draw the page."""
    lang = session.language()
    behaviour(0)
    draw_heading("page_quality", "quality_line", lang)
    if not session.desk().library.officials():
        st.html(f'<p class="yj-banner" role="status">{escape(empty_line(lang))}</p>')
        return
    try:
        name, cases = _questions(lang)
    except Exception as error:
        _error(error, lang)
        name, cases = "", []
    if cases:
        measuring = bool(st.session_state.pop("measure", False))
        _offer(name, cases, measuring, lang)
        if measuring:
            _measure(name, cases, lang)
            st.rerun()
    failed = st.session_state.get("quality_error")
    if failed:
        st.html(f'<p class="yj-error" role="alert">{escape(failed[lang])}</p>')
    run: Run | None = st.session_state.get("quality")
    if run is not None:
        _result(run, lang)


def _error(error: Exception, lang: str) -> None:
    line = session.error_line(error)[lang]
    st.html(f'<p class="yj-error" role="alert">{escape(line)}</p>')


def _questions(lang: str) -> tuple[str, list[Case]]:
    """The questions of the visitor's choice; ("", []) as long as there are none."""
    from rag.case import load_cases, read_cases

    choice = st.radio(
        say("questions", lang),
        ["samples", "own"],
        format_func=lambda key: say(f"questions_{key}", lang),
        key="questions_from",
        horizontal=True,
        persist_state="session",
    )
    library = session.desk().library
    if choice == "samples":
        if not library.is_sample:
            line = say("samples_replaced", lang)
            st.html(f'<p class="yj-banner" role="note">{escape(line)}</p>')
            return "", []
        path = library.settings.samples / SAMPLE_FILE
        if not path.is_file():
            st.html(
                f'<p class="yj-banner" role="note">{escape(say("questions_missing", lang))}</p>'
            )
            return "", []
        return SAMPLE_FILE, load_cases(path)
    files = choose_files(say("questions_upload", lang), ["jsonl"], "own_questions", lang)
    if files:
        kept = (files[-1].name, files[-1].getvalue())
        st.session_state["question_file"] = kept
    name, data = st.session_state.get("question_file") or ("", b"")
    with st.expander(say("format", lang)):
        st.html(f"<p>{escape(say('format_line', lang))}</p>")
        st.code(json.dumps(EXAMPLE, ensure_ascii=False), language="json", wrap_lines=True)
    return (name, read_cases(data, name)) if name else ("", [])


def _offer(name: str, cases: list[Case], measuring: bool, lang: str) -> None:
    """What would be measured, and the button that starts it."""
    engine = engine_name(sidebar.chosen()[1], lang)
    types = len({case.type for case in cases})
    line = say("questions_count", lang, count=len(cases), types=types, engine=engine)
    st.html(f'<p class="yj-meta"><b>{escape(name)}</b> {escape(line)}</p>')
    st.button(
        say("run", lang),
        key="run",
        type="primary",
        icon=":material/play_arrow:",
        disabled=measuring,
        on_click=_start,
    )


def _start() -> None:
    st.session_state["measure"] = True


def _measure(name: str, cases: list[Case], lang: str) -> None:
    """Ask all questions and keep what came of it; a click on stop ends this run of the page."""
    from rag.evaluation import evaluate

    count = len(cases)
    bar = st.progress(0.0, say("running", lang, done=0, count=count))
    st.button(say("stop", lang), key="stop", icon=":material/stop_circle:", type="tertiary")

    def progress(done: int) -> None:
        bar.progress(done / count, say("running", lang, done=done, count=count))

    assistant, engine = sidebar.chosen()
    kept, error_line = None, None
    try:
        kept = Run(name, evaluate(assistant, cases, engine, progress))
    except Exception as error:
        error_line = session.error_line(error)
    st.session_state["quality"], st.session_state["quality_error"] = kept, error_line


def _result(run: Run, lang: str) -> None:
    from rag.table import as_markdown

    evaluation, total = run.evaluation, run.evaluation.total
    wrong = [d for d in evaluation.details if d["right"] < 1]
    right = say("right_all", lang, count=total["n"], right=total["n"] - len(wrong))
    engine = engine_name(evaluation.engine, lang)
    st.html(
        f'<h2 class="yj-heading">{escape(right)} '
        f"<small>{escape(say('result', lang, name=run.name, engine=engine))}</small></h2>"
        f'<p class="yj-meta">{escape(say("right_means", lang))}</p>'
    )
    if total["fell_back"]:
        share = f"{total['fell_back']:.0%}"
        line = say("fell_back", lang, share=share, engine=engine)
        st.html(f'<p class="yj-error" role="note">{escape(line)}</p>')
    picture, words = chart(evaluation, lang)
    st.altair_chart(picture, alt=words, key=f"chart_{lang}")
    st.html(draw_table(evaluation, lang))
    if wrong:
        st.html(
            f'<p class="yj-label">{escape(say("wrong", lang, count=len(wrong)))}</p>'
            f"{draw_wrong(wrong, lang)}"
        )
    table = as_markdown([evaluation], lang)
    whole = {
        "questions": run.name,
        "engine": evaluation.engine,
        "rows": evaluation.rows,
        "details": evaluation.details,
    }
    with st.container(horizontal=True, gap="small"):
        for kind, data, mime in (
            ("json", json.dumps(whole, ensure_ascii=False, indent=1), "application/json"),
            ("markdown", f"# {run.name} · {evaluation.engine}\n\n{table}\n", "text/markdown"),
        ):
            st.download_button(
                say(f"download_{kind}", lang),
                data,
                file_name=f"quality.{'md' if kind == 'markdown' else kind}",
                mime=mime,
                key=f"download_{kind}",
                icon=":material/download:",
                on_click="ignore",
            )


if __name__ == "__main__":
    from pages.frame import enter

    enter(show)
