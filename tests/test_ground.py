"""Reasons are told in both languages, and every reason that is given has its words."""

from __future__ import annotations

import ast
import re

import pytest

from pages.proof import Badge, draw_doubt
from store.attribution import attribute
from store.ground import _WORDS, Ground
from store.reader import read_bytes
from tests.conftest import BRIDGE, ROOT


def given() -> dict[str, int]:
    """Codes that the store gives, with how many values stand beside each."""
    found: dict[str, int] = {}
    for path in (ROOT / "store").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Ground":
                code, *about = node.args
                found[ast.literal_eval(code)] = len(about[0].elts) if about else 0
    return found


def test_every_reason_has_its_words_and_every_word_its_reason() -> None:
    assert set(given()) == set(_WORDS)


@pytest.mark.parametrize("code", sorted(_WORDS))
def test_both_languages_say_the_same_and_all_of_it(code: str) -> None:
    zh, en = _WORDS[code]
    assert re.search("[\u4e00-\u9fff]", zh) and not re.search("[\u4e00-\u9fff]", en)
    count = given()[code]
    for words in (zh, en):
        assert {int(n) for n in re.findall(r"{(\d)}", words)} == set(range(count))
    told = Ground(code, tuple(range(7, 7 + count))).told("en")
    assert "{" not in told and all(str(n) in told for n in range(7, 7 + count))


def test_an_unknown_code_is_an_error() -> None:
    with pytest.raises(KeyError):
        Ground("no such").told()


def test_the_reasons_of_a_document_are_english_on_the_english_page() -> None:
    for piece in attribute(read_bytes("town.txt", BRIDGE.encode(), 1 << 20)):
        for p in piece.paragraphs:
            assert p.evidence
            drawn = draw_doubt(piece, p, Badge("A", 0), "en")
            why = re.search(r"because: ([^<]*)", drawn)[1]
            assert not re.search("[\u4e00-\u9fff]", re.sub("“.*?”", "", why)), why
