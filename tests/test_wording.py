"""The words of the pages in both languages, and how lightly the pages are imported."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from pages.wording import WORDS, say

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "app.py", *(ROOT / "pages").glob("*.py")]


VERDICTS = {
    "supported", "unsupported", "uncited", "wrong_speaker", "altered_quote", "wrong_number"
}  # fmt: skip


def test_every_word_is_there_in_both_languages_and_used():
    used = "".join(p.read_text(encoding="utf-8") for p in PAGES if not p.name.startswith("wording"))
    for key, (zh, en) in WORDS.items():
        assert zh and en
        assert set(re.findall(r"\{\w+\}", zh)) == set(re.findall(r"\{\w+\}", en)), key
        assert not re.search(r"[\u4e00-\u9fff]", en), key
        family = f'"{key.split("_")[0]}_{{'
        assert f'"{key}"' in used.replace("'", '"') or family in used or key in VERDICTS, key


def test_no_chinese_stands_in_a_page_outside_the_wording():
    for path in PAGES:
        if path.name.startswith("wording"):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docs = {
            ast.get_docstring(n, clean=False)
            for n in ast.walk(tree)
            if isinstance(n, ast.Module | ast.ClassDef | ast.FunctionDef)
        }
        for node in ast.walk(tree):
            words = getattr(node, "value", None) if isinstance(node, ast.Constant) else None
            if isinstance(words, str) and words not in docs:
                assert not re.search(r"[\u4e00-\u9fff]", words), (path.name, words)


def test_opening_a_page_imports_nothing_heavy():
    code = (
        "import sys, pages.chat, pages.library, pages.session, pages.sidebar;"
        "print([m for m in ('rag','store','torch','chromadb','transformers','langchain_core')"
        " if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "0 officials"), (1, "1 official"), (2, "2 officials"), (11, "11 officials")],
)
def test_english_nouns_agree_with_their_number(count: int, said: str) -> None:
    assert say("count_officials", "en", n=count) == said
    assert say("count_officials", "zh", n=count) == f"{count} 位官员"


def test_a_name_that_ends_in_brackets_is_left_as_it_is() -> None:
    assert "甲(s).txt" in say("talks_damaged", "en", count=1, files="甲(s).txt")
