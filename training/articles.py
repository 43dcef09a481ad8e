"""Articles with an invented author and headings: what shuffled documents are made from."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from store.office import is_organ, is_post
from training.continuity import fold_of, texts

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董潘袁于蒋蔡余杜叶程"
    "苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝"
    "龚邵万钱严覃武戴莫孔向汤"
)
_GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉兰建国志学文博海东新宏晓康永春源思立若图"
    "丰振兵燕梅波斌宇浩凯健俊帆雪荣"
)
_PLACE = re.compile(r"[\u4e00-\u9fff]{1,5}(?:省|市|县|区|州|自治区)")
_ROLES = (
    "委书记",
    "委常委、组织部部长",
    "委副书记、组织部部长",
    "人民检察院|党组书记、检察长",
    "人民法院|党组书记、院长",
    "公安局|党委书记、局长",
    "司法局|党组书记、局长",
    "委政法委|书记",
    "人民政府|副市长",
    "委宣传部|部长",
)
# What an office's business sounds like, and that office.
_BUSINESS = (
    ("检察|公诉", "人民检察院|党组书记、检察长"),
    ("法院|审判|法官|诉讼", "人民法院|党组书记、院长"),
    ("公安|民警|警务|治安|禁毒", "公安局|党委书记、局长"),
    ("司法|普法|法治|律师|调解", "司法局|党组书记、局长"),
    ("党建|党组织|党员|党支部", "委常委、组织部部长"),
    ("干部|选人|人才|选拔", "委组织部|副部长"),
    ("宣传|文化|文艺|舆论", "委宣传部|部长"),
    ("教育|学校|教师|学生", "教育局|党委书记、局长"),
    ("医疗|医院|卫生|健康", "卫生健康委员会|党委书记、主任"),
    ("生态|环保|污染|绿色", "生态环境局|局长"),
    ("农业|农村|乡村|农民", "农业农村局|党组书记、局长"),
    ("纪检|监察|腐败|纪律", "纪委|书记、监委主任"),
    ("扶贫|脱贫|贫困", "委副书记、扶贫办主任"),
    ("企业|产业|经济|项目", "人民政府|副市长"),
)
_FITTING = 0.7  # share of invented offices that fit what the text is about
_NATIONAL = (
    "教育部|党组书记、部长",
    "民政部|副部长",
    "国家发展改革委|副主任",
    "中央党校|教授",
    "省社会科学院|党委书记、院长",
    "省委组织部|副部长",
    "省司法厅|党委委员、副厅长",
    "省高级人民法院|党组书记、院长",
    "武警某部|政治委员",
)
_NOTE = re.compile(
    r"[（(]\s*(?:本文)?作者(?:单位)?\s*(?:系|为|是|：|:)?\s*(.{4,60}?)\s*[)）]\s*(?:\s.{0,30})?$"
)
_NO_OFFICE = re.compile("记者|评论员|整理|单位|研究员|教授|学院$|大学$|专家")
_NUMERALS = "一二三四五六七八九十"
SENTENCE_END = "。！？；：”"


@dataclass(frozen=True, slots=True)
class Item:
    """One paragraph or heading of an article."""

    text: str
    heading: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """An article with its invented author."""

    speaker: str
    byline: tuple[str, ...]
    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Article:
    """What is printed of one piece: title, whole paragraphs, and its author's office if told."""

    title: str
    paragraphs: tuple[str, ...]
    office: str = ""


def office_of(text: str) -> str:
    """The office in the note on the author that ends `text`; empty if there is none."""
    found = _NOTE.search(text.strip())
    if not found or _NO_OFFICE.search(found.group(1)):
        return ""
    office = found.group(1).split("，系")[-1].split("；")[0].strip("，。")
    return office if is_post(office) or is_organ(office) else ""


def articles(
    paths: Sequence[Path],
    folds: frozenset[int],
    sources: frozenset[str],
    signed: bool | None = None,
) -> list[Article]:
    """The long articles.

    Args:
        folds: of `fold_of`; none means all.
        signed: whether the author's office must be told (True), must not (False), or may (None).
    """
    found: list[Article] = []
    for path in paths:
        titles: dict[str, str] = {}
        with path.open(encoding="utf-8") as file:
            for row in file:
                item = json.loads(row)
                text = item.get("text") or item.get("passage") or ""
                titles[text] = item.get("title") or item.get("question") or ""
        for source, text in texts([path]):
            if source not in sources or (folds and fold_of(text) not in folds):
                continue
            paragraphs = [p.strip() for p in re.split(r"\n+|\s{2,}", text) if len(p.strip()) >= 20]
            paragraphs = [p for p in paragraphs if p[-1] in SENTENCE_END or p is not paragraphs[-1]]
            paragraphs = [p for p in paragraphs if p[-1] in SENTENCE_END]
            office = office_of(text)
            if signed is not None and signed != bool(office):
                continue
            if len(paragraphs) >= 4 and sum(map(len, paragraphs)) >= 600 and titles.get(text):
                for start in range(0, len(paragraphs), 14):
                    part = tuple(paragraphs[start : start + 14])
                    if len(part) >= 4:
                        found.append(Article(titles[text], part, office))
    return found


def piece(article: Article, rng: random.Random) -> Piece:
    """Give an article an author, with the office that it names if it does, and headings."""
    paragraphs = article.paragraphs
    name = rng.choice(_SURNAMES) + "".join(rng.sample(_GIVEN, rng.choice((1, 2, 2))))
    office = _rows(article.office, rng) if article.office else _office(paragraphs, rng)
    byline = (name, *office)
    items: list[Item] = []
    number = 0
    wanted = rng.random()
    for i, text in enumerate(paragraphs):
        if i and wanted < 0.75 and rng.random() < (0.35 if wanted < 0.5 else 0.15) and number < 9:
            first = re.split(r"[。；]", text)[0]
            clauses = re.split(r"[，、：]", first)
            if rng.random() < 0.4 and len(first) < 40 and len(text) > len(first) + 40:
                heading, text = first, text[len(first) + 1 :]
            else:
                heading = "，".join(rng.sample(clauses, min(len(clauses), rng.choice((1, 2)))))
            if 4 <= len(heading) <= 40:
                items.append(Item(f"{_NUMERALS[number]}、{heading}", True))
                number += 1
        items.append(Item(text, False))
    return Piece(name, byline, re.sub(r"\s+", " ", article.title), tuple(items))


def _office(paragraphs: Sequence[str], rng: random.Random) -> tuple[str, ...]:
    """An invented office: of the place that the text names most, or of the centre; mostly one
    whose business the text is about."""
    import rjieba

    text = "\n".join(paragraphs)
    places = Counter(
        word
        for word, tag in rjieba.tag(text)
        if tag == "ns" and len(word) > 2 and _PLACE.fullmatch(word)
    )
    role = rng.choice(_ROLES)
    business = {role: len(re.findall(words, text)) for words, role in _BUSINESS}
    if rng.random() < _FITTING and max(business.values()) > 2:
        role = rng.choices(list(business), [n**1.5 for n in business.values()])[0]
    if places or business.get(role):
        office = (places.most_common(1)[0][0] if places else "省") + role
    else:
        office = rng.choice(_NATIONAL)
    if "|" in office:
        head, post = office.split("|")
    else:
        cut = office.index("委") + 1
        head, post = office[:cut], office[cut:]
    return (head, post) if rng.random() < 0.5 else (head + post,)


def _rows(office: str, rng: random.Random) -> tuple[str, ...]:
    """An office on one line or two: broken after the place, or where the column is full."""
    if len(office) < 9 or rng.random() < 0.4:
        return (office,)
    place = re.match("(?:中共)?.{2,8}?(?:自治区|省|市|县|区)委?", office)
    cut = place.end() if place and rng.random() < 0.7 else rng.randint(4, len(office) - 4)
    return (office[:cut], office[cut:])
