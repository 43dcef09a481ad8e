"""A post whose holder is asked for, and whether an official holds just that one."""

from __future__ import annotations

import re

from store import Official

_RANK = r"(?:(?:党组|党委|党工委|工委|纪委|监委|政法委|[省市区县州旗]委|常务|第一)?副?)"
_HEAD = (
    r"(?:书记|检察长|检察官|秘书长|主任|主席|部长|省长|市长|区长|县长|州长|旗长|盟长|镇长|乡长|厅长|局长"
    r"|院长|司长|署长|处长|科长|行长|关长|校长|所长|馆长|会长|社长|庭长|总队长|支队长|政委|司令员|发言人)"
)
_POST = re.compile(rf"{_RANK}{_HEAD}$")
_WHO = re.compile(
    r"^(?:请问)?(?:谁|哪(?:一)?位(?:官员|领导)?)(?:现在|目前)?(?:是|任|担任|当)(?:的是)?(?P<after>.{2,30}?)[?？。]*$"
    r"|^(?:请问)?(?P<before>.{2,30}?)(?:现在|目前)?(?:是|叫)(?:谁|哪(?:一)?位|什么名字?|哪个人)[?？。]*$"
)
_IS = re.compile(
    rf"(?:是不是|是|当过?|担任)[^,，。谁什哪]{{0,14}}{_HEAD}(?:吗|么|嘛)?[?？]*$|同一(?:个)?人"
)
_PART = re.compile(r"[;；、,，\s]+")
# What English calls a post; a head of an office may be any of several.
_ENGLISH = (
    (r"mayor", ("市长",)),
    (r"governor", ("省长",)),
    (r"minister", ("部长",)),
    (r"procurator(?:[- ]general)?|prosecutor", ("检察长",)),
    (r"president|judge", ("院长",)),
    (r"secretary[- ]general", ("秘书长",)),
    (r"secretary", ("书记",)),
    (r"director(?:[- ]general)?|head|chief|commissioner", ("局长", "厅长", "主任", "部长", "院长")),
)
_WHO_EN = re.compile(
    r"^\s*who(?:'s| is| was)\s+(?:the\s+)?(?P<rank>deputy |vice[- ])?(?P<post>[a-z -]+?)"
    r"(?:\s+(?:of|in|at|for)\b.*)?[?]*$",
    re.I,
)


def posts_asked(question: str) -> tuple[str, ...]:
    """The posts, any of which the one asked for holds: 某市副市长是谁 → 副市长; () if none.

    A post counts with its rank, so that a deputy is never taken for the head.
    """
    match = _WHO.match(question.strip())
    if match:
        post = _POST.search(match.group("after") or match.group("before"))
        return (post.group(),) if post else ()
    match = _WHO_EN.match(question)
    if not match:
        return ()
    rank = "副" if match.group("rank") else ""
    words = match.group("post")
    for name, posts in _ENGLISH:
        if re.search(rf"\b(?:{name})\b", words, re.I):
            return tuple(rank + p for p in posts)
    return ()


def asks_whether_holds(question: str) -> bool:
    """Whether it asks if somebody holds a post, or if two are one person."""
    return bool(_IS.search(question))


def holds(official: Official, posts: tuple[str, ...]) -> bool:
    """Whether an official holds one of these posts, by the byline alone."""
    parts = [p for p in _PART.split(official.position) if p]
    whole = [_PART.split(official.organization)[-1] + p for p in parts[:1]]
    return any(_ends(part, post) for part in parts + whole for post in posts)


def _ends(part: str, post: str) -> bool:
    return part.endswith(post) and not part[: -len(post)].endswith("副")
