"""Characters put for others at once are those of the rule, one by one."""

from __future__ import annotations

import sys
import unicodedata

from store.continuity import plain
from store.plaintext import decode
from store.translation import Translation

EVERY = "".join(chr(c) for c in range(sys.maxunicode + 1) if not 0xD800 <= c < 0xE000)


def test_the_models_sight_of_every_character_is_its_rules() -> None:
    marks = str.maketrans({"。": ".", "“": '"', "”": '"', "‘": "'", "’": "'", "—": "-", "―": "-"})
    folded = unicodedata.normalize("NFKC", EVERY).translate(marks)
    rule = "".join("0" if c.isdigit() else c.lower() for c in folded if not c.isspace())
    assert plain(EVERY) == rule == plain(EVERY)


def test_marks_that_nobody_sees_are_dropped_wherever_they_stand() -> None:
    text = "\ufeff言\u200b必\x07有\u00ad据\ufeff\t\n" + EVERY[0x100:]
    kept = "".join(c for c in EVERY[0x100:] if unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
    assert decode("a.txt", text.encode()) == "言必有据\t\n" + kept


def test_rare_planes_are_not_remembered() -> None:
    table = Translation(lambda code: chr(code))
    assert EVERY.translate(table) == EVERY
    assert len(table) <= 0x10000
