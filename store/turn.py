"""Whose turn it is in an interview or transcript: lines that begin with a label (记者：, 答：)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from store.byline import is_name
from store.ground import Ground
from store.office import SPACES, is_bare_post, is_organ, is_post
from store.remarks import Official

# What stands before the first colon, or in brackets at the very beginning.
_LABEL = re.compile(
    r"^\s*(?:[【\[〔（(]\s*([^】\]〕）)。！？]{1,20})\s*[】\]〕）)]\s*[:：]?"
    r"|([^:：。！？!?；;，,“”\"《》]{1,24})[:：])"
)
# The same in the middle of a line, after a whole sentence.
_INLINE = re.compile(r"(?<=[。！？!?…”」』）)\s])\s*([^:：。！？!?；;，,“”\"《》\s]{1,24})[:：]")
_WHO_ASKS = re.compile(
    r"(?:[\w·]{0,16}?(?:记者|主持人|主播|采访人|采访者|提问者|提问人)[\w·（()）]{0,12}"
    r"|(?:追|提|再|又|访)?问题?[\d一二三四五六七八九十]{0,3}|提问|Q[\d.]{0,3}"
    r"|(?:网友|观众|听众|读者|市民|现场提问)[\w·]{0,8}|本报|本刊|本台|编者|小编)"
)
# “对记者说：” and the like: somebody speaks to whoever asks.
_TO_THEM = re.compile(
    r"(?:对|向|告诉|答|接受|同|与|和|给|请|让|跟|欢迎|感谢|谢谢|各位|通过|经)[\w·]*"
    r"(?:记者|主持人|主播)"
)
_LONGEST_QUESTION = 60  # characters
_WHO_ANSWERS = re.compile(r"(?:回?答|回答[一二三四五六七八九十\d]*|A[\d.]{0,3}|受访者|受访人)")


def label_of(text: str) -> str:
    """What a line begins with before a colon or in brackets, without spaces; "" for none."""
    found = _LABEL.match(text)
    return SPACES.sub("", found.group(1) or found.group(2)) if found else ""


def own_label(text: str, official: Official) -> str:
    """The label that the official's own turn begins with, as written and with the blanks after
    it; "" where there is none, or nothing behind it."""
    found = _LABEL.match(text)
    if not found or not _is_own(label_of(text), official) or not text[found.end() :].strip():
        return ""
    return text[: len(text) - len(text[found.end() :].lstrip())]


def is_asked(text: str) -> bool:
    """Whether a line says by its label that a reporter, a host or the audience speaks."""
    return asks(label_of(text))


def is_plainly_asked(text: str) -> bool:
    """The same, but for what may be an official's: 问题一： may begin a list of problems."""
    listed = label_of(text).startswith("问题") and not re.search("[?？]", text)
    return is_asked(text) and not listed


def asked_ground(text: str) -> Ground | None:
    """Why a line is no official's: it is a question. None where it is not one."""
    return Ground("asked", (label_of(text),)) if is_asked(text) else None


def answered(text: str, officials: Sequence[Official]) -> str:
    """A line from the answer's label on where question and answer stand in one (问：……？答：……)."""
    if is_asked(text):
        for start, label in _labels_within(text):
            if _owns(label, officials):
                return text[start:]
    return text


def question_of(text: str) -> str:
    """What is asked in a line that `is_asked`, without its label, at most 60 characters.

    Its last question; before it the interviewer often tells something.
    """
    found = _LABEL.match(text)
    told = re.findall(r"[^。！？!?]+[。！？!?]*", text[found.end() :] if found else text)
    asked = ([s for s in told if s[-1] in "?？"] or told)[-1:]
    question = "".join(asked).strip()
    return question if len(question) <= _LONGEST_QUESTION else f"…{question[-_LONGEST_QUESTION:]}"


def asked_within(text: str, official: Official | None) -> list[tuple[int, int, str]]:
    """Where somebody asks in an official's paragraph: (start, end, label), in order."""
    officials = (official,) if official else ()
    turns = [(0, label_of(text)), *_labels_within(text)]
    if not any(_owns(label, officials) for _, label in turns):
        return []
    ends = [*(start for start, _ in turns[1:]), len(text)]
    return [
        (start, end, label)
        for (start, label), end in zip(turns, ends, strict=True)
        if asks(label) and re.search("[?？]", text[start:end])
    ]


def _labels_within(text: str) -> list[tuple[int, str]]:
    found = [(m.start(1), SPACES.sub("", m.group(1))) for m in _INLINE.finditer(text)]
    return [(start, label) for start, label in found if label]


def _owns(label: str, officials: Sequence[Official]) -> bool:
    answers = _WHO_ANSWERS.fullmatch(label) or any(_is_own(label, o) for o in officials)
    return bool(label and answers)


def asks(label: str) -> bool:
    """Whether a label means whoever asks: 记者, 主持人, 问."""
    return bool(label and _WHO_ASKS.fullmatch(label) and not _TO_THEM.search(label))


def others_words(lines: Sequence[str], official: Official) -> list[Ground | None]:
    """Why lines of a file of one official are not his; None for those that are.

    A file without anybody who asks, or without anybody else's label beside the official's
    own, is all the official's but for lines marked with another's whole name and post. Where
    answers are labelled, a turn lasts until the next label; where only questions are, a
    question is one line. What is told before the first turn is nobody's where answers are
    labelled or where it names the official.
    """
    labels = [label_of(line) for line in lines]
    asked = [is_asked(line) for line in lines]
    own = [not a and _is_own(label, official) for a, label in zip(asked, labels, strict=True)]
    other = _others(labels, asked, own)
    if not any(asked) and not any(own):  # no interview: only who is named in full speaks
        return [Ground("turn", (label,)) if _whole_name(label) else None for label in labels]
    if not any(asked) and not any(other):
        return [None] * len(lines)
    lasting = any(own)
    first = next(i for i in range(len(lines)) if asked[i] or own[i] or other[i])
    made: list[Ground | None] = []
    for i, line in enumerate(lines):
        if asked[i]:
            made.append(asked_ground(line))
        elif own[i] or other[i]:
            made.append(None if own[i] else Ground("turn", (labels[i],)))
        elif i < first:
            told = lasting or official.name in SPACES.sub("", line)
            made.append(Ground("introduction") if told else None)
        else:
            made.append(made[-1] if lasting else None)
    return made


def _is_own(label: str, official: Official) -> bool:
    """Whether a label means the official: by name, by surname and post, or as who answers."""
    if _WHO_ANSWERS.fullmatch(label):
        return True
    name = SPACES.sub("", official.name)
    bare = re.sub(r"[（(].*?[)）]$", "", label)
    if bare == name or (bare.endswith(name) and is_post(bare[: -len(name)])):
        return True
    rest = bare.removeprefix(name)
    if rest != bare:
        return is_post(rest)
    return bare[:1] == name[:1] and len(bare) <= 6 and is_post(bare[1:])


def _others(labels: Sequence[str], asked: Sequence[bool], own: Sequence[bool]) -> list[bool]:
    """Which labels name somebody else: a name with a post, or a name that comes again."""
    often = Counter(labels)
    return [
        not a and not mine and bool(label) and (_named_post(label) or _again(label, often))
        for label, a, mine in zip(labels, asked, own, strict=True)
    ]


def _again(label: str, often: Counter[str]) -> bool:
    """Words such as 时间 and 项目经理 look like a name too: once they say nothing."""
    short = is_name(label[:2]) and is_bare_post(label[2:])
    return (is_name(label) and len(label) == 3) or (often[label] > 1 and (short or is_name(label)))


def _named_post(label: str) -> bool:
    """A whole name with its post (李某某局长, 局长李某某), or in an interview 李局长.

    The post must be a bare one: 党组书记 and 项目经理 are nobody's names, though both begin
    with a surname.
    """
    if len(label) <= 6 and is_name(label[:1] + "某") and is_bare_post(label[1:]):
        return True
    return _whole_name(label) or (is_name(label[-2:]) and is_post(label[:-2]))


def _whole_name(label: str) -> bool:
    """A name of three characters with its post, in either order."""
    first, last = label[:3], label[-3:]
    return len(label) > 4 and (
        (is_name(first) and not is_organ(first) and is_bare_post(label[3:]))
        or (is_name(last) and is_post(label[:-3]))
    )
