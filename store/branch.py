"""One of the several libraries of a home, a project each.

The first one is the home itself, as it always was. Each other one has a folder of its own under
``libraries/``, named by an id that the program gives; what a person calls it is only written in
a file there, so no name ever becomes part of a path.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from store.errors import StoreError

MAIN, SAMPLES = "main", "samples"
FOLDER = "libraries"
NAME_CHARS = 60
TITLES = {MAIN: ("我的资料库", "My library"), SAMPLES: ("示例资料", "Samples")}
_IDENT = re.compile(r"[0-9a-f]{12}")
_UNSEEN = ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp")  # what a name must not hold


@dataclass(frozen=True, slots=True)
class Branch:
    """One library of a home.

    Attributes:
        id: ``"main"`` for the first, ``"samples"`` for the samples, else 12 hexadecimal digits.
        name: as a person called it; "" as long as nobody has.
        created: ISO 8601 time, UTC; "" for the first and the samples.
        removed: ISO 8601 time when it was set aside; "" while it is in use.
    """

    id: str
    name: str = ""
    created: str = ""
    removed: str = ""

    def title(self, language: str = "zh") -> str:
        """What it is called on the pages and by the commands."""
        usual = TITLES.get(self.id, (self.id, self.id))
        return self.name or usual[language == "en"]

    def answers_to(self, wanted: str) -> bool:
        """Whether it has that id or name; `wanted` as from `same`."""
        return wanted in (self.id, *(same(self.title(lang)) for lang in ("zh", "en")))


def called(name: str) -> str:
    """A name as it is kept: in one line, without white space around it.

    Raises:
        StoreError: it cannot be used, with the reason.
    """
    kept = " ".join(unicodedata.normalize("NFC", name).split())
    if not kept or len(kept) > NAME_CHARS:
        raise StoreError(
            f"资料库的名称须有 1 到 {NAME_CHARS} 个字。",
            f"A library's name has 1 to {NAME_CHARS} characters.",
        )
    if any(unicodedata.category(c) in _UNSEEN for c in kept):
        raise StoreError(
            "资料库的名称里有看不见的控制字符，请删去后再试。",
            "The library's name holds invisible control characters. Leave them out.",
        )
    return kept


def is_ident(word: str) -> bool:
    """Whether a word has the shape of an id that the program gives."""
    return bool(_IDENT.fullmatch(word))


def ident_of(home: Path) -> str:
    """The id of the library whose folder that is: told by the folder alone, so that whoever
    opens it, in whatever way, finds the same collections at a server."""
    inside = home.parent.name == FOLDER and (is_ident(home.name) or home.name == SAMPLES)
    return home.name if inside else MAIN


def same(name: str) -> str:
    """Names that differ in nothing else are one."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
