"""Remarks as a person corrected them: statements laid over what the program made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from store.correction import Corrections, Statement
from store.document import Document, Line, joined
from store.ground import Ground
from store.remarks import Official, Paragraph, Remarks

CORRECTED = Ground("corrected")


@dataclass(slots=True)
class _Piece:
    """A piece under way."""

    official: Official | None
    title: str
    date: str
    note: str
    published: str
    paragraphs: list[Paragraph] = field(default_factory=list)

    def at(self, line: int | None) -> int | None:
        """Which paragraph has that source line."""
        found = (i for i, p in enumerate(self.paragraphs) if line in p.lines)
        return next(found, None)


def amend(
    remarks: Sequence[Remarks], document: Document, corrections: Corrections
) -> tuple[Remarks, ...]:
    """The remarks with the corrections applied, paragraphs numbered anew.

    Each source line is in one paragraph afterwards as before. What a person spoke of is
    certain and needs no review; pieces that lost all their paragraphs are left out.
    """
    statements = corrections.statements(document)
    if not statements:
        return tuple(remarks)
    pieces = [
        _Piece(r.official, r.title, r.date, r.note, r.published, list(r.paragraphs))
        for r in remarks
    ]
    work = _Work(pieces, {line.number: line for line in document.lines}, document.declared)
    for statement in statements:
        work.state(statement)
    return tuple(
        Remarks(
            piece.official,
            piece.title,
            tuple(replace(p, number=n) for n, p in enumerate(piece.paragraphs, 1)),
            piece.date,
            piece.note,
            piece.published,
        )
        for piece in work.pieces
        if piece.paragraphs
    )


@dataclass(slots=True)
class _Work:
    pieces: list[_Piece]
    lines: Mapping[int, Line]
    declared: Mapping[str, str]

    def state(self, said: Statement) -> None:
        """Make it so."""
        numbers = tuple(dict.fromkeys(n for n in said.lines if n in self.lines))
        old, home, place = self._take(numbers)
        target = self._piece(said)
        if said.after is None and home is target and place is not None:
            at = place
        else:
            at = self._place(target, said.after, numbers[0])
        moved = home is not target or at != place
        made = self._paragraph(said, numbers, old)
        if said.section is None:
            section = _section(target.paragraphs, at, made, moved, home is target)
            made = replace(made, section=section)
        target.paragraphs.insert(at, made)
        if said.gap_before is not None and at:
            target.paragraphs[at - 1] = replace(
                target.paragraphs[at - 1], gap_after=said.gap_before
            )
        if said.gap_after is not None and at + 1 < len(target.paragraphs):
            target.paragraphs[at + 1] = replace(
                target.paragraphs[at + 1], gap_before=said.gap_after
            )

    def _take(self, numbers: Sequence[int]) -> tuple[list[Paragraph], _Piece | None, int | None]:
        """Lift lines out of their paragraphs; what else was in those stays, in its parts.

        Returns:
            The paragraphs that they were in, in the order of `numbers`, and the piece
            and the place of the first of them.
        """
        wanted = set(numbers)
        old: dict[int, Paragraph] = {}
        home: _Piece | None = None
        place: int | None = None
        for piece in self.pieces:
            left: list[Paragraph] = []
            for p in piece.paragraphs:
                if not wanted & set(p.lines):
                    left.append(p)
                    continue
                old |= dict.fromkeys(p.lines, p)
                for run in _runs(p.lines, wanted):
                    if run[0] == numbers[0]:
                        home, place = piece, len(left)
                    if run[0] not in wanted:
                        left.append(self._part(p, run))
            piece.paragraphs = left
        found: list[Paragraph] = []
        for n in numbers:
            if n in old and old[n] not in found:
                found.append(old[n])
        return found, home, place

    def _part(self, p: Paragraph, run: tuple[int, ...]) -> Paragraph:
        return replace(
            p,
            text=joined([self.lines[n] for n in run if n in self.lines]),
            lines=run,
            page=self.lines[run[0]].page if run[0] in self.lines else p.page,
            gap_before=p.gap_before and run[0] == p.lines[0],
            gap_after=p.gap_after and run[-1] == p.lines[-1],
        )

    def _paragraph(
        self, said: Statement, numbers: tuple[int, ...], old: Sequence[Paragraph]
    ) -> Paragraph:
        lines = [self.lines[n] for n in numbers]
        starts = [p for p in old if p.lines[0] == numbers[0]]
        ends = [p for p in old if p.lines[-1] == numbers[-1]]
        before = said.gap_before
        after = said.gap_after
        section = old[0].section if old else None
        if said.section is not None:
            heads = [self.lines[n].text for n in said.section if n in self.lines]
            section = " › ".join(heads) or None
        return Paragraph(
            text=joined(lines),
            number=0,
            section=section,
            lines=numbers,
            page=lines[0].page,
            gap_before=any(p.gap_before for p in starts) if before is None else before,
            gap_after=any(p.gap_after for p in ends) if after is None else after,
            evidence=(CORRECTED,),
        )

    def _piece(self, said: Statement) -> _Piece:
        """The piece that is meant; made if that official has none."""
        key = said.official.key if said.official else None
        own = [p for p in self.pieces if (p.official.key if p.official else None) == key]
        titled = [p for p in own if p.title == said.title]
        if own:
            return (titled or own)[0]
        titles = {p.title for p in self.pieces} | {line.text for line in self.lines.values()}
        title = said.title if said.title in titles else ""
        date, note, source = (self.declared.get(k, "") for k in ("date", "note", "source"))
        self.pieces.append(_Piece(said.official, title, date, note, source))
        return self.pieces[-1]

    @staticmethod
    def _place(target: _Piece, after: int | None, first: int) -> int:
        """Where a paragraph goes: after the one with that line, else by its line in the file."""
        if after == 0:
            return 0
        at = target.at(after) if after else None
        if at is not None:
            return at + 1
        later = (i for i, p in enumerate(target.paragraphs) if p.lines and p.lines[0] > first)
        return next(later, len(target.paragraphs))


def _runs(lines: Sequence[int], wanted: set[int]) -> list[tuple[int, ...]]:
    """The lines in runs that are all wanted, line by line, or not wanted at all."""
    runs: list[tuple[int, ...]] = []
    for n in lines:
        if runs and n not in wanted and runs[-1][-1] not in wanted:
            runs[-1] = (*runs[-1], n)
        else:
            runs.append((n,))
    return runs


def _section(
    paragraphs: Sequence[Paragraph], at: int, made: Paragraph, moved: bool, same_piece: bool
) -> str | None:
    """The heading of a paragraph put at `at`: the one it stands under there, once it moved."""
    before = paragraphs[at - 1].section if at else None
    after = paragraphs[at].section if at < len(paragraphs) else None
    if not moved or (same_piece and made.section in (before, after)):
        return made.section
    return before
