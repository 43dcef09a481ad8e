"""Text from a chat model, piece by piece, that always ends in time.

A read that hangs cannot be interrupted in its own thread. So every call runs as a task of one
background event loop: cancelling the task closes the connection at once, whatever the server does,
and the reader keeps its own clock in case an integration blocks the loop itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import random
import threading
import time
from collections.abc import AsyncGenerator, Generator, Sequence
from typing import TYPE_CHECKING, Any

from rag.failure import CutStream, FirstTokenTimeout, TotalTimeout, is_passing, pause_of
from rag.remedy import explain
from rag.settings import RagSettings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

_BACKOFF_SECONDS = 0.5
_SENTENCE_ENDS = '。！？!?.…）)」』”"]】］*|'

_lock = threading.Lock()
_loop: asyncio.AbstractEventLoop | None = None
_thread: threading.Thread | None = None


class _End:
    """The stream is over, well or with an error."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.error = error


class _Pieces:
    """What goes from the task to its reader: text, and how it ended.

    An empty text means: alive, but still thinking.
    """

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[str | _End] = queue.SimpleQueue()
        self._closed = False

    def put(self, piece: str | _End) -> None:
        """Add one; ends a task whose reader has gone, should its cancellation have been lost."""
        if self._closed:
            raise asyncio.CancelledError
        self._queue.put(piece)

    def get(self, deadline: float) -> str | _End | None:
        """The next, or None when `deadline` has passed, also where pieces keep coming."""
        left = deadline - time.monotonic()
        if left <= 0:
            return None
        try:
            return self._queue.get(timeout=left)
        except queue.Empty:
            return None

    def close(self) -> None:
        """The reader has gone."""
        self._closed = True


def stream(
    model: BaseChatModel, messages: Sequence[BaseMessage], settings: RagSettings, **options: Any
) -> Generator[str]:
    """Stream a model's text; close the iterator to cancel and to close the connection.

    Failures that pass (a busy server, a dropped connection) are tried again with growing pauses,
    at most ``llm_retries`` times, only before the first token and within its time limit.

    Args:
        model: any LangChain chat model.
        messages: what it is asked.
        settings: ``llm_first_token_seconds``, ``llm_total_seconds``, ``llm_retries``.
        options: passed to the model's call.

    Yields:
        Non-empty pieces of text.

    Raises:
        ModelFailed: before the first piece or in the middle; the message names the remedy.
    """
    started = time.monotonic()
    pieces = _Pieces()
    future = asyncio.run_coroutine_threadsafe(
        _produce(model, messages, settings, options, pieces), _running_loop()
    )
    first, total = settings.llm_first_token_seconds, settings.llm_total_seconds
    alive = False
    try:
        while True:
            deadline = started + (total if alive else min(first, total))
            piece = pieces.get(deadline)
            if piece is None:
                raise _late(alive or total < first)
            if isinstance(piece, _End):
                if isinstance(piece.error, TotalTimeout):
                    raise _late(alive or total < first)
                if piece.error is not None:
                    raise piece.error
                return
            alive = True
            if piece:
                yield piece
    except GeneratorExit:
        raise
    except Exception as error:
        # The server's own error may hold an address with a password or part of a key.
        raise explain(error, settings, _spec_of(model)) from None
    finally:
        pieces.close()
        if not future.done():
            with contextlib.suppress(RuntimeError):  # the loop is gone, and the task with it
                future.cancel()


def _late(begun: bool) -> TimeoutError:
    return TotalTimeout() if begun else FirstTokenTimeout()


async def _produce(
    model: BaseChatModel,
    messages: Sequence[BaseMessage],
    settings: RagSettings,
    options: dict[str, Any],
    pieces: _Pieces,
) -> None:
    """Put a call's text into `pieces`, and how it ended."""
    from langsmith import tracing_context

    try:
        # Whatever the environment says, questions and documents go to the chosen model alone.
        with tracing_context(enabled=False):
            async with asyncio.timeout(settings.llm_total_seconds):
                await _with_retries(model, messages, settings, options, pieces)
        pieces.put(_End())
    except TimeoutError as error:
        pieces.put(_End(error if str(error) else TotalTimeout()))
    except asyncio.CancelledError:
        raise
    except BaseException as error:
        pieces.put(_End(error))


async def _with_retries(
    model: BaseChatModel,
    messages: Sequence[BaseMessage],
    settings: RagSettings,
    options: dict[str, Any],
    pieces: _Pieces,
) -> None:
    attempt, begun = 0, False
    deadline = time.monotonic() + settings.llm_first_token_seconds
    while True:
        try:
            async with contextlib.aclosing(_texts(model, messages, options)) as texts:
                async for text in texts:
                    begun = True
                    pieces.put(text)
            return
        except Exception as error:
            if begun or attempt >= settings.llm_retries or not is_passing(error):
                raise
            # Doubled each time, with jitter, so that several readers do not knock at once.
            pause = _BACKOFF_SECONDS * 2**attempt * random.uniform(0.5, 1.0)
            pause = max(pause, pause_of(error))
            if time.monotonic() + pause >= deadline:
                raise
        await asyncio.sleep(pause)
        attempt += 1


async def _texts(
    model: BaseChatModel, messages: Sequence[BaseMessage], options: dict[str, Any]
) -> AsyncGenerator[str]:
    """The text of each chunk, "" for one that only thinks; an error if the stream was cut."""
    finish, last = "", ""
    async with contextlib.aclosing(model.astream(list(messages), **options)) as chunks:  # type: ignore[type-var]
        async for chunk in chunks:
            text = str(chunk.text)
            info = chunk.response_metadata
            finish = str(
                info.get("finish_reason")
                or info.get("done_reason")
                or info.get("stop_reason")
                or finish
            )
            if text or _thinks(chunk):
                yield text
            last = text.rstrip() or last
    if finish in {"length", "max_tokens", "content_filter", "error"}:
        raise CutStream(finish)
    # A server that goes away without closing the body properly leaves no reason to finish. Some
    # never give one, so that alone proves nothing unless the text breaks off in a sentence too.
    if not finish and _gives_a_reason(model) and last and last[-1] not in _SENTENCE_ENDS:
        raise CutStream("")


def _thinks(chunk: Any) -> bool:
    """Whether a chunk without text shows a model that reasons before it speaks."""
    if chunk.additional_kwargs.get("reasoning_content"):
        return True
    blocks = chunk.content if isinstance(chunk.content, list) else []
    return any(isinstance(b, dict) and b.get("type") in {"reasoning", "thinking"} for b in blocks)


def _spec_of(model: BaseChatModel) -> str:
    """``provider:model`` as far as the model itself tells, for messages."""
    name = getattr(model, "model_name", None) or getattr(model, "model", None) or ""
    provider = model._llm_type.removeprefix("chat-").partition("-")[0]
    return f"{provider}:{name}" if name else ""


def _gives_a_reason(model: BaseChatModel) -> bool:
    return any(word in model._llm_type for word in ("openai", "ollama", "deepseek"))


def _running_loop() -> asyncio.AbstractEventLoop:
    """The one background loop. One, because a client's connections belong to the loop they began
    in; its thread is a daemon, so that a hanging server does not keep the program alive."""
    global _loop, _thread
    with _lock:
        if _loop is None or _thread is None or not _thread.is_alive():
            _loop = asyncio.new_event_loop()
            _thread = threading.Thread(target=_loop.run_forever, name="yanju-model", daemon=True)
            _thread.start()
        return _loop
