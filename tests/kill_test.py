"""Real SIGKILLs in the middle of writing: ``python -m tests.kill_test [--kills 200]``.

A writer takes in, changes, corrects and removes documents, and writes down what was confirmed
to it; it is killed at a random moment. Then another process opens the library and looks
whether everything confirmed is there, once, with its vector and its words in step, and whether
the library goes on from there. A reader that was open all the time must see the same.
Prints one table; exit code 1 if anything was lost, doubled or out of step.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

from store import Library, Official, Settings, edit
from store.ahead import Vectors
from store.embedder import TableEmbedder
from tests.benchmark import passages as officialese
from tests.inspector import TRIES, fork, inspected, piped, told

DOCUMENTS = 6
SMALL, LARGE = 12, 1_300  # passages; the large one is written in two batches
_MARK = re.compile(r"档(\d+)批(\d+)段(\d+)号")
OTHER = Official("代笔人", "某市档案局", "局长")

State = tuple[int, tuple[int, ...]] | None  # version and reassigned paragraphs; None: not there


@dataclass
class Tally:
    """What happened, counted."""

    killed: Counter[str] = field(default_factory=Counter)
    kept_old: int = 0
    kept_new: int = 0
    unseen: int = 0  # looks that could not be had, as whoever looked fell or hung; tried again
    troubles: list[str] = field(default_factory=list)


def settings(home: Path) -> Settings:
    return Settings(
        home=home / "home",
        documents=home / "documents",
        samples=home / "none",
        embedder="static",  # the table: more kills fall on the writing, fewer on the embedding
        _env_file=None,
    )


def source(home: Path, doc: int) -> Path:
    return home / "documents" / f"{doc}.md"


def write_source(home: Path, doc: int, version: int) -> None:
    """A new text for a document, by rename, as an editor saves it."""
    count = LARGE if doc == 0 else SMALL
    rows = [
        f"档{doc}批{version}段{i}号。{text}"
        for i, text in enumerate(officialese(count, seed=doc * 1000 + version))
    ]
    front = f"---\nspeaker: 主讲{'甲乙丙丁戊己'[doc]}\norganization: 某市档案馆\n---\n\n"
    path = source(home, doc)
    part = path.with_suffix(".tmp")
    part.write_text(front + "\n\n".join(rows) + "\n", encoding="utf-8")
    part.replace(path)


def seen(library: Library) -> tuple[dict[int, State], list[str]]:
    """The state of each document as its passages tell it, and what is wrong with them."""
    wrong: list[str] = []
    found: dict[int, dict[int, list[tuple[int, bool]]]] = {}
    ids = Counter(p.id for p in library.passages())
    wrong += [f"passage {i} is there {n} times" for i, n in ids.items() if n > 1]
    for p in library.passages():
        match = _MARK.search(p.text)
        if match is None:
            continue
        doc, version, number = map(int, match.groups())
        whose = p.official.name == OTHER.name
        found.setdefault(doc, {}).setdefault(version, []).append((number, whose))
    states: dict[int, State] = {}
    for doc, versions in found.items():
        if len(versions) > 1:
            wrong.append(f"document {doc} is there in versions {sorted(versions)}")
        version, rows = max(versions.items())
        want = LARGE if doc == 0 else SMALL
        if sorted(n for n, _ in rows) != list(range(want)):
            wrong.append(f"document {doc} has {len(rows)} of {want} passages")
        states[doc] = (version, tuple(sorted(n for n, other in rows if other)))
    return states, wrong


def out_of_step(library: Library, dice: random.Random) -> list[str]:
    """Passages without a vector, and words or meaning that do not find their own passage."""
    everything = library.passages()
    records = {r.id: r for r in library.documents()}
    wrong = []
    for start in range(0, len(everything), 1000):
        part = everything[start : start + 1000]
        keys = [(p.id, records[p.document].revision) for p in part]
        have = library._vectors.vectors(keys)
        wrong += [f"no vector for {key}" for key in keys if key not in have]
    for p in dice.sample(everything, min(12, len(everything))):
        mark = _MARK.search(p.text)
        near = library.dense(p.text, 3)
        if not near or near[0].score < 0.999 or p.id not in {h.passage.id for h in near}:
            wrong.append(f"{mark} is not found by meaning")
        if p.id not in {h.passage.id for h in library.lexical(p.text, 3)}:
            wrong.append(f"{mark} is not found by its words")
    return wrong


def writer(home: Path, journal: Path, seed: int, state: dict[int, State]) -> None:
    """Change the library until killed."""
    dice = random.Random(seed)
    library = Library.open(settings(home))
    log = os.open(journal, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def note(what: str, doc: int, after: State) -> None:
        os.write(log, (json.dumps([what, doc, after]) + "\n").encode())

    os.write(log, b'["up", -1, null]\n')
    while True:
        doc = dice.randrange(DOCUMENTS)
        now = state.get(doc)
        ident = next((r.id for r in library.documents() if r.name == f"{doc}.md"), "")
        act = dice.choice(["ingest", "correct", "correct", "remove"]) if now else "ingest"
        if act == "remove":
            note("remove", doc, None)
            library.remove(ident)
            state[doc] = None
        elif act == "correct" and now:
            number = dice.randrange(SMALL)
            moved = tuple(sorted({*now[1], number}))
            pieces = library.remarks(ident)
            lines = next(p.lines for r in pieces for p in r.paragraphs if f"段{number}号" in p.text)
            note("correct", doc, (now[0], moved))
            step = edit.assign(pieces, [lines], OTHER)
            library.correct(ident, library.corrections(ident).added(step))
            state[doc] = (now[0], moved)
        else:
            version = dice.randrange(1, 1 << 30)
            note("ingest", doc, (version, ()))
            write_source(home, doc, version)
            result = library.ingest([source(home, doc)])[0]
            assert result.state in ("added", "replaced"), result
            state[doc] = (version, ())
        note("done", doc, state[doc])


def inspect(home: Path, seed: int, pipe: Connection) -> None:
    """Open the library as after a crash; report what is there before and after a sync."""
    try:
        dice = random.Random(seed)
        library = Library.open(settings(home))
        first, wrong = seen(library)
        wrong += out_of_step(library, dice)
        library.sync()
        then, more = seen(library)
        wrong += more
        for doc in range(DOCUMENTS):
            path = source(home, doc)
            disk = _MARK.search(path.read_text(encoding="utf-8")) if path.exists() else None
            have = then.get(doc)
            if (int(disk[2]) if disk else None) != (have[0] if have else None):
                wrong.append(f"document {doc} did not follow its file after a sync")
        touch = home / "touch.md"  # the next write clears what the killed one left
        touch.write_text(
            f"---\nspeaker: 巡查员\norganization: 某市档案馆\n---\n\n第{seed}次巡查。\n",
            encoding="utf-8",
        )
        library.ingest([touch])
        wrong += out_of_step(library, dice)
        rows = library._vectors._passages.count()
        if rows != len(library.passages()):
            wrong.append(f"{rows} rows in Chroma for {len(library.passages())} passages")
        pipe.send((first, then, wrong))
    except BaseException:
        pipe.send(({}, {}, [traceback.format_exc()]))
    os._exit(0)


def reader(home: Path, pipe: Connection) -> None:
    """A process that has the library open all the time, and answers what it sees."""
    library = Library.open(settings(home))
    while True:
        seed = pipe.recv()
        try:
            library.refresh()
            states, wrong = seen(library)
            pipe.send((states, wrong + out_of_step(library, random.Random(seed))))
        except BaseException:
            pipe.send(({}, [traceback.format_exc()]))


class Watch:
    """The open reader; another one takes its place where it falls or hangs."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._process, self._pipe = piped(reader, home)

    def sees(self, seed: int, tally: Tally) -> tuple[dict[int, State], list[str]]:
        """The states that it sees, and what is wrong."""
        for _ in range(TRIES):
            with suppress(OSError):
                self._pipe.send(seed)
            if report := told(self._pipe):
                return report
            tally.unseen += 1
            self.end()
            self._process, self._pipe = piped(reader, self._home)
        return {}, ["the open reader could not be asked"]

    def end(self) -> None:
        self._process.kill()
        self._process.join()
        self._pipe.close()


class Turned(TableEmbedder):
    """Another embedder: the table's vectors, their numbers in reverse."""

    def __init__(self) -> None:
        super().__init__()
        self.name = "turned"

    def vectors(self, texts: list[str]) -> Vectors:
        return super().vectors(texts)[:, ::-1]


def _with(home: Path, turned: bool) -> Library:
    library = Library.open(settings(home))
    library._embedder = Turned() if turned else TableEmbedder()
    return library


def reindexer(home: Path, turned: bool, ready: Connection) -> None:
    """Embed everything with another embedder, until killed."""
    library = _with(home, turned)
    ready.send("up")
    library.reindex()
    ready.send("done")
    time.sleep(60)


def look(home: Path, seed: int, pipe: Connection) -> None:
    """Which embedder's index a killed re-index left, and whether all of it is that one's."""
    try:
        dice, wrong = random.Random(seed), []
        turned = _with(home, False)._now.stamp.startswith("turned")
        library = _with(home, turned)
        if len(library.passages()) != LARGE:
            wrong.append(f"{len(library.passages())} of {LARGE} passages")
        library.dense("守住底线", 3)  # refuses an index of two embedders
        rows = library.vectors()
        for at in dice.sample(range(len(rows)), 12):
            want = library._fresh([library.passages()[at]])[0]
            if float(rows[at] @ np.asarray(want, dtype=np.float32)) < 0.999:
                wrong.append(f"passage {at} has a vector of the other embedder")
        touch = home / "documents" / "1.md"  # the next write clears what the killed one left
        write_source(home, 1, seed + 1)
        library.ingest([touch])
        library.remove(next(r.id for r in library.documents() if r.name == "1.md"))
        names = [c.name for c in library._vectors._client.list_collections()]
        if len(names) != 2 or library._vectors._passages.count() != LARGE:
            wrong.append(f"left in Chroma: {names}, {library._vectors._passages.count()} rows")
        pipe.send((turned, wrong))
    except BaseException:
        pipe.send((None, [traceback.format_exc()]))
    os._exit(0)


def run_reindex(home: Path, kills: int, seed: int, tell: Callable[[str], None]) -> Tally:
    """Kill `kills` changes of the embedder at any moment, also in the switch itself."""
    import chromadb  # noqa: F401 (loaded once, before the forks)

    (home / "documents").mkdir(parents=True)
    dice, tally = random.Random(seed), Tally()
    write_source(home, 0, 1)
    fork(lambda: (_with(home, False).ingest([source(home, 0)]), None)[1]).join()
    turned, longest = False, 1.0
    for n in range(kills):
        process, near = piped(reindexer, home, not turned)
        if told(near) is None:
            tally.troubles.append(f"re-index {n} ({seed}): the writer fell by itself")
        begun = time.monotonic()
        if near.poll(dice.uniform(0.0, 1.1 * longest)):
            longest = max(0.1, time.monotonic() - begun)
        else:
            longest *= 1.2  # until some get through, as many as not
        process.kill()
        process.join()
        near.close()
        after, wrong = _looked(tally, f"re-index {n} ({seed})", look, home, n) or (None, [])
        tally.killed["reindex"] += 1
        tally.kept_old += after is turned
        tally.kept_new += after is (not turned)
        tally.troubles += [f"re-index {n} ({seed}): {w}" for w in wrong]
        turned = turned if after is None else after
        tell(f"re-index {n + 1}/{kills} troubles {len(tally.troubles)}")
    return tally


def _looked(tally: Tally, whose: str, target: Callable[..., None], *args: Any) -> Any:
    """What an inspector reports; None, and a trouble, where none could be had."""
    reports = inspected(target, *args)
    tally.unseen += reports.count(None)
    if reports[-1] is None:
        tally.troubles.append(f"{whose}: could not be inspected")
    return reports[-1]


def _killed(
    home: Path, seed: int, dice: random.Random, state: dict[int, State], tally: Tally
) -> tuple[int, list[State]]:
    """Run a writer and kill it; the document in flight, and the states that it may be in."""
    journal = home / f"journal-{seed}"
    process = fork(writer, home, journal, seed, dict(state))
    until = time.monotonic() + 60
    while not journal.exists() and process.is_alive() and time.monotonic() < until:
        time.sleep(0.01)
    time.sleep(dice.uniform(0.0, 1.5))
    died = not process.is_alive()
    with suppress(ProcessLookupError):
        os.kill(process.pid, signal.SIGKILL)
    process.join()
    rows = [json.loads(r) for r in journal.read_text().splitlines()] if journal.exists() else []
    journal.unlink(missing_ok=True)
    if died or not rows:
        tally.troubles.append(f"seed {seed}: the writer fell by itself")
    flight: tuple[int, list[State]] = (-1, [])
    during = "between"
    for what, doc, after in rows:
        new: State = (after[0], tuple(after[1])) if after else None
        if what == "done":
            state[doc] = new
            flight, during = (-1, []), "between"
        elif what != "up":
            flight, during = (doc, [state.get(doc), new]), what
    tally.killed[during] += 1
    return flight


def run(home: Path, kills: int, seed: int, tell: Callable[[str], None]) -> Tally:
    """Kill `kills` writers and count what came of it."""
    import bm25s  # noqa: F401 (loaded once, before the forks)
    import chromadb  # noqa: F401

    import store.embedder  # noqa: F401

    (home / "documents").mkdir(parents=True)
    dice, tally = random.Random(seed), Tally()
    state: dict[int, State] = {}
    watching = Watch(home)
    for n in range(kills):
        doc, allowed = _killed(home, seed * 100_000 + n, dice, state, tally)
        watched, wrong = watching.sees(n, tally)
        whose = f"kill {n} ({seed})"
        report = _looked(tally, whose, inspect, home, n) or (watched, watched, [])
        first, then, more = report
        wrong += more
        for d in range(DOCUMENTS):
            good = allowed if d == doc else [state.get(d)]
            for who, states in (("reader", watched), ("opened", first), ("synced", then)):
                if states.get(d) not in good:
                    wrong.append(f"{who}: document {d} is {states.get(d)}, not of {good}")
        if doc >= 0:
            tally.kept_old += first.get(doc) == allowed[0]
            tally.kept_new += first.get(doc) == allowed[1] != allowed[0]
        tally.troubles += [f"{whose}: {w}" for w in wrong]
        for line in wrong:
            tell(line)
        state = {d: s for d, s in then.items() if s}
        tell(f"{n + 1}/{kills} {dict(+tally.killed)} troubles {len(tally.troubles)}")
    watching.end()
    return tally


def main() -> int:
    """Run it and print the table."""
    parser = argparse.ArgumentParser(description="言据 强杀测试")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        tally = run(
            Path(scratch) / "library", args.kills, args.seed,
            lambda line: (sys.stderr.write(line + "\n"), None)[1],
        )  # fmt: skip
        again = run_reindex(
            Path(scratch) / "reindex", args.kills // 4, args.seed,
            lambda line: (sys.stderr.write(line + "\n"), None)[1],
        )  # fmt: skip
    tally.killed += again.killed
    tally.troubles += again.troubles
    tally.kept_old += again.kept_old
    tally.kept_new += again.kept_new
    tally.unseen += again.unseen
    rows = [
        ("强杀次数", str(tally.killed.total())),
        *((f"　正在 {what}", str(count)) for what, count in sorted((+tally.killed).items())),
        ("在途的一步：停在旧的 / 已是新的", f"{tally.kept_old} / {tally.kept_new}"),
        ("没看成、重看的次数（查看的进程自己倒下或不动）", str(tally.unseen)),
        ("丢失、重复、不同步", str(len(tally.troubles))),
        ("用时", f"{time.monotonic() - begun:.0f} 秒"),
    ]
    sys.stdout.write("| 项目 | 结果 |\n| --- | --- |\n")
    for row in rows:
        sys.stdout.write("| " + " | ".join(row) + " |\n")
    for line in tally.troubles[:20]:
        sys.stdout.write(line + "\n")
    return 1 if tally.troubles else 0


if __name__ == "__main__":
    sys.exit(main())
