"""A visitor without a browser: Streamlit's websocket and protocol buffers, as a page has them."""

from __future__ import annotations

import time
from types import TracebackType

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect


class Visitor:
    """One window: a session of its own at the server, until it is closed.

    Args:
        address: of the program, ``http://host:port``.
        patience: seconds that one run of the page may take.
    """

    def __init__(self, address: str, patience: float = 120.0) -> None:
        self._patience = patience
        self._socket = connect(
            f"{address.replace('http', 'ws', 1)}/_stcore/stream",
            subprotocols=["streamlit"],  # type: ignore[list-item]
            max_size=None,
            open_timeout=patience,
            legacy=True,
        )
        self._page = ""
        self._box = ""
        self.html: list[str] = []
        self._run(BackMsg(rerun_script={"query_string": ""}))

    def __enter__(self) -> Visitor:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._socket.close()

    def ask(self, question: str) -> tuple[str, float]:
        """The answer's HTML, "" if none came, and the seconds until it stood there whole."""
        message = BackMsg(rerun_script={"page_script_hash": self._page})
        state = message.rerun_script.widget_states.widgets.add()
        state.id = self._box
        state.chat_input_value.data = question
        start = time.perf_counter()
        stood = self._run(message, question)
        answers = [h for h in self.html if 'class="yj-answer"' in h and "aria-busy" not in h]
        return (answers[-1] if answers else "", stood - start)

    def errors(self) -> list[str]:
        """What the page said had gone wrong in its last run."""
        return [h for h in self.html if 'class="yj-error"' in h]

    def _run(self, message: BackMsg, question: str = "") -> float:
        """Let the page run; when the last answer of it came."""
        self._socket.send(message.SerializeToString())
        self.html, stood = [], 0.0
        until = time.monotonic() + self._patience
        while True:
            got = ForwardMsg()
            got.ParseFromString(self._socket.recv(timeout=until - time.monotonic()))
            kind = got.WhichOneof("type")
            if kind == "new_session":
                self._page = got.new_session.page_script_hash
            elif kind == "delta":
                element = got.delta.new_element
                what = element.WhichOneof("type")
                if what == "chat_input":
                    self._box = element.chat_input.id
                elif what == "html":
                    self.html.append(element.html.body)
                    if 'class="yj-answer"' in element.html.body:
                        stood = time.perf_counter()
            elif (
                kind == "script_finished"
                and got.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
            ):
                return stood or time.perf_counter()
