"""Keys and passwords, kept out of whatever a person or a log reads."""

from __future__ import annotations

import os
import re

_SHORTEST = 6  # characters; anything shorter would blank out ordinary words
_NAMES = ("_API_KEY", "_ACCESS_KEY", "_TOKEN", "_SECRET", "_PASSWORD")
_LOGIN = re.compile(r"//[^/@\s]*@")
_SHAPE = re.compile(
    r"bearer\s+[^\s'\"]+|\b(?:sk|pk|gsk|key|xai|tvly|hf)[-_][\w*.\-]{6,}|\bAIza[\w\-]{16,}"
    r"|(?<=[?&]key=)[^&\s'\"]+|(?<=[?&]api[-_]key=)[^&\s'\"]+|(?<=[?&]token=)[^&\s'\"]+",
    re.I,
)


def redact(text: str, *keys: str) -> str:
    """`text` without `keys`, without the keys of the environment, and without what looks like one.

    Args:
        text: a message that may quote a request, an address or a header.
        keys: keys known to be in use; those of fewer than six characters are not looked for.
    """
    named = [v for k, v in os.environ.items() if k.upper().endswith(_NAMES)]
    known = {key.strip() for key in (*keys, *named)}
    for key in sorted(known, key=len, reverse=True):
        if len(key) >= _SHORTEST:
            text = text.replace(key, "***")
    return _SHAPE.sub("***", _LOGIN.sub("//", text))
