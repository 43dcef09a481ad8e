"""Every sentence of an answer against what it cites: who says it, which words, which figures."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answer import Citation, Claim
from rag.claim import claimed, is_lead_in, is_notice
from rag.marker import numbers_in, strip_marks
from rag.mention import Mentions
from rag.repair import attach_certain, drop_failing, strip_false_quotes
from rag.scope import Scope, scopes
from rag.sentence import Sentence, blocks, sentences
from rag.verdict import CONTENT, Judge, without_notice
from store import Official

__all__ = ["attach_certain", "check", "drop_failing", "strip_false_quotes"]


def check(
    text: str,
    citations: Sequence[Citation],
    officials: Sequence[Official],
    question: str = "",
) -> tuple[Claim, ...]:
    """The claims in an answer with their verdicts, in order.

    Headings, lead-ins, table headers, notices that something is not in the material and
    questions back to the person are no claims. A sentence without a marker takes those of the
    next sentence in its block, or of the lead-in above it, when they support it.

    Args:
        text: Markdown with markers in any shape.
        citations: what the numbers stand for; other numbers count as no citation.
        officials: everybody in the library, so that a wrong name is known as a name.
        question: as asked; words quoted from it are not taken for the source's.

    Returns:
        One claim a sentence, ``claim.sentence`` being an exact part of `text`. Verdicts, the
        first that applies: ``wrong_speaker``, ``wrong_number``, ``altered_quote``,
        ``unsupported``, ``uncited``, ``supported``.
    """
    mentions = Mentions(officials)
    judge = Judge(citations, mentions, question)
    layout = blocks(text)
    found = sentences(text)
    above = scopes(layout, found, mentions)
    claims = []
    for n, (sentence, scope) in enumerate(zip(found, above, strict=True)):
        if scope.structural:
            continue
        claim = _claim(judge, found, n, scope, cell=layout[sentence.block].kind == "cell")
        if claim:
            claims.append(claim)
    return tuple(claims)


def _claim(
    judge: Judge, found: Sequence[Sentence], n: int, scope: Scope, cell: bool
) -> Claim | None:
    """The claim that sentence `n` makes; None where it makes none."""
    sentence = found[n]
    numbers = judge.known(numbers_in(sentence.text))
    said = claimed(strip_marks(sentence.text), bool(numbers))
    if not said:
        return None
    if numbers:
        if is_notice(said) and judge.weight(without_notice(said)) < CONTENT:
            return None
        verdict = judge.verdict(sentence.text, numbers, scope.keys)
        if is_lead_in(said) and verdict == "supported" and judge.weight(said) < CONTENT:
            return None
        return Claim(sentence.text, numbers, verdict)
    if is_lead_in(said) or judge.weight(said) < (2 * CONTENT if cell else CONTENT):
        return None
    for inherited in _offered(judge, found, n, scope):
        if not judge.supported(said, inherited):
            continue
        return Claim(sentence.text, inherited, judge.verdict(said, inherited, scope.keys))
    return Claim(sentence.text, (), "uncited")


def _offered(
    judge: Judge, found: Sequence[Sentence], n: int, scope: Scope
) -> list[tuple[int, ...]]:
    """What a sentence without a marker may take over: the next markers in its block."""
    offers = []
    for following in found[n + 1 :]:
        if following.block != found[n].block:
            break
        if numbers := judge.known(numbers_in(following.text)):
            offers.append(numbers)
            break
    if above := judge.known(scope.numbers):
        offers.append(above)
    return offers
