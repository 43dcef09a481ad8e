"""Loading a model by its name, testing the connection, and saying what is wrong with it."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rag.errors import ModelFailed
from rag.model import explain, load_model, probe, room_of
from rag.remedy import redact
from rag.settings import RagSettings
from tests.llm_servers import (
    KEY,
    Fail,
    ModelServer,
    OllamaServer,
    OpenAIServer,
    Raw,
    Reset,
    Say,
    Silent,
    ollama_server,
    openai_server,
)

__all__ = ["ollama_server", "openai_server"]


@pytest.fixture(params=["openai", "ollama"])
def server(request: pytest.FixtureRequest) -> ModelServer:
    fixture: ModelServer = request.getfixturevalue(f"{request.param}_server")
    return fixture


def settings(**values: object) -> RagSettings:
    return RagSettings(_env_file=None, **values)


def failure(server: ModelServer, behaviour: object, **changes: object) -> ModelFailed:
    server.script = [behaviour]  # type: ignore[list-item]
    with pytest.raises(ModelFailed) as caught:
        probe(server.spec, server.settings(**changes))
    return caught.value


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


@pytest.mark.parametrize(
    "spec", ["", "gpt-4o", "nosuch:thing", "openai:", ":x", "甲:乙", "open ai:x"]
)
def test_malformed_or_unknown_names_say_the_form(spec: str) -> None:
    with pytest.raises(ModelFailed) as caught:
        load_model(spec, settings())
    assert "提供方:模型名" in caught.value.zh
    assert "provider:model" in caught.value.en
    assert len(caught.value.zh.splitlines()) == 1


def test_missing_integration_gives_the_pip_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "langchain_xai", None)
    with pytest.raises(ModelFailed) as caught:
        load_model("xai:grok", settings())
    assert "pip install langchain-xai" in caught.value.zh
    assert "pip install langchain-xai" in caught.value.en


def test_no_key_says_which_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_ADMIN_KEY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(ModelFailed, match="YANJU_LLM_API_KEY"):
        load_model("openai:some-model", settings())


def test_loading_sends_nothing(server: ModelServer) -> None:
    load_model(server.spec, server.settings())
    assert server.requests == []


def test_probe_reaches_the_server_with_key_and_name(server: ModelServer) -> None:
    server.script = [Say("好")]
    probe(server.spec, server.settings())
    (request,) = server.requests
    assert request["path"] == server.path
    assert request["body"]["model"] == "test-model"
    headers = {k.lower(): v for k, v in request["headers"].items()}
    assert headers["authorization"] == f"Bearer {KEY}"


def test_probe_does_not_accept_an_empty_answer(server: ModelServer) -> None:
    assert "没有回答" in failure(server, Say("")).zh


def test_ollama_is_asked_for_a_window_that_holds_the_passages(ollama_server: OllamaServer) -> None:
    model = load_model(ollama_server.spec, ollama_server.settings())
    ollama_server.script = [Say("好")]
    probe(ollama_server.spec, ollama_server.settings())
    options = ollama_server.requests[0]["body"]["options"]
    room = room_of(model)
    assert room and 4000 < room < options["num_ctx"]


def test_a_tag_of_ollama_stays_in_the_name(ollama_server: OllamaServer) -> None:
    ollama_server.script = [Say("好")]
    probe("ollama:family:8b", ollama_server.settings())
    assert ollama_server.requests[0]["body"]["model"] == "family:8b"


@pytest.mark.parametrize(
    ("behaviour", "zh", "en"),
    [
        (Fail(401, f"Incorrect API key provided: {KEY}"), "不接受密钥", "YANJU_LLM_API_KEY"),
        (Fail(403, "no access"), "无权使用模型", "may not use"),
        (Fail(404, 'model "test-model" not found'), "没有模型 test-model", "no model test-model"),
        (Fail(429, "Rate limit reached"), "请求过多", "too many requests"),
        (Fail(429, "You exceeded your current quota"), "额度", "quota"),
        (Fail(402, "Insufficient Balance"), "额度", "quota"),
        (Fail(500), "自身出错（500）", "(500)"),
        (Fail(503, "overloaded"), "自身出错（503）", "(503)"),
        (Fail(400, "maximum context length is 4096 tokens"), "上下文长度", "window"),
        (Fail(400, "unsupported parameter"), "unsupported parameter", "unsupported parameter"),
        (Raw("<html>welcome</html>", "text/html"), "看不懂", "Cannot read"),
        (Raw('{"choices": [', "application/json"), "看不懂", "Cannot read"),
        (Reset(), "断开", "cut off"),
        (Silent(), "没有开始回答", "did not begin"),
        (Silent(headers=True), "没有开始回答", "did not begin"),
        (Say("好", finish="content_filter", first_after=9), "没有开始回答", "did not begin"),
    ],
)
def test_failures_name_the_remedy(server: ModelServer, behaviour: object, zh: str, en: str) -> None:
    started = time.monotonic()
    error = failure(server, behaviour, llm_first_token_seconds=0.5)
    assert time.monotonic() - started < 2.0
    assert zh in error.zh
    assert en in error.en
    for line in (error.zh, error.en):
        assert KEY not in line
        assert "\n" not in line
        assert len(line) < 260


def test_unknown_model_of_ollama_says_how_to_get_it(ollama_server: OllamaServer) -> None:
    error = failure(ollama_server, Fail(404, "model 'test-model' not found, try pulling it first"))
    assert "ollama pull test-model" in error.zh


def test_an_address_without_v1_is_found_out(openai_server: OpenAIServer) -> None:
    error = failure(openai_server, Say("好"), llm_base_url=openai_server.root)
    assert "/v1" in error.zh and "/v1" in error.en


@pytest.mark.parametrize("provider", ["openai", "ollama"])
def test_refused_connection_and_unknown_host(
    provider: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    port, real = free_port(), socket.getaddrinfo

    def resolve(host: str | bytes | None, *rest: object, **more: object) -> object:
        if host in ("nosuch.invalid", b"nosuch.invalid"):
            raise socket.gaierror(-2, "Name or service not known")
        return real(host, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    for host, zh in ((f"127.0.0.1:{port}", "连不上"), ("nosuch.invalid", "找不到")):
        limits = {"llm_first_token_seconds": 5.0, "llm_api_key": KEY, "llm_retries": 0}
        wanted = settings(llm_base_url=f"http://user:secretword@{host}/v1", **limits)
        with pytest.raises(ModelFailed) as caught:
            probe(f"{provider}:m", wanted)
        assert zh in caught.value.zh and host in caught.value.zh and host in caught.value.en
        assert "secretword" not in caught.value.zh + caught.value.en


def test_errors_inside_a_stream_that_began_well(openai_server: OpenAIServer) -> None:
    event = json.dumps({"error": {"message": f"insufficient_quota for {KEY}", "code": "x"}})
    error = failure(openai_server, Raw(f"data: {event}\n\n"))
    assert "额度" in error.zh and KEY not in error.zh
    event = json.dumps({"error": {"message": f"key {KEY} and sk-proj-zzzzzzzz1 met a\nfault"}})
    error = failure(openai_server, Raw(f"data: {event}\n\n"))
    assert "fault" in error.zh and KEY not in error.zh and "zzzz" not in error.zh
    assert "\n" not in error.zh


def test_no_key_is_ever_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTHER_API_KEY", "plainlookingsecret")
    mine = settings(
        llm="openai:m", llm_api_key="ordinary words", llm_base_url="http://u:pw1234@h/v1"
    )
    text = (
        "ordinary words, plainlookingsecret, Bearer abc.def, sk-live-123456789, http://u:pw1234@h"
    )
    shown = redact(text, mine)
    for secret in ("ordinary words", "plainlooking", "abc.def", "123456789", "pw1234"):
        assert secret not in shown
    error = explain(RuntimeError(text), mine)
    for secret in ("ordinary words", "plainlooking", "abc.def", "123456789", "pw1234"):
        assert secret not in error.zh + error.en
    assert "sk-live" not in explain(ImportError("x"), mine, "openai:sk-live-123456789").zh


def test_a_traceback_does_not_show_the_cause(openai_server: OpenAIServer) -> None:
    error = failure(openai_server, Fail(401, f"Incorrect API key provided: {KEY}"))
    assert error.__suppress_context__ and error.__cause__ is None


def test_the_environments_key_does_not_go_to_another_server(
    openai_server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-belongs-to-somebody-else")
    openai_server.script = [Say("好")]
    probe(openai_server.spec, openai_server.settings(llm_api_key=""))
    assert "belongs" not in json.dumps(openai_server.requests[0]["headers"])


def test_a_proxy_does_not_stand_before_this_machine(
    server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    server.script = [Say("好")]
    probe(server.spec, server.settings())
    assert len(server.requests) == 1


def test_nothing_is_traced_even_if_the_environment_asks_for_it(
    openai_server: OpenAIServer,
) -> None:
    """In a process of its own, since LangSmith reads its environment once."""
    code = (
        "import sys, time\n"
        "from rag.model import probe\n"
        "from rag.settings import RagSettings\n"
        "probe('openai:m', RagSettings(_env_file=None, llm_base_url=sys.argv[1]))\n"
        "time.sleep(1)\n"
    )
    openai_server.script = [Say("好")]
    asked = {
        "LANGSMITH_TRACING": "true",
        "LANGCHAIN_TRACING_V2": "true",
        "LANGSMITH_ENDPOINT": openai_server.root,
        "LANGSMITH_API_KEY": "lsv2_pt_0123456789",
        "PATH": "/usr/bin",
    }
    root = Path(__file__).resolve().parent.parent
    command = [sys.executable, "-c", code, openai_server.url]
    subprocess.run(command, cwd=root, env=asked, check=True, timeout=60)
    assert [request["path"] for request in openai_server.requests] == [openai_server.path]


def test_importing_loads_no_client_library() -> None:
    code = (
        "import sys, store\n"
        "before = set(sys.modules)\n"
        "import rag.model, rag.generation\n"
        "heavy = {'langchain', 'langchain_core', 'openai', 'ollama', 'httpx', 'langsmith'}\n"
        "sys.exit(', '.join(heavy & (set(sys.modules) - before)) or None)\n"
    )
    root = Path(__file__).resolve().parent.parent
    subprocess.run([sys.executable, "-c", code], cwd=root, check=True, timeout=60)
