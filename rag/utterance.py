"""What a language model wrote: made safe for a page, and judged whether it is an answer at all."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Generator, Iterable

from rag.marker import find_marks, numbers_in, strip_marks
from rag.prompt import CANNOT_ANSWER, INVISIBLE, RULES, language_of

REASONS: dict[str, tuple[str, str]] = {
    "empty": ("没有写出任何内容", "wrote nothing"),
    "punctuation": ("只写出了标点符号", "wrote only punctuation"),
    "garbage": ("写出的是数据或代码，不是答案", "wrote data or code instead of an answer"),
    "echo": ("照抄了提示，没有回答", "repeated its instructions"),
    "loop": ("陷入了重复", "repeated itself"),
    "language": ("没有用提问的语言回答", "did not answer in the language of the question"),
    "no_markers": ("没有标明出处", "cited nothing"),
    "no_such_passage": ("标注的出处都不存在", "cited only passages that do not exist"),
}
"""What each reason of `looks_broken` means, in Chinese and English, to follow "the model"."""

_CJK = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_LETTER = re.compile(r"[^\W_]")
_QUOTED = re.compile(r"“[^”]*”|「[^」]*」|『[^』]*』|\"[^\"]*\"|《[^》]*》|[(（][^)）]*[)）]")
_GARBAGE = re.compile(
    r"<\|[a-z_]+|<tool_call|</?function|\"(tool_calls|function_call|arguments)\"\s*:"
    r"|^\s*<(!doctype|html|\?xml)",
    re.I,
)
_DECLINES = re.compile(
    r"(没有|未|并未|无法|不能|不足以|缺乏).{0,12}(提到|提及|找到|查到|回答|涉及|包含|说明|依据|信息|内容)"
    r"|(do|does|did) not (contain|mention|answer|provide|address|include|hold)"
    r"|(cannot|can't|unable to|could not) (answer|find|be answered)"
    r"|no (information|mention|answer)",
    re.I,
)

_THOUGHT = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.S | re.I)
_THOUGHT_TAIL = re.compile(r"\A.*</think(?:ing)?>", re.S | re.I)
_FENCED = re.compile(r"\A\s*```[\w-]*\n(.*?)\n?```\s*\Z", re.S)
_PREFIX = re.compile(r"\A\s*(?:\*\*)?(?:答案?|回答|Answer)(?:\*\*)?\s*[:：]\s*(?:\*\*)?", re.I)
_FOOTNOTE = re.compile(r"\[\^(\d+)\]")
_DEFINITION = re.compile(r"^([ \t]{0,3}\[[^\]\n]{1,200}\]):[ \t]*(\S*)", re.M)
_IMAGE = re.compile(r"!\[([^\]]*)\](\((?:[^()]|\([^()]*\))*\)|\[[^\]]*\])")
_LINK = re.compile(r"\[([^\]]*)\]\(((?:[^()]|\([^()]*\))*)\)")
_ADDRESS = re.compile(
    r"\s*<?(?:[a-z][a-z0-9+.-]*:|//|/|#|\.{0,2}/|www\.)|\s*\S+\.\w{2,}\S*\s*\Z", re.I
)
_RAISED = re.compile(r"<sup>\s*\[?\s*(\d{1,3})\s*\]?\s*</sup>", re.I)
_ADDRESS_CHARS = r"[!#-;=?-Z\\^_`a-z{|}~]"
_TAG = re.compile(r"<(?:!--.*?-->|[A-Za-z/!?][^<>]*>)", re.S)
_BARE_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_BARE_LINK = re.compile(
    rf"(?:(?<![A-Za-z0-9])[a-z][a-z0-9+.-]{{1,10}}://|(?<![A-Za-z0-9])www\.){_ADDRESS_CHARS}+", re.I
)
_SCRIPT_LINK = re.compile(r"(?<![A-Za-z0-9])(?:javascript|vbscript|data):(?=\S)", re.I)
_REFERENCES = re.compile(
    r"\n\s*(?:#+\s*|\*\*|[-—]{3,}\s*\n\s*)?(?:参考(?:资料|文献|来源)|引用(?:来源|出处)?|资料来源|来源|出处"
    r"|注释?|references?|sources?|citations?)\s*(?:\*\*)?\s*[:：]?\s*(?:\*\*)?\s*\n"
    r"(?:\s*(?:[-*]\s*)?(?:[\[［【(（]?\^?\d+[\]］】)）.、:：]?).*(?:\n|\Z))+\s*\Z",
    re.I,
)
# A tail that may still become a thought, an image, a link or a tag when more text comes.
_OPEN_TAIL = re.compile(
    r"(?:\[?!|\]|\[?!?\[[^\[\]\n]{0,200}(?:\](?:\((?:[^()\n]|\([^()\n]*\)){0,4000}(?:\([^()\n]*)?"
    r"|\[[^\]\n]{0,200})?)?"
    r"|<(?:[A-Za-z/!?][^<>]{0,4000})?|<sup>[^<]{0,20}(?:</[a-z]{0,3})?"
    rf"|(?:(?<![A-Za-z0-9])[a-z][a-z0-9+.-]{{0,10}}:|(?<![A-Za-z0-9])www\.){_ADDRESS_CHARS}{{0,4000}}"
    r"|(?<![A-Za-z0-9])[a-z][a-z0-9+.-]{0,10})\Z",
    re.I,
)


def clean(text: str) -> str:
    """`text` with nothing in it that a page would load, follow or run; markers stay as they are.

    Takes out what the model thought aloud, a code fence around everything, images, HTML tags,
    invisible characters and a list of references at the end; a link leaves its words, a bare
    address leaves "…". Text without any of these comes back unchanged but for its outer white
    space.
    """
    text = _THOUGHT_TAIL.sub("", _THOUGHT.sub("", text))
    if fenced := _FENCED.match(text):
        text = fenced.group(1)
    text = _PREFIX.sub("", text)
    text = _REFERENCES.sub("\n", "\n" + text.strip() + "\n")
    return _safe(text).strip()


def clean_stream(pieces: Iterable[str]) -> Generator[str]:
    """The same while the text is still coming, so that not even a preview loads an image.

    Holds back the tail that might become a link, an image, a tag or a thought. The list of
    references and the outer fence are only known at the end: they are `clean`'s alone.
    """
    held, begun = "", False
    for piece in pieces:
        held += piece
        if not begun and "<think".startswith(held.lstrip()[:6].lower()):
            head = held.lstrip()
            if not head or len(head) < 6 or not re.search(r"</think(?:ing)?>", head, re.I):
                continue
            held = _THOUGHT.sub("", head).lstrip()
        held = _flat(held)
        open_tail = _OPEN_TAIL.search(held)
        at = open_tail.start() if open_tail else len(held)
        if safe := _safe(held[:at]):
            begun = True
            yield safe
        held = held[at:]
    if last := _safe(_THOUGHT.sub("", held)):
        yield last


def is_refusal(text: str) -> bool:
    """Whether an answer only says that the material holds none.

    True for the agreed words, alone or with an explanation that cites nothing, and for a short
    uncited sentence to the same effect, which is what small models write. An answer that says
    so and then cites something is an answer.
    """
    plain, cites = _fold(strip_marks(text)), bool(find_marks(text))
    for phrase in CANNOT_ANSWER.values():
        if _fold(phrase) in plain:
            rest = plain.replace(_fold(phrase), "")
            return len(rest) < 8 or not cites
    return not cites and len(plain) < 160 and bool(_DECLINES.search(text))


def looks_broken(text: str, n_passages: int, *, question: str = "") -> str | None:
    """Why a model's answer cannot be shown, as a key of `REASONS`; None if it can.

    Args:
        text: the whole answer, before or after `clean`.
        n_passages: how many passages it could cite.
        question: as it was asked; with it the language is checked too.
    """
    body = strip_marks(text)
    if not text.strip():
        return "empty"
    if _is_garbage(text):
        return "garbage"
    if not _LETTER.search(body):
        return "punctuation"
    if _is_echo(text):
        return "echo"
    if is_loop(body):
        return "loop"
    if is_refusal(text):
        return None
    if question and not _speaks(body, language_of(question)):
        return "language"
    numbers = numbers_in(text)
    if not numbers:
        return "no_markers"
    return None if any(1 <= n <= n_passages for n in numbers) else "no_such_passage"


def is_loop(text: str) -> bool:
    """Whether a text goes round in circles: a unit five times in a row, or little that is new.

    The second test counts distinct 8-character windows; ordinary prose, tables and lists of
    officials stay above nine tenths, text that repeats whole sentences falls below half.
    """
    folded = _fold(strip_marks(text))
    if re.search(r"(.{2,80}?)\1{4,}", folded) or re.search(r"(\D)\1{14,}", folded):
        return True
    windows = Counter(folded[i : i + 8] for i in range(len(folded) - 7))
    return len(folded) >= 160 and len(windows) < 0.45 * windows.total()


def _safe(text: str) -> str:
    """Links, images, tags and invisible characters out; safe for a part of a text too."""
    text = _flat(text).replace("](", "]（")
    text = _BARE_TAG.sub("＜", text)
    text = _BARE_LINK.sub("…", text)
    text = _SCRIPT_LINK.sub("…", text)
    # "[1]: words" at the beginning of a line would make a link of every [1] in the text.
    return _DEFINITION.sub(r"\1：\2", text)


def _flat(text: str) -> str:
    """`text` with the links, images and tags that are whole made plain."""
    text = _FOOTNOTE.sub(r"[\1]", INVISIBLE.sub("", text))
    text = _IMAGE.sub(_unpicture, text)
    text = _LINK.sub(_unlink, text)
    return _TAG.sub("", _RAISED.sub(r"[\1]", text))


def _unpicture(match: re.Match[str]) -> str:
    """Nothing, but for a marker after an exclamation mark, which only looks like an image."""
    if not match[1].strip().isdigit():
        return ""
    return match[0] if match[2].startswith("[") else f"![{match[1]}]"


def _unlink(match: re.Match[str]) -> str:
    """A link's words. What follows in brackets and is no address is part of the text."""
    words, target = match[1], match[2]
    label = f"[{words}]" if find_marks(f"[{words}]") else words
    return label if not target.strip() or _ADDRESS.match(target) else f"{label}（{target}）"


def _fold(text: str) -> str:
    """Letters and digits alone, lower case."""
    return "".join(_LETTER.findall(text)).casefold()


def _is_garbage(text: str) -> bool:
    inner = _FENCED.match(text)
    body = (inner.group(1) if inner else text).strip()
    if _GARBAGE.search(body):
        return True
    if body[:1] in "{[" and not any(mark.start == 0 for mark in find_marks(body)):
        try:
            return isinstance(json.loads(body), dict | list)
        except (json.JSONDecodeError, RecursionError):
            return bool(re.match(r"[{\[]\s*[{\"]", body))
    return False


def _is_echo(text: str) -> bool:
    """Whether the fences or two of the rules stand in the answer."""
    if re.search(r"[<＜]/?passage\b", text):
        return True
    folded = _fold(text)
    for rules in RULES.values():
        parts = [_fold(part) for rule in rules for part in re.split(r"[。；.;:：]", rule)]
        refusals = {_fold(p) for p in CANNOT_ANSWER.values()}
        if sum(len(p) >= 10 and p not in refusals and p in folded for p in parts) >= 2:
            return True
    return False


def _speaks(text: str, language: str) -> bool:
    """Whether the model's own words are in `language`; quotations may be in their own."""
    own = _QUOTED.sub("", text)
    chinese, latin = len(_CJK.findall(own)), len(re.findall(r"[A-Za-z]{2,}", own))
    if chinese + latin < 4:
        return True
    return chinese >= latin if language == "zh" else latin >= chinese
