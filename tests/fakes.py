"""A library and an assistant that behave, in memory, without models or files.

The documents are invented; each line of an uploaded text is either
``# title | name | organization | position`` or a paragraph.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
import time
from collections.abc import Generator, Sequence
from dataclasses import replace
from pathlib import Path

from rag import Answer, Citation, Claim, QuoteTrace, Turn
from rag.chronicle import Piece, chronicle
from rag.errors import BadQuestion
from rag.quote import trace
from rag.reply import Reply
from rag.synopsis import Row, Saying, Synopsis
from rag.theme import Theme
from rag.within import NO_LIMITS, Filter, offered
from store import Official, Passage
from store.errors import StoreError
from store.record import DocumentRecord, IngestResult
from store.settings import Settings

SAMPLE = """\
# 把堤坝修在人心里 | 陆望川 | 云泽省水利厅 | 厅长
今年汛前要完成全部一百二十座小型水库的安全鉴定，鉴定结果逐座向社会公开。
群众反映的险工险段，三天之内必须有人到现场，十天之内必须有处理意见。
# 一张网连起千家万户 | 慕容清和 | 云泽省交通运输委员会综合协调与农村公路建设办公室 | 党组书记、主任
农村客运班线不能只算经济账，凡是通了硬化路的建制村，年底前都要通上客车。
票价实行政府指导价，老人和学生按半价执行。
"""


def parse(text: str, document: str, name: str) -> list[Passage]:
    """Passages of a text in the format above; an ellipsis at an edge is a gap."""
    made: list[Passage] = []
    official, title, number = None, "", 0
    for at, line in enumerate(text.splitlines(), 1):
        if line.startswith("# ") and line.count("|") == 3:
            title, who, organization, position = (part.strip() for part in line[2:].split("|"))
            official, number = Official(who, organization, position), 0
        elif line.strip() and official:
            number += 1
            words = line.strip()
            made.append(
                Passage(
                    id=hashlib.sha1(f"{document}{at}{words}".encode()).hexdigest()[:12],
                    document=document,
                    file=name,
                    official=official,
                    title=title,
                    section="一、总的要求" if number == 1 else "",
                    paragraph=number,
                    text=words.strip("…"),
                    lines=(at,),
                    gap_before=words.startswith("…"),
                    gap_after=words.endswith("…"),
                )
            )
    return made


class FakeLibrary:
    """Keeps parsed texts in memory."""

    def __init__(self, sample: str = SAMPLE) -> None:
        self.version = 0
        self.syncs = 0
        self.home = tempfile.TemporaryDirectory()
        self.settings = Settings(_env_file=None, home=Path(self.home.name))
        self._gone: dict[str, str] = {}
        self._texts: dict[str, tuple[DocumentRecord, list[Passage]]] = {}
        if sample:
            self._keep("示例.md", sample, "sample", "转述，不是原话")

    @property
    def is_sample(self) -> bool:
        return bool(self._texts) and all(r.origin == "sample" for r, _ in self._texts.values())

    def sync(self, progress=None) -> list[IngestResult]:
        self.syncs += 1
        return []

    def upload(self, name: str, data: bytes, progress=None) -> IngestResult:
        if progress:
            progress("正在读取", 0.5)
        try:
            text = data.decode()
        except UnicodeDecodeError:
            line = (f"“{name}”不是文本。请另存为 UTF-8。", f"{name} is not text. Save it as UTF-8.")
            return IngestResult(name, "", "failed", *line)
        for key in [k for k, (r, _) in self._texts.items() if r.origin == "sample"]:
            del self._texts[key]
        record = self._keep(name, text, "user", "")
        state = "added" if record.passages else "no_official"
        return IngestResult(
            name,
            record.id,
            state,
            f"“{name}”：{record.passages} 段，{record.gaps} 处缺失。",
            f"{name}: {record.passages} paragraphs, {record.gaps} gaps.",
            record.officials,
            record.passages,
            gaps=record.gaps,
        )

    def remove(self, document: str) -> DocumentRecord:
        if document not in self._texts:
            raise StoreError("资料库里没有这个文件。请刷新页面。", "No such document. Reload.")
        self.version += 1
        record, group = self._texts.pop(document)
        o = group[0].official
        head = f"# {group[0].title} | {o.name} | {o.organization} | {o.position}"
        self._gone[record.id] = "\n".join([head, *(p.text for p in group)])
        return record

    def bring_back(self, record: DocumentRecord) -> IngestResult:
        return self.upload(record.name, self._gone[record.id].encode())

    def replace(self, document: str, name: str, data: bytes, progress=None) -> IngestResult:
        done = self.upload(name, data, progress)
        if done.state == "added":
            self.remove(document)
        return done

    def documents(self) -> list[DocumentRecord]:
        return [record for record, _ in self._texts.values()]

    def passages(self) -> list[Passage]:
        return [p for _, group in self._texts.values() for p in group]

    def officials(self) -> list[Official]:
        return list({p.official.key: p.official for p in self.passages()}.values())

    def passage(self, ident: str) -> Passage | None:
        return next((p for p in self.passages() if p.id == ident), None)

    def neighbours(self, passage: Passage) -> tuple[Passage | None, Passage | None]:
        piece = [
            p
            for p in self.passages()
            if (p.document, p.official, p.title)
            == (passage.document, passage.official, passage.title)
        ]
        at = piece.index(passage)
        return (piece[at - 1] if at else None, piece[at + 1] if at + 1 < len(piece) else None)

    def _keep(self, name: str, text: str, origin: str, note: str) -> DocumentRecord:
        digest = hashlib.sha256(text.encode()).hexdigest()
        group = [replace(p, note=note) for p in parse(text, digest[:8], name)]
        record = DocumentRecord(
            id=digest[:8],
            name=name,
            path=f"/{name}",
            origin=origin,
            digest=digest,
            revision=digest,
            officials=tuple({p.official.name: 0 for p in group}),
            passages=len(group),
            doubtful=sum(p.review for p in group),
            unattributed=0,
            gaps=sum(p.gap_before + p.gap_after for p in group),
            added="2026-01-02T03:04:05+00:00",
            note=note,
        )
        self._texts[record.id] = (record, group)
        self.version += 1
        return record


class FakeAssistant:
    """Quotes every passage that shares two characters in a row with the question."""

    def __init__(self, library: FakeLibrary, settings=None, pause: float = 0.0) -> None:
        self.library = library
        self.settings = settings
        self.pause = pause
        self.calls: list[dict] = []

    def warm(self) -> None:
        """Nothing to build."""

    @property
    def engine(self) -> str:
        return self.settings.llm if self.settings else "extractive"

    def suggestions(self, count: int = 4, language: str = "zh") -> list[str]:
        what = "What did {} say about {}?" if language == "en" else "{}怎么谈“{}”?"
        return [what.format(p.official.name, p.text[:6]) for p in self.library.passages()[:count]]

    def next_questions(self, answer: Answer, count: int = 3, language: str = "zh") -> list[str]:
        shown = {c.passage.id for c in answer.citations}
        rest = [p for p in self.library.passages() if p.id not in shown]
        return [f"{p.official.name}怎么谈“{p.text[:6]}”？" for p in rest[:count]]

    def offered(self) -> Filter:
        return offered(self.library.officials(), {"2031": frozenset(), "2030": frozenset()})

    def themes(self, count: int = 6) -> list[Theme]:
        spoke: dict[str, dict[str, int]] = {}
        for p in self.library.passages():
            spoke.setdefault(p.title[:4], {}).setdefault(p.official.key, 0)
            spoke[p.title[:4]][p.official.key] += 1
        return [Theme(name, by) for name, by in spoke.items()][:count]

    def chronicle(self) -> list[Piece]:
        return chronicle(self.library.passages())

    def compare(self, theme: str, speakers: Sequence[str] = (), limits=NO_LIMITS) -> Synopsis:
        if not theme.strip():
            raise BadQuestion("请输入一个问题。", "Please type a question.")
        self.calls.append({"theme": theme, "speakers": tuple(speakers), "limits": limits})
        rows, number = [], 0
        for official in self.library.officials():
            if speakers and official.key not in speakers:
                continue
            said = []
            for p in self.library.passages():
                if p.official == official and theme in p.text:
                    number += 1
                    said.append(Saying(Citation(number, p, p.text)))
            rows.append(Row(official, tuple(said), bool(said)))
        return Synopsis(theme, tuple(rows))

    def trace(self, quote: str) -> QuoteTrace:
        if not any(c.isalnum() for c in quote):
            raise BadQuestion("请给出要查证的话。", "Give the words to look for.")
        return trace(quote, self.library.passages())

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        speakers: Sequence[str] = (),
        llm: str | None = None,
        language: str = "zh",
        limits: Filter = NO_LIMITS,
    ) -> Reply:
        self.calls.append(
            {
                "question": question,
                "history": tuple(history),
                "speakers": tuple(speakers),
                "llm": llm,
                "language": language,
                "limits": limits,
            }
        )
        return Reply(lambda: self._write(question, speakers, language))

    def _write(
        self, question: str, speakers: Sequence[str], language: str
    ) -> Generator[str, None, Answer]:
        if "出错" in question:
            raise BadQuestion("问题太长，请缩短。", "The question is too long. Shorten it.")
        if "意外" in question:
            raise RuntimeError("secret detail")
        pairs = {question[i : i + 2] for i in range(len(question) - 1)}
        pairs = {pair for pair in pairs if re.fullmatch(r"[\u4e00-\u9fff]{2}", pair)}
        hits = [
            p
            for p in self.library.passages()
            if (not speakers or p.official.key in speakers)
            and any(pair in p.text + p.official.name for pair in pairs)
        ]
        if not hits:
            none = "The library holds nothing on this." if language == "en" else "资料库里没有。"
            yield none
            return Answer(question, False, none, engine=self.engine)
        parts, citations, claims = [], [], []
        for number, p in enumerate(hits, 1):
            quote = p.text[: max(2, len(p.text) * 2 // 3)]
            sentence = f"**{p.official.name}**({p.official.office})说:“{quote}”[{number}]"
            parts.append(sentence)
            citations.append(Citation(number, p, quote))
            wrong = "核对" in question and number == 1
            claims.append(Claim(sentence, (number,), "wrong_number" if wrong else "supported"))
        text = "\n\n".join(parts)
        for piece in re.findall(r".{1,6}", text, re.S):
            time.sleep(self.pause)
            yield piece
        notice = "模型没有应答，已改用内置摘录。" if "提示" in question else ""
        return Answer(
            question,
            True,
            text,
            tuple(citations),
            tuple(claims),
            notice,
            self.engine,
            0.12,
            tuple({p.official.name: 0 for p in hits}),
        )
