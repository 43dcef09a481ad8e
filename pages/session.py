"""What the pages share: one library for the process, and each visitor's own choices."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from traceback import format_exception
from typing import TYPE_CHECKING, cast

import streamlit as st

from pages.label import escape_label
from pages.talk import Talk
from pages.wording import say

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from rag.archive import Archive
    from rag.assistant import Assistant
    from rag.settings import RagSettings
    from store.library import Library

HUES = 8
logger = logging.getLogger("yanju.pages")


def open_library() -> Library:
    """Open the library that the settings name. Tests put their own in its place."""
    from store.library import Library

    return Library.open()


def open_assistant(library: Library, settings: RagSettings | None = None) -> Assistant:
    """An assistant over the library. Tests put their own in its place."""
    from rag.assistant import Assistant

    return Assistant(library, settings)


class Desk:
    """The one library and its built-in assistant, opened by the first visitor."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._library: Library | None = None
        self._assistant: Assistant | None = None
        self.keeps = True  # conversations
        self.questions_per_minute = 0  # of one session; 0: no limit

    @property
    def ready(self) -> bool:
        """Whether both are open."""
        return self._assistant is not None

    def open(self, progress: Callable[[str, float], None]) -> None:
        """Open both and follow the documents folder; later calls return at once."""
        with self._lock:
            if self._assistant is None:
                from rag.settings import RagSettings

                settings = RagSettings()
                self.keeps = settings.keep_conversations
                self.questions_per_minute = settings.questions_per_minute
                library = self._library or open_library()
                self._library = library
                library.sync(progress)
                self._assistant = open_assistant(library)
                threading.Thread(target=self._assistant.warm, daemon=True).start()

    @property
    def library(self) -> Library:
        """The library; `open` comes first."""
        assert self._library is not None
        return self._library

    @property
    def assistant(self) -> Assistant:
        """The assistant with the settings of the environment; `open` comes first."""
        assert self._assistant is not None
        return self._assistant


@st.cache_resource(show_spinner=False)
def _desk() -> Desk:
    return Desk()


def desk(place: DeltaGenerator | None = None) -> Desk:
    """The shared desk, ready for use; says at `place` what it is doing while it opens."""
    shared = _desk()
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


def language() -> str:
    """``"zh"`` or ``"en"``, as chosen by the visitor."""
    return str(st.session_state.get("lang") or "zh")


@st.cache_resource(show_spinner=False)
def _archive(home: str) -> Archive:
    from rag.archive import Archive

    return Archive(Path(home) / "conversations")


def archive() -> Archive | None:
    """Where conversations are kept; None where the settings say that they are not."""
    shared = desk()
    return _archive(str(shared.library.settings.home)) if shared.keeps else None


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
