"""Command line of the store: from reading one file to backing up all of them."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any

from store.branch import SAMPLES, Branch
from store.branches import Branches, located
from store.console import Parser, add_library, call, chosen, end_progress, progress
from store.record import IngestResult
from store.remarks import Remarks
from store.settings import Settings


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code (0, or 2 when the call itself failed)."""
    return call(_arguments(), argv)


def _arguments() -> argparse.ArgumentParser:
    parser = Parser(prog="python -m store", description="言据 资料库")
    add_library(parser)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Any, about: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=about, description=about)
        sub.set_defaults(run=run)
        sub.add_argument("--json", action="store_true", help="一行一个 JSON 对象")
        return sub

    parse = command("parse", _parse, "谁说了什么：不动资料库，只看归属")
    parse.add_argument("file", type=Path)
    parse.add_argument("--raw", action="store_true", help="不用人工校对，只看程序的判断")
    command("ingest", _ingest, "收入文件或文件夹").add_argument("paths", type=Path, nargs="+")
    command("list", _list, "列出资料库里的文件")
    command("remove", _remove, "移除文件").add_argument("ids", nargs="+", metavar="ID")
    command("reindex", _reindex, "用当前设置的向量模型重建向量")
    command("rebuild", _rebuild, "索引损坏或版本不合时，从源文件重新建立")
    command("backup", _backup, "把资料库与源文件备份成一个文件").add_argument("file", type=Path)
    command("restore", _restore, "从备份恢复；现有的资料库留在旁边").add_argument("file", type=Path)
    several = command("libraries", _libraries, "列出各个资料库；新建、改名、删除、恢复")
    change = several.add_mutually_exclusive_group()
    change.add_argument("--create", metavar="NAME", help="新建一个资料库")
    change.add_argument("--rename", nargs=2, metavar=("NAME", "NEW"), help="改名")
    change.add_argument("--remove", metavar="NAME", help="删除，可恢复")
    change.add_argument("--bring-back", metavar="NAME", help="恢复已删除的资料库")
    change.add_argument("--purge", metavar="NAME", help="彻底删除已删除的资料库，不可恢复")
    return parser


def _settings(args: argparse.Namespace) -> Settings:
    return located(chosen(Settings, args))


def _parse(args: argparse.Namespace) -> int:
    from store.amendment import amend
    from store.attribution import attribute
    from store.proof import Proofs
    from store.reader import load, read_bytes

    settings = _settings(args)
    limit = int(settings.max_file_mb * 2**20)
    data = load(args.file, limit)
    tell = progress()

    def page(n: int, pages: int) -> None:
        tell(f"正在读取 {args.file.name}：第 {n}/{pages} 页", 0.7 * n / pages)

    document = read_bytes(args.file.name, data, limit, page)
    if document.lines[-1].page is not None:
        tell(f"正在判断归属：{len(document.lines)} 行", 0.7)
    remarks = attribute(document)
    end_progress()
    said = Proofs(settings.home, limit).corrections(sha256(data).hexdigest())
    if said.steps and not args.raw:
        remarks = amend(remarks, document, said)
        print(f"已套用人工校对 {len(said.steps)} 步；加 --raw 只看程序的判断。", file=sys.stderr)
    for piece in remarks:
        if not args.json:
            print(_head(piece))
        for row in _rows(piece):
            print(json.dumps(row, ensure_ascii=False) if args.json else _line(row))
    return 0


def _rows(piece: Remarks) -> Iterator[dict[str, Any]]:
    who = piece.official
    for p in piece.paragraphs:
        yield {
            "speaker": who.name if who else None,
            "organization": who.organization if who else None,
            "position": who.position if who else None,
            "title": piece.title,
            "section": p.section,
            "paragraph": p.number,
            "text": p.text,
            "lines": list(p.lines),
            "page": p.page,
            "confidence": round(p.confidence, 3),
            "review": p.review,
            "gap_before": p.gap_before,
            "gap_after": p.gap_after,
            "reported": [asdict(r) for r in piece.reported(p)],
            "evidence": [ground.told() for ground in p.evidence],
        }


def _head(piece: Remarks) -> str:
    who = piece.official
    name = f"{who.name}（{who.office}）" if who else "（说话人不明）"
    title = f"《{piece.title}》" if piece.title else "（无标题）"
    return f"\n== {name}{title}"


def _line(row: dict[str, Any]) -> str:
    marks = "".join(
        f"〔{word}〕"
        for key, word in (("review", "存疑"), ("gap_before", "前缺"), ("gap_after", "后缺"))
        if row[key]
    )
    lines = "+".join(map(str, row["lines"]))
    section = f"〔{row['section']}〕" if row["section"] else ""
    if others := dict.fromkeys(r["by"] for r in row["reported"]):
        marks += f"〔转述：{'、'.join(others)}〕"
    line = f"{row['paragraph']:>3}. 行{lines} {row['confidence']:.2f}{marks}{section} {row['text']}"
    why = f"\n     依据：{'；'.join(row['evidence'])}" if row["review"] and row["evidence"] else ""
    return line + why


def _ingest(args: argparse.Namespace) -> int:
    from store.library import Library

    library = Library.open(_settings(args))
    results = library.ingest(args.paths, progress())
    end_progress()
    return _tell(results, args)


def _tell(results: Sequence[IngestResult], args: argparse.Namespace) -> int:
    for r in results:
        if args.json:
            print(json.dumps(asdict(r), ensure_ascii=False))
        else:
            print(r.zh, file=sys.stderr if r.state == "failed" else sys.stdout)
    if args.json:
        for r in results:
            if r.state == "failed":
                print(r.zh, file=sys.stderr)
    if not results:
        print("没有找到可以收入的文件（支持 PDF、DOCX、HTML、TXT、Markdown）。", file=sys.stderr)
    return 2 if not results or all(r.state == "failed" for r in results) else 0


def _list(args: argparse.Namespace) -> int:
    from store.library import Library

    library = Library.open(_settings(args))
    library.sync()
    for r in library.documents():
        if args.json:
            print(json.dumps(asdict(r), ensure_ascii=False))
        else:
            kind = "示例" if r.origin == "sample" else "资料"
            doubts = f"，存疑 {r.doubtful}" if r.doubtful else ""
            print(f"{r.id}  {kind}  {r.name}  {'、'.join(r.officials)}  {r.passages} 段{doubts}")
    return 0


def _remove(args: argparse.Namespace) -> int:
    from store.library import Library

    library = Library.open(_settings(args))
    for ident in args.ids:
        record = library.remove(ident)
        print(
            json.dumps(asdict(record), ensure_ascii=False)
            if args.json
            else f"已移除 {record.id} {record.name}"
        )
    return 0


def _reindex(args: argparse.Namespace) -> int:
    from store.library import Library

    count = Library.open(_settings(args)).reindex(progress())
    end_progress()
    print(json.dumps({"passages": count}) if args.json else f"已重建 {count} 段的向量。")
    return 0


def _rebuild(args: argparse.Namespace) -> int:
    from store.rebuild import rebuild

    results = rebuild(_settings(args), progress())
    end_progress()
    return _tell(results, args)


def _backup(args: argparse.Namespace) -> int:
    from store.archive import backup

    settings = _settings(args)
    count = backup(settings, args.file)
    size = args.file.stat().st_size
    row = {"file": str(args.file), "files": count, "bytes": size}
    zh = f"已备份 {count} 个文件到 {args.file}（{size / 2**20:.1f} MiB）。"
    print(json.dumps(row, ensure_ascii=False) if args.json else zh)
    others = Branches(settings).all()[1:]
    if others:
        names = "、".join(b.title() for b in others[:8])
        print(f"其他资料库不在其中：{names}。用 --library 名称 逐个备份。", file=sys.stderr)
    return 0


def _libraries(args: argparse.Namespace) -> int:
    branches = Branches(Settings())
    if args.create:
        told = [branches.create(args.create)]
    elif args.rename:
        told = [branches.rename(branches.find(args.rename[0]).id, args.rename[1])]
    elif args.remove:
        told = [branches.remove(branches.find(args.remove).id)]
    elif args.bring_back:
        told = [branches.bring_back(branches.find(args.bring_back, removed=True).id)]
    elif args.purge:
        told = [branches.purge(branches.find(args.purge, removed=True).id)]
    else:
        told = [*branches.all(), Branch(SAMPLES), *branches.all(removed=True)]
    for branch in told:
        state = "，已删除，可恢复" if branch.removed and not args.purge else ""
        row = {**asdict(branch), "title": branch.title()}
        print(
            json.dumps(row, ensure_ascii=False)
            if args.json
            else f"{branch.id}  {branch.title()}{state}"
        )
    return 0


def _restore(args: argparse.Namespace) -> int:
    from store.archive import restore
    from store.library import Library

    settings = _settings(args)
    done = restore(settings, args.file)
    library = Library.open(settings)
    documents, passages = len(library.documents()), len(library.passages())
    aside = [str(p) for p in done.aside]
    row = {"documents": documents, "passages": passages, "rebuilt": done.rebuilt, "aside": aside}
    kept = f"原来的留在 {'、'.join(aside)}。" if aside else ""
    how = "，索引已重建" if done.rebuilt else ""
    zh = f"已恢复 {documents} 个文件、{passages} 段{how}。{kept}"
    print(json.dumps(row, ensure_ascii=False) if args.json else zh)
    return 0


if __name__ == "__main__":
    sys.exit(main())
