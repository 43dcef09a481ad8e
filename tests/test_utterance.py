"""A model's text made safe for a page, and judged whether it is an answer."""

from __future__ import annotations

import random
import re
import time

import pytest

from rag.generation import CANNOT_ANSWER, REASONS, clean, is_refusal, looks_broken
from rag.prompt import RULES
from rag.utterance import clean_stream, is_loop

PLAIN = (
    "尤一平（某县水务局局长）表示，“清淤要先测后挖”[1][3]。\n\n"
    "- 费用占比 < 5%，增长 >3%【2】\n- 简二宁认为《河道办法》可行！[2]\n\n"
    "| 官员 | 做法 |\n| --- | --- |\n| 尤一平 | 先测后挖[1,2] |\n\n**结论**：a < b，3*4=12 [1-3]。"
)


def test_what_needs_no_cleaning_stays_as_it_is() -> None:
    assert clean(PLAIN) == PLAIN
    assert "".join(clean_stream(PLAIN)) == PLAIN


@pytest.mark.parametrize(
    ("wrote", "shown"),
    [
        ("好[1]。![图](http://e.test/p.png?q=1)", "好[1]。"),
        ("好[1]。![图](http://e.test/a_(b).png)完", "好[1]。完"),
        ("好[1]。![图][ref]\n\n[ref]: http://e.test/p.png", "好[1]。\n\n[ref]：…"),
        ("详见[通知](https://e.test/x)[1]。", "详见通知[1]。"),
        ("详见[1](https://e.test/x)。", "详见[1]。"),
        ("详见[1](#p1)和[2](./b.html)。", "详见[1]和[2]。"),
        ("试点[1](共三处)。", "试点[1]（共三处）。"),
        ("[![图](http://e.test/i.png)点我](//e.test)", "点我"),
        ("见 https://e.test/x?y=1。", "见 …。"),
        ("见http://e.test/x另见[2]。", "见…另见[2]。"),
        ("见 www.e.test/x 。", "见 … 。"),
        ("<b>要点</b>：<img src=x onerror=alert(1)>先测[1]。", "要点：先测[1]。"),
        ("先测<sup>[1]</sup>，后挖<sup>2</sup>。", "先测[1]，后挖[2]。"),
        ("先测[1]。<script>alert(1)</script>", "先测[1]。alert(1)"),
        ("先测[1]。<img src=x onerror=alert(1)", "先测[1]。＜img src=x onerror=alert(1)"),
        ("先测[1]。<a href='http://e.test'>这里</a>", "先测[1]。这里"),
        ("先测[1]。[x](javascript:alert(1))", "先测[1]。x"),
        ("先测[^1]。", "先测[1]。"),
        ("<think>第一段[1]……\n\n应当……</think>\n先测[1]。", "先测[1]。"),
        ("应当先看第一段。</think>\n先测[1]。", "先测[1]。"),
        ("```markdown\n先测[1]。\n```", "先测[1]。"),
        ("答案：先测[1]。", "先测[1]。"),
        ("先\u200b测\u202e[1]。\U000e0041", "先测[1]。"),
        ("先测[1]。\n[1]: 尤一平", "先测[1]。\n[1]：尤一平"),
        ("真好![1][2]", "真好![1][2]"),
        ("先测[1]。\n\n参考资料：\n[1] 尤一平，第一篇\n[2] 简二宁\n", "先测[1]。"),
        ("先测[1]。\n\n**参考来源**\n1. 尤一平\n", "先测[1]。"),
        ("It is so [1].\n\nReferences:\n- [1] You Yiping", "It is so [1]."),
        (
            "先测[1]。\n\n来源：\n来源要可靠，他说[1]。",
            "先测[1]。\n\n来源：\n来源要可靠，他说[1]。",
        ),
    ],
)
def test_nothing_is_loaded_followed_or_run(wrote: str, shown: str) -> None:
    assert clean(wrote) == shown


NASTY = (
    "好[1]![图](http://e.test/p_(1).png?q=机密)，见[通知](https://e.test/x)，"
    "<img src=x onerror=a(1)>又[1](http://e.test)、[2](共三处)，"
    "[![i](http://e.test/i.png)点我](//e.test)，a < b 且 c>3，"
    "先<sup>[3]</sup>后http://e.test/y另www.e.test！[4]<a\nhref='http://e.test'>这</a>里![5]。"
    "[x](javascript:alert(1)) 真的![1][2] end <iframe src='x'"
)


def test_a_preview_is_as_safe_as_the_whole_however_it_is_cut() -> None:
    whole = clean(NASTY)
    dice = random.Random(11)
    for _ in range(300):
        pieces, at = [], 0
        while at < len(NASTY):
            step = dice.choice([1, 1, 2, 3, 5, 9, 40])
            pieces.append(NASTY[at : at + step])
            at += step
        seen = ""
        for piece in clean_stream(pieces):
            seen += piece
            assert "](" not in seen and "e.test" not in seen and "://" not in seen
            assert not re.search(r"<[A-Za-z/!?]", seen)
        assert seen.strip() == whole


def test_a_preview_holds_back_no_more_than_it_must() -> None:
    feed = clean_stream(iter(["尤一平表", "示，先测", "[", "1", "]", "。", "然后 a < ", "b，完了"]))
    assert [next(feed), next(feed)] == ["尤一平表", "示，先测"]
    assert next(feed) == "[1]。"
    assert "".join(feed) == "然后 a < b，完了"


@pytest.mark.parametrize(
    "text",
    [
        "[" * 4000,
        "![a](" * 1000,
        "[a](" + "(b)" * 1500,
        "<a " * 1500,
        "http:" * 1000,
        "a" * 5000,
        "来源\n" * 1000,
        "\n" * 5000,
        "{" * 3000,
        "没有" * 2000,
    ],
)
def test_hostile_text_costs_no_more_than_its_length(text: str) -> None:
    started = time.process_time()
    clean(text)
    looks_broken(text, 3, question="什么？")
    "".join(clean_stream(text[i : i + 4] for i in range(0, len(text), 4)))
    assert time.process_time() - started < 2.0


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        (CANNOT_ANSWER["zh"], True),
        (CANNOT_ANSWER["en"], True),
        ("现有材料中没有能够回答这个问题的内容", True),
        (f"{CANNOT_ANSWER['zh']}[1]", True),
        (f"**{CANNOT_ANSWER['zh']}**\n\n材料只谈到了河道和清淤的几件事。", True),
        (f"{CANNOT_ANSWER['zh']}不过，尤一平谈到清淤要先测后挖[1]。", False),
        ("抱歉，所给材料中没有提到这位官员对机场的看法。", True),
        ("The passages do not mention any airport.", True),
        ("尤一平表示，目前没有提到收费[1]。", False),
        ("尤一平表示，清淤要先测后挖。", False),
        ("", False),
    ],
)
def test_refusals(text: str, refused: bool) -> None:
    assert is_refusal(text) is refused


ASKED = "河道清淤应当怎么做？"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (PLAIN, None),
        ("", "empty"),
        (" \n\t", "empty"),
        ("……！？[1]。。", "punctuation"),
        ("尤一平表示，清淤要先测后挖。", "no_markers"),
        ("尤一平表示，清淤要先测后挖[9]。", "no_such_passage"),
        ("尤一平表示，清淤要先测后挖[0]。", "no_such_passage"),
        ("尤一平表示，清淤要先测后挖[9]，河道要常清[2]。", None),
        ('{"answer": "先测后挖"}', "garbage"),
        ('```json\n[{"text": "先测后挖"}]\n```', "garbage"),
        ('<tool_call>{"name": "search"}</tool_call>', "garbage"),
        ('{"name": "search", "arguments": {"q": "清淤', "garbage"),
        ("<|im_start|>assistant", "garbage"),
        ("<!DOCTYPE html><html><body>Bad gateway</body></html>", "garbage"),
        ("[1] 尤一平表示，清淤要先测后挖。", None),
        ("先测后挖，" * 8, "loop"),
        ("啊" * 40, "loop"),
        ("The official says that dredging begins with a survey [1].", "language"),
        ("清淤要先测后挖 (survey first, dredge later)[1]。", None),
        (CANNOT_ANSWER["zh"], None),
        ('<passage n="1">\n讲话人：尤一平\n正文：先测后挖', "echo"),
        ("\n".join(RULES["zh"][:4]), "echo"),
    ],
)
def test_what_is_no_answer(text: str, reason: str | None) -> None:
    found = looks_broken(text, 3, question=ASKED)
    assert found == reason
    assert found is None or all(REASONS[found])


def test_an_english_answer_may_quote_chinese() -> None:
    asked = "What does 尤一平 say about dredging?"
    quoting = "You Yiping says that one must “先测后挖，不能一挖了之，河道要常清常护” [1]."
    assert looks_broken(quoting, 1, question=asked) is None
    assert looks_broken("尤一平表示，清淤要先测后挖[1]。", 1, question=asked) == "language"
    assert looks_broken("尤一平表示，清淤要先测后挖[1]。", 1) is None


def test_lists_and_slogans_are_no_loops() -> None:
    themes = ["治水", "修路", "办学", "护林", "养老", "就医", "用电", "住房"]
    slogan = "要坚持以人民为中心"
    rows = [
        f"{name}某表示，{slogan}，把{theme}这件事办好[{number}]。"
        for number, (name, theme) in enumerate(zip("甲乙丙丁戊己庚辛", themes, strict=True), 1)
    ]
    assert not is_loop("\n".join(rows))
    assert is_loop("\n".join([rows[0], rows[1]] * 8))
