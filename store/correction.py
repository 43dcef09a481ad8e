"""What a person says of a document's paragraphs when the program got them wrong.

A correction never holds words: it names lines of the source, and the text is rebuilt from
them each time. It says how a paragraph *is* (its lines, whose it is, what it follows), not
what to change, so it holds whatever the program makes of the other paragraphs next time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256
from typing import Any, Literal

from store.document import Document
from store.remarks import Official

What = Literal["confirm", "assign", "split", "join", "move", "section", "gap"]


@dataclass(frozen=True, slots=True)
class Statement:
    """How one paragraph is.

    Attributes:
        lines: 1-based source lines that make it, in reading order.
        official: whose it is; None says that it is nobody's and is never cited.
        title: of the piece of that official.
        after: line of the paragraph that it follows in the piece; 0 puts it first; None
            leaves it where it is, or puts it by its place in the file.
        section: source lines of its headings, () for none; None leaves the section.
        gap_before, gap_after: whether text is lost at this edge; None leaves it.
    """

    lines: tuple[int, ...]
    official: Official | None
    title: str = ""
    after: int | None = None
    section: tuple[int, ...] | None = None
    gap_before: bool | None = None
    gap_after: bool | None = None

    def numbers(self) -> set[int]:
        """Every source line that it names."""
        anchor = {self.after} if self.after else set()
        return {*self.lines, *(self.section or ()), *anchor}

    def renumbered(self, place: Callable[[int], int | None]) -> Statement | None:
        """The same of a source whose lines stand elsewhere; None without any of its lines."""
        lines = tuple(n for n in map(place, self.lines) if n is not None)
        if not lines:
            return None
        section = self.section
        if section is not None:
            section = tuple(n for n in map(place, section) if n is not None)
            if self.section and not section:
                section = None
        after = place(self.after) if self.after else self.after
        return replace(self, lines=lines, section=section, after=after)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a person did: what can be undone at once."""

    what: What
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Corrections:
    """All that was said of one document, in order; a later statement outweighs an earlier one.

    Attributes:
        steps: what was done.
        prints: a fingerprint of every named line's words, by its number, so that the line
            is found again should a later reader count the lines of the file otherwise.
    """

    steps: tuple[Step, ...] = ()
    prints: Mapping[int, str] = field(default_factory=dict, compare=False)

    @property
    def mark(self) -> str:
        """Names what was said, as a part of the document's revision; "" for nothing."""
        if not self.steps:
            return ""
        rows = json.dumps([asdict(s) for s in self.steps], sort_keys=True)
        return sha256(rows.encode()).hexdigest()[:8]

    def added(self, step: Step) -> Corrections:
        """With one more step."""
        return replace(self, steps=(*self.steps, step))

    def undone(self) -> Corrections:
        """Without the last step."""
        return replace(self, steps=self.steps[:-1])

    def continues(self, other: Corrections) -> bool:
        """Whether one of the two is the other with steps added at the end."""
        return all(a == b for a, b in zip(self.steps, other.steps, strict=False))

    def signed(self, document: Document) -> Corrections:
        """With the fingerprints of all lines that it names."""
        texts = {line.number: fingerprint(line.text) for line in document.lines}
        named = {n for step in self.steps for s in step.statements for n in s.numbers()}
        return replace(
            self,
            prints={n: self.prints.get(n) or texts[n] for n in sorted(named) if n in texts},
        )

    def statements(self, document: Document) -> list[Statement]:
        """What is said of this document's lines; what is not in it any more is left out."""
        texts = {line.number: fingerprint(line.text) for line in document.lines}
        where: dict[str, list[int]] = {}
        for number, words in texts.items():
            where.setdefault(words, []).append(number)

        def place(number: int) -> int | None:
            wanted = self.prints.get(number)
            if wanted is None or texts.get(number) == wanted:
                return number if number in texts else None
            return min(where.get(wanted, []), key=lambda n: abs(n - number), default=None)

        found = (s.renumbered(place) for step in self.steps for s in step.statements)
        return [s for s in found if s is not None]

    def dump(self) -> str:
        """As JSON."""
        rows = {"steps": [asdict(s) for s in self.steps], "prints": dict(self.prints)}
        return json.dumps({"version": 1, **rows}, ensure_ascii=False, indent=1)

    @classmethod
    def load(cls, text: str) -> Corrections:
        """From JSON.

        Raises:
            ValueError: it is not what `dump` writes.
        """
        try:
            data = json.loads(text)
            if data["version"] != 1:
                raise ValueError(f"version {data['version']}")
            steps = tuple(
                Step(row["what"], tuple(_statement(s) for s in row["statements"]))
                for row in data["steps"]
            )
            return cls(steps, {int(n): str(p) for n, p in data["prints"].items()})
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"not a file of corrections: {error}") from error


def fingerprint(text: str) -> str:
    """Names the words of a line."""
    return sha256(text.encode()).hexdigest()[:12]


def _statement(row: Mapping[str, Any]) -> Statement:
    who = row["official"]
    section = row["section"]
    return Statement(
        lines=_numbers(row["lines"]),
        official=Official(**who) if who else None,
        title=str(row["title"]),
        after=None if row["after"] is None else int(row["after"]),
        section=None if section is None else _numbers(section),
        gap_before=row["gap_before"],
        gap_after=row["gap_after"],
    )


def _numbers(values: Iterable[Any]) -> tuple[int, ...]:
    return tuple(int(v) for v in values)
