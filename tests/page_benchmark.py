"""How long each page takes on a large library: ``python -m tests.page_benchmark``.

A library of 2,000 pieces by 300 officials and a conversation of 200 turns (``--pieces``,
``--officials``, ``--turns``) behind the program as it starts for a person. A window opens each page
anew, then draws it again and again, as any click does; each time is from the request over the
websocket to the end of the run, so everything but the browser's own drawing. Beside it stand the
processor time of a run, which other work on the machine does not make longer, and what was sent:
there a page that lists everything shows first.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import connect

from rag import Answer, Citation, Claim, RagSettings
from rag.archive import Archive, now
from rag.transcript import Context, Message, Transcript
from store import Library, Passage
from tests.benchmark import passages
from tests.window import running

_GIVEN = "安保昌德恩芳光海和佳建杰景军康兰立丽林明宁平启清荣瑞山思涛文祥新兴秀学雅英永玉云志忠"
_FAMILY = "白蔡曹陈程崔邓丁董杜范方冯高葛顾郭韩何贺洪侯胡黄贾江蒋金孔赖雷黎李梁廖林刘卢陆罗吕"
_PLACES = ("云溪", "青川", "荷滩", "澜水", "渡江", "石桥", "松岭", "柳湾", "临泽", "北庭")
_ORGANS = ("交通运输局", "图书馆", "水务局", "人民法院", "公安局", "教育局", "民政局", "文物局")
_THEMES = ("桥梁养护", "全民阅读", "河道治理", "纠纷化解", "夜间巡逻", "课后服务", "养老助餐")


def fill(folder: Path, pieces: int, officials: int) -> None:
    """Write the pieces as Markdown files, each with who speaks in its front matter."""
    dice = random.Random(1)
    people = []
    for n in range(officials):
        name = f"{_FAMILY[n % len(_FAMILY)]}{_GIVEN[n // len(_FAMILY)]}{_GIVEN[n % len(_GIVEN)]}"
        people.append((name, f"{_PLACES[n % 10]}市{_ORGANS[n // 10 % 8]}"))
    words = passages(pieces * 5)
    for n in range(pieces):
        name, organ = people[n % officials]
        theme = dice.choice(_THEMES)
        body = "\n\n".join(f"## {dice.choice(_THEMES)}\n\n{next(words)}" for _ in range(5))
        head = f"speaker: {name}\norganization: {organ}\nposition: 主任\ntitle: {theme}第{n}讲"
        date = f"date: {2015 + n % 10}-{1 + n % 12:02}-{1 + n % 28:02}"
        (folder / f"{n:05}.md").write_text(f"---\n{head}\n{date}\n---\n\n{body}\n", "utf-8")


def talk(archive: Archive, held: list[Passage], turns: int) -> str:
    """Keep a conversation of that many answered questions; its id."""
    dice = random.Random(2)
    messages = []
    for n in range(turns):
        cited = dice.sample(held, 4)
        text = "\n\n".join(f"**{p.official.name}**：{p.text}[{i}]" for i, p in enumerate(cited, 1))
        answer = Answer(
            f"第{n}个问题：怎么做？",
            True,
            text,
            tuple(Citation(i, p, p.text[:60]) for i, p in enumerate(cited, 1)),
            tuple(Claim(f"{p.text}[{i}]", (i,), "supported") for i, p in enumerate(cited, 1)),
            engine="extractive",
            seconds=0.1,
            speakers=tuple(p.official.name for p in cited),
        )
        around = {i: Context(p.text, p.text) for i, p in enumerate(cited, 1)}
        messages.append(Message(answer.question, answer, around, asked=now()))
    whole = Transcript(created=now(), messages=tuple(messages[:-1]))
    return archive.put(whole, messages[-1]).id


class Window:
    """One window at the program, by its websocket.

    Args:
        address: of the program, ``http://host:port``.
        page: the page's name in the address; "" is the chat.
        query: of the address, without its question mark.
    """

    def __init__(self, address: str, page: str, query: str = "") -> None:
        self._socket = connect(
            f"{address.replace('http', 'ws', 1)}/_stcore/stream",
            subprotocols=["streamlit"],  # type: ignore[list-item]
            max_size=None,
            legacy=True,
        )
        self.port = int(address.rsplit(":", 1)[1])
        self._query, self._hash = query, ""
        self._states: dict[str, WidgetState] = {}
        self.ids: dict[str, str] = {}
        self.failed = ""
        self.sent = 0
        self.first = self._run(BackMsg(rerun_script={"query_string": query, "page_name": page}))

    def again(self, change: Callable[[WidgetState], None] | None = None, key: str = "") -> float:
        """Seconds of one more run, after the widget of that key was changed."""
        message = BackMsg(
            rerun_script={"query_string": self._query, "page_script_hash": self._hash}
        )
        state = WidgetState(id=self.ids.get(key, ""))
        if key and not state.id:
            raise KeyError(f"{key}: not on the page; there are {sorted(self.ids)}")
        if change is not None:
            change(state)
            message.rerun_script.widget_states.widgets.append(state)
        message.rerun_script.widget_states.widgets.extend(
            s for i, s in self._states.items() if i != state.id
        )
        if state.WhichOneof("value") not in (None, "trigger_value"):
            self._states[state.id] = state
        return self._run(message)

    def close(self) -> None:
        """Leave."""
        self._socket.close()

    def _run(self, message: BackMsg) -> float:
        start = time.perf_counter()
        self._socket.send(message.SerializeToString())
        self.sent = 0
        while True:
            raw = self._socket.recv(timeout=300)
            assert isinstance(raw, bytes)
            self.sent += len(raw)
            got = ForwardMsg()
            got.ParseFromString(raw)
            kind = got.WhichOneof("type")
            if kind == "navigation":
                self._hash = got.navigation.page_script_hash
            elif kind == "delta":
                self._note(got)
            elif (
                kind == "script_finished"
                and got.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
            ):
                return time.perf_counter() - start

    def _note(self, got: ForwardMsg) -> None:
        element = got.delta.new_element
        what = element.WhichOneof("type")
        if what is None:
            return
        if what == "exception" or (what == "html" and 'class="yj-error"' in element.html.body):
            self.failed = str(getattr(element, what))[:300]
        ident = getattr(getattr(element, what), "id", "")
        if isinstance(ident, str) and ident.startswith("$$"):
            self.ids[ident.split("-", 2)[-1]] = ident


def press(state: WidgetState) -> None:
    """Click a button."""
    state.trigger_value = True


def measured(
    address: str, name: str, page: str, reruns: int, query: str = "", steps: tuple[str, ...] = ()
) -> Iterator[str]:
    """A row of the table for a page, and one for each step on it (``key`` or ``key=text``)."""
    window = Window(address, page, query)
    yield _row(name, window, window.first, reruns)
    for step in steps:
        key, _, text = step.partition("=")
        found = next((k for k in window.ids if k.startswith(key)), key)

        def change(state: WidgetState, text: str = text) -> None:
            if text:
                state.string_value = text
            else:
                press(state)

        took = window.again(change, found)
        yield _row(f"{name} · {step}", window, took, reruns)
    window.close()


def _row(name: str, window: Window, first: float, reruns: int) -> str:
    before = processor_time(window.port)
    again = [1000 * window.again() for _ in range(reruns)]
    spent = 1000 * (processor_time(window.port) - before) / reruns
    assert not window.failed, window.failed
    cells = (1000 * first, statistics.median(again), max(again), spent, window.sent / 1024)
    return f"| {name} | {' | '.join(f'{cell:.0f}' for cell in cells)} |"


def processor_time(port: int) -> float:
    """Seconds that the program at that port has computed; 0.0 where there is no ``/proc``."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
            if str(port).encode() in words and b"streamlit" in words:
                ticks = (folder / "stat").read_text().rsplit(") ", 1)[1].split()[11:13]
                return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")
        except OSError:
            continue
    return 0.0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Fill a library, start the program on it, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pieces", type=int, default=2000)
    parser.add_argument("--officials", type=int, default=300)
    parser.add_argument("--turns", type=int, default=200)
    parser.add_argument("--reruns", type=int, default=9)
    parser.add_argument("--embedder", default="static", help="builtin or static")
    parser.add_argument("--folder", type=Path, help="kept, and used again if it is there")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        _measure(args, args.folder or Path(scratch))


def _measure(args: argparse.Namespace, folder: Path) -> None:
    use = RagSettings(
        home=folder / "home", documents=folder / "documents", embedder=args.embedder, _env_file=None
    )
    if not use.documents.is_dir():
        use.documents.mkdir(parents=True)
        fill(use.documents, args.pieces, args.officials)
    library = Library.open(use)
    start = time.perf_counter()
    library.sync()
    count = len(library.passages())
    _say(
        f"\n{len(library.documents())} pieces, {len(library.officials())} officials, {count} "
        f"passages, looked at in {time.perf_counter() - start:.0f} s; {args.turns} turns\n"
    )
    ident = talk(Archive(use.home / "conversations"), library.passages(), args.turns)
    del library
    _say("| page | first, ms | again, ms (median) | (worst) | processor, ms | sent, KiB |")
    _say("| --- | --- | --- | --- | --- | --- |")
    with running(folder, {"YANJU_EMBEDDER": args.embedder}) as address:
        Window(address, "").close()  # opens the library
        for name, page, query, steps in (
            ("问答, empty", "", "", ()),
            ("问答, 200 turns", "", f"c={ident}", ("earlier",)),
            ("谁说的", "who", "", ("quote=交通部门要坚持排查隐患", "FormSubmitter:who")),
            ("对比", "compare", "", ("compare_theme=桥梁养护", "FormSubmitter:compare")),
            ("资料库", "library", "", ("shelf_search=桥梁", "read_")),
            ("校对", "proofreading", "", ()),
            ("质量", "quality", "", ()),
            ("设置", "settings", "", ()),
        ):
            for row in measured(address, name, page, args.reruns, query, steps):
                _say(row)


if __name__ == "__main__":
    main()
