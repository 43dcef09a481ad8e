"""What the pages share: one library for the process, and each visitor's own choices."""

from __future__ import annotations

import logging
from pathlib import Path
from traceback import format_exception
from typing import TYPE_CHECKING, cast

import streamlit as st

from pages.desk import MAIN, Desk, Desks
from pages.label import escape_label
from pages.talk import Talk
from pages.wording import say

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from rag.archive import Archive
    from rag.assistant import Assistant
    from rag.settings import RagSettings
    from store.branches import Branches
    from store.library import Library

HUES = 8
# What a visitor takes along from one library to another: all else is of the library left.
OWN = {"lang", "lang_choice", "lang_usual", "engine", "spec", "base_url", "api_key", "whose"}
OWN |= {"rate", "framed"}
logger = logging.getLogger("yanju.pages")


def open_library(settings: RagSettings) -> Library:
    """Open the library that the settings name. Tests put their own in its place."""
    from store.library import Library

    return Library.open(settings)


def open_assistant(library: Library, settings: RagSettings) -> Assistant:
    """An assistant over the library. Tests put their own in its place."""
    from rag.assistant import Assistant

    return Assistant(library, settings)


@st.cache_resource(show_spinner=False)
def _desks() -> Desks:
    return Desks(lambda s: open_library(s), lambda lib, s: open_assistant(lib, s))


def ready() -> bool:
    """Whether this visitor's library is open."""
    return _desks().at(branch()).ready


def desk(place: DeltaGenerator | None = None) -> Desk:
    """The shared desk of this visitor's library, ready for use; says at `place` what it is
    doing while it opens."""
    shared = _desks().at(branch())
    if not shared.ready:
        place = place or st.empty()
        with place.container():
            st.html(f'<div class="yj-hero"><h1>{say("brand", language())}</h1></div>')
            bar = st.progress(0.0, say("opening", language()))

        def progress(what: str, fraction: float) -> None:
            bar.progress(min(max(fraction, 0.0), 1.0), say("reading_files", language()))

        try:
            shared.open(progress)
        finally:
            place.empty()
    elif not st.session_state.get("synced"):
        shared.library.sync()
    st.session_state["synced"] = True
    return shared


def branches() -> Branches:
    """The libraries that there are.

    Raises:
        BadSetting: the settings cannot be used.
    """
    from rag.settings import RagSettings
    from store.branches import Branches

    return Branches(RagSettings())


def branch() -> str:
    """The id of the library that this visitor is in; `arrive` has chosen it."""
    return str(st.session_state.get("branch") or MAIN)


def arrive() -> None:
    """Choose the library at the first run: that of the address (``?l=``), else the settings';
    leave one that somebody has deleted.

    Raises:
        BadSetting: the settings cannot be used, or name a library that is not there.
    """
    from rag.settings import RagSettings
    from store.branches import Branches

    settings = RagSettings()
    there = Branches(settings)
    usual = there.find(settings.library).id if settings.library else MAIN
    wanted = str(st.session_state.get("branch") or st.query_params.get("l") or usual)
    if there.get(wanted) is None:
        switch(usual)
        st.toast(say("branch_gone", language()), icon=":material/error:")
    elif "branch" not in st.session_state:
        st.session_state["branch"] = wanted
    here = branch()
    if here != usual and st.query_params.get("l") != here:
        st.query_params["l"] = here
    elif here == usual:
        st.query_params.pop("l", None)


def switch(ident: str) -> None:
    """Go to another library: in this window only, and with nothing of the one before."""
    for name in [*st.session_state]:
        if name not in OWN:
            del st.session_state[name]
    st.query_params.pop("c", None)
    st.session_state["branch"] = ident


def language() -> str:
    """``"zh"`` or ``"en"``, as chosen by the visitor."""
    return str(st.session_state.get("lang") or "zh")


@st.cache_resource(show_spinner=False)
def _archive(home: str, whose: str) -> Archive:
    from rag.archive import Archive

    folder = Path(home) / "conversations"
    return Archive(folder / "people" / whose if whose else folder)


def archive(kept: bool = False) -> Archive | None:
    """Where this visitor's conversations are kept; None where the settings say that they are not.

    `kept` asks for those that were kept before, too.
    """
    shared = desk()
    if not (shared.keeps or kept):
        return None
    return _archive(str(shared.library.settings.home), str(st.session_state.get("whose") or ""))


def renew(library: Library | None = None) -> None:
    """Let the settings as they are now count, for everybody; this visitor's own model goes.

    Raises:
        BadSetting: they cannot be used.
    """
    _desks().renew(branch(), library)
    for name in ("engine", "spec", "base_url", "api_key", "assistant"):
        st.session_state.pop(name, None)


def forget(ident: str) -> None:
    """Let go of a library that was deleted."""
    _desks().forget(ident)


def talk() -> Talk:
    """The conversation of this window; at first the one that its address names (``?c=``)."""
    if "talk" not in st.session_state:
        open_talk(str(st.query_params.get("c", "")))
    return cast(Talk, st.session_state["talk"])


def open_talk(ident: str = "") -> None:
    """Go on with a conversation that is kept; "" begins a new one."""
    from rag.archive import ArchiveError
    from rag.transcript import Transcript

    kept, begun = archive(), Transcript()
    for name in ("editing", "piece", "renaming"):
        st.session_state.pop(name, None)
    if ident and kept:
        try:
            begun = kept.load(ident)
        except ArchiveError as error:
            st.toast(escape_label(error.message(language())), icon=":material/error:")
    st.session_state["talk"] = Talk(kept, begun)


def hue(official: str) -> int:
    """The colour number of an official's key: the same for the whole session."""
    given: dict[str, int] = st.session_state.setdefault("hues", {})
    return given.setdefault(official, len(given) % HUES)


def error_line(error: BaseException) -> dict[str, str]:
    """What a person reads of an error, by language; what is unexpected is logged, without keys."""
    from store import YanjuError
    from store.secret import redact

    if isinstance(error, YanjuError):
        return {lang: error.message(lang) for lang in ("zh", "en")}
    typed = str(st.session_state.get("api_key") or "")
    keys = (typed, *_keys())
    logger.error("unexpected error\n%s", redact("".join(format_exception(error)), *keys))
    return {lang: say("failed", lang) for lang in ("zh", "en")}


def _keys() -> tuple[str, ...]:
    """The keys that the settings hold; none where the settings cannot be read."""
    from rag.settings import RagSettings
    from store.errors import BadSetting

    try:
        settings = RagSettings()
    except BadSetting:
        return ()
    return settings.llm_api_key, settings.embedder_api_key
