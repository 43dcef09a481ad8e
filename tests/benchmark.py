"""Speed, as ratios and seconds: ``python -m tests.benchmark [--document FILE]``.

Prints one Markdown table, a row as soon as it is measured. Every figure is taken in this run on
this machine; the search is shown beside its floor, bm25s and a numpy product over the same
passages, nothing else. On a busy machine set ``OMP_NUM_THREADS=1``: threads of numpy's BLAS that
wait for each other make a product of one millisecond last fifty.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

import numpy as np

from rag import Assistant, Filter, RagSettings
from rag.check import check
from rag.retrieval import retrieve
from rag.testbed import Testbed
from store import Library, Official, Passage
from tests.conftest import BRIDGE, ROOT
from tests.llm_servers import OpenAIServer, cite_each

Row = tuple[str, str, str]

_WHO = (
    "交通部门",
    "各级图书馆",
    "水务系统",
    "基层网格",
    "学校食堂",
    "养老机构",
    "环卫一线",
    "文保单位",
)
_HOW = ("坚持", "着力", "统筹", "深入", "全面", "持续", "分类", "依法")
_DO = (
    "排查隐患",
    "优化流程",
    "压实责任",
    "改进服务",
    "公开结果",
    "培训骨干",
    "更新设备",
    "走访群众",
)
_SO = (
    "确保按期完成",
    "让群众少跑路",
    "形成长效机制",
    "守住安全底线",
    "提高办理质量",
    "堵住管理漏洞",
)


def passages(count: int, seed: int = 1) -> Iterator[str]:
    """Made-up officialese of about 150 characters each."""
    dice = random.Random(seed)
    for n in range(count):
        clauses = [
            f"{dice.choice(_WHO)}要{dice.choice(_HOW)}{dice.choice(_DO)},{dice.choice(_SO)}"
            for _ in range(7)
        ]
        yield f"第{n}项工作。" + ";".join(clauses) + "。"


# Each is asked once: what was read together with a question is remembered.
ASKED = [
    "怎么优化流程?",
    "怎样让老百姓办事少跑腿、把隐患早点找出来?",
    "基层人手不够怎么办?",
    "如何用数据帮一线减轻负担?",
    "企业反映的难处由谁来答复?",
    "巡查发现了问题怎样盯到底?",
    "年轻干部怎么带?",
    "怎样把惠民的钱管好用好?",
    "夜里值班的人怎么安排?",
    "老人不会用手机怎么办事?",
    "怎么防止走过场?",
    "哪些事项可以就近办理?",
]


def median_ms(call: Callable[[], object], times: int) -> float:
    """Median wall time of a call in milliseconds."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        call()
        taken.append(time.perf_counter() - start)
    return 1000 * statistics.median(taken)


def settings_in(folder: Path) -> RagSettings:
    """Settings whose folders lie in a scratch folder."""
    (folder / "documents").mkdir(parents=True, exist_ok=True)
    return RagSettings(
        home=folder / "home",
        documents=folder / "documents",
        samples=ROOT / "samples",
        max_file_mb=200,
        _env_file=None,
    )


def ingest_and_ask(folder: Path, document: Path | None) -> Iterator[Row]:
    """Seconds to take in one document, and to the first words of an answer."""
    folder.mkdir(parents=True, exist_ok=True)
    source = document or folder / "town.txt"
    if document is None:
        source.write_text(BRIDGE, encoding="utf-8")
    use = settings_in(folder)
    library = Library.open(use)
    start = time.perf_counter()
    result = library.ingest([source])[0]
    took = time.perf_counter() - start
    yield f"收入 {source.name}({result.passages} 段)", f"{took:.2f} 秒", "含首次载入向量模型"
    assistant = Assistant(Library.open(use), use)
    questions = assistant.suggestions(8)
    start = time.perf_counter()
    next(iter(assistant.ask(questions[0])))
    yield "新进程首问的第一个字", f"{time.perf_counter() - start:.2f} 秒", "含建索引"
    first = [median_ms(lambda q=q: next(iter(assistant.ask(q))), 5) for q in questions]
    yield (
        "此后提问的第一个字",
        f"{statistics.median(first):.0f} 毫秒",
        f"{len(questions)} 问的中位数",
    )


def side_by_side(calls: Sequence[Callable[[], object]], times: int) -> list[float]:
    """Median wall time of each call in milliseconds, in rounds: a busy machine slows all alike.

    The order changes from round to round, as whoever comes after a long call may have to wait.
    """
    dice = random.Random(1)
    taken: list[list[float]] = [[] for _ in calls]
    for _ in range(times):
        for n in dice.sample(range(len(calls)), len(calls)):
            taken[n].append(median_ms(calls[n], 1))
    return [statistics.median(row) for row in taken]


def search(count: int) -> Iterator[Row]:
    """The whole retrieval over `count` passages in memory beside its floor, and with limits.

    The library searches in memory by the same index; what is not in here is taking them in.
    """
    from store.embedder import BuiltinEmbedder
    from store.lexical import LexicalIndex

    dice = np.random.default_rng(1)

    people = [Official(f"试{n}", f"第{n}县交通运输局", "局长") for n in range(50)]
    made = [
        Passage(str(n), "d", "d.md", people[n % 50], "", "", n, text, date=str(2000 + n % 20))
        for n, text in enumerate(passages(count))
    ]
    embedder = BuiltinEmbedder()
    # How long a search takes does not depend on what the vectors say.
    vectors = dice.standard_normal((count, embedder.dimensions), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    start = time.perf_counter()
    bed = Testbed(made, embedder, vectors)
    yield f"建词索引({count} 段)", f"{time.perf_counter() - start:.1f} 秒", ""
    index = LexicalIndex([p.text for p in made])
    asked = "怎样让老百姓办事少跑腿、把隐患早点找出来?"
    query = np.asarray(embedder.embed_query(asked), dtype=np.float32)
    limits = Filter(kinds=("交通运输局",), years=("2001", "2004")).among(people)

    def floor() -> None:
        index.scores(asked)
        np.argpartition(-(vectors @ query), 60)

    retrieve(bed, asked)  # the spelling index is built at the first question
    whole, limited, least = side_by_side(
        [lambda: retrieve(bed, asked), lambda: retrieve(bed, asked, within=limits), floor], 25
    )
    for what, took in (("检索一问", whole), ("检索一问,限定年份与机构", limited)):
        ratio = f"numpy 加 bm25s 的下限 {least:.1f} 毫秒,{took / least:.1f} 倍"
        yield f"{what}({count} 段)", f"{took:.1f} 毫秒", ratio


def encoding(count: int = 300) -> Iterator[Row]:
    """Passages a second on one core, of both models that come along."""
    from store.encoder import Encoder
    from store.static_embedder import StaticEmbedder

    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    try:
        encoder, table = Encoder(threads=1), StaticEmbedder()
        few, many = list(passages(count)), list(passages(20 * count))
        for what, encode, texts in (
            ("小模型", encoder.encode_documents, few),
            ("词表", table.encode, many),
        ):
            rate = 1000 * len(texts) / median_ms(lambda e=encode, t=texts: e(t), 3)
            length = sum(map(len, texts)) / len(texts)
            yield f"向量:{what}", f"{rate:.0f} 段/秒", f"单核,每段 {length:.0f} 字"
        asked = median_ms(lambda: encoder.encode_queries(["怎样让老百姓办事少跑腿?"]), 25)
        yield "向量:一问", f"{asked:.1f} 毫秒", "小模型,单核"
    finally:
        os.sched_setaffinity(0, cores)


def beside_a_model(assistant: Assistant, asked: Iterator[str], count: int) -> Iterator[Row]:
    """What an answer takes besides the model, and the check of a sentence."""
    server = OpenAIServer()
    try:
        server.script = [cite_each]
        use = server.settings()
        question = next(asked)
        given = assistant.ask(question, llm=server.spec, settings=use).answer
        took = median_ms(
            lambda: assistant.ask(next(asked), llm=server.spec, settings=use).answer, 5
        )  # the server answers at once
        yield f"接语言模型,模型之外({count} 段)", f"{took:.0f} 毫秒", f"{len(given.claims)} 句"
        officials = assistant.knowledge.officials
        checked = median_ms(lambda: check(given.text, given.citations, officials, question), 5)
        each = checked / max(len(given.claims), 1)
        yield "核查一句", f"{each:.1f} 毫秒", f"{len(given.claims)} 句共 {checked:.0f} 毫秒"
    finally:
        server.stop()


def ingest(folder: Path, count: int) -> Iterator[Row]:
    """Seconds to take `count` passages into a library, and a checked answer from it."""
    use = settings_in(folder)
    text = "---\nspeaker: 试一\norganization: 某局\n---\n\n" + "\n\n".join(passages(count))
    (use.documents / "big.md").write_text(text, encoding="utf-8")
    library = Library.open(use)
    start = time.perf_counter()
    library.sync()
    took = time.perf_counter() - start
    yield f"收入 {count} 段", f"{took:.1f} 秒", f"{count / took:.0f} 段/秒"
    assistant = Assistant(library, use)
    asked = iter(ASKED)
    assistant.ask(next(asked)).answer  # noqa: B018
    answer = median_ms(lambda: assistant.ask(next(asked)).answer, 5)
    yield f"完整作答({count} 段)", f"{answer:.0f} 毫秒", "5 问的中位数,含逐句核查"
    yield from beside_a_model(assistant, asked, count)


@contextmanager
def running_app(
    folder: Path, port: int, settings: dict[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """The app on a free port, on scratch folders."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("YANJU_")} | {
        "YANJU_HOME": str(folder / "home"),
        "YANJU_DOCUMENTS": str(folder / "documents"),
        **(settings or {}),
    }
    app = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port),
         "--server.headless", "true"],
        cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield app
    finally:
        app.terminate()
        app.wait(20)


def start_up(folder: Path, port: int = 8719) -> Iterator[Row]:
    """From ``streamlit run`` to the server's first answer, and to a page one can type into."""
    from playwright.sync_api import sync_playwright

    (folder / "documents").mkdir(parents=True, exist_ok=True)
    start = time.perf_counter()
    with running_app(folder, port):
        while time.perf_counter() - start < 60:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1)
                break
            except OSError:
                time.sleep(0.05)
        yield "服务应答", f"{time.perf_counter() - start:.1f} 秒", "从 streamlit run 起"
        with sync_playwright() as play:
            browser = play.chromium.launch(
                executable_path="/usr/bin/chromium",
                args=["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
                      "--no-first-run", "--disable-background-networking",
                      "--disable-component-update", "--disable-sync"],
            )  # fmt: skip
            page = browser.new_page()
            page.goto(f"http://127.0.0.1:{port}")
            box = page.get_by_test_id("stChatInputTextArea")
            box.wait_for(timeout=60_000)
            yield (
                "可以输入问题",
                f"{time.perf_counter() - start:.1f} 秒",
                "首次启动,含收入示例与打开浏览器",
            )
            asked = time.perf_counter()
            box.fill("资料库里有哪些官员?")
            box.press("Enter")
            page.get_by_text("现收录").first.wait_for(timeout=30_000)
            yield "页面上的第一句", f"{time.perf_counter() - asked:.2f} 秒", "从回车起"
            browser.close()


def main() -> None:
    """Run everything and print the table."""
    parser = argparse.ArgumentParser(description="言据 速度")
    parser.add_argument("--document", type=Path, help="要收入的文件;缺省用内置短文")
    parser.add_argument(
        "--passages", type=int, nargs="+", default=[10_000], help="检索的规模,如 10000 100000"
    )
    parser.add_argument("--no-ingest", action="store_true", help="不量大批收入,那要几分钟")
    parser.add_argument("--no-browser", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        # First, while nothing is loaded yet: it tells what the first call has to wait for.
        parts = [ingest_and_ask(home / "a", args.document)]
        parts.append(encoding())
        parts += [search(count) for count in args.passages]
        if not args.no_ingest:
            parts.append(ingest(home / "b", args.passages[0]))
        if not args.no_browser:
            parts.append(start_up(home / "c"))
        sys.stdout.write("| 项目 | 结果 | 说明 |\n| --- | --- | --- |\n")
        for row in chain.from_iterable(parts):
            sys.stdout.write("| " + " | ".join(row) + " |\n")
            sys.stdout.flush()  # whoever stops a slow run keeps what was measured


if __name__ == "__main__":
    main()
