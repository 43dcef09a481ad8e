"""Command line of rag: ask, who, eval."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from rag.answer import Answer, Turn
from rag.damage import DAMAGES
from rag.draft import label, titled
from rag.errors import BadQuestion, RagError
from rag.reference import doubt
from store.console import Parser, add_library, call, chosen


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code (0, or 2 when the call itself failed)."""
    return call(_arguments(), argv)


def _arguments() -> argparse.ArgumentParser:
    parser = Parser(prog="python -m rag", description="言据 问答")
    add_library(parser)
    commands = parser.add_subparsers(required=True, metavar="ask|who|eval")

    def command(name: str, run: Any, about: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=about, description=about)
        sub.set_defaults(run=run)
        sub.add_argument("--json", action="store_true", help="一行一个 JSON 对象")
        return sub

    ask = command("ask", _ask, "提问")
    ask.add_argument("question", nargs="?")
    ask.add_argument("--batch", type=Path, help='JSONL 文件,每行 {"id","turns":[…]}')
    ask.add_argument("--speaker", action="append", default=[], help="只问这位官员,可重复")
    ask.add_argument("--organization", action="append", default=[], help="只问这个机构，可重复")
    ask.add_argument("--place", action="append", default=[], help="只问这个地方的官员，可重复")
    ask.add_argument("--kind", action="append", default=[], help="只问这类机关，如 法院，可重复")
    ask.add_argument("--year", action="append", default=[], help="只看这一年的讲话，可重复")
    ask.add_argument("--llm", help="extractive,或 provider:model")
    command("who", _who, "这句话是谁说的").add_argument("quote")
    evaluate = command("eval", _eval, "质量表")
    evaluate.add_argument("questions", type=Path)
    evaluate.add_argument("--llm", help="extractive,或 provider:model")
    evaluate.add_argument("--against", metavar="ENGINE", help="另一引擎，同题并列比较")
    evaluate.add_argument("--markdown", type=Path, help="把表格写入这个 Markdown 文件")
    evaluate.add_argument("--details", type=Path, help="逐题结果写入这个 JSONL 文件")
    found = evaluate.add_argument_group("检索表")
    found.add_argument(
        "--retrieval",
        action="store_true",
        help='量检索而不是回答；题目文件也可以是 {"question", "passage"} 的对',
    )
    found.add_argument("--plot", type=Path, help="把检索表画成 .svg 或 .png")
    found.add_argument("--damage", choices=sorted(DAMAGES), help="先把问题改成常见的错写")
    found.add_argument("--source", action="append", default=[], help="只用这个来源的对，可重复")
    found.add_argument("--sample", type=int, help="只取这么多题")
    found.add_argument("--no-ablation", action="store_true", help="不量各部分的作用")
    return parser


def _assistant(args: argparse.Namespace) -> Any:
    from rag.assistant import Assistant
    from rag.settings import RagSettings
    from store import Library

    settings = chosen(RagSettings, args)
    library = Library.open(settings)
    for result in library.sync():
        print(result.zh, file=sys.stderr)
    return Assistant(library, settings)


def _ask(args: argparse.Namespace) -> int:
    if bool(args.question) == bool(args.batch):
        raise BadQuestion(
            "请给出一个问题，或用 --batch 指定一个问题文件（二选一）。",
            "Give one question, or a file of questions with --batch.",
        )
    rows = _turns(args.batch) if args.batch else iter([(None, [args.question])])
    assistant = None
    for ident, turns in rows:
        assistant = assistant or _assistant(args)
        try:
            _show(_replayed(assistant, turns, args), ident, args.json)
        except BadQuestion as error:  # one bad line of a batch does not lose the others
            if not args.batch:
                raise
            print(f"{ident}：{error.message()}", file=sys.stderr)
            if args.json:
                refused = Answer(turns[-1], False, "", notice=error.message())
                print(_row(ident, refused), flush=True)
    return 0


def _replayed(assistant: Any, turns: Sequence[str], args: argparse.Namespace) -> Any:
    """The reply to the last turn, the conversation before it replayed."""
    from rag.within import Filter

    given = (args.organization, args.place, args.kind, args.year)
    ask = partial(
        assistant.ask, speakers=args.speaker, limits=Filter(*map(tuple, given)), llm=args.llm
    )
    history: list[Turn] = []
    for asked in turns[:-1]:
        answer = ask(asked, history=history).answer
        history.append(Turn(asked, answer.text, answer.speakers))
    return ask(turns[-1], history=history)


def _turns(path: Path) -> Iterator[tuple[str | None, list[str]]]:
    """The questions of a batch file: (id, turns), the last turn is to be answered."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadQuestion(
            f"无法读取“{path}”。请检查路径，文件须为 UTF-8 的 JSONL。",
            f"Cannot read {path}. Check the path; it must be JSONL in UTF-8.",
        ) from error
    rows = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            turns = list(row["turns"])
            if not turns or not all(isinstance(t, str) for t in turns):
                raise ValueError("turns")
            rows.append((row.get("id"), turns))
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise BadQuestion(
                f'“{path.name}”第 {number} 行不是提问，应为 {{"id": …, "turns": [问题, …]}}。',
                f'Line {number} of {path.name} must be {{"id": …, "turns": [question, …]}}.',
            ) from error
    return iter(rows)


def _row(ident: str | None, answer: Answer) -> str:
    return json.dumps({"id": ident, **answer.as_dict()}, ensure_ascii=False)


def _show(reply: Any, ident: str | None, as_json: bool) -> None:
    if as_json:
        print(_row(ident, reply.answer), flush=True)
        return
    for piece in reply:
        print(piece, end="", flush=True)
    answer = reply.answer
    print()
    if answer.notice:
        print(f"\n〔{answer.notice}〕")
        print(answer.text)
    for c in answer.citations:
        p = c.passage
        section = f"“{p.section}”" if p.section else ""
        print(
            f"\n[{c.number}] {label(p.official)}{titled(p.title)}{section}"
            f"第 {p.paragraph} 段，{p.file} 行 {'+'.join(map(str, p.lines))}"
        )
        print(f"    {c.quote}")
        if p.review:
            print(f"    〔{doubt(p)}〕")
    for p in answer.related:
        print(f"\n相关：{label(p.official)}{titled(p.title)}第 {p.paragraph} 段")
        print(f"    {p.text}")


def _who(args: argparse.Namespace) -> int:
    trace = _assistant(args).trace(args.quote)
    if args.json:
        print(json.dumps(trace.as_dict(), ensure_ascii=False))
        return 0
    words = {
        "verbatim": "原文有这句话",
        "near": "原文相近，但有出入",
        "stitched": "由几处原文拼接而成，并非一句原话",
        "partly": "只有一部分见于原文，其余没有找到",
        "absent": "材料中没有这句话",
    }
    kind = "stitched" if trace.stitched else "partly" if trace.partly else trace.verdict
    print(words[kind])
    if trace.note:
        print(f"{trace.note}。")
    for m in trace.matches:
        p = m.passage
        print(
            f"- {label(p.official)}{titled(p.title)}第 {p.paragraph} 段：{m.text}"
            + (f"（转述“{m.third_person}”的话）" if m.third_person else "")
        )
        for d in m.differences:
            print(f"    引文“{d.quote}” → 原文“{d.source}”")
    return 0


def _eval(args: argparse.Namespace) -> int:
    if args.retrieval:
        return _eval_retrieval(args)
    from rag.case import load_cases
    from rag.evaluation import evaluate
    from rag.table import as_markdown

    cases = load_cases(args.questions)
    assistant = _assistant(args)
    first = args.llm or assistant.engine
    if args.against == first:
        raise BadQuestion(
            f"--against 与所用引擎相同（{first}），没有可比之处。请换一个引擎。",
            f"--against names the engine in use ({first}). Name another one.",
        )
    evaluations = []
    for engine in [first, *([args.against] if args.against else [])]:

        def progress(done: int, engine: str = engine) -> None:
            end = "\n" if done == len(cases) else ""
            print(f"\r{engine} {done}/{len(cases)}", end=end, file=sys.stderr, flush=True)

        evaluations.append(evaluate(assistant, cases, engine, progress))
    table = as_markdown(evaluations)
    if args.details:
        _write(
            args.details,
            "\n".join(
                json.dumps({"engine": e.engine, **d}, ensure_ascii=False)
                for e in evaluations
                for d in e.details
            ),
        )
    if args.markdown:
        _write(args.markdown, table)
    if args.json:
        for row in (row for e in evaluations for row in e.rows):
            print(json.dumps(row, ensure_ascii=False))
    else:
        print(table)
    return 0


def _eval_retrieval(args: argparse.Namespace) -> int:
    from rag.finding import measure
    from rag.finding_plot import plot
    from rag.finding_table import as_markdown, ranker_name

    def told(what: str, done: int, total: int) -> None:
        if done == total or done % 20 == 0:
            end = "\n" if done == total else ""
            print(f"\r{what} {done}/{total}", end=end, file=sys.stderr, flush=True)

    def asked(name: str, done: int, total: int) -> None:
        told(ranker_name(name), done, total)

    rankers, queries = _testbed(args, told)
    findings = measure(rankers.main(), queries, asked)
    parts = [] if args.no_ablation else measure(rankers.ablations(), queries, asked)
    table = as_markdown(findings, parts)
    if args.markdown:
        _write(args.markdown, table)
    if args.plot:
        plot(findings, args.plot)
    if args.json:
        for row in (row for f in (*findings, *parts) for row in f.rows()):
            print(json.dumps(row, ensure_ascii=False))
    else:
        print(table)
    return 0


def _testbed(args: argparse.Namespace, told: Any) -> tuple[Any, list[Any]]:
    """What is searched and asked: the library and questions on it, or a file of pairs."""
    from rag.case import load_cases
    from rag.ranker import Rankers
    from rag.testbed import Testbed, damaged, has_pairs, queries_of, read_pairs, sampled

    if has_pairs(args.questions):
        from store.embedder import load_embedder
        from store.settings import Settings

        passages, queries = read_pairs(args.questions, args.source)
        bed = Testbed(passages, load_embedder(Settings()), progress=partial(told, "向量"))
        rankers = Rankers(bed)
    else:
        cases = load_cases(args.questions)
        library = _assistant(args).library
        queries = queries_of(cases, library.passages())
        rankers = Rankers(Testbed.of(library), library)
    return rankers, damaged(sampled(queries, args.sample), args.damage)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise RagError(
            f"无法写入“{path}”（{error.strerror}）。请检查文件夹与权限。",
            f"Cannot write {path} ({error.strerror}). Check the folder and its permissions.",
        ) from error


if __name__ == "__main__":
    sys.exit(main())
