"""How well the claim check works: sound answers, and the same answers damaged in known ways.

``python -m tests.check_bench [KIND]`` prints the table, and the misses of a kind; the targets are
held by `test_check.py`. All texts are invented: `data/check_bench.jsonl` has passages with close
and loose paraphrases and inventions.
"""

from __future__ import annotations

import json
import random
import re
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rag.answer import Citation
from rag.check import check
from rag.figure import figures
from rag.marker import strip_marks
from rag.sentence import cut
from store.passage import Passage
from store.remarks import Official

DATA = Path(__file__).parent / "data" / "check_bench.jsonl"
CONTEXT = 8


@dataclass(frozen=True)
class Item:
    passage: Passage
    paraphrases: tuple[str, ...]
    inventions: tuple[str, ...]
    loose: tuple[str, ...] = ()


@dataclass(frozen=True)
class Case:
    """An answer, what it cites, and the verdicts that are right for its damaged claim."""

    kind: str
    text: str
    citations: tuple[Citation, ...]
    wanted: frozenset[str]


@dataclass
class Row:
    cases: int = 0
    caught: int = 0
    exact: int = 0


def load(path: Path = DATA) -> tuple[list[Official], list[Item]]:
    officials, titles, items = [], [], []
    for line in path.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        if entry["kind"] == "official":
            officials.append(Official(entry["name"], entry["organization"], entry["position"]))
            titles.append(entry["title"])
            continue
        n = entry["official"]
        passage = Passage(
            id=f"p{len(items)}",
            document="d",
            file="d.txt",
            official=officials[n],
            title=titles[n],
            section=entry["section"],
            paragraph=len(items),
            text=entry["text"],
        )
        items.append(
            Item(
                passage,
                tuple(entry["paraphrases"]),
                tuple(entry["inventions"]),
                tuple(entry["loose"]),
            )
        )
    return officials, items


def context(items: list[Item], item: Item, rng: random.Random) -> tuple[Citation, ...]:
    """The item's passage and seven others, two of them of the same official, as citations."""
    own = [i for i in items if i.passage.official == item.passage.official and i is not item]
    rest = [i for i in items if i.passage.official != item.passage.official]
    chosen = [item, *rng.sample(own, min(2, len(own)))]
    chosen += rng.sample(rest, CONTEXT - len(chosen))
    rng.shuffle(chosen)
    return tuple(Citation(n, i.passage, i.passage.text) for n, i in enumerate(chosen, 1))


def number_of(citations: tuple[Citation, ...], item: Item) -> int:
    return next(c.number for c in citations if c.passage.id == item.passage.id)


def cited(sentence: str, number: int, rng: random.Random) -> str:
    """A sentence with its marker before or after the stop."""
    if rng.random() < 0.3:
        return f"{sentence}[{number}]"
    return f"{sentence[:-1]}[{number}]{sentence[-1]}"


def led(item: Item, sentence: str, rng: random.Random) -> str:
    """A sentence that names its official, in one of several ways."""
    o = item.passage.official
    if o.name in sentence:
        return sentence
    surname = "欧阳" if o.name.startswith("欧阳") else o.name[0]
    title = re.split("[、,]", o.position)[-1]
    title = "书记" if title.endswith("书记") else title
    short = re.sub(r"^.*?省(?=.{2,}[市县])|人民(?=检察院|法院|政府)", "", o.organization)
    ways = [
        f"{o.name}指出，",
        f"{o.name}（{o.organization}{o.position}）表示，",
        f"{short}{title}{o.name}认为，",
        f"{surname}{title}强调，",
        f"据{o.name}介绍，",
    ]
    return rng.choice(ways) + sentence


def sentences_of(item: Item) -> list[str]:
    text = item.passage.text
    return [text[a:b] for a, b in cut(text)]


def quoting(item: Item, words: str, number: int, rng: random.Random) -> str:
    o = item.passage.official
    words = words.translate(str.maketrans({"“": "‘", "”": "’"}))
    form = rng.choice(
        ["{}强调：“{}”[{}]", "{}说，“{}”[{}]。", "{}指出：「{}」[{}]", '{}提出："{}"[{}]。']
    )
    return form.format(o.name, words, number)


# --- sound answers ---------------------------------------------------------------------------


def sound(items: list[Item], rng: random.Random) -> Iterator[Case]:
    for item in items:
        citations = context(items, item, rng)
        n = number_of(citations, item)
        o = item.passage.official
        done = frozenset({"supported"})
        for p in item.paraphrases:
            yield Case("sound: paraphrase", cited(led(item, p, rng), n, rng), citations, done)
        for p in item.loose:
            yield Case("loose: free retelling", cited(led(item, p, rng), n, rng), citations, done)
        block = "".join(item.paraphrases)
        yield Case("sound: one marker a paragraph", cited(block, n, rng), citations, done)
        bullets = "\n".join(f"- {cited(p, n, rng)}" for p in item.paraphrases)
        lead = f"{o.name}（{o.organization}{o.position}）指出：\n{bullets}"
        yield Case("sound: list", lead, citations, done)
        yield Case("sound: heading", f"### {o.name}\n\n{bullets}", citations, done)
        whole = f"{o.name}({o.office})在《{item.passage.title}》中指出:{item.passage.text}[{n}]"
        yield Case("sound: extract", whole, citations, done)
        for kind, change in DISGUISES.items():
            words = change(rng.choice(sentences_of(item)), rng)
            yield Case(f"sound: quote, {kind}", quoting(item, words, n, rng), citations, done)
        other = rng.choice([i for i in items if i.passage.official != o])
        yield _compared(items, item, other, rng)


def _compared(items: list[Item], one: Item, two: Item, rng: random.Random) -> Case:
    citations = (
        Citation(1, one.passage, one.passage.text),
        Citation(2, two.passage, two.passage.text),
    )
    a = led(one, rng.choice(one.paraphrases), rng)[:-1]
    b = led(two, rng.choice(two.paraphrases), rng)
    text = f"{a}[1]；与{one.passage.official.name}不同，{b[:-1]}[2]。"
    return Case("sound: comparison", text, citations, frozenset({"supported"}))


def _broken(words: str, rng: random.Random) -> str:
    at = rng.randrange(1, len(words))
    return words[:at] + "\n" + words[at:]


def _wide(words: str, rng: random.Random) -> str:
    table = {c: c + 0xFEE0 for c in range(0x21, 0x7F)}
    return words.translate(table)


def _traditional(words: str, rng: random.Random) -> str:
    from opencc import OpenCC

    # The converter's guesses between variants of one character are not what people write.
    return str(OpenCC("s2t").convert(words)).translate(str.maketrans("釦揹捨", "扣背舍"))


DISGUISES: dict[str, Callable[[str, random.Random], str]] = {
    "as it is": lambda words, rng: words,
    "line break": _broken,
    "full width": _wide,
    "traditional": _traditional,
    "spaces": lambda words, rng: re.sub(r"(\d+)", r" \1 ", words),
    "no commas": lambda words, rng: words.replace(",", "", 1),
}


# --- damages ---------------------------------------------------------------------------------


def damaged(items: list[Item], officials: list[Official], rng: random.Random) -> Iterator[Case]:
    for item in items:
        citations = context(items, item, rng)
        n = number_of(citations, item)
        for p in item.paraphrases:
            yield from _speakers(item, p, n, citations, officials, rng)
            yield from _figures(item, p, n, citations, rng)
            moved = rng.choice([c.number for c in citations if c.number != n])
            failing = frozenset({"unsupported", "wrong_number", "altered_quote", "wrong_speaker"})
            bare = re.sub(r"^.{2,3}(?:介绍|强调|认为|指出|说|称)，?", "", p)
            yield Case("marker moved, nobody named", cited(bare, moved, rng), citations, failing)
            named = cited(led(item, p, rng), moved, rng)
            yield Case("marker moved, named", named, citations, failing)
            own = [
                c.number
                for c in citations
                if c.number != n and c.passage.official == item.passage.official
            ]
            same = cited(led(item, p, rng), rng.choice(own), rng)
            yield Case("marker moved, same official", same, citations, failing)
            dropped = strip_marks(led(item, p, rng))
            yield Case("citation dropped", dropped, citations, frozenset({"uncited"}))
        for p in item.inventions:
            wanted = frozenset({"unsupported", "wrong_number"})
            yield Case("sentence invented", cited(led(item, p, rng), n, rng), citations, wanted)
            yield _half_invented(item, p, n, citations, rng)
        yield from _quotes(item, n, citations, items, rng)
        yield from _turned(item, n, citations, rng)


def _speakers(
    item: Item,
    p: str,
    n: int,
    citations: tuple[Citation, ...],
    officials: list[Official],
    rng: random.Random,
) -> Iterator[Case]:
    wrong = rng.choice([o for o in officials if o != item.passage.official])
    fake = Item(Passage("x", "d", "f", wrong, "", "", 0, ""), (), ())
    text = p.replace(item.passage.official.name, wrong.name)
    wanted = frozenset({"wrong_speaker"})
    yield Case("speaker swapped", cited(led(fake, text, rng), n, rng), citations, wanted)
    yield Case(
        "speaker swapped, list",
        f"{wrong.name}指出：\n- {cited(p.replace(item.passage.official.name, '他'), n, rng)}",
        citations,
        wanted,
    )
    yield Case(
        "speaker swapped, heading",
        f"## {wrong.name}\n{cited(p.replace(item.passage.official.name, '他'), n, rng)}",
        citations,
        wanted,
    )


def _figures(
    item: Item, p: str, n: int, citations: tuple[Citation, ...], rng: random.Random
) -> Iterator[Case]:
    digits = list(re.finditer(r"\d+(?:\.\d+)?", p))
    if digits:
        hit = rng.choice(digits)
        changed = _other_number(hit.group(), item.passage.text, rng)
        text = p[: hit.start()] + changed + p[hit.end() :]
        yield Case(
            "figure changed",
            cited(led(item, text, rng), n, rng),
            citations,
            frozenset({"wrong_number"}),
        )
    units = list(re.finditer(r"(?<=\d)[万亿](?=[件人元亩场])", p))
    if units:
        hit = rng.choice(units)
        text = p[: hit.start()] + ("亿" if hit.group() == "万" else "万") + p[hit.end() :]
        yield Case(
            "万/亿 changed",
            cited(led(item, text, rng), n, rng),
            citations,
            frozenset({"wrong_number"}),
        )
    han = list(re.finditer(r"[二三四五六七八九](?=[个级座年时]|百|千)", p))
    if han:
        hit = rng.choice(han)
        text = (
            p[: hit.start()]
            + rng.choice([c for c in "二三四五六七八九" if c != hit.group()])
            + p[hit.end() :]
        )
        known = {f.value for f in figures(item.passage.text)}
        if not {f.value for f in figures(text)} <= known:
            yield Case(
                "Chinese numeral changed",
                cited(led(item, text, rng), n, rng),
                citations,
                frozenset({"wrong_number"}),
            )


def _other_number(number: str, text: str, rng: random.Random) -> str:
    while True:
        at = rng.choice([i for i, c in enumerate(number) if c.isdigit()])
        changed = number[:at] + rng.choice("123456789") + number[at + 1 :]
        if changed != number and changed not in text:
            return changed


def _half_invented(
    item: Item, p: str, n: int, citations: tuple[Citation, ...], rng: random.Random
) -> Case:
    """A true sentence that goes on with an invention."""
    true = rng.choice(item.paraphrases)[:-1]
    name = item.passage.official.name
    tail = re.sub(rf"^{name}(?:介绍|强调|认为|指出|说|称)?，", "", p)
    text = led(item, f"{true}，{tail}", rng)
    return Case(
        "half a sentence invented",
        cited(text, n, rng),
        citations,
        frozenset({"unsupported", "wrong_number"}),
    )


def _quotes(
    item: Item,
    n: int,
    citations: tuple[Citation, ...],
    items: list[Item],
    rng: random.Random,
) -> Iterator[Case]:
    import rjieba

    wanted = frozenset({"altered_quote", "wrong_number"})
    for sentence in sentences_of(item):
        words = rjieba.cut(sentence)
        places = [i for i, w in enumerate(words) if re.fullmatch(r"[\u4e00-\u9fff]{1,4}", w)]
        if len(places) < 3:
            continue
        at = rng.choice(places)
        other = rng.choice(
            [
                w
                for w in rjieba.cut(rng.choice(items).passage.text)
                if len(w) == max(2, len(words[at])) and w.isalpha() and w != words[at]
            ]
            or ["其他"]
        )
        yield Case(
            "quote: word replaced",
            quoting(item, "".join([*words[:at], other, *words[at + 1 :]]), n, rng),
            citations,
            wanted,
        )
        at = rng.choice(places[1:-1])
        yield Case(
            "quote: word dropped",
            quoting(item, "".join([*words[:at], *words[at + 1 :]]), n, rng),
            citations,
            wanted,
        )
        yield Case(
            "quote: word inserted",
            quoting(item, "".join([*words[:at], "必须", *words[at:]]), n, rng),
            citations,
            wanted,
        )
    terms = re.findall("“(.{4,12}?)”", item.passage.text)
    for term in terms[:1]:
        at = rng.randrange(len(term))
        if term[at] in "、,，+":
            at = (at + 1) % len(term)
        changed = term[:at] + rng.choice("新强优智联") + term[at + 1 :]
        if changed not in item.passage.text:
            yield Case(
                "quote: term altered",
                f"{item.passage.official.name}提出了“{changed}”的要求[{n}]。",
                citations,
                wanted,
            )


_TURNS = (
    ("严禁", "允许"),
    ("不得", "可以"),
    ("绝不让", "要让"),
    ("没有", "都有"),
    ("不影响", "将影响"),
    ("不上岗", "也上岗"),
    ("提高", "降低"),
    ("增长", "下降"),
    ("零容忍", "予以容忍"),
    ("不布置", "要布置"),
    ("不收费", "收费"),
    ("不引进", "都引进"),
    ("宽容", "严惩"),
    ("关停", "扩建"),
    ("不能", "可以"),
)


def _turned(
    item: Item, n: int, citations: tuple[Citation, ...], rng: random.Random
) -> Iterator[Case]:
    """A clause of the source that says the opposite."""
    wanted = frozenset({"unsupported"})
    for sentence in sentences_of(item):
        for these, those in _TURNS:
            if these in sentence:
                text = led(item, sentence.replace(these, those), rng)
                yield Case("turned round", cited(text, n, rng), citations, wanted)
                break


def run(seed: int = 7, show: str = "") -> tuple[dict[str, Row], float]:
    """The rows by kind and the milliseconds a sentence takes.

    `show`: the beginning of the kinds whose misses are printed.
    """
    rng = random.Random(seed)
    officials, items = load()
    rows: dict[str, Row] = {}
    cases = [*sound(items, rng), *damaged(items, officials, rng)]
    seconds = claims_seen = 0.0
    for case in cases:
        started = time.perf_counter()
        claims = check(case.text, case.citations, officials)
        seconds += time.perf_counter() - started
        claims_seen += max(1, len(claims))
        row = rows.setdefault(case.kind, Row())
        verdicts = {c.verdict for c in claims} - {"supported"}
        row.cases += 1
        if case.kind.startswith(("sound", "loose")):
            row.caught += bool(verdicts) or not claims
            row.exact += not verdicts
            miss = bool(verdicts) or not claims
        else:
            row.caught += bool(verdicts)
            row.exact += bool(verdicts & case.wanted)
            miss = not verdicts & case.wanted
        if miss and show and case.kind.startswith(show):
            numbers = {c.number: c.passage.text for c in case.citations}
            told = [(c.verdict, c.sentence, [numbers[x][:60] for x in c.citations]) for c in claims]
            sys.stdout.write(f"{case.kind}: {case.text!r}\n   {told}\n")
    return rows, 1000 * seconds / max(1.0, claims_seen)


def main() -> None:
    rows, milliseconds = run(show=sys.argv[1] if len(sys.argv) > 1 else "")
    sys.stdout.write(f"{'kind':34}{'cases':>7}{'flagged':>9}{'right':>8}\n")
    for kind, row in rows.items():
        rate, exact = row.caught / row.cases, row.exact / row.cases
        sys.stdout.write(f"{kind:34}{row.cases:7}{rate:9.1%}{exact:8.1%}\n")
    sys.stdout.write(f"{milliseconds:.2f} ms a sentence\n")


if __name__ == "__main__":
    main()
