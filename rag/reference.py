"""A citation as one puts it into a text of one's own: plain, and by GB/T 7714—2015."""

from __future__ import annotations

import re
from datetime import date

from rag.answer import Citation
from store import Passage

_WORDS = {
    "zh": ("，", "、", "第 {} 页", "第 {} 行", "第 {} 段"),
    "en": (", ", ", ", "page {}", "lines {}", "no. {}"),
}
_ADDRESS = re.compile(r"https?://\S+")
_DAY = re.compile(r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*日?")
_MONTH = re.compile(r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*月?")
_ISSUE = re.compile(
    r"(?:(\d{4})\s*年?)?[\s,，]*(?:第\s*(\d+)\s*卷[\s,，]*)?第\s*(\d+(?:\s*[-–—~至/]\s*\d+)?)\s*期"
    r"|(\d{4})\s*[,，]?\s*(?:(\d+)\s*)?[(（]\s*(\d+(?:[-–—/]\d+)?)\s*[)）]"
)
_PAGES = re.compile(r"第?\s*(\d+(?:\s*[-–—~至]\s*\d+)?)\s*页|[:：]\s*(\d+(?:[-–—~]\d+)?)\s*$")
_SHEET = re.compile(r"第?\s*([0-9A-Z]{1,4})\s*版|[(（]\s*([0-9A-Z]{1,4})\s*[)）]\s*$")
_NEWSPAPER = re.compile(r"(?:报|Daily|Times|Post|News)(?=$|[\s,，.。:：》第(（\d]|海外版)")


def runs(lines: tuple[int, ...]) -> str:
    """Line numbers as ranges: (3, 4, 5, 9) is ``3–5、9``."""
    made: list[list[int]] = []
    for n in lines:
        if made and n == made[-1][1] + 1:
            made[-1][1] = n
        else:
            made.append([n, n])
    return "、".join(str(a) if a == b else f"{a}–{b}" for a, b in made)


def source(passage: Passage, language: str = "zh") -> str:
    """File, page and lines of a passage in one line."""
    comma, separator, page, lines, _ = _WORDS[language]
    if len(passage.lines) == 1:
        lines = lines.replace("lines", "line")
    parts = [passage.published, passage.file] if passage.published else [passage.file]
    if passage.page is not None:
        parts.append(page.format(passage.page))
    if passage.lines:
        parts.append(lines.format(runs(passage.lines).replace("、", separator)))
    return comma.join(parts)


def plain(citation: Citation, language: str = "zh") -> str:
    """The exact words, then official, post, piece, section, paragraph and source."""
    return f"“{citation.quote}”——{place(citation.passage, language)}"


def place(p: Passage, language: str = "zh") -> str:
    """Who said a passage and where it stands, in one line."""
    comma, _, _, _, number = _WORDS[language]
    piece = f"《{p.title}》" if p.title else ""
    parts = [f"{p.official.office}{p.official.name}", piece, p.date, p.section]
    parts += [number.format(p.paragraph), source(p, language), p.note, doubt(p, language)]
    return comma.join(part for part in parts if part)


def doubt(p: Passage, language: str = "zh") -> str:
    """That it is not sure who speaks, with how sure in per cent; "" where it is."""
    if not p.review:
        return ""
    sure = round(p.confidence * 100)
    if language == "en":
        return f"speaker uncertain ({sure}%): check the source"
    return f"归属存疑（把握 {sure}%），请对照来源核实"


def gbt7714(passage: Passage, today: date | None = None, noted: bool = True) -> str:
    """The piece as an entry of a list of references by GB/T 7714—2015.

    What the document declares of its publication decides the kind: an address makes
    ``[EB/OL]`` (with `today` as the day it was seen), an issue ``[J]``, a newspaper ``[N]``.
    Anything else, and a piece of which nothing is known, is a part of the work or file
    that holds it, ``[Z]//``. What is not known is said in square brackets, never made up;
    a file's page is given only for the file, since it is not the periodical's. `noted`
    adds the document's remark on itself, such as that it is a retelling.
    """
    author = _authors(passage.official.name)
    title = passage.title or "[题名不详]"
    published = passage.published.strip()
    day = iso_day(passage.date) or (iso_day(f[0]) if (f := _DAY.search(published)) else "")
    address = _ADDRESS.search(published)
    if address:
        seen = (today or date.today()).isoformat()
        when = f"({day})[{seen}]" if day else f"[{seen}]"
        entry = f"{author}. {title}[EB/OL]. {when}. {address[0].rstrip('。，,;；')}."
    elif issue := _ISSUE.search(published):
        entry = f"{author}. {title}[J]. {_journal(published, issue, day)}."
    elif _NEWSPAPER.search(published):
        sheet = _SHEET.search(published)
        number = f"({sheet[1] or sheet[2]})" if sheet else ""
        name = _name(published, sheet)
        entry = f"{author}. {title}[N]. {name}, {day or '[日期不详]'}{number}."
    else:
        pages = _PAGES.search(published)
        page = _dash(pages[1] or pages[2]) if pages else passage.page if not published else None
        holder = _name(published, pages) or passage.file
        when = day or "[日期不详]"
        entry = f"{author}. {title}[Z]//{holder}. {when}{f': {page}' if page else ''}."
    return f"{entry}（{passage.note}）" if passage.note and noted else entry


def _authors(names: str) -> str:
    """Up to three names, then 等, as the standard has them."""
    each = [name for name in re.split(r"[、,，;；]\s*", names) if name]
    return ", ".join([*each[:3], "等"] if len(each) > 3 else each) or "佚名"


def _journal(published: str, issue: re.Match[str], day: str) -> str:
    """Name, year, volume, issue and pages of a periodical."""
    year = issue[1] or issue[4] or day[:4] or "[年份不详]"
    volume, number = issue[2] or issue[5], issue[3] or issue[6]
    pages = _PAGES.search(published, issue.end())
    made = f"{_name(published, issue)}, {year}"
    made += f", {volume}({_dash(number)})" if volume else f"({_dash(number)})"
    return f"{made}: {_dash(pages[1] or pages[2])}" if pages else made


def _name(published: str, stop: re.Match[str] | None) -> str:
    """The publication's own name: what stands before its issue, sheet, page and day."""
    name = published[: stop.start()] if stop else published
    for pattern in (_DAY, _MONTH):
        name = pattern.sub("", name)
    return name.strip(" ,，.。:：《》")


def _dash(pages: str) -> str:
    return re.sub(r"\s*[–—~至]\s*", "-", pages.replace(" ", ""))


def iso_day(text: str) -> str:
    """A date as written in Chinese or with signs, as ``2031-05-06`` or ``2031-05``."""
    if found := _DAY.search(text):
        return f"{int(found[1]):04}-{int(found[2]):02}-{int(found[3]):02}"
    if found := _MONTH.search(text):
        return f"{int(found[1]):04}-{int(found[2]):02}"
    return text.strip()
