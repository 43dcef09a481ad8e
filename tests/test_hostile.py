"""What is hostile in a document, a name, a model's answer or an error stays words or is refused."""

from __future__ import annotations

import io
import logging
import re
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import docx
import pytest
from markdown_it import MarkdownIt
from streamlit.testing.v1 import AppTest

from pages import asking, session
from pages.answer import draw_answer, draw_stream
from pages.rate import Rate
from pages.trace import draw_trace
from pages.wording import say
from rag import Assistant, RagSettings
from rag.answer import Answer, Citation, Claim
from rag.export import as_markdown
from rag.remedy import explain
from rag.transcript import Context, Message, Transcript
from store import Library, Official, Passage
from store.docx import LARGEST_WHOLE
from store.embedder import EndpointEmbedder
from store.errors import EmbedderUnavailable, StoreError, UnreadableFile
from store.reader import read_bytes
from tests.llm_servers import OpenAIServer, Prompt, Say, openai_server

__all__ = ["openai_server"]

ROOT = Path(__file__).resolve().parent.parent
LIVE = (
    '<script>alert(1)</script><img src=x onerror=alert(1)>"><svg onload=alert(1)>'
    "[链](javascript:alert(1)) ![图](http://a.test/p.png) <http://a.test/> :red[丁] $x$"
)
LIMIT = 32 << 20
KEY = "q9-plain-looking-7f3b"
# Everything that our own drawing may use; none of it runs or loads anything.
TAGS = frozenset(
    re.findall(
        r"\w+",
        "article aside b blockquote br button dd del details div dl dt em footer h1 h2 h3 h4 h5 "
        "header i ins li mark ol p q section small span strong style summary table tbody td th "
        "thead tr ul",
    )
)
STREAMLITS_MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("strikethrough")


class _Elements(HTMLParser):
    """Every element of a page's HTML that could run, load or lead somewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.live: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name for name, _ in attrs}
        bad = {n for n in names if n.startswith("on")} | (names & {"href", "src", "srcdoc"})
        if tag not in TAGS or bad:
            self.live.append(f"<{tag} {' '.join(sorted(names))}>")


def live_html(html: str) -> list[str]:
    parser = _Elements()
    parser.feed(html)
    parser.close()
    return parser.live


def live_markdown(text: str) -> list[str]:
    """What Markdown makes of a label that is neither words nor emphasis."""
    kinds = ("link_open", "image", "html_inline", "html_block")
    return [
        child.type
        for token in STREAMLITS_MARKDOWN.parse(text)
        for child in [token, *(token.children or ())]
        if child.type in kinds
    ]


def drawn(at: AppTest) -> tuple[list[str], list[str]]:
    """All HTML of a page, and all its texts that Streamlit reads as Markdown."""
    html, labels = [], []
    waiting: list[Any] = [at._tree]
    while waiting:
        node = waiting.pop()
        waiting += list(getattr(node, "children", {}).values())
        proto = getattr(node, "proto", None)
        if getattr(node, "type", "") == "html":
            html.append(node.value)
            continue
        # A dialog, a popover or an expander is a field of its block.
        holders = [proto, *(getattr(proto, k, None) for k in ("dialog", "popover", "expandable"))]
        for holder in holders:
            for name in ("label", "body", "title", "help", "text"):
                if isinstance(words := getattr(holder, name, None), str) and words:
                    labels.append(words)
            for option in getattr(holder, "options", ()):
                if words := getattr(option, "content", ""):  # pills; a select box is plain text
                    labels.append(words)
    return html, labels


def assert_dead(at: AppTest) -> str:
    """Nothing on the page is live; all that it shows, for what must be there."""
    assert not at.exception
    html, labels = drawn(at)
    assert [found for h in html for found in live_html(h)] == []
    assert [(text, found) for text in labels if (found := live_markdown(text))] == []
    return "\n".join(html)


def test_the_check_itself_finds_what_is_live() -> None:
    for text in ("<img src=x>", "<b onclick=y>", "<a>", '<p href="z">'):
        assert live_html(text)
    for text in ("[a](b)", "![a](b)", "<i>", "<http://a.test/>"):
        assert live_markdown(text)
    assert not live_html("<p class='x'>&lt;script&gt;</p>") and not live_markdown("*a* **b**")


# -- documents on every page -----------------------------------------------------------


@pytest.fixture
def poisoned(settings: RagSettings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Library]:
    """A real library of one document in which every field is hostile, behind the pages."""
    front = {
        "speaker": f"王某{LIVE}",
        "organization": f"某局{LIVE}",
        "position": f"局长{LIVE}",
        "title": f"修桥{LIVE}",
        "date": LIVE,
        "note": LIVE,
        "source": LIVE,
    }
    rows = "\n".join(f"{key}: '{words}'" for key, words in front.items())
    # In a code block Markdown's own reader leaves the marks in the words.
    text = f"---\n{rows}\n---\n\n    桥梁要逐座检测，{LIVE}检测结果要向社会公开。\n"
    made = Library.open(settings)
    name = f"../../{LIVE.replace('/', '')}.md"
    result = made.upload(name, text.encode())
    assert result.state == "added", result.zh
    monkeypatch.setattr(session, "open_library", lambda settings: made)
    monkeypatch.setattr(session, "open_assistant", lambda lib, s=None: Assistant(lib, settings))
    session._desks.clear()
    yield made
    session._desks.clear()


def page(name: str) -> AppTest:
    return AppTest.from_file(str(ROOT / name), default_timeout=60).run()


def test_a_poisoned_document_is_words_where_it_is_asked_about(poisoned: Library) -> None:
    [passage] = poisoned.passages()
    assert LIVE in passage.text and LIVE in passage.title and LIVE in passage.official.name
    at = page("app.py")
    assert_dead(at)
    at.chat_input[0].set_value(f"桥梁检测结果怎么公开？{LIVE}").run()
    seen = assert_dead(at)
    assert "&lt;script&gt;alert(1)" in seen and 'class="yj-card"' in seen
    session_piece = at.session_state["talk"].transcript.messages[0].answer.citations[0].number
    at.session_state["piece"] = f"0-{session_piece}"
    at.run()
    assert "yj-reading" in assert_dead(at)


@pytest.mark.parametrize("name", ["library", "proofreading", "who", "compare", "quality"])
def test_a_poisoned_document_is_words_on_every_page(poisoned: Library, name: str) -> None:
    at = page(f"pages/{name}.py")
    seen = assert_dead(at)
    if name == "library":
        at.button(key=f"read_{poisoned.documents()[0].id}").click().run()
        at.button(key=f"remove_{poisoned.documents()[0].id}").click().run()
    elif name == "who":
        at.text_area(key="quote").set_value(f"桥梁要逐座检测，{LIVE}检测结果要向社会公开。")
        at.button[0].click().run()
    elif name == "compare":
        at.text_input(key="compare_theme").set_value(f"桥梁检测结果{LIVE}")
        at.button[0].click().run()
    seen += assert_dead(at)
    assert name == "quality" or "&lt;script&gt;alert(1)" in seen


def test_front_matter_that_grows_or_makes_objects_is_only_words() -> None:
    grown = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 40))
    bomb = f"---\na0: &a0 [x, x]\n{grown}\nspeaker: *a39\ntitle: 题\n---\n修桥。\n"
    read = read_bytes("a.md", bomb.encode(), LIMIT)
    assert read.declared == {"title": "题"}
    object_made = "---\nspeaker: !!python/object/apply:os.system ['true']\ntitle: 题\n---\n修桥。\n"
    assert read_bytes("a.md", object_made.encode(), LIMIT).declared == {"title": "题"}


NAMES = [
    "张(三",
    "*李四",
    "[王五",
    "赵\\六",
    "{2}周",
    "孙+?",
    "^吴$",
    "郑|",
    "Ann (Lee",
    "B[ob Smith",
]


def test_a_name_that_is_no_name_stops_no_question(library: Library, settings: RagSettings) -> None:
    for n, name in enumerate(NAMES):
        front = f"speaker: '{name}'\norganization: '{name}局'\nposition: '局长{name}'\ntitle: 题"
        text = f"---\n{front}\n---\n\n第{n}座桥梁要逐座检测，结果向社会公开。\n"
        assert library.upload(f"{n}.md", text.encode()).state == "added"
    assistant = Assistant(library, settings)
    asked = ["桥梁怎么检测？", "姓张的局长怎么谈检测？", "What did Zhang San say about bridges?"]
    for question in [*asked, *(f"{name}怎么谈检测?" for name in NAMES), "各位官员怎么谈检测？"]:
        reply = assistant.ask(question)
        assert "".join(reply) and reply.answer.text
    reply = assistant.ask("桥梁怎么检测？")
    assert "".join(reply) and reply.answer.citations


# -- a model's answer ------------------------------------------------------------------


def test_a_models_answer_is_words_growing_and_whole(
    poisoned: Library, openai_server: OpenAIServer
) -> None:
    def hostile(prompt: Prompt) -> Say:
        return Say(f"# {LIVE}\n- 桥梁要逐座检测[1]。{LIVE}\n\n**{LIVE}**")

    openai_server.script = [hostile]
    folders = {"home": poisoned.settings.home, "documents": poisoned.settings.documents}
    settings = openai_server.settings(**folders)
    reply = Assistant(poisoned, settings).ask("桥梁怎么检测？", llm=openai_server.spec)
    text = "".join(reply)
    assert "桥梁要逐座检测" in text
    unclean = f"# {LIVE}\n- 桥梁要逐座检测[1]。{LIVE}\n\n**{LIVE}**"
    for cut in range(0, len(unclean), 3):  # at any moment of its growth
        assert live_html(draw_stream(text[:cut])) == []
        assert live_html(draw_stream(unclean[:cut])) == []
    answer = reply.answer
    contexts = {c.number: Context(LIVE, LIVE) for c in answer.citations}
    whole = draw_answer(answer, "0", lambda key: 1, contexts)
    assert live_html(whole) == [] and LIVE in unescape(re.sub(r"<[^>]*>", "", whole))


def test_what_is_taken_away_has_no_live_marks() -> None:
    official = Official(f"王某{LIVE}", LIVE, LIVE)
    p = Passage("p", "d", LIVE, official, text=LIVE, title=LIVE, section=LIVE, paragraph=1)
    answer = Answer(
        LIVE,
        True,
        f"{LIVE}[1]",
        (Citation(1, p, LIVE),),
        (Claim(f"另一句{LIVE}", (1,), "unsupported"),),
        LIVE,
    )
    whole = as_markdown(Transcript(name=LIVE, messages=(Message(LIVE, answer=answer),)))
    assert live_markdown(whole) == []
    assert live_html(draw_answer(answer, "0", lambda key: 1, {1: Context(LIVE, LIVE)})) == []


# -- names and archives ----------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "../../../out.txt",
        "..\\..\\out.txt",
        "/etc/out.txt",
        "C:\\out.txt",
        "....//....//out.txt",
        "%2e%2e%2fout.txt",
        "a/../../out.txt",
        "..",
        ".out.txt",
        "\x00../out.txt",
        "out.txt\x00.md",
        f"{'../' * 40}{'长' * 300}.txt",
    ],
)
def test_a_name_never_leads_out_of_the_folder(library: Library, tmp_path: Path, name: str) -> None:
    before = {p for p in tmp_path.rglob("*") if p.is_file()}
    try:
        library.upload(name, "某县县长\n王某某\n修桥要检测。".encode())
    except StoreError as error:
        assert error.zh and error.en
    folders = (library.settings.documents, library.settings.home)
    new = {p for p in tmp_path.rglob("*") if p.is_file()} - before
    assert all(any(folder in p.parents for folder in folders) for p in new)
    assert not any(p.name.startswith(".") for p in library.settings.documents.iterdir())


def _packed(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def _whole_docx() -> dict[str, bytes]:
    out = io.BytesIO()
    docx.Document().save(out)
    with zipfile.ZipFile(out) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _peak(data: bytes) -> int:
    """Bytes that reading took at its peak; the file must be refused with a remedy."""
    tracemalloc.start()
    try:
        with pytest.raises(UnreadableFile) as refused:
            read_bytes("弹.docx", data, LIMIT)
        assert refused.value.zh and refused.value.en
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    size = LARGEST_WHOLE + 1
    data = _packed(_whole_docx() | {"word/media/image1.png": bytes(size)})
    assert len(data) < 1 << 20
    assert _peak(data) < 16 << 20


@pytest.mark.parametrize("forged", [False, True], ids=["size", "size and checksum"])
def test_a_zip_bomb_that_lies_about_its_size_is_cut_at_what_it_said(forged: bool) -> None:
    size, said = 64 << 20, 1000
    text = b"<w:document>".ljust(size)
    data = _packed(_whole_docx() | {"word/document.xml": text})
    lies = [(size, said), (zlib.crc32(text), zlib.crc32(text[:said]))][: 1 + forged]
    for true, lie in lies:
        assert data.count(struct.pack("<I", true)) == 2  # before the part and in the directory
        data = data.replace(struct.pack("<I", true), struct.pack("<I", lie))
    assert _peak(data) < 16 << 20


def test_a_zip_bomb_in_a_packing_that_cannot_be_read_by_pieces_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_BZIP2) as archive:
        for name, data in (_whole_docx() | {"word/document.xml": bytes(30 << 20)}).items():
            archive.writestr(name, data)
    assert _peak(out.getvalue()) < 16 << 20


# -- keys ------------------------------------------------------------------------------


def test_a_key_that_makes_an_illegal_header_is_not_shown() -> None:
    address = "http://user:pw-in-address@127.0.0.1:9/v1"
    with pytest.raises(EmbedderUnavailable) as failed:
        EndpointEmbedder(address, "m", f"{KEY}\x0brest")
    for words in (failed.value.zh, failed.value.en):
        assert KEY not in words and "pw-in-address" not in words and "127.0.0.1:9" in words


@pytest.mark.parametrize(
    "text",
    [
        f"Illegal header value b'Bearer {KEY}'",
        f"POST https://u:{KEY}@a.test/v1 failed",
        f"https://a.test/v1?key={KEY}&x=1",
        f"{{'Authorization': 'Bearer {KEY}'}}",
    ],
)
def test_a_key_that_nobody_declared_is_known_by_where_it_stands(text: str) -> None:
    error = explain(RuntimeError(text), RagSettings(_env_file=None), "openai:m")
    assert KEY not in error.zh + error.en


def test_no_key_reaches_the_log_or_the_page(
    poisoned: Library, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError(f"header x-key: {KEY}-typed, {KEY}-set, {KEY}-other")

    monkeypatch.setenv("YANJU_EMBEDDER_API_KEY", f"{KEY}-set")
    monkeypatch.setenv("SOME_SERVICE_TOKEN", f"{KEY}-other")
    monkeypatch.setattr(asking, "_written", broken)
    at = page("app.py")
    at.session_state["api_key"] = f"{KEY}-typed"
    with caplog.at_level(logging.DEBUG):
        at.chat_input[0].set_value("桥梁怎么检测？").run()
    seen = assert_dead(at)
    assert say("failed") in seen and KEY not in seen
    assert "RuntimeError: header x-key: ***, ***, ***" in caplog.text and KEY not in caplog.text
    assert KEY not in "".join(p.read_text() for p in poisoned.settings.home.glob("conv*/*.json"))


# -- limits ----------------------------------------------------------------------------


def test_the_rate_is_counted_over_any_minute() -> None:
    rate = Rate()
    assert [rate.wait(2, now) for now in (0.0, 30.0, 40.0, 59.0)] == [0.0, 0.0, 20.0, 1.0]
    assert rate.wait(2, 60.0) == 0.0  # the first is a minute old, those refused do not count
    assert rate.wait(2, 61.0) == 29.0
    assert all(rate.wait(0, 62.0) == 0.0 for _ in range(1000))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_too_many_questions_in_a_minute_are_told_and_can_be_asked_again(
    poisoned: Library, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    monkeypatch.setenv("YANJU_QUESTIONS_PER_MINUTE", "1")
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    at.query_params["lang"] = lang
    at.run()
    for question in ("桥梁怎么检测？", "检测结果呢？"):
        at.chat_input[0].set_value(question).run()
    line = say("too_often", lang, limit=1, seconds=60).split("60")[0]
    seen = assert_dead(at)
    assert line in seen and seen.count('class="yj-error"') == 1 and "检测结果呢？" in seen
    other = page("app.py")
    other.chat_input[0].set_value("桥梁怎么检测？").run()
    assert 'class="yj-error"' not in assert_dead(other)  # another visitor's questions are their own
    clock = asking.time.monotonic
    monkeypatch.setattr(asking.time, "monotonic", lambda: clock() + 61)
    last = at.session_state["talk"].transcript.messages[-1]
    at.button(key=f"retry_{last.id}").click().run()
    assert 'class="yj-error"' not in assert_dead(at)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_question_that_is_too_long_says_the_limit(
    poisoned: Library, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    at.query_params["lang"] = lang
    at.run()
    at.chat_input[0].set_value("长" * 1001).run()
    seen = assert_dead(at)
    assert {"zh": "超过上限 1000 个字", "en": "over the limit of 1000"}[lang] in seen


def test_files_beyond_the_limit_are_named_and_not_read(poisoned: Library) -> None:
    poisoned.settings.max_upload_files = 2
    at = page("pages/library.py")
    text = "---\nspeaker: 王某\nposition: 局长\n---\n\n第{}座桥要检测。\n"
    files = [(f"{n}.md", text.format(n).encode(), "text/markdown") for n in range(5)]
    at.file_uploader[0].set_value(files).run()
    seen = assert_dead(at)
    assert say("too_many_files", limit=2, left=3) in seen and "<b>2.md</b>" in seen
    assert {r.name for r in poisoned.documents()} >= {"0.md", "1.md"}
    assert len(poisoned.documents()) == 3


def test_a_trace_of_hostile_words_is_words(poisoned: Library) -> None:
    [passage] = poisoned.passages()
    trace = session.open_assistant(poisoned).trace(passage.text)
    html = draw_trace(trace, lambda key: 1, lambda p: Context(LIVE, LIVE), 1)
    assert live_html(html) == [] and "&lt;script&gt;" in html
