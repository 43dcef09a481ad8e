"""A language model by its name, through LangChain."""

from __future__ import annotations

import functools
import ipaddress
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from rag.errors import ModelFailed
from rag.failure import Misspelt
from rag.remedy import explain
from rag.settings import RagSettings
from rag.stream import stream

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

__all__ = ["explain", "load_model", "probe", "room_of"]

_SPEC = re.compile(r"([a-z][a-z0-9_-]*):(\S.*)", re.S)
# Ollama cuts a longer prompt at its front without a word, and its own default is shorter than a
# dozen passages. One fixed size, because a changed one makes it load the model anew.
_OLLAMA_WINDOW = 8192
_OLLAMA_ANSWER = 2048
# Reasoning models refuse any temperature but their own.
_OWN_TEMPERATURE = re.compile(r"(.*/)?(o\d|gpt-5)")


def load_model(spec: str, settings: RagSettings) -> BaseChatModel:
    """The chat model that `spec` names, ready to call; nothing is sent anywhere yet.

    Args:
        spec: ``provider:model`` as LangChain's ``init_chat_model`` reads it.
        settings: address and key of the server, time limits.

    Raises:
        ModelFailed: the spec cannot be read, the provider is unknown, or its package is missing.
    """
    found = _SPEC.fullmatch(spec.strip())
    if not found:
        raise explain(Misspelt(spec), settings, spec)
    provider, name = found.group(1).replace("-", "_"), found.group(2).strip()
    try:
        address = settings.llm_base_url.strip().rstrip("/")
        return _build(provider, name, address, settings.llm_api_key, settings.llm_total_seconds)
    except Exception as error:
        unknown = isinstance(error, ValueError) and "provider" in str(error)
        raise explain(Misspelt(spec) if unknown else error, settings, spec) from None


def probe(spec: str, settings: RagSettings) -> None:
    """Ask the model for one word, to see that address, key and name are right.

    Raises:
        ModelFailed: with the remedy, within ``llm_first_token_seconds``, or twice that for a model
            that thinks first.
    """
    from langchain_core.messages import HumanMessage

    model = load_model(spec, settings)
    limit = 2 * settings.llm_first_token_seconds
    quick = settings.model_copy(update={"llm_retries": 0, "llm_total_seconds": limit})
    pieces = stream(model, [HumanMessage("只回答一个字：好")], quick)
    try:
        for piece in pieces:
            if piece.strip():
                return
    finally:
        pieces.close()
    raise ModelFailed(
        "语言模型连得上，但没有回答任何内容：请换一个模型。",
        "The model can be reached but answers nothing: choose another one.",
    )


def room_of(model: BaseChatModel) -> int | None:
    """Characters of passages that fit into the model's window, None where it is not known.

    A Chinese character is counted as a token; rules, question and answer take the rest.
    """
    window = getattr(model, "num_ctx", None)
    return int(window * 0.7) if isinstance(window, int) else None


@functools.lru_cache(maxsize=8)
def _build(provider: str, name: str, base_url: str, key: str, seconds: float) -> BaseChatModel:
    """The model; kept, so that a conversation uses one connection and not a new one a question."""
    from langchain.chat_models import init_chat_model

    options: dict[str, Any] = {}
    if base_url:
        options["base_url"] = base_url
    if not _OWN_TEMPERATURE.match(name):
        options["temperature"] = 0.0
    if provider == "ollama":
        options |= _ollama(base_url, key, seconds)
    else:
        # Retries are counted in one place, by the stream.
        options |= {"max_retries": 0, "timeout": seconds}
        if key:
            options["api_key"] = key
        if provider == "openai":
            options |= _openai(base_url, key)
    model: BaseChatModel = init_chat_model(name, model_provider=provider, **options)
    return model


def _openai(base_url: str, key: str) -> dict[str, Any]:
    """Clients of our own: shared ones belong to another event loop, and a proxy of the
    environment must not stand between us and a server on this very machine."""
    import openai

    use_proxy = not _is_local(base_url)
    options: dict[str, Any] = {
        "http_client": openai.DefaultHttpxClient(trust_env=use_proxy),
        "http_async_client": openai.DefaultAsyncHttpxClient(trust_env=use_proxy),
        # Ours is the only clock. This one's asyncio.wait_for swallows a cancellation that meets
        # a chunk just arrived (Python 3.11), so a fast stream could not be stopped.
        "stream_chunk_timeout": None,
    }
    if base_url and not key:
        # Otherwise the environment's OpenAI key would go to somebody else's server.
        options["api_key"] = "none"
    return options


def _ollama(base_url: str, key: str, seconds: float) -> dict[str, Any]:
    client: dict[str, Any] = {"timeout": seconds}
    if key:
        client["headers"] = {"Authorization": f"Bearer {key}"}
    if _is_local(base_url or "http://127.0.0.1:11434"):
        client["trust_env"] = False
    return {
        "client_kwargs": client,
        "num_ctx": _OLLAMA_WINDOW,
        "num_predict": _OLLAMA_ANSWER,
        "reasoning": False,
    }


def _is_local(address: str) -> bool:
    """Whether an address is on this machine or in a private network."""
    host = urlsplit(address if "//" in address else f"//{address}").hostname or ""
    if host == "localhost" or host.endswith((".localhost", ".local")):
        return True
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return False
