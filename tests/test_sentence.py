"""Blocks and sentences of Markdown answers, with their places."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest

from rag.sentence import blocks, cut, opening, sentences
from tests.benchmark import passages


def texts(text: str) -> list[str]:
    return [s.text for s in sentences(text)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("第一句。第二句！第三句？", ["第一句。", "第二句！", "第三句？"]),
        ("他说“先修路。再种树。”大家同意。", ["他说“先修路。再种树。”", "大家同意。"]),
        ("“先修路。”是他的原话。完了。", ["“先修路。”是他的原话。", "完了。"]),
        ('他说。"先修路。"好。', ["他说。", '"先修路。"', "好。"]),
        ("全部办结……真的！？是的。", ["全部办结……", "真的！？", "是的。"]),
        ("增长3.5%,共2.1万件。U.S. data e.g. this. Next.", None),
        ("没有开头”的引号。下一句。", ["没有开头”的引号。", "下一句。"]),
    ],
)
def test_sentences_end_where_they_end(text: str, wanted: list[str] | None) -> None:
    found = texts(text)
    if wanted is None:
        assert found == ["增长3.5%,共2.1万件。", "U.S. data e.g. this.", "Next."]
    else:
        assert found == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("甲办结了。[1]乙也办结了[2]。", ["甲办结了。[1]", "乙也办结了[2]。"]),
        ("甲办结了。 [1][2] 乙也办结了。【3】", ["甲办结了。 [1][2]", "乙也办结了。【3】"]),
        ("甲重调解[1]；乙重普法[2]。", ["甲重调解[1]；", "乙重普法[2]。"]),
        ("既要快，又要好；还要省[1]。", ["既要快，又要好；还要省[1]。"]),
        ("**要快。**[1]要好。[2]", ["**要快。**[1]", "要好。[2]"]),
    ],
)
def test_markers_stay_with_their_sentence(text: str, wanted: list[str]) -> None:
    assert texts(text) == wanted


def test_a_line_break_inside_a_quotation_or_a_sentence_does_not_cut() -> None:
    assert texts("他说“先修\n路再种树。”[1]") == ["他说“先修\n路再种树。”[1]"]
    assert texts("一句话分成\n两行写。") == ["一句话分成\n两行写。"]
    assert texts("他指出：\n要快[1]\n要好[2]") == ["他指出：", "要快[1]", "要好[2]"]


MARKDOWN = """# 关于修路

**梁文山**指出：
- 要快[1]。
  - 更要好[2]。
1. 2022年修了35公里[1]。
2.不能等
（3）要公开

> 先修路，
> 再种树。[1]

| 方面 | 梁文山 |
|---|---|
| 修路 | 要快[1] |

---
```
x = a[1]
```
"""


def test_blocks_of_markdown() -> None:
    found = blocks(MARKDOWN)
    kinds = [(b.kind, MARKDOWN[b.start : b.end].strip()) for b in found]
    assert kinds[0] == ("heading", "关于修路")
    assert kinds[1] == ("paragraph", "**梁文山**指出：")
    assert [k for k in kinds if k[0] == "item"] == [
        ("item", "要快[1]。"),
        ("item", "更要好[2]。"),
        ("item", "2022年修了35公里[1]。"),
        ("item", "不能等"),
        ("item", "要公开"),
    ]
    assert found[3].depth > found[2].depth
    assert ("quote", "先修路，\n> 再种树。[1]") in kinds
    cells = [(b.row, b.column, MARKDOWN[b.start : b.end].strip()) for b in found if b.row >= 0]
    assert cells == [(0, 0, "方面"), (0, 1, "梁文山"), (1, 0, "修路"), (1, 1, "要快[1]")]
    assert [k for k, _ in kinds[-2:]] == ["rule", "code"]


def test_places_are_exact_and_nothing_is_lost() -> None:
    found = sentences(MARKDOWN)
    assert all(MARKDOWN[s.start : s.end] == s.text for s in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    layout = blocks(MARKDOWN)
    assert all(layout[s.block].start <= s.start <= s.end <= layout[s.block].end for s in found)
    assert not any("x = a" in s.text for s in found)


def test_cut_of_plain_text_covers_it() -> None:
    text = " 第一句。 第二句“有引号。在里面。”还没完，现在完了。尾巴 "
    spans = cut(text)
    assert [text[a:b] for a, b in spans] == [
        "第一句。",
        "第二句“有引号。在里面。”",
        "还没完，现在完了。",
        "尾巴",
    ]
    assert cut("") == [] == cut(" \n ")


def test_bold_line_is_a_heading() -> None:
    text = "**一、修路**\n要快[1]。"
    assert [b.kind for b in blocks(text)] == ["heading", "paragraph"]


def test_an_opening_is_the_beginning_of_the_first_sentence() -> None:
    signs = '甲乙。；…!?. \n，的“”「」"[1])》《第一是A3'
    made = [*passages(40), *("".join(Random(n).choices(signs, k=90)) for n in range(800))]
    made += ["一是要快。" + " " * 60 + "，的", "", "  \n", "第一，" + "很" * 50, "“甲。”乙说。丙。"]
    for text in made:
        spans = cut(text)
        whole = text[slice(*spans[0])] if spans else text
        for most in (2, 13, 40):
            assert opening(text, most) == whole[:most], text
