"""Document text as the label of a widget, where Streamlit would read Markdown."""

from __future__ import annotations

import re

_MARKS = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$&:=^])")
# Icons, arrows and dashes are put in after the Markdown is read, backslash or not.
_LATE = re.compile(r":(?=material/|streamlit:)|<(?=[-=])|-(?=[->])|>(?==)|~(?==)")
_JOINER = "\u2060"  # no width


def escape_label(text: str) -> str:
    """The text with every Markdown mark made literal."""
    line = _LATE.sub(lambda mark: mark[0] + _JOINER, " ".join(text.split()))
    return _MARKS.sub(r"\\\1", line)
