"""Answers about the pieces themselves: title, headings, whole of one official, whole library."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import groupby

from rag.draft import Draft, called, label, titled
from rag.knowledge import Knowledge
from rag.notice import vacant_line
from rag.post import asks_whether_holds, holds, posts_asked
from rag.question import Question
from rag.selection import opening
from rag.sentence import cut
from store import Passage
from store.numeral import number_of

_ABOUT_FORM = re.compile(
    r"小?标题(?:是|叫|为|有)?|题目|文章(?:的)?结构|分(?:为|成)?(?:哪)?几(?:个)?部分|几个部分|哪几个?部分"
)
_ABOUT_OFFICE = re.compile(
    r"什么(?:职务|职位|官|人[?？]?$)|(?:是|在)哪(?:里|儿|个(?:单位|部门|地方|机关))(?:的|工作|任职)|担任(?:什么|何)职?|任何职|是谁[?？]?$"
    r"|^\s*who(?:'s| is) (?:[A-Z][\w'-]*[ ?]*){1,4}$|what (?:post|position|office) "
)
_PART = re.compile(r"第([一二三四五六七八九十\d]+)(?:个)?(?:大)?部分")
_NUMBERED = re.compile(r"^[(（]?([一二三四五六七八九十]+)[)）]?[、.．]")
_MOST_SECTIONS = 12


def asks_form(q: Question) -> bool:
    """Whether the question is about titles and headings rather than what was said."""
    return bool(q.officials and _ABOUT_FORM.search(q.asked))


def asks_office(q: Question) -> bool:
    """Whether the question is about who an official is, or who holds a post."""
    if not q.officials:
        return False
    asks = _ABOUT_OFFICE.search(q.asked) or posts_asked(q.asked) or asks_whether_holds(q.asked)
    return bool(asks)


def asks_about(q: Question) -> bool:
    """Whether code alone answers: title, headings or office."""
    return asks_form(q) or asks_office(q)


def office(q: Question, knowledge: Knowledge, language: str = "zh") -> Draft:
    """The office of the officials asked about, as their bylines have it.

    Where the holder of a post is asked for, only who holds that very post: a deputy is not the
    head, and whoever is of the same place is not its mayor.
    """
    draft = Draft(language)
    posts = () if knowledge.roster.named(q.asked) else posts_asked(q.asked)
    if posts:
        holders = tuple(o for o in q.officials if holds(o, posts))
        if not holders:
            draft.answered = False
            draft.say(vacant_line(q.officials, language))
            return draft
        q = replace(q, officials=holders)
    for title, passages in _pieces(q, knowledge):
        who = label(passages[0].official)
        lead = (
            f"{who}，见{f'《{title}》' if title else '该文'}的署名。开头："
            if language == "zh"
            else f"{who} wrote {titled(title, 'en')}, which begins: "
        )
        draft.quote(lead, passages[0], cut(passages[0].text)[:1])
    draft.answered = bool(draft.citations)
    return draft


def form(q: Question, knowledge: Knowledge, language: str = "zh") -> Draft:
    """Title and headings of the officials asked about; a lost heading is said to be lost."""
    draft = Draft(language)
    part = _PART.search(q.asked)
    number = number_of(part.group(1)) if part else 0
    zh = language == "zh"
    for title, passages in _pieces(q, knowledge):
        who, sections = label(passages[0].official), _sections(passages)
        piece = "" if zh and not title else titled(title, language)
        if number:
            for section, p in sections:
                if _heading_number(section) != number:
                    continue
                draft.say(
                    f"{who}{piece}第{number}部分的小标题是："
                    if zh
                    else f"The heading of part {number} of {piece} by {who}:"
                )
                draft.say(f"{section}{draft.cite(p, _first(p))}")
            continue
        mark = draft.cite(passages[0], _first(passages[0]))
        draft.say(f"{who}的文章{piece}：{mark}" if zh else f"{who} wrote {piece}:{mark}")
        for section, p in sections:
            draft.say(f"- {section}{draft.cite(p, _first(p))}")
        if _lost(passages):
            draft.say(
                "（原文有缺失，部分小标题未能保留。）"
                if zh
                else "(Parts of the source are lost, and some headings with them.)"
            )
    if not draft.citations:
        draft.answered = False
        who = called(q.officials)
        which = f"第{part.group(1)}部分" if part else ""
        draft.say(
            f"现有材料中没有找到{who}文章{which}的小标题：原文该处缺失。"
            if zh
            else f"The library does not hold that heading of {who}: the source is lost there."
        )
    return draft


def overview(q: Question, knowledge: Knowledge, language: str = "zh") -> Draft:
    """One official's pieces, section by section, each with its opening words."""
    draft = Draft(language)
    for _, passages in _pieces(q, knowledge):
        head = f"**{passages[0].section}** " if passages[0].section else ""
        draft.tell(passages[0], opening(passages[0].text), lead=head)
        for section, p in _sections(passages)[:_MOST_SECTIONS]:
            if p.id != passages[0].id:
                draft.tell(p, opening(p.text), introduced=True, lead=f"**{section}** ")
        if _lost(passages):
            draft.say(
                "（原文有缺失，以上只是保留下来的部分。）"
                if language == "zh"
                else "(Parts of the source are lost; this is what is left.)"
            )
    draft.answered = bool(draft.citations)
    return draft


def holdings(q: Question, knowledge: Knowledge, language: str = "zh") -> Draft:
    """Whom the library holds, with how many passages of each."""
    draft = Draft(language)
    zh = language == "zh"
    officials = [o for o in knowledge.officials if q.within.has(o)]
    n = len(officials)
    draft.say(f"资料库现收录 {n} 位官员：" if zh else f"The library holds {n} officials:")
    rows = []
    for o in officials:
        own = [p for p in knowledge.passages if p.official.key == o.key and q.within.holds(p)]
        titles = "".join(titled(t, language) for t in dict.fromkeys(p.title for p in own))
        rows.append(
            f"- {label(o)}：{titles}，{len(own)} 段"
            if zh
            else f"- {label(o)}: {titles}, {len(own)} passages"
        )
    draft.say("\n".join(rows))
    return draft


def _pieces(q: Question, knowledge: Knowledge) -> list[tuple[str, list[Passage]]]:
    keys = {o.key for o in q.officials}
    own = [p for p in knowledge.passages if p.official.key in keys and q.within.holds(p)]
    groups = groupby(own, key=lambda p: (p.document, p.official.key, p.title))
    return [(key[2], list(group)) for key, group in groups]


def _sections(passages: list[Passage]) -> list[tuple[str, Passage]]:
    """Each heading with its first passage."""
    first: dict[str, Passage] = {}
    for p in passages:
        if p.section:
            first.setdefault(p.section, p)
    return list(first.items())


def _first(p: Passage) -> str:
    spans = cut(p.text)
    return p.spoken(p.text[slice(*spans[0])] if spans else p.text)


def _lost(passages: list[Passage]) -> bool:
    return any(p.gap_before or p.gap_after for p in passages)


def _heading_number(section: str) -> int:
    match = _NUMBERED.match(section)
    return number_of(match.group(1)) if match else 0
