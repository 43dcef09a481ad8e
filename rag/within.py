"""A person's own limits on who may answer: organization, place, kind of organ, year."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.errors import BadQuestion
from rag.organ import is_of_kind, is_organ, is_place, kinds_of, whole_places_of
from store import Official, Passage, fold, year_of

_YEAR = re.compile(r"((?:19|20)\d\d)年?")


@dataclass(frozen=True, slots=True)
class Filter:
    """Limits as a person gives them; of each the values are alternatives, all must hold.

    Attributes:
        organizations: names, whole, without the place or for short (某市卫健委, 卫健委).
        places: with or without their suffix (某省, 某).
        kinds: of organ, as people call them (法院, 检察机关, 警方, 图书馆).
        years: of the pieces' dates, four digits; a piece without a date is in none.
    """

    organizations: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    years: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.organizations or self.places or self.kinds or self.years)

    def among(
        self, officials: Sequence[Official], spoke: Mapping[str, frozenset[str]] | None = None
    ) -> Within:
        """Whom and which years the limits let through; nobody where none fits.

        Args:
            officials: everybody there is.
            spoke: keys of those who spoke in each year, if known: nobody else fits a year then.

        Raises:
            BadQuestion: a year is not one.
        """
        keys = None
        if self.organizations or self.places or self.kinds:
            keys = frozenset(o.key for o in officials if self._fits(o))
        if not self.years:
            return Within(keys)
        years = self._years()
        within = Within(keys, years)
        if spoke is None:
            return within
        theirs = frozenset().union(*(spoke.get(year, frozenset()) for year in years))
        return Within(within.only(theirs), years)

    def _fits(self, official: Official) -> bool:
        organization = official.organization or official.position
        office = f"{official.organization};{official.position}"
        return all(
            not wanted or any(fits(fold(w), of) for w in wanted)
            for wanted, fits, of in (
                (self.organizations, is_organ, fold(organization)),
                (self.places, is_place, fold(office)),
                (self.kinds, is_of_kind, fold(office)),
            )
        )

    def _years(self) -> frozenset[str]:
        found = [(year, _YEAR.fullmatch(fold(year).strip())) for year in self.years]
        for year, match in found:
            if not match:
                raise BadQuestion(
                    f"年份“{year}”无法识别，请写四位数字，如 2024。",
                    f"“{year}” is not a year; write four digits, such as 2024.",
                )
        return frozenset(match.group(1) for _, match in found if match)

    def described(self, language: str = "zh") -> str:
        """The limits in words."""
        zh = ("机构", "地区", "机关类别", "年份")
        en = ("organization", "place", "kind of organ", "year")
        values = (self.organizations, self.places, self.kinds, self.years)
        join, colon, stop = ("、", "：", "；") if language == "zh" else (", ", ": ", "; ")
        names = zh if language == "zh" else en
        return stop.join(
            f"{n}{colon}{join.join(v)}" for n, v in zip(names, values, strict=True) if v
        )


def offered(officials: Sequence[Official], years: Mapping[str, frozenset[str]]) -> Filter:
    """Every limit that lets somebody through, each kind sorted, the latest year first."""
    offices = [fold(f"{o.organization};{o.position}") for o in officials]
    return Filter(
        organizations=tuple(sorted({o.organization for o in officials if o.organization})),
        places=tuple(sorted({p for office in offices for p in whole_places_of(office)})),
        kinds=tuple(sorted({k for office in offices for k in kinds_of(office)})),
        years=tuple(sorted(years, reverse=True)),
    )


@dataclass(frozen=True, slots=True)
class Within:
    """What limits let through: keys of officials and years; None lets all through."""

    keys: frozenset[str] | None = None
    years: frozenset[str] | None = None

    def holds(self, passage: Passage) -> bool:
        """Whether a passage is let through."""
        return self.has(passage.official) and (self.years is None or year_of(passage) in self.years)

    def has(self, official: Official) -> bool:
        """Whether an official is let through, in whatever year."""
        return self.keys is None or official.key in self.keys

    def only(self, keys: frozenset[str] | None) -> frozenset[str] | None:
        """Those of some keys that are let through; None means everybody, before and after."""
        if keys is None or self.keys is None:
            return self.keys if keys is None else keys
        return keys & self.keys


EVERYTHING = Within()
NO_LIMITS = Filter()
