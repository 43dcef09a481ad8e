"""A client of Chroma, embedded or at a server, and one line for whatever it raises."""

from __future__ import annotations

import base64
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from weakref import finalize

from store.alias import aliases
from store.errors import BadSetting, LibraryDamaged, ServerAway, StoreError, YanjuError

_FULL = ("disk is full", "no space", "disk i/o error", "file too large")
_LOCKED = ("readonly", "read-only", "permission denied", "unable to open database")
_AWAY = ("could not connect", "connection refused", "connection reset", "disconnected", "timed out")
_PROXY = ("bad gateway", "service unavailable", "gateway timeout", "gateway time-out")
_PROBE = 15.0
_CONNECT, _ANSWER = 5.0, 60.0  # seconds for a connection, and for the answer to one call


@contextmanager
def mapped(what: str) -> Generator[None]:
    """Turn whatever Chroma raises into one line with its remedy.

    Its Rust core panics with a BaseException on some damaged files, hence the width.

    Raises:
        ServerAway: the server cannot be reached or does not answer.
        StoreError: the disk is full or not writable.
        LibraryDamaged: anything else.
    """
    try:
        yield
    except (YanjuError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:
        detail = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        low = detail.lower()
        # Chroma does not say why rows that it had noted went no further.
        halfway = what == "写入资料库" and "apply logs to the metadata" in low
        if halfway or any(words in low for words in _FULL):
            raise StoreError(
                "磁盘已满或写不进去，资料库未改动。请腾出空间后重试。",
                "The disk is full; the library was not changed. Free some space and try again.",
            ) from error
        if any(words in low for words in _LOCKED):
            raise StoreError(
                "资料库所在文件夹不可写。请检查权限，或用 YANJU_HOME 指定另一个文件夹。",
                "The library's folder is not writable. Check its permissions or set YANJU_HOME.",
            ) from error
        if _unreachable(error) or any(words in low for words in (*_AWAY, *_PROXY)):
            raise ServerAway(
                "连不上 Chroma 服务器。请检查 YANJU_CHROMA_URL 与服务器是否在运行。",
                "Cannot reach the Chroma server. Check YANJU_CHROMA_URL and that it runs.",
            ) from error
        raise LibraryDamaged(
            f"{what}失败（{detail[:120]}）。资料库索引可能已损坏；"
            "请运行 python -m store rebuild，从源文件重新建立。",
            f"The library failed ({detail[:120]}). Its index may be damaged; "
            "run python -m store rebuild to make it anew from the source files.",
        ) from error


def _unreachable(error: BaseException) -> bool:
    """Whether the transport failed, which may say nothing but its name."""
    import httpx

    return isinstance(error, httpx.TransportError)


class Connection:
    """One client of Chroma: embedded under `home`, or at the server `url`."""

    def __init__(self, home: Path, url: str) -> None:
        self._home = home
        self._url = url
        self._let_go: finalize[..., Any] | None = None
        self.client: Any = None

    def open(self) -> Any:
        """The client; embedded, a fresh one in the place of the one before, as an index does
        not see what another process wrote. A server's is kept: it is always as the server is.

        Raises:
            BadSetting: the address is none.
            StoreError: as `mapped` says.
        """
        if not self._url:
            self.close()
            self.client, alias = self._embedded()
        elif self.client is None:
            self.client, alias = self._remote(), None
        else:
            return self.client
        # Chroma keeps its clients, so one that is only forgotten would hold its files.
        self._let_go = finalize(self, _let_go, self.client, alias)
        return self.client

    @contextmanager
    def alone(self) -> Generator[None]:
        """Nobody else opens an embedded index meanwhile: of two that make a new one at the same
        moment one would find its tables half there."""
        from filelock import FileLock, Timeout

        lock = None if self._url else FileLock(self._home / "opening", timeout=_ANSWER)
        try:
            if lock:
                self._home.mkdir(parents=True, exist_ok=True)
                lock.acquire()
        except (OSError, Timeout):  # in a folder that cannot be written nobody makes an index
            lock = None
        try:
            yield
        finally:
            if lock:
                lock.release()

    def close(self) -> None:
        """Let go of the files, or of the connections."""
        if self._let_go is not None:
            self._let_go()
        self.client = self._let_go = None

    def _embedded(self) -> tuple[Any, int]:
        """A client, and the number of the path that it has for itself."""
        import chromadb
        from chromadb.config import Settings

        self._home.mkdir(parents=True, exist_ok=True)
        alias = aliases.take()
        try:
            path = str(self._home / "chroma") + "/." * alias
            return chromadb.PersistentClient(path, Settings(anonymized_telemetry=False)), alias
        except BaseException:
            aliases.give_back(alias)
            raise

    def _remote(self) -> Any:
        import chromadb
        import httpx
        from chromadb.config import Settings

        host, port, tls, headers = address(self._url)
        # Chroma's client asks at once and waits for ever, so a server that only listens is told
        # before.
        name = f"[{host}]" if ":" in host else host
        httpx.get(
            f"{'https' if tls else 'http'}://{name}:{port}/api/v2/heartbeat",
            headers=headers,
            timeout=httpx.Timeout(_PROBE, connect=_CONNECT),
        )
        made = chromadb.HttpClient(
            host=name,  # it puts the address together by itself, without the brackets
            port=port,
            ssl=tls,
            headers=headers,
            settings=Settings(anonymized_telemetry=False),
        )
        # Chroma waits for ever; a server that hangs must not take the program with it.
        session = getattr(getattr(made, "_server", None), "_session", None)
        if isinstance(session, httpx.Client):
            session.timeout = httpx.Timeout(_ANSWER, connect=_CONNECT)
        return made


def _let_go(client: Any, alias: int | None) -> None:
    with suppress(Exception):
        client.close()
    if alias is not None:
        aliases.give_back(alias)


def address(url: str) -> tuple[str, int, bool, dict[str, str]]:
    """Host, port, whether by TLS, and headers of a server's address.

    A name and password in it are sent as HTTP basic authentication, for the proxy before Chroma.

    Raises:
        BadSetting: it is no address of a web server.
    """
    try:
        at = urlsplit(url)
        port = at.port
    except ValueError:
        at, port = urlsplit(""), None
    if at.scheme not in ("http", "https") or not at.hostname:
        raise BadSetting(
            "YANJU_CHROMA_URL 不是网址。请写成 http://主机:端口，例如 http://127.0.0.1:8000。",
            "YANJU_CHROMA_URL is no address. Write http://host:port, as in http://127.0.0.1:8000.",
        )
    headers = {}
    if at.username:
        pair = f"{unquote(at.username)}:{unquote(at.password or '')}".encode()
        headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
    tls = at.scheme == "https"
    return at.hostname, port or (443 if tls else 8000), tls, headers
