"""How a line is cut: whether it begins or stops inside a sentence, a quotation, a bracket."""

from __future__ import annotations

import re

from store.continuity import Continuity, plain

_TERMINAL = frozenset("。！？!?…；;：:")
_CLOSING = frozenset("”’」』）)】》〉\"'")
_NEVER_FIRST = frozenset("，。、；：！？,.;:!?）)】》〉”’」』%％‰…·")
_PAIRS = {"“": "”", "《": "》", "（": "）", "(": ")", "【": "】", "「": "」", "‘": "’", "『": "』"}
_CLOSERS = {v: k for k, v in _PAIRS.items()}
_MARKS = re.compile(f"[{re.escape(''.join((*_PAIRS, *_CLOSERS)))}]")


def open_end(text: str) -> float:
    """1.0 if `text` certainly stops inside a sentence, 0.5 if it may, 0.0 if not."""
    last = text[-1]
    if last in _TERMINAL:
        return 0.0
    if last not in _CLOSING:
        return 1.0
    inner = text.rstrip("".join(_CLOSING))
    return 0.0 if inner and inner[-1] in _TERMINAL else 0.5


def open_start(text: str) -> float:
    """1.0 if `text` certainly begins inside a sentence, else 0.0."""
    if text[0] in _NEVER_FIRST:
        return 1.0
    depth: dict[str, int] = {}
    for character in _MARKS.findall(text[:200]):
        if character in _PAIRS:
            depth[character] = depth.get(character, 0) + 1
        elif (opener := _CLOSERS.get(character)) is not None:
            if depth.get(opener, 0) == 0:
                return 1.0
            depth[opener] -= 1
    return 0.0


def unclosed(text: str) -> str:
    """The quotation marks and brackets that `text` opens and does not close, in order."""
    stack: list[str] = []
    for character in _MARKS.findall(text):
        if character in _PAIRS:
            stack.append(character)
        elif (opener := _CLOSERS.get(character)) is not None and opener in stack:
            while stack.pop() != opener:
                pass
    return "".join(stack)


def unopened(text: str) -> str:
    """The closing marks at the front of `text` whose opening stands before it, as openers."""
    depth: dict[str, int] = {}
    found: list[str] = []
    for character in _MARKS.findall(text):
        if character in _PAIRS:
            depth[character] = depth.get(character, 0) + 1
        elif (opener := _CLOSERS.get(character)) is not None:
            if depth.get(opener, 0):
                depth[opener] -= 1
            else:
                found.append(opener)
    return "".join(found)


def fresh(text: str, model: Continuity) -> float:
    """How much likelier `text` begins a sentence than it goes on with one, in nats."""
    return model.fresh(plain(text[:12]))
