"""An answer put right where code can be sure: quotation marks, markers, failing sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answer import Citation, Claim
from rag.claim import claimed, is_lead_in, is_notice
from rag.figure import missing
from rag.marker import find_marks, numbers_in, strip_marks, written
from rag.mention import Mentions
from rag.quotation import altered
from rag.scope import scopes
from rag.sentence import blocks, sentences
from rag.support import evidence
from rag.verdict import Judge

_CERTAIN = 0.92  # least share of a sentence in the one passage whose marker it is given
_WEAKEST = 0.7
_APART = 0.15  # the next best passage must be so much worse
_STOP = re.compile(r"[。！？!?；;.]?[ \t]*$")
_EMPTY_ITEM = re.compile(
    r"^[ \t]*(?:>[ \t]*)*(?:[-*+•·]|\d{1,2}[.)、．]|[（(]\d{1,2}[）)])?[ \t*_]*$\n?", re.M
)


def strip_false_quotes(text: str, citations: Sequence[Citation]) -> str:
    """`text` without the quotation marks around words that no cited passage has.

    The words stay: they are the model's, not a quotation. Headings, lead-ins, notices and words
    that are denied to be the source's stay as they are. Idempotent.
    """
    before = None
    while text != before:
        before = text
        text = _unquoted(text, citations)
    return text


def _unquoted(text: str, citations: Sequence[Citation]) -> str:
    """One step of `strip_false_quotes`: the outermost quotations of each sentence."""
    sources = [evidence(c.passage) for c in citations]
    layout = blocks(text)
    for sentence in reversed(sentences(text)):
        said = sentence.text
        if layout[sentence.block].kind == "heading" or is_lead_in(strip_marks(said)):
            continue
        if is_notice(said) and not numbers_in(said):
            continue
        for quotation in reversed(altered(said, sources, strict=True)):
            a, b = sentence.start + quotation.start, sentence.start + quotation.end
            text = text[:a] + text[a + 1 : b - 1] + text[b:]
    return text


def attach_certain(text: str, citations: Sequence[Citation]) -> str:
    """`text` with a marker after each uncited sentence that one passage plainly supports.

    Certain is: nearly all its content stands in that passage and in no other, its figures and
    quotations do too, and nobody else is named. Other sentences stay uncited. Idempotent.
    """
    mentions = Mentions(tuple({c.passage.official for c in citations}))
    judge = Judge(citations, mentions)
    layout = blocks(text)
    found = sentences(text)
    above = scopes(layout, found, mentions)
    for n in range(len(found) - 1, -1, -1):
        sentence, scope = found[n], above[n]
        if scope.structural or numbers_in(sentence.text) or is_lead_in(sentence.text):
            continue
        said = claimed(sentence.text, cited=False)
        following = [s for s in found[n + 1 :] if s.block == sentence.block]
        later = next((numbers_in(s.text) for s in following if numbers_in(s.text)), ())
        offers = [o for o in (judge.known(later), judge.known(scope.numbers)) if o]
        if not said or any(judge.supported(said, offer) for offer in offers):
            continue
        number = _certain(judge, said, scope.keys, citations)
        if number:
            stop = _STOP.search(sentence.text)
            at = sentence.start + (stop.start() if stop else len(sentence.text))
            text = text[:at] + written([number]) + text[at:]
    return text


def _certain(
    judge: Judge, said: str, keys: frozenset[str], citations: Sequence[Citation]
) -> int | None:
    """The number of the one passage that certainly supports a sentence, or None."""
    if judge.weight(said) < 6:
        return None
    scored = sorted(
        ((judge.support(said, [c.number]), c) for c in citations), key=lambda s: -s[0].whole
    )
    if not scored:
        return None
    best, citation = scored[0]
    if best.whole < _CERTAIN or best.weakest < _WEAKEST or best.conflict:
        return None
    if missing(said, [citation.passage.text, citation.passage.title, citation.passage.date]):
        return None
    if judge.verdict(said, (citation.number,), keys) != "supported":
        return None
    for other, rival in scored[1:]:
        if rival.passage.id == citation.passage.id:
            continue
        if other.whole > best.whole - _APART and (
            judge.verdict(said, (rival.number,), keys) == "supported"
        ):
            return None
    return citation.number


def drop_failing(text: str, claims: Sequence[Claim]) -> str:
    """`text` without the sentences whose verdict is not ``supported``.

    A sentence that had its citation from a dropped one gets the markers itself. List signs,
    lead-ins and headings with nothing left under them go too. Idempotent; "" where nothing
    is left.
    """
    failing = [c for c in claims if c.verdict != "supported"]
    if not failing:
        return text
    edits: list[tuple[int, int, str]] = []
    at = 0
    for claim in claims:
        start = text.find(claim.sentence, at)
        if start < 0:
            continue
        at = start + len(claim.sentence)
        if claim.verdict != "supported":
            edits.append((start, at, ""))
        elif claim.citations and not find_marks(claim.sentence):
            stop = _STOP.search(claim.sentence)
            place = start + (stop.start() if stop else len(claim.sentence))
            edits.append((place, place, written(claim.citations)))
    if not any(not words for _, _, words in edits):
        return text
    for start, end, words in reversed(edits):
        text = text[:start] + words + text[end:]
    return _swept(text)


def _swept(text: str) -> str:
    """Without empty items, and without lead-ins and headings over nothing."""
    text = _EMPTY_ITEM.sub(lambda m: "\n" if not m.group().strip() else "", text)
    before = None
    while text != before:
        before = text
        layout = blocks(text)
        for n, block in enumerate(layout):
            body = text[block.start : block.end]
            following = layout[n + 1] if n + 1 < len(layout) else None
            if block.kind == "heading":
                hollow = following is None or (
                    following.kind == "heading" and following.depth <= block.depth
                )
            elif block.kind == "paragraph" and is_lead_in(strip_marks(body)):
                alone = len(sentences(body)) == 1
                hollow = alone and (following is None or following.kind == "heading")
            else:
                hollow = False
            if hollow:
                start = text.rfind("\n", 0, block.start) + 1
                text = text[:start] + text[block.end :].lstrip("#* \t")
                break
    return re.sub(r"\n{3,}", "\n\n", text).strip()
