"""Text made equal for comparison: width, script, case, white space and punctuation.

What is folded is never shown. `fold` works character by character (a base with its combining
marks counts as one), so equal sources fold equally wherever they stand, and the fold of a part
is a part of the fold of the whole.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any

import numpy as np

# Variants that NFKC leaves apart. Left: what is written; right: what is compared.
_PUNCTUATION = {
    **dict.fromkeys("“”„‟‘’‚‛「」『』〝〞〟＂＇′″«»‹›`´", '"'),
    "'": '"',
    **dict.fromkeys("—–―‐‑‒−－﹣⸺⸻─━", "-"),
    **dict.fromkeys("·•‧・●▪∙⋅", "·"),
    **dict.fromkeys("【〔［〖﹝", "["),
    **dict.fromkeys("】〕］〗﹞", "]"),
    **dict.fromkeys("《〈", "<"),
    **dict.fromkeys("》〉", ">"),
    **dict.fromkeys("～〜∼˜", "~"),
    "。": ".",
    "、": ",",
    "⁄": "/",
}
# Traditional or variant forms that a table without context leaves alone, as they are words of
# their own too; for comparison the two writings are one.
_VARIANTS = {"著": "着", "瞭": "了", "祇": "只", "麽": "么", "於": "于", "妳": "你", "〇": "零"}
# PDF extractors write radicals for characters; NFKC unifies the Kangxi block but not these.
_RADICALS = dict(
    zip(
        "⺁⺇⺌⺏⺐⺑⺒⺓⺟⺠⺩⺫⺬⺮⻁⻄⻅⻆⻇⻉⻋⻌⻍⻎⻑⻒⻓⻔⻗⻘⻙⻚⻛⻜⻝⻟⻠⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳",
        "厂几小尢尢尢巳幺母民王目示竹虎西见角角贝车辶辶辶长长长门雨青韦页风飞食食饣马骨鬼鱼鸟"
        "卤麦黄黾齐齐齿齿龙龙龟龟龟",
        strict=True,
    )
)
_MARKS = re.compile("[\u0300-\u036f\u3099\u309a]")
_CLUSTER = re.compile("[^\u0300-\u036f\u3099\u309a]?[\u0300-\u036f\u3099\u309a]+|.", re.DOTALL)
_SPACES = re.compile(r"\s+")
# A space beside a Chinese character or between punctuation is the typesetter's.
_TIGHT = re.compile(r"(?<=[^\x20-\x7e]) | (?=[^\x20-\x7e])|(?<=[,.;:!?\"()\[\]<>]) (?=[^a-z0-9])")
_INSIDE_NUMBERS = re.compile(r"[./:]")
# Marks in the table of kept code points, above the last code point.
_UNMET, _SEVERAL = 0x110000, 0x110001
_KEPT_SIGNS = frozenset("%‰°$¥€£./:")


@lru_cache(maxsize=1)
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


def _simplified(char: str) -> str:
    """The simplified form of a traditional character, by OpenCC's table of characters.

    Asked character by character: the whole table at once takes 15 MiB, for some of a few thousand.
    """
    if char in _VARIANTS or not (
        "\u3400" <= char < "\ua000" or "\U00020000" <= char < "\U0002fa20"
    ):
        return _VARIANTS.get(char, char)
    made = str(_converter().convert(char))
    return made if len(made) == 1 else char


def _fold_cluster(cluster: str) -> str:
    """The fold of one character (with its marks), white space as one blank."""
    if len(cluster) == 1 and "!" <= cluster <= "~":
        return _PUNCTUATION.get(cluster, cluster.lower())
    cluster = _PUNCTUATION.get(cluster, _RADICALS.get(cluster, cluster))
    out = []
    for char in unicodedata.normalize("NFKC", cluster).lower():
        category = unicodedata.category(char)
        if char.isspace() or category == "Zs":
            out.append(" ")
        elif category not in ("Cc", "Cf", "Co", "Cn", "Cs"):
            char = _RADICALS.get(char, char)
            out.append(_PUNCTUATION[char] if char in _PUNCTUATION else _simplified(char))
    return "".join(out)


def _kept(folded: str) -> str:
    """What of a folded character `fold_with_map` keeps."""
    if folded == "...":  # an ellipsis, not three decimal points
        return ""
    return "".join(char for char in folded if char.isalnum() or char in _KEPT_SIGNS)


class _Folds(dict[int, str]):
    """Code point → fold, for `str.translate`; filled as characters are met."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_cluster(chr(code))
        return folded


_FOLDS = _Folds()


@lru_cache(maxsize=1)
def _kept_codes() -> np.ndarray:
    """Code point → code point kept by `fold_with_map`, 0: dropped, or `_UNMET`, `_SEVERAL`.

    Shape (0x110000,), uint32; filled as characters are met.
    """
    table = np.full(0x110000, _UNMET, dtype=np.uint32)
    for mark in (*range(0x300, 0x370), 0x3099, 0x309A):
        table[mark] = _SEVERAL
    return table


def fold(text: str) -> str:
    """`text` for comparison: NFKC, simplified characters, lower case, one kind of each mark.

    Kinds of quotes, dashes, brackets, dots and commas become one of each; white space becomes
    one blank, and none beside a Chinese character; invisible characters vanish. The length may
    change; for positions use `fold_with_map`.
    """
    if _MARKS.search(text):
        text = unicodedata.normalize("NFC", text)
    folded = _SPACES.sub(" ", text.translate(_FOLDS)).strip()
    return _TIGHT.sub("", folded) if " " in folded else folded


def fold_with_map(text: str) -> tuple[str, list[int]]:
    """The letters, digits and signs of `text`, folded, each with its place in `text`.

    Kept are letters, Chinese characters, digits and ``% ‰ ° $ ¥ € £``, and ``. / :`` where they
    stand directly between two digits (3.5 is not 35); all white space and other punctuation is
    dropped.

    Returns:
        folded: the kept characters.
        places: for each of them the index in `text` of the character it came from, ascending;
            ``text[places[a] : places[b - 1] + 1]`` is the source of ``folded[a:b]``. A character
            that folds to several (½, ㎡) gives its place to each.
    """
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    table = _kept_codes()
    kept = table[codes]
    if kept.max(initial=0) >= _UNMET:
        for code in set(codes[kept == _UNMET].tolist()):
            fold_of_one = _kept(_fold_cluster(chr(code)))
            table[code] = _SEVERAL if len(fold_of_one) > 1 else ord(fold_of_one or "\0")
        kept = table[codes]
        if kept.max(initial=0) == _SEVERAL:
            return _fold_by_cluster(text)
    mask = kept != 0
    folded = kept[mask].tobytes().decode("utf-32-le")
    return _drop_stray_signs(folded, np.flatnonzero(mask).tolist())


def _fold_by_cluster(text: str) -> tuple[str, list[int]]:
    """`fold_with_map` for text in which a character folds to several or carries marks."""
    units: list[str] = []
    places: list[int] = []
    start = 0
    for cluster in _CLUSTER.findall(text):
        kept = _kept(_fold_cluster(cluster))
        units.append(kept)
        places += [start] * len(kept)
        start += len(cluster)
    return _drop_stray_signs("".join(units), places)


def _drop_stray_signs(folded: str, places: list[int]) -> tuple[str, list[int]]:
    """`folded` without the dots, strokes and colons that are not inside a number."""
    if not _INSIDE_NUMBERS.search(folded):
        return folded, places
    last = len(folded) - 1
    strays = [
        n
        for n in (match.start() for match in _INSIDE_NUMBERS.finditer(folded))
        if not (
            0 < n < last
            and folded[n - 1].isdigit()
            and folded[n + 1].isdigit()
            and places[n] - places[n - 1] <= 1
            and places[n + 1] - places[n] <= 1
        )
    ]
    parts, start = [], 0
    for n in strays:
        parts.append(folded[start:n])
        start = n + 1
    for n in reversed(strays):
        del places[n]
    return "".join([*parts, folded[start:]]), places
