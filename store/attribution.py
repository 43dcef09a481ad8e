"""Who said what, in which order: from a document's lines to `Remarks`.

The lines are told apart (`block`), everything that speaks for one block following another or
belonging to an official is gathered (`evidence`, `affinity`), one joint decision is taken over
all of it (`arrangement`), titles are given to the pieces (`titling`), and each piece is put
together (`assembly`).
"""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from store.affinity import nearness, ties
from store.arrangement import arrange, gain
from store.assembly import Joiner, Placed, assemble
from store.block import Block, Blocks, find_blocks
from store.continuity import Continuity
from store.document import Document, Line
from store.doubt import chances
from store.evidence import gather
from store.ground import Ground
from store.judgement import forward, judge
from store.office import split_office
from store.reason import reasons
from store.remarks import Official, Paragraph, Remarks
from store.theme import Themes
from store.titling import match_titles
from store.turn import answered, asked_ground, is_asked, others_words, question_of
from store.weighing import Weights, weigh
from store.window import windows

SURE = 0.9  # confidence from which nobody needs to look
_MOVED = 2.0  # nats by which another order must be better than that of the titles
_TOGETHER = 600  # most blocks that are decided together; evidence takes 130 bytes a pair
_BY_PLACE = 0.8  # about how often the byline before a block is its own
_ORDERED = 200  # most blocks of one official's piece that are put in order


_Part = tuple[Official | None, str, list[Block]]  # official, title, content
_Whoseless = tuple[Line, Ground]  # a line that is nobody's, and why


def attribute(document: Document) -> tuple[Remarks, ...]:
    """Give every body line of `document` to its official, in reading order.

    Returns:
        One `Remarks` for each piece, in the order of their bylines. Paragraphs whose
        official cannot be told stand under ``official=None``, and so do lines that look
        like a title and head no piece. Each body line of the document is in exactly one
        paragraph; headings are the paragraphs' sections.
    """
    model = Continuity.load()
    blocks, others = _heard(document, find_blocks(document, model))
    made = _pieces(document, blocks, model) if blocks.content else ()
    return (*made, *_nobodys([*_strays(blocks, made), *others]))


def _heard(document: Document, blocks: Blocks) -> tuple[Blocks, list[_Whoseless]]:
    """The blocks without the words of whoever else speaks in an interview, and those words.

    What one official was asked heads the answer, or nobody would know what it is about.
    """
    official = _alone(document, blocks)[0]
    officials = [official] if official else [b.official for b in blocks.bylines]
    own = {b.place: answered(b.line.text, officials) for b in blocks.content if b.kind == "body"}
    body = [b for b in blocks.content if b.kind == "body"]
    why = {b.place: asked_ground(own.get(b.place, b.line.text)) for b in (*body, *blocks.titles)}
    if official is not None:
        grounds = others_words([own[b.place] for b in body], official)
        why |= dict(zip((b.place for b in body), grounds, strict=True))
    content: list[Block] = []
    for b in blocks.content:
        text = own.get(b.place, b.line.text)
        if official and b.kind == "body" and is_asked(b.line.text):
            content.append(_headed(b, question_of(b.line.text.removesuffix(text) or text)))
        if not why.get(b.place):
            content.append(b if text == b.line.text else _worded(b, text))
    titles = tuple(b for b in blocks.titles if not why.get(b.place))
    found = ((b.line, why.get(b.place)) for b in (*blocks.content, *blocks.titles))
    kept = replace(blocks, content=tuple(content), titles=titles)
    return kept, [(line, ground) for line, ground in found if ground]


def _worded(block: Block, text: str) -> Block:
    """A block with other words in its line."""
    return replace(block, line=replace(block.line, text=text))


def _headed(block: Block, question: str) -> Block:
    """A question as a heading below the numbered ones."""
    return replace(_worded(block, question), kind="heading", level=2, open_start=0, open_end=0)


def _pieces(document: Document, blocks: Blocks, model: Continuity) -> tuple[Remarks, ...]:
    weights = Weights.load()
    joiner = Joiner(blocks, model, weights.join, weights.gap)
    if document.declared.get("speaker") or len(blocks.bylines) < 2:
        return _single(document, blocks, model, joiner)
    marked = any(t.line.hint == "title" for t in blocks.titles)
    if marked and (parts := _by_title(blocks)) and not blocks.content[0].line.page:
        return _plain(document, parts, joiner)
    made: list[Remarks] = []
    for window in windows(blocks):
        if len(window.content) > _TOGETHER:
            made += _by_byline(document, window, joiner)
        elif marked and (parts := _by_title(window)) and not _displaced(window, parts, model):
            made += _plain(document, parts, joiner)
        else:
            made += _joint(document, window, model, joiner, marked)
    return tuple(made)


def _by_byline(document: Document, blocks: Blocks, joiner: Joiner) -> list[Remarks]:
    """Pieces too long to weigh every block against every other: each block is the byline's
    before it, in file order, and doubtful."""
    reason = (Ground("long"),)
    firsts = [b.first for b in blocks.bylines]
    titles = match_titles(blocks, [() for _ in firsts])
    owned: list[list[Placed]] = [[] for _ in firsts]
    for block in blocks.content:
        k = max(0, bisect_left(firsts, block.place) - 1)
        owned[k].append(Placed(block, _BY_PLACE, True, reason))
    return [
        _remarks(document, byline.official, titles[k], paragraphs)
        for k, byline in enumerate(blocks.bylines)
        if (paragraphs := assemble(owned[k], joiner))
    ]


def _displaced(blocks: Blocks, parts: Sequence[_Part], model: Continuity) -> bool:
    """Whether text on printed pages plainly belongs to another piece than the title above it.

    A piece may go on behind the start of the next one; files that are typed do not do that.
    """
    themes = Themes([b.line.text for b in blocks.content])
    terms = weigh(
        Weights.load().by_content(),
        gather(blocks, model, themes),
        ties(blocks, themes),
        nearness(blocks),
    )
    place = {block.place: i for i, block in enumerate(blocks.content)}
    plain = {official: tuple(place[b.place] for b in own) for official, _, own in parts}
    if len(plain) < len(parts):
        return False
    paths = [plain.get(b.official, ()) for b in blocks.bylines]
    return gain(forward(terms), blocks.content, paths) > _MOVED


def _strays(blocks: Blocks, made: Sequence[Remarks]) -> list[_Whoseless]:
    """Lines taken for titles that head no piece: shown as nobody's, so that none is lost."""
    heads = {piece.title for piece in made}
    return [
        (t.line, Ground("stray"))
        for t in blocks.titles
        if made and t.line.hint != "title" and t.line.text not in heads
    ]


def _nobodys(lines: Sequence[_Whoseless]) -> tuple[Remarks, ...]:
    """A piece of nobody's with these lines, in file order; none without lines."""
    paragraphs = tuple(
        Paragraph(
            text=line.text,
            number=n,
            lines=(line.number,),
            page=line.page,
            confidence=0.0,
            review=True,
            evidence=(why,),
        )
        for n, (line, why) in enumerate(sorted(lines, key=lambda each: each[0].number), 1)
    )
    return (Remarks(None, "", paragraphs),) if paragraphs else ()


def _joint(
    document: Document, blocks: Blocks, model: Continuity, joiner: Joiner, marked: bool
) -> list[Remarks]:
    """The joint decision over the pieces of one window; `marked` titles on pages tell that their
    geometry is known."""
    weights = Weights.load()
    printed = marked and any(b.line.page for b in blocks.content)
    judged = judge(blocks, model, weights.by_content() if printed else weights, printed)
    decision = judged.decision
    titles = match_titles(blocks, decision.paths)
    chance = chances(judged.signs, weights.confidence)
    why = reasons(blocks, judged.evidence, judged.own[0], decision)
    made = []
    for k, path in enumerate(decision.paths):
        placed = [
            Placed(blocks.content[i], float(chance[i]), bool(chance[i] < SURE), why[i])
            for i in path
        ]
        if paragraphs := assemble(placed, joiner):
            made.append(_remarks(document, blocks.bylines[k].official, titles[k], paragraphs))
    return made


def _single(
    document: Document, blocks: Blocks, model: Continuity, joiner: Joiner
) -> tuple[Remarks, ...]:
    """One official or none: all is theirs, in file order unless that is plainly not the order."""
    official, chance, reason = _alone(document, blocks)
    order: Sequence[int] = range(len(blocks.content))
    if official is not None and not document.declared.get("speaker") and _shuffled(blocks):
        themes = Themes([b.line.text for b in blocks.content])
        terms = weigh(
            Weights.load(), gather(blocks, model, themes), ties(blocks, themes), nearness(blocks)
        )
        order = arrange(terms, blocks.content).paths[0]
    placed = [Placed(blocks.content[i], chance, official is None, (reason,)) for i in order]
    title = blocks.titles[0].line.text if blocks.titles else ""
    paragraphs = assemble(placed, joiner)
    return (_remarks(document, official, title, paragraphs),) if paragraphs else ()


def _alone(document: Document, blocks: Blocks) -> tuple[Official | None, float, Ground]:
    """The one official of a document, how sure that is, and why; None where there are several
    or none."""
    declared = document.declared
    if name := declared.get("speaker"):
        organization, position = declared.get("organization", ""), declared.get("position", "")
        if not organization and position:
            organization, position = split_office([position])
        return Official(name, organization, position), 1.0, Ground("declared")
    if len(blocks.bylines) == 1:
        return blocks.bylines[0].official, 0.97, Ground("only")
    return None, 0.0, Ground("unsigned")


def _shuffled(blocks: Blocks) -> bool:
    """Whether the file order cannot be the reading order: a half sentence or heading misplaced."""
    content = blocks.content
    if not 2 < len(content) <= _ORDERED:
        return False
    pairs = list(itertools.pairwise(content))
    numbers = [b.number for b in content if b.level == 1]
    if any(b <= a for a, b in itertools.pairwise(numbers)):
        return True
    broken = sum(bool(a.open_end >= 1) and b.kind == "heading" for a, b in pairs)
    broken += sum(a.open_end == 0 and a.kind == "body" and bool(b.open_start) for a, b in pairs)
    return broken + bool(content[0].open_start) >= 2


def _by_title(blocks: Blocks) -> list[_Part]:
    """Pieces of a file whose format marks the titles, in file order; empty if they do not fit."""
    starts = [t.place for t in blocks.titles]
    parts: list[_Part] = []
    for n, title in enumerate(blocks.titles):
        end = starts[n + 1] if n + 1 < len(starts) else 1 << 60
        signed = [b for b in blocks.bylines if title.place < b.first < end]
        content = [b for b in blocks.content if title.place < b.place < end]
        if len(signed) != 1 and content:
            return []
        if content:
            parts.append((signed[0].official, title.line.text, content))
    if any(b.place < starts[0] for b in blocks.content) or not parts:
        return []
    return parts


def _plain(
    document: Document,
    parts: Sequence[_Part],
    joiner: Joiner,
) -> tuple[Remarks, ...]:
    reason = (Ground("under"),)
    made = []
    for official, title, content in parts:
        placed = [Placed(block, 0.99, False, reason) for block in content]
        if paragraphs := assemble(placed, joiner):
            made.append(_remarks(document, official, title, paragraphs))
    return tuple(made)


def _remarks(
    document: Document,
    official: Official | None,
    title: str,
    paragraphs: tuple[Paragraph, ...],
) -> Remarks:
    declared = document.declared
    if declared.get("speaker") and declared.get("title"):
        title = declared["title"]
    told = (declared.get(key, "") for key in ("date", "note", "source"))
    return Remarks(official, title, paragraphs, *told)
