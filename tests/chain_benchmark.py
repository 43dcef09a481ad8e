"""Beside LangChain's standard chain: ``python -m tests.chain_benchmark [--passages 10000 100000]``.

Both sides get the same generated passages, the same known-item questions and the same embedder,
each side in a process of its own. The chain is set up as LangChain's documentation does it:
RecursiveCharacterTextSplitter (1,000 characters, 200 shared; a passage is shorter and stays
whole), its Chroma store on disk, BM25Retriever (rank_bm25) and EnsembleRetriever at one half
each. By default that BM25 cuts at white space, which Chinese has not; the row "with our cut"
gives it our tokens. The limits are numpy's product over all vectors and one bm25s call.

Prints Markdown: ratios (ours to theirs) and, for searches, the share of the limit's speed that
is left. A busy machine slows all alike; set ``OMP_NUM_THREADS=1``.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rag import RagSettings
from tests.benchmark import passages, settings_in
from tests.conftest import ROOT

FILE = 1000  # passages of one source file, on our side
K = 10
_CLAUSE = re.compile(r"(\w+?)要(?:坚持|着力|统筹|深入|全面|持续|分类|依法)(\w+),(\w+)")
_NUMBER = re.compile(r"第(\d+)项工作")

Search = Callable[[str], Sequence[str]]


def questions(texts: Sequence[str], count: int) -> list[tuple[str, int]]:
    """(question, number of its passage): three of its clauses, shuffled, in fewer words."""
    dice = random.Random(7)
    made = []
    for n in dice.sample(range(len(texts)), min(count, len(texts))):
        told = dice.sample(_CLAUSE.findall(texts[n]), 3)
        made.append((";".join(f"{who}{do},{so}" for who, do, so in told) + "是哪一项?", n))
    return made


def measured(search: Search, asked: Sequence[tuple[str, int]]) -> dict[str, float]:
    """Median milliseconds, recall@5 and nDCG@10 (one right passage a question)."""
    search(asked[0][0])
    taken, recall, gain = [], 0, 0.0
    for question, right in asked:
        start = time.perf_counter()
        found = search(question)
        taken.append(time.perf_counter() - start)
        numbers = [int(m[1]) for m in map(_NUMBER.search, found) if m]
        place = numbers.index(right) if right in numbers[:K] else None
        if place is not None:
            recall += place < 5
            gain += 1 / math.log2(place + 2)
    return {
        "ms": 1000 * statistics.median(taken),
        "recall": recall / len(asked),
        "ndcg": gain / len(asked),
    }


def peak() -> float:
    """The most memory that this process has had, MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def static(folder: Path) -> RagSettings:
    """Settings with the table alone: the embedder for libraries of these sizes."""
    return settings_in(folder).model_copy(update={"embedder": "static"})


def ours(folder: Path, texts: Sequence[str], asked: Sequence[tuple[str, int]]) -> dict[str, Any]:
    """The library: files on disk to a searched answer, as the program does it."""
    from rag.retrieval import retrieve
    from store import Library

    use = static(folder)
    for start in range(0, len(texts), FILE):
        body = "\n\n".join(texts[start : start + FILE])
        front = f"---\nspeaker: 试{start // FILE}\norganization: 第{start // FILE}局\n---\n\n"
        (use.documents / f"{start // FILE}.md").write_text(front + body, encoding="utf-8")
    library = Library.open(use)
    library.embedder.embed_query("预热")
    idle = peak()
    start, busy = time.perf_counter(), time.process_time()
    library.sync()
    took, busy = time.perf_counter() - start, time.process_time() - busy
    assert len(library.passages()) == len(texts)
    return {
        "idle": idle,
        "ingest": len(texts) / took,
        "busy": len(texts) / busy,
        "whole": measured(lambda q: [f.hit.passage.text for f in retrieve(library, q)], asked),
        "bm25": measured(lambda q: [h.passage.text for h in library.lexical(q, K)], asked),
        "dense": measured(lambda q: [h.passage.text for h in library.dense(q, K)], asked),
        "peak": peak(),
    }


def chain(folder: Path, texts: Sequence[str], asked: Sequence[tuple[str, int]]) -> dict[str, Any]:
    """LangChain's standard parts, as its documentation puts them together."""
    from langchain_chroma import Chroma
    from langchain_classic.retrievers import EnsembleRetriever
    from langchain_community.retrievers import BM25Retriever
    from langchain_core.documents import Document
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    from store.embedder import load_embedder
    from store.vocabulary import tokenize

    embedder = load_embedder(static(folder))
    embedder.embed_query("预热")
    idle = peak()
    start, busy = time.perf_counter(), time.process_time()
    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
    pieces = splitter.split_documents([Document(text) for text in texts])
    assert len(pieces) == len(texts)
    vectors = Chroma(
        "chain", embedding_function=embedder, persist_directory=str(folder / "chain"),
        collection_configuration={"hnsw": {"space": "cosine"}},
    )  # fmt: skip
    for at in range(0, len(pieces), 5000):  # Chroma takes 5,461 at once
        vectors.add_documents(pieces[at : at + 5000])
    plain = BM25Retriever.from_documents(pieces, k=K)
    took, busy = time.perf_counter() - start, time.process_time() - busy
    dense = vectors.as_retriever(search_kwargs={"k": K})
    whole = EnsembleRetriever(retrievers=[plain, dense], weights=[0.5, 0.5])

    def by(retriever: Any) -> Search:
        return lambda q: [d.page_content for d in retriever.invoke(q)]

    result = {
        "idle": idle,
        "ingest": len(texts) / took,
        "busy": len(texts) / busy,
        "whole": measured(by(whole), asked),
        "dense": measured(by(dense), asked),
        "peak": peak(),
    }
    cut = BM25Retriever.from_documents(pieces, k=K, preprocess_func=tokenize)
    result["bm25"] = measured(by(cut), asked)
    whole = EnsembleRetriever(retrievers=[cut, dense], weights=[0.5, 0.5])
    return result | {"whole_cut": measured(by(whole), asked), "peak_cut": peak()}


def limit(folder: Path, texts: Sequence[str], asked: Sequence[tuple[str, int]]) -> dict[str, Any]:
    """The least that a search can take here: one product, and one call of bm25s."""
    import bm25s
    import numpy as np

    from store.embedder import load_embedder
    from store.vocabulary import tokenize

    embedder = load_embedder(static(folder))
    start = time.perf_counter()
    matrix = np.vstack([
        np.asarray(embedder.embed_documents(list(texts[at : at + 1000])), dtype=np.float32)
        for at in range(0, len(texts), 1000)
    ])  # fmt: skip
    embedding = len(texts) / (time.perf_counter() - start)
    ids: dict[str, int] = {}
    rows = [[ids.setdefault(t, len(ids)) for t in tokenize(text)] for text in texts]
    index = bm25s.BM25(method="lucene")
    index.index((rows, ids), show_progress=False)

    def top(scores: Any) -> list[str]:
        best = np.argpartition(-scores, K)[:K]
        return [texts[i] for i in best[np.argsort(-scores[best])]]

    def words(question: str) -> list[str]:
        return top(index.get_scores([ids[t] for t in tokenize(question) if t in ids]))

    def meaning(question: str) -> list[str]:
        return top(matrix @ np.asarray(embedder.embed_query(question), dtype=np.float32))

    return {"bm25": measured(words, asked), "dense": measured(meaning, asked), "embed": embedding}


SIDES = {"ours": ours, "chain": chain, "limit": limit}


def apart(side: str, count: int, asked: int) -> dict[str, Any]:
    """One side in a process of its own."""
    command = [sys.executable, "-m", "tests.chain_benchmark", "--side", side]
    command += ["--passages", str(count), "--questions", str(asked)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def table(count: int, made: dict[str, dict[str, Any]]) -> str:
    """The rows of one size."""
    mine, theirs, least = made["ours"], made["chain"], made["limit"]
    rows = [
        ("收入（段/秒）", f"{mine['ingest']:.0f}", f"{theirs['ingest']:.0f}",
         f"{mine['ingest'] / theirs['ingest']:.2f} 倍",
         f"只算向量 {least['embed']:.0f}，占其 {mine['ingest'] / least['embed']:.0%}"),
        ("收入（段/处理器秒）", f"{mine['busy']:.0f}", f"{theirs['busy']:.0f}",
         f"{mine['busy'] / theirs['busy']:.2f} 倍", "机器忙时看这一行"),
        ("内存峰值（MiB）", f"{mine['peak']:.0f}", f"{theirs['peak']:.0f}",
         f"{mine['peak'] / theirs['peak']:.2f} 倍",
         f"起步时 {mine['idle']:.0f} / {theirs['idle']:.0f}"),
    ]  # fmt: skip

    def search(name: str, key: str, their_key: str, floor: float) -> None:
        a, b = mine[key], theirs[their_key]
        rows.append(
            (f"{name}：一问（毫秒）", f"{a['ms']:.1f}", f"{b['ms']:.1f}",
             f"快 {b['ms'] / a['ms']:.1f} 倍", f"下限 {floor:.1f} 毫秒，占 {floor / a['ms']:.0%}")
        )  # fmt: skip
        rows.append(
            (f"{name}：recall@5 / nDCG@10", f"{a['recall']:.2f} / {a['ndcg']:.3f}",
             f"{b['recall']:.2f} / {b['ndcg']:.3f}", f"{a['ndcg'] - b['ndcg']:+.3f}", "")
        )  # fmt: skip

    both = least["bm25"]["ms"] + least["dense"]["ms"]
    search("整条检索，按其文档", "whole", "whole", both)
    search("整条检索，给它我们的切词", "whole", "whole_cut", both)
    search("词：对 rank_bm25（我们的切词）", "bm25", "bm25", least["bm25"]["ms"])
    search("向量：对 Chroma（下限为 numpy）", "dense", "dense", least["dense"]["ms"])
    head = f"\n| {count} 段 | 言据 | LangChain | 之比 | 下限 |\n| --- | --- | --- | --- | --- |\n"
    return head + "".join("| " + " | ".join(row) + " |\n" for row in rows)


def main() -> None:
    """Measure every size and print a table each."""
    parser = argparse.ArgumentParser(description="言据 与 LangChain 标准链对比")
    parser.add_argument("--passages", type=int, nargs="+", default=[10_000])
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--side", choices=SIDES, help=argparse.SUPPRESS)
    args = parser.parse_args()
    for count in args.passages:
        if args.side:
            texts = list(passages(count))
            with tempfile.TemporaryDirectory() as scratch:
                asked = questions(texts, args.questions)
                row = SIDES[args.side](Path(scratch), texts, asked)
            sys.stdout.write(json.dumps(row) + "\n")
            return
        made = {side: apart(side, count, args.questions) for side in SIDES}
        sys.stdout.write(table(count, made))
        sys.stdout.flush()


if __name__ == "__main__":
    main()
