"""Why a language model failed, told from whatever its client library raised."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from typing import Literal

Kind = Literal[
    "refused",
    "network",
    "certificate",
    "first_token",
    "timeout",
    "key",
    "no_key",
    "forbidden",
    "model",
    "quota",
    "busy",
    "server",
    "garbled",
    "cut",
    "length",
    "filtered",
    "context",
    "request",
    "package",
    "spec",
    "other",
]


class FirstTokenTimeout(TimeoutError):
    """No token arrived within ``llm_first_token_seconds``."""


class TotalTimeout(TimeoutError):
    """The answer was not finished within ``llm_total_seconds``."""


class Misspelt(ValueError):
    """The model's name is not ``provider:model`` with a provider that is known."""


class CutStream(ConnectionError):
    """The stream ended before the answer did; the first argument is the reason given, or ""."""


_CONTEXT = re.compile(
    r"context.?(length|window|size)|maximum context|too many (input )?tokens|prompt is too long"
    r"|exceeds? the (available )?context|input (is )?too long|maximum.{0,20}tokens",
    re.I,
)
_QUOTA = re.compile(
    r"insufficient.?(quota|balance)|exceeded your current quota|billing|arrear|余额|欠费", re.I
)


def is_passing(error: BaseException) -> bool:
    """Whether the same call may succeed a moment later."""
    return kind_of(error) in {"busy", "server", "cut"}


def kind_of(error: BaseException) -> Kind:
    """The kind of failure, from the whole chain of causes: a cause knows more than its wrapper."""
    chain = list(chain_of(error))
    for one in chain:
        if kind := _own_kind(one):
            return kind
    for one in chain:
        if kind := _status_kind(one):
            return kind
    for one in chain:
        if kind := _transport_kind(one):
            return kind
    return "other"


def chain_of(error: BaseException) -> Iterator[BaseException]:
    """The error, what caused it, and so on."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__


def _own_kind(error: BaseException) -> Kind | None:
    """Failures that we raise ourselves or that need no server."""
    if isinstance(error, FirstTokenTimeout):
        return "first_token"
    if isinstance(error, TotalTimeout):
        return "timeout"
    if isinstance(error, CutStream):
        reason = error.args[0] if error.args else ""
        if reason == "content_filter":
            return "filtered"
        return "length" if reason in {"length", "max_tokens"} else "cut"
    if isinstance(error, Misspelt):
        return "spec"
    if isinstance(error, ImportError):
        return "package"
    if "ContextOverflow" in type(error).__name__:
        return "context"
    text = str(error)
    if "api_key" in text and re.search(r"must be set|missing|did not find|not find", text, re.I):
        return "no_key"
    return None


def _status_kind(error: BaseException) -> Kind | None:
    """What the server's status says."""
    status, text = status_of(error), str(error)
    if not status:
        return "quota" if _QUOTA.search(text) else "context" if _CONTEXT.search(text) else None
    if status == 402 or (status in {400, 403, 429} and _QUOTA.search(text)):
        return "quota"
    if status in {400, 413, 422} and (_CONTEXT.search(text) or status == 413):
        return "context"
    by_status: dict[int, Kind] = {
        401: "key",
        403: "forbidden",
        404: "model",
        408: "timeout",
        409: "busy",
        429: "busy",
        504: "server",
    }
    if status in by_status:
        return by_status[status]
    if status == 400 and re.search(r"model.{0,80}(not (found|exist)|does not exist)", text, re.I):
        return "model"
    return "server" if status >= 500 else "request" if status >= 400 else None


def _transport_kind(error: BaseException) -> Kind | None:
    """What the connection says. Client libraries are told by class name, without importing them."""
    name, text = type(error).__name__, str(error)
    if isinstance(error, socket.gaierror) or re.search(
        r"getaddrinfo|Name or service not known|nodename nor servname|Temporary failure in name"
        r"|Network is unreachable|No route to host|ProxyError",
        f"{name} {text}",
    ):
        return "network"
    if "CERTIFICATE_VERIFY" in text or "SSLError" in name or "[SSL" in text:
        return "certificate"
    if isinstance(error, ConnectionRefusedError) or re.search(
        r"ConnectError|refused|All connection attempts failed|Failed to connect to Ollama",
        f"{name} {text}",
    ):
        return "refused"
    if isinstance(error, TimeoutError) or "Timeout" in name:
        return "timeout"
    if isinstance(error, json.JSONDecodeError) or name in {
        "DecodingError",
        "APIResponseValidationError",
        "ValidationError",
        "UnicodeDecodeError",
        "UnsupportedProtocol",
        "InvalidURL",
    }:
        return "garbled"
    if "No generation chunks" in text:
        return "garbled"
    if isinstance(error, ConnectionError) or re.search(
        r"ReadError|RemoteProtocolError|WriteError|peer closed|disconnected|IncompleteRead",
        f"{name} {text}",
    ):
        return "cut"
    return None


def pause_of(error: BaseException) -> float:
    """Seconds that the server asks to wait before the next try, or 0."""
    for one in chain_of(error):
        headers = getattr(getattr(one, "response", None), "headers", None) or {}
        asked = str(headers.get("retry-after", ""))
        if asked.isdigit():
            return float(asked)
    return 0.0


def status_of(error: BaseException) -> int:
    """The HTTP status that an error of any client library carries, or 0."""
    for one in chain_of(error):
        for holder in (one, getattr(one, "response", None)):
            status = getattr(holder, "status_code", None)
            if isinstance(status, int) and status >= 400:
                return status
    return 0
