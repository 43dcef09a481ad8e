"""Who said what: the values that attribution makes from a document."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store.ground import Ground
    from store.reported import Reported


@dataclass(frozen=True, slots=True)
class Official:
    """A person who speaks. Name and organization together are the key: two may share a name."""

    name: str
    organization: str = ""
    position: str = ""

    @property
    def key(self) -> str:
        """Identity across documents."""
        return f"{self.name}|{self.organization}"

    @property
    def office(self) -> str:
        """Organization and position as one reads them in a byline."""
        return f"{self.organization}{self.position}"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of one piece, whole again where it had been cut.

    Attributes:
        text: the source's own characters, halves of a cut paragraph put together.
        number: 1-based place in the piece, in reading order.
        section: the heading it stands under; None if there is none or it is lost.
        lines: 1-based source lines that it was made of, in reading order.
        page: 1-based page, where the format has pages.
        confidence: probability, 0..1, that the official is right.
        review: whether a person should look.
        gap_before, gap_after: whether text is lost at this edge.
        evidence: short reasons for the attribution, the strongest first.
    """

    text: str
    number: int
    section: str | None = None
    lines: tuple[int, ...] = ()
    page: int | None = None
    confidence: float = 1.0
    review: bool = False
    gap_before: bool = False
    gap_after: bool = False
    evidence: tuple[Ground, ...] = ()

    @property
    def asked(self) -> bool:
        """Whether an interviewer says it, beyond doubt: no official is sought for it."""
        from store.turn import is_plainly_asked

        told = any(ground.code == "asked" for ground in self.evidence)
        return told and is_plainly_asked(self.text)

    @property
    def doubtful(self) -> bool:
        """Whether there is something to decide: `review`, but for an interviewer's words."""
        return self.review and not self.asked


@dataclass(frozen=True, slots=True)
class Remarks:
    """One official's one piece, its paragraphs in reading order.

    `official` is None for the paragraphs whose speaker cannot be told. `note` is a
    remark of the document on itself (for example that it is a retelling), shown
    with every citation. `published` is where the document says it was published: a
    periodical with its issue, a newspaper with its page, or an address.
    """

    official: Official | None
    title: str
    paragraphs: tuple[Paragraph, ...] = field(default_factory=tuple)
    date: str = ""
    note: str = ""
    published: str = ""

    def reported(self, paragraph: Paragraph) -> tuple[Reported, ...]:
        """The stretches of a paragraph that are words of somebody else, repeated here."""
        from store.reported import find_reported

        return find_reported(paragraph.text, self.official)
