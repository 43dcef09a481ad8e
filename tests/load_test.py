"""Many at once: ``python -m tests.load_test [--sessions 50 --minutes 5 | --questions 10000]``.

Real sessions of a real ``streamlit run``: each is a websocket that speaks Streamlit's own
protocol buffers (`tests.visitor`), without a browser's drawing. Beside them another process
takes documents in. Every question has one right answer, a figure that stands in one paragraph;
an answer without it is wrong, a question that is not kept in a conversation is lost. A session
ends after ten questions and another begins, so that what a session leaves behind would add up.

Prints one table: questions, wrong and lost ones, median and 95th percentile, documents that came
in meanwhile, and the program's memory at the start, in the middle and at the end. Exit code 1 if
anything was wrong or lost.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from rag import Assistant
from store import Library
from tests.benchmark import passages, running_app, settings_in
from tests.conftest import ROOT
from tests.visitor import Visitor
from tests.window import free_port

# Names of places, two characters each and none in two of them, so that each means one thing.
NAMES = (
    "松潭柏溪槐湾柳滩榆洲桐岭枫坡杉崖桦谷椿坝梅关兰峪菊塘荷津葵渡蓉桥芦堡苇屯荻墩蒲店"
    "鹤坪雁坊鹭集鸥埠鹰营虎亭鹿驿象屏龙坳凤坎石塔金寨银砦铜窑铁厂珠矶玉壁云庄霞铺星沟"
)
PLACES = [NAMES[at : at + 2] for at in range(0, len(NAMES), 2)]
OFFICIALS = len(PLACES) // 4
TALK = 10  # questions of one session
BESIDE = 100  # passages of a document that comes in meanwhile

Question = tuple[str, str]  # words, and the figure that the answer must hold


@dataclass
class Outcome:
    """What came of it; filled by many threads under `guard`."""

    seconds: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    kept: int = 0
    ingested: int = 0
    there: int = 0
    memory: list[float] = field(default_factory=list)
    took: float = 0.0
    guard: threading.Lock = field(default_factory=threading.Lock)


def write_library(folder: Path) -> list[Question]:
    """Documents of invented officials, and a question on each figure in them."""
    dice = random.Random(3)
    asked = []
    filler = passages(len(PLACES), seed=5)
    for official in range(OFFICIALS):
        rows = []
        for place in PLACES[official::OFFICIALS]:
            figure = dice.randrange(1000, 9999)
            rows += [f"{place}的渡口去年投入{figure}万元，用于加固与巡查。", next(filler)]
            asked.append((f"{place}的渡口去年投入多少万元？", f"{figure}万元"))
        front = f"---\nspeaker: 试{official}\norganization: 第{official}水务局\n---\n\n"
        (folder / f"{official}.md").write_text(front + "\n\n".join(rows), encoding="utf-8")
    return asked


def resident(pid: int) -> float:
    """Memory of a process in MiB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def _sitting(
    address: str,
    asked: list[Question],
    seed: int,
    pause: float,
    more: Callable[[], bool],
    out: Outcome,
) -> None:
    """One seat: sessions one after the other until there are no more questions."""
    dice = random.Random(seed)
    time.sleep(dice.uniform(0, min(pause, 5)))
    while True:
        try:
            with Visitor(address) as visitor:
                for _ in range(TALK):
                    if not more():
                        return
                    question, figure = dice.choice(asked)
                    html, seconds = visitor.ask(question)
                    with out.guard:
                        out.seconds.append(seconds)
                        out.failed += visitor.errors()
                        if figure not in html:
                            out.wrong.append(f"{question} → {html[:200] or '没有回答'}")
                    time.sleep(dice.uniform(0, 2 * pause))
        except Exception:
            with out.guard:
                out.failed.append(traceback.format_exc(limit=1))
                if len(out.failed) > 20:
                    return


def _beside(folder: Path, env: dict[str, str], stop: threading.Event, out: Outcome) -> None:
    """Another process takes documents in, one after the other."""
    outside = folder / "outside"
    outside.mkdir()
    while not stop.is_set():
        path = outside / f"beside-{out.ingested}.md"
        body = "\n\n".join(passages(BESIDE, seed=1000 + out.ingested))
        path.write_text(f"---\nspeaker: 旁{out.ingested}\n---\n\n{body}", encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "store", "ingest", str(path)],
            cwd=ROOT, env=env, capture_output=True, text=True,
        )  # fmt: skip
        with out.guard:
            if done.returncode:
                out.failed.append(done.stderr.strip())
            else:
                out.ingested += 1
        stop.wait(2)


def _answered(home: Path) -> int:
    """Questions in the conversations on disk that have an answer."""
    count = 0
    for path in (home / "conversations").glob("*.json"):
        kept = json.loads(path.read_text(encoding="utf-8"))
        count += sum(m.get("answer") is not None for m in kept["messages"])
    return count


def run(
    folder: Path, sessions: int, minutes: float, questions: int, pause: float, beside: bool
) -> Outcome:
    """Drive the program; `questions` beats `minutes` where it is not 0."""
    use = settings_in(folder)
    asked = write_library(use.documents)
    library = Library.open(use)
    library.sync()
    quiet = Assistant(library, use)
    good = [(q, figure) for q, figure in asked if figure in quiet.ask(q).answer.text]
    assert len(good) > 0.9 * len(asked), f"only {len(good)} of {len(asked)} right when quiet"
    out, stop, port = Outcome(), threading.Event(), free_port()
    settings = {"YANJU_QUESTIONS_PER_MINUTE": "0", "OMP_NUM_THREADS": "1"}
    with running_app(folder, port, settings) as app:
        address = f"http://127.0.0.1:{port}"
        _wait(address)
        with Visitor(address) as first:
            first.ask(good[0][0])
        out.memory.append(resident(app.pid))
        begun = time.monotonic()
        left = [questions]

        def more() -> bool:
            with out.guard:
                left[0] -= 1
                if questions and left[0] == questions // 2:
                    out.memory.append(resident(app.pid))
                return left[0] >= 0 if questions else time.monotonic() - begun < 60 * minutes

        threads = [
            threading.Thread(target=_sitting, args=(address, good, n, pause, more, out))
            for n in range(sessions)
        ]
        env = {k: v for k, v in os.environ.items() if not k.startswith("YANJU_")} | {
            "YANJU_HOME": str(use.home), "YANJU_DOCUMENTS": str(use.documents), **settings,
        }  # fmt: skip
        taking = threading.Thread(target=_beside, args=(folder, env, stop, out))
        for thread in threads:
            thread.start()
        if beside:
            taking.start()
        if not questions:
            time.sleep(30 * minutes)
            out.memory.append(resident(app.pid))
        for thread in threads:
            thread.join()
        out.took = time.monotonic() - begun
        stop.set()
        if beside:
            taking.join()
        out.memory.append(resident(app.pid))
        out.kept = _answered(use.home) - 1
    again = Library.open(use)
    out.there = sum(r.name.startswith("beside-") for r in again.documents())
    return out


def _wait(address: str) -> None:
    for _ in range(240):
        try:
            urllib.request.urlopen(f"{address}/_stcore/health", timeout=1).read()
            return
        except OSError:
            time.sleep(0.25)
    raise RuntimeError("the program does not answer")


def troubles(out: Outcome) -> list[str]:
    """What must not be."""
    lost = len(out.seconds) - out.kept
    return (
        out.wrong
        + out.failed
        + ([f"{lost} questions were not kept"] if lost else [])
        + (
            [f"{out.ingested - out.there} documents are missing"]
            if out.ingested != out.there
            else []
        )
    )


def main() -> int:
    """Run it and print the table."""
    parser = argparse.ArgumentParser(description="言据 负载测试")
    parser.add_argument("--sessions", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--questions", type=int, default=0, help="问这么多题为止，不看时间，不停顿")
    parser.add_argument("--pause", type=float, default=10.0, help="两问之间平均停顿，秒")
    parser.add_argument("--no-ingest", action="store_true")
    args = parser.parse_args()
    pause = 0.0 if args.questions else args.pause
    with tempfile.TemporaryDirectory() as scratch:
        out = run(
            Path(scratch), args.sessions, args.minutes, args.questions, pause, not args.no_ingest
        )
    taken = sorted(out.seconds)
    late = taken[len(taken) * 95 // 100]
    rows = [
        ("会话（同时）", f"{args.sessions}，平均停顿 {pause:.0f} 秒"),
        ("提问", f"{len(taken)}，{len(taken) / max(out.took, 1):.1f} 问/秒"),
        ("答错 / 未保存 / 出错", f"{len(out.wrong)} / {len(taken) - out.kept} / {len(out.failed)}"),
        ("一问：中位数 / 95%", f"{statistics.median(taken):.2f} / {late:.2f} 秒"),
        ("同时收入（每份 100 段）", f"{out.ingested} 份，事后都在 {out.there}"),
        ("程序内存：起 / 中 / 末", " / ".join(f"{m:.0f}" for m in out.memory) + " MiB"),
    ]  # fmt: skip
    sys.stdout.write("| 项目 | 结果 |\n| --- | --- |\n")
    for row in rows:
        sys.stdout.write("| " + " | ".join(row) + " |\n")
    for line in troubles(out)[:20]:
        sys.stdout.write(line + "\n")
    return 1 if troubles(out) else 0


if __name__ == "__main__":
    sys.exit(main())
