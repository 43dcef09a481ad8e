"""Lines that an answer says of itself: who is not there, who may be meant, what failed."""

from __future__ import annotations

from collections.abc import Sequence

from rag.draft import Draft, label
from rag.errors import RagError
from store import Official


def absent_line(strangers: Sequence[str], language: str = "zh") -> str:
    """One line that says whom the library does not hold."""
    who = "、".join(strangers)
    if language == "en":
        return f"The library holds no remarks of {who}."
    return f"资料库里没有{who}的讲话或文章，无法回答。"


def vacant_line(others: Sequence[Official], language: str = "zh") -> str:
    """One line that nobody of the library holds the post asked for, and who is near it."""
    near = "；".join(label(o) for o in others)
    if language == "en":
        return (
            f"Nobody in the library holds that post. From the same organ or place there is: {near}."
        )
    return f"资料库里没有担任这一职务的官员，因此无法回答。同一机构或地方收录的是：{near}。"


def namesakes_line(officials: Sequence[Official], language: str = "zh") -> str:
    """One line that asks back which of those of one name is meant."""
    names = [o.name for o in officials]
    same = list(dict.fromkeys(n for n in names if names.count(n) > 1))
    who = "；".join(label(o) for o in officials if o.name in same)
    all_of = "、".join(same)
    if language == "en":
        return f"Please name the office to ask one of those called {all_of} alone: {who}."
    return f"您是问哪一位{all_of}？如需只看一位，请在问题里写明单位或职务：{who}。"


def fallback(error: RagError, language: str) -> str:
    """What is said when the model failed and the built-in engine answers."""
    if language == "en":
        return f"{error.en} This answer is made of the source's own sentences instead."
    return f"{error.zh}以下改用原文摘录作答。"


def nothing_left(language: str) -> str:
    """What strict mode says when no sentence passed the check."""
    if language == "en":
        return "No sentence of the answer passed the check, so none is shown."
    return "回答中没有一句通过核查，因此不予显示。"


def empty(language: str) -> Draft:
    """The answer of a library that holds nothing."""
    zh = "资料库还是空的。请上传文件，或把文件放入 documents 文件夹。"
    en = "The library is empty. Upload a file or put one into the documents folder."
    return Draft(language, [zh if language == "zh" else en], [], answered=False)
