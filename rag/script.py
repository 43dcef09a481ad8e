"""Text in one script and width, character for character, so that places stay what they are."""

from __future__ import annotations

import re
from functools import lru_cache

from store.folding import fold_with_map

_LINE_BREAK = re.compile(
    r"(?<=[^\x00-\x7f])[ \t]*\n[ \t]*|[ \t]*\n[ \t]*(?=[^\x00-\x7f])"
    r"|(?<=\d)[ \t]*\n[ \t]*(?=\d)"
)
_SPACED_NUMBER = re.compile(r"(?<=\d)\s+(?=[%％\u4e00-\u9fff])")
_SPACED_POINT = re.compile(r"(?<=\d)\s+([.．])\s*(?=\d)")


@lru_cache(maxsize=16384)
def _one(char: str) -> str:
    folded = fold_with_map(char)[0]
    return folded if len(folded) == 1 else char


def one_script(text: str) -> str:
    """`text` with simplified characters and half-width letters and digits; as long as before."""
    return "".join(map(_one, text))


def run_on(text: str) -> str:
    """`text` without line breaks beside Chinese characters and blanks inside numbers."""
    return _SPACED_NUMBER.sub("", _SPACED_POINT.sub(r"\1", _LINE_BREAK.sub("", text)))
