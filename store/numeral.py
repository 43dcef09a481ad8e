"""Small numbers as questions and headings write them: 5, 五, 十二, 二十三."""

from __future__ import annotations

_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2}


def number_of(word: str) -> int:
    """The number, up to 99 in Chinese numerals, that a word is; 0 where it is none."""
    if word.isdecimal():
        return int(word)
    tens, ten, ones = word.partition("十")
    if not ten:
        return _DIGITS.get(word, 0)
    if (tens and tens not in _DIGITS) or (ones and ones not in _DIGITS):
        return 0  # 三五十 is thirty to fifty, no number
    return 10 * _DIGITS.get(tens, 1) + _DIGITS.get(ones, 0)
