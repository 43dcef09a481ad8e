"""A rule for single characters, as `str.translate` takes it: each character is asked about once."""

from __future__ import annotations

from collections.abc import Callable, Mapping

_KEPT = 0x10000  # code points below this are remembered: what text is written in


class Translation(dict[int, str]):
    """Maps code points to what stands in their place, filled as characters are met.

    Args:
        rule: code point → its replacement; must depend on nothing else.
        given: replacements that `rule` does not know.
    """

    def __init__(self, rule: Callable[[int], str], given: Mapping[str, str] | None = None) -> None:
        super().__init__({ord(k): v for k, v in (given or {}).items()})
        self._rule = rule

    def __missing__(self, code: int) -> str:
        value = self._rule(code)
        if code < _KEPT:
            self[code] = value
        return value
