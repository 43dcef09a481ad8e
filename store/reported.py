"""Words of a third person inside a remark: who is quoted or reported, and where.

Reported speech is found by its frame: a subject that can speak, a verb of speech, and what
follows it, in quotation marks (direct) or after a comma or colon up to the end of the sentence
(indirect). No list of people: a subject is told by its form (a post, an organ, a document, a
surname, a noun for people).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from store.byline import is_name
from store.office import is_organ, is_post
from store.quoted import Quotation, masked, quotations
from store.remarks import Official
from store.turn import asked_within

# Verbs after which words follow even without a comma; and those that need one.
STRONG = (
    "指出|强调|表示|认为|说过|说道|讲过|讲道|写道|谈到|提到|告诫|叮嘱"
    "|嘱托|号召|主张|指示|称|坦言|介绍"
)
WEAK = (
    "提出|要求|说|讲|云|曰|有言|所言|宣告|宣布|明确|规定"
    "|批示|论及|回应|感慨|感叹|答道|问道|呼吁|重申|勉励|教导"
)
_VERB = re.compile(
    rf"(?P<verb>(?<![简名职统号俗自尊昵敬通合美全旧学邪小传假听据来可再别论解胡演部各])(?:{STRONG}|{WEAK})+)"
    r"(?:过|道|说|了)?(?P<is>的?是)?(?P<mark>[，,：:]\s*)?"
)
_STRONG = re.compile(rf"(?:{STRONG})")
# After these any clean noun speaks.
_SURE = re.compile(r"(?:指出|强调|表示|认为|说过|说道|讲过|写道|告诫|叮嘱|嘱托|坦言)$")
_CLAUSE = '。！？!?；;，,：:（）()\n“”「」『』"'
_ENDS = re.compile(r"[。！？!?\n]+")
# 要求 as a noun, as after “作出” and “按照”.
_DEMANDED = re.compile(
    r"(?:部署|严格|作出|做出|提出|提了|工作|有关|相关|更高|[新总的高]|各项|按照.*|根据.*)(?:明确)?要求$"
)
_DEMAND = re.compile(r"[要应]|必须|坚持|不[能要可]|切实|全面")
_LEAD = re.compile(
    r"^(?:正如|正像|诚如|恰如|犹如|如同|如|据|对此|为此|因此|所以|同时|此外|另外|今年|去年|近日|日前|曾经|其中|这是|按照|根据"
    r"|遵照|遵循|牢记|贯彻落实|贯彻|落实|践行|早在|后来|随后|当时|最后|首先|其次|这正是|而|但|并|又|还|且|就|也|当"
    r"|\d{2,4}年|\d{1,2}月|\d{1,2}日|[一二三四五六七八九十]是)+"
)
_TAIL = re.compile(
    r"(?:曾经|曾|多次|反复|一再|再三|深刻|明确|特别|着重|突出|重点|专门|郑重|鲜明|殷切|语重心长|深情|精辟|高度|严肃|生动|形象|经常|常常|常|旗帜|严正|联合|共同|一致|公开|率先|庄严"
    r"|在[^，,]*?[上中时里后前]|对[^，,]{1,16}|向[^，,]{1,10}|也|还|就|又|再次|再|进一步|已经|已|所|要|必须|应当|应|需要|需|均|都|则|地|便|即|并)+$"
)
_OWN = re.compile(
    r"我|笔者|本[人文院厅局部省市县区州公委]|咱|自己|^全[省市县区州国]$|^各级|^各地|^大家"
)
_UTTERED = re.compile(
    r"(?:会议?|全会|大会|论坛|报告|讲话|演讲|致辞|文件|意见|通知|决定|决议|条例|宪法|[^方办想看做说设]法|公报|纲要|规划|方案|声明"
    r"|公约|宣言|[批指]示|贺信|回信|来信|文章|社论|章程|准则|中央|国务院|联合国|政府|总局|总部|》)$"
)
_PEOPLE = re.compile(
    r"(?:同志|先生|女士|老师|领袖|总书记|总统|首相|皇帝|专家|学者|院士|作者|群众|百姓|村民|居民|市民|网民|市民|干警|民警|法官|律师|警官"
    r"|战士|医生|工人|农民|老人|青年|孩子|学生|家长|当事人|负责人|领导人?|领导干部|企业家|思想家|政治家|科学家|教育家|文学家|哲学家|诗人|作家"
    r"|哲人|先贤|古人|圣人|前人|外人|有人|人们|代表|委员|员工|队员|记者|媒体|报道|评论|使者|老乡|乡亲|俗话|古语|古话|常言|谚语|格言|名言|老话|古训|[^之]子)$"
)
_PRONOUN = re.compile(r"^[他她](?:们)?$")
_PERSON = re.compile(r"(?:书记|主席|总理|同志|先生|委员长|院长|部长|总统|中央)$")
# What a clean noun phrase does not hold.
_LOOSE = re.compile(
    r"[要应须不也还都又再更很的了把被将以从对可能会这那哪么什来去上下让使做]|提[出升高]"
)
_ADDRESSED = re.compile(
    r"(?<![\u4e00-\u9fff])[\u4e00-\u9fff]{1,8}?(?:书记|主席|总理|省长|市长|同志|先生|女士|委员长)"
)
_OF = re.compile(
    r"(?:的|这一|这个|这句)?(?:一?系列)?(?:重要|殷殷|谆谆|殷切|著名|科学)?"
    r"(?:指示|论述|论断|批示|讲话|要求|嘱托|教导|教诲|号召|名言|理念|思想|话|期望|精神)"
)
_NO_SURNAME = re.compile("[有和同于向由但而且可已]|周[一二三四五六日末]|[上下中]午")
_LONG = 24  # characters of a subject, at most
_TERM = 8  # characters up to which quoted words right after a verb are a term, not a speech


@dataclass(frozen=True, slots=True)
class Reported:
    """Words that are not the official's own: ``text[start:end]``, said by `by` as written."""

    start: int
    end: int
    by: str


@dataclass(frozen=True, slots=True)
class _Frame:
    """A verb of speech with its subject: `first` is where the subject's clause begins, `at`
    where the words begin."""

    first: int
    at: int
    by: str
    marked: bool
    verb: str


def find_reported(text: str, official: Official | None = None) -> tuple[Reported, ...]:
    """The stretches of `text` that somebody other than `official` said, in order, disjoint.

    A stretch is the inside of a quotation, or a clause without quotation marks from its frame
    to the end of the sentence.
    """
    quoted = quotations(text)
    bare = masked(text, quoted)
    opened = {q.start: q for q in quoted}
    made: dict[int, Reported] = {}
    by = ""
    for start, end in _sentences(bare):
        frames = list(_frames(text, bare, (start, end), official, by))
        by = ""
        for frame, following in pairwise([*frames, None]):
            assert frame is not None
            stop = following.first if following else end
            found = _direct(text, frame, opened, stop) or _indirect(bare, frame, stop)
            made |= {r.start: r for r in found}
            by = frame.by if found else by
    for r in _loose(text, bare, quoted, official):
        made.setdefault(r.start, r)
    asked = [Reported(*turn) for turn in asked_within(text, official)]
    rest = (r for r in made.values() if not any(a.start < r.end and r.start < a.end for a in asked))
    return _disjoint([*asked, *rest])


def _sentences(bare: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _ENDS.finditer(bare):
        yield start, match.end()
        start = match.end()
    if start < len(bare):
        yield start, len(bare)


def _frames(
    text: str, bare: str, span: tuple[int, int], official: Official | None, before: str
) -> Iterator[_Frame]:
    """The frames of one sentence; `before` is who was speaking in the sentence before."""
    start, end = span
    for match in _VERB.finditer(bare, start, end):
        first = max((bare.rfind(c, start, match.start()) for c in _CLAUSE), default=-1) + 1
        first = max(first, start)
        mark, verb, at = bool(match["mark"]), match["verb"], match.end()
        if verb.endswith("要求") and _DEMANDED.search(text[first : match.start()] + verb):
            continue
        direct = text[at : at + 1] in ("“", "「", "『", '"')
        subject = _clean(text[first : match.start()])
        if not subject:
            by = _earlier(text, bare, start, first) or before
        elif _PRONOUN.match(subject):
            by = _antecedent(text, bare, first, official) or (subject if direct else "")
        else:
            by = subject if _speaks(subject, verb, mark, direct) else ""
        if by and not _is_own(by, official):
            before = by
            yield _Frame(first, at, by, mark, verb)


def _speaks(subject: str, verb: str, mark: bool, direct: bool) -> bool:
    if is_speaker(subject):
        return True
    clean = 2 <= len(subject) <= 10 and not _LOOSE.search(subject) and subject.isalpha()
    return direct and mark and clean and bool(_SURE.search(verb))


def is_speaker(subject: str) -> bool:
    """Whether a noun phrase names somebody, or something, that can say: by its form alone."""
    if not 1 < len(subject) <= _LONG:
        return False
    if _UTTERED.search(subject) or _PEOPLE.search(subject) or is_post(subject):
        return True
    if is_name(subject) and not _LOOSE.search(subject) and not _NO_SURNAME.match(subject):
        return True
    titled = any(
        is_name(subject[-n:]) and (is_post(subject[:-n]) or _PEOPLE.search(subject[:-n]))
        for n in (2, 3)
    )
    return titled or (len(subject) < 16 and is_organ(subject) and not _LOOSE.search(subject))


def _clean(subject: str) -> str:
    """The subject without conjunctions before it and adverbs after it."""
    subject = subject.strip(" \t\u3000、—-")
    while True:
        bare = _LEAD.sub("", _TAIL.sub("", subject)).strip(" \t\u3000、—-")
        if bare == subject:
            return subject
        subject = bare


def _earlier(text: str, bare: str, start: int, first: int) -> str:
    """The subject of a verb that has none, from the clause before (X来到某地，强调……)."""
    end = first - 1
    for _ in range(2):
        if end <= start or bare[end] not in "，,":
            return ""
        begin = max(max(bare.rfind(c, start, end) for c in _CLAUSE) + 1, start)
        clause = _LEAD.sub("", text[begin:end])
        if is_speaker(cut := _clean(clause)):
            return cut
        for length in range(3, min(_LONG, len(clause)) + 1):
            if _PERSON.search(head := clause[:length]) or is_post(head):
                return head
        end = begin - 1
    return ""


def _antecedent(text: str, bare: str, end: int, official: Official | None) -> str:
    """The last person named before a pronoun in the paragraph, with the form of address."""
    found, at = "", -1
    for match in _ADDRESSED.finditer(bare, 0, end):
        found, at = _clean(text[match.start() : match.end()]), match.end()
    name = official.name if official else ""
    return name if name and bare.rfind(name, 0, end) >= max(at, 0) else found


def _is_own(subject: str, official: Official | None) -> bool:
    """Whether the subject is the official, his own organ or nobody in particular."""
    if _OWN.search(subject):
        return True
    if official is None:
        return False
    if official.name and official.name in subject:
        return True
    organ = official.organization
    if subject in official.office:
        return True
    return bool(organ) and subject[-1] == organ[-1] and _within(subject, organ)


def _within(short: str, long: str) -> bool:
    """Whether the characters of `short` stand in `long` in that order, as in an abbreviation."""
    rest = iter(long)
    return all(c in rest for c in short)


def _direct(text: str, frame: _Frame, opened: dict[int, Quotation], stop: int) -> list[Reported]:
    """The quotations right after a frame."""
    at, found = frame.at, list[Reported]()
    while (q := opened.get(at)) is not None and at < stop:
        after = text[q.end : q.end + 1]
        if not frame.marked and q.inner_end - q.inner < _TERM:
            return []
        if after and after not in "。！？!?；;，,、…\n )）“" and not _ends(text, q):
            return []  # a term in a clause that goes on
        found.append(Reported(q.inner, q.inner_end, frame.by))
        at = q.end
        while at < stop and text[at] in "，,、和及 ":
            at += 1
    return found


def _ends(text: str, q: Quotation) -> bool:
    return text[q.inner_end - 1 : q.inner_end] in tuple("。！？!?")


def _indirect(bare: str, frame: _Frame, stop: int) -> list[Reported]:
    """The clause after a frame, up to the end of its sentence or the next frame."""
    sure = frame.marked or (_STRONG.match(frame.verb) and _DEMAND.match(bare, frame.at))
    end = stop
    while end > frame.at and bare[end - 1] in "，,；;：: \n":
        end -= 1
    return [Reported(frame.at, end, frame.by)] if sure and end - frame.at > 3 else []


def _loose(
    text: str, bare: str, quoted: Sequence[Quotation], official: Official | None
) -> Iterator[Reported]:
    """Quotations without a verb before them: “……”，X说。 and X（关于）“……”的重要指示."""
    for q in quoted:
        if q.inner_end - q.inner < 4:
            continue
        begin = max(bare.rfind(c, 0, q.start) for c in _CLAUSE) + 1
        before = text[begin : q.start]
        whose = _clean(re.sub(r"(?:关于|所说的?|提出的?|倡导的?|的)$", "", before))
        if _PERSON.search(whose) and _OF.match(text, q.end):
            whose = re.sub(r"^.*(?:落实|贯彻|牢记|遵循|践行|学习|按照|领会|体会)好?", "", whose)
            if 1 < len(whose) <= _LONG and not _is_own(whose, official):
                yield Reported(q.inner, q.inner_end, whose)
                continue
        match = re.compile(
            r"[，,]?([^，,。；;：:“”]{2,24}?)(?:说|表示|指出|强调|认为|感慨)(?:道)?([。，,！])"
        ).match(bare, q.end)
        if match and (match[2] in "。！" or text[q.inner_end - 1] in "，,"):
            by = _clean(match[1])
            if is_speaker(by) and not _is_own(by, official):
                yield Reported(q.inner, q.inner_end, by)


def _disjoint(found: Iterable[Reported]) -> tuple[Reported, ...]:
    made: list[Reported] = []
    for r in sorted(found, key=lambda r: (r.start, -r.end)):
        made += [r] if not made or r.start >= made[-1].end else []
    return tuple(made)
