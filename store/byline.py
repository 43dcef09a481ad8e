"""Who signs a piece: the lines that name an official, their organization and post.

Known shapes: name over organization over post; name over one line with both; all on one
line; ``作者:张三(某省某厅厅长)``; ``(作者系某省某厅厅长)`` at the end of a text, whose name stands
elsewhere. A reporter's credit is no official.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from store.document import Line
from store.office import LEAD, SENTENCE, SPACES, is_organ, is_post, split_office
from store.remarks import Official
from store.surname import SINGLE, surname_of

_DOTS = "·•・‧．"
_NAME = re.compile(
    rf"[\u4e00-\u9fff]{{1,8}}(?:[{_DOTS}][\u4e00-\u9fff]{{1,8}}){{1,3}}|[\u4e00-\u9fff]{{2,4}}"
)
_NOT_NAME = re.compile(
    "[省市县区厅局院部委]$|^(?:主持|作者|编者|方法|经验|高质|全面|全力|高举|和谐|安全|平安|金融)"
)

_CREDIT = re.compile(
    r"记者|通讯员|特约(?:撰稿|评论|通讯|编辑|作者)|(?<!总)编辑|责编|摄影|撰稿|实习生|采写|供稿|整理|校对|美编|制图|本刊|本报|新华社|主编|排版|来源|编者"
)
_AUTHOR_END = re.compile(
    r"^[（(\[【〔]?\s*(?:本文)?(?:作者|发言人|讲话人)(?:单位)?\s*(?:系|为|是|：|:|\s)\s*(.+?)\s*[)）\]】〕]?[。.]?$"
)


@dataclass(frozen=True, slots=True)
class Byline:
    """Lines that name one official.

    `first` and `last` are positions in the document's lines, both included.
    """

    official: Official
    first: int
    last: int


_BY = re.compile(r"文\s*[/／|｜]")


def is_name(text: str) -> bool:
    """Whether `text` can be one person's name (spaces inside a short name allowed)."""
    bare = SPACES.sub("", text)
    if not _NAME.fullmatch(bare):
        return False
    if any(dot in bare for dot in _DOTS):
        return True
    if len(surname_of(bare)) > 1:
        return True
    return len(bare) < 4 and bare[0] in SINGLE and not (len(bare) > 2 and _NOT_NAME.search(bare))


def names_of(text: str) -> tuple[str, ...]:
    """The names in a line that holds nothing else; empty if it holds anything else.

    A space inside a two-character name is the typesetter's (``李  明``), a space
    between longer ones divides two people.
    """
    text = LEAD.sub("", text.strip())
    if len(text) > 40:
        return ()
    bare = SPACES.sub("", text)
    if len(bare) <= 3 and is_name(bare) and all(len(w) == 1 for w in SPACES.split(text)):
        return (bare,)
    parts = [p for p in re.split(r"[、,，/；;\s\u3000]+", text) if p]
    if len(parts) == 2 and all(len(p) == 1 for p in parts):
        parts = ["".join(parts)]
    if parts and all(is_name(p) for p in parts):
        return tuple(parts)
    return ()


def _official(names: Sequence[str], office: Sequence[str]) -> Official:
    rows = [m.group(1) if (m := _AUTHOR_END.match(row)) else row for row in office]
    organization, position = split_office(rows)
    return Official("、".join(names), organization, position)


def _inline(text: str) -> Official | None:
    """A name and an office on one line, in either order."""
    text = LEAD.sub("", text.strip())
    if len(text) > 60 or SENTENCE.search(text):
        return None
    marked = re.match(r"^(?:作\s*者|发言人|讲话人|姓\s*名)\s*[:：]?\s*(.+)$", text)
    body = marked.group(1) if marked else text
    bracket = re.match(r"^(.{2,20}?)\s*[（(](.{3,50})[)）]$", body)
    if bracket and (names := names_of(bracket.group(1))) and is_post(bracket.group(2)):
        return _official(names, [bracket.group(2)])
    parts = re.split(r"[ \t\u3000\xa0|｜/]+|[:：,，]\s*", body)
    parts = [p for p in parts if p]
    for names_at, office_at in ((1, slice(1, None)), (-1, slice(0, -1))):
        head = parts[:1] if names_at == 1 else parts[-1:]
        office = "".join(parts[office_at])
        if len(parts) >= 2 and head and (names := names_of(head[0])) and is_post(office):
            return _official(names, [office])
        if len(parts) >= 3 and is_post("".join(parts[2:] if names_at == 1 else parts[:-2])):
            pair = parts[:2] if names_at == 1 else parts[-2:]
            if all(len(p) == 1 for p in pair) and is_name("".join(pair)):
                rest = parts[2:] if names_at == 1 else parts[:-2]
                return _official(["".join(pair)], ["".join(rest)])
    if marked and (names := names_of(body)):
        return _official(names, [])
    return None


def find_bylines(lines: Sequence[Line]) -> list[Byline]:
    """Every byline of a document, in file order; no line is in two.

    A bare name counts only with an office beside it (before or after, no further than the
    next line), as a line of two to four characters may be anything.
    """
    found: list[Byline] = []
    loose: list[tuple[int, list[str]]] = []
    i = 0
    while i < len(lines):
        text = lines[i].text
        if len(text) > 70 or _CREDIT.search(text):
            i += 1
            continue
        if names := names_of(text) or _set_apart(lines, i):
            office, end = _office_after(lines, i + 1)
            if names and office:
                found.append(Byline(_official(names, office), i, end))
                i = end + 1
                continue
            before, start = _office_before(lines, i - 1, found[-1].last if found else -1)
            if names and before:
                found.append(Byline(_official(names, before), start, i))
                i += 1
                continue
        if official := _inline(text):
            end = i
            while end + 1 < len(lines) and _continues_office(lines[end + 1]):
                end += 1
            if end > i:
                office = [official.office, *(line.text for line in lines[i + 1 : end + 1])]
                official = _official([official.name], office)
            found.append(Byline(official, i, end))
            i = end
        elif (ended := _AUTHOR_END.match(text)) and (official := _ended(ended.group(1))):
            if official.name:
                found.append(Byline(official, i, i))
            else:
                loose.append((i, [official.organization + official.position]))
        i += 1
    return sorted([*found, *_named(lines, loose, found)], key=lambda b: b.first)


def _set_apart(lines: Sequence[Line], i: int) -> tuple[str, ...]:
    """A name with a rare surname, told by its place: alone, empty lines above, a post below."""
    line = lines[i]
    if (i and line.blank_before < 2) or not re.fullmatch("[\u4e00-\u9fff]{2,6}", line.text):
        return ()
    if is_organ(line.text) or is_post(line.text) or i + 1 >= len(lines):
        return ()
    below = lines[i + 1]
    return (line.text,) if below.blank_before == 0 and is_post(below.text) else ()


def _continues_office(line: Line) -> bool:
    return line.blank_before == 0 and is_post(line.text) and not _CREDIT.search(line.text)


def _office_after(lines: Sequence[Line], start: int) -> tuple[list[str], int]:
    """Rows of an office from `start` on, at most three, and the position of the last."""
    rows: list[str] = []
    end = start - 1
    for i in range(start, min(start + 3, len(lines))):
        line = lines[i]
        text = line.text
        if line.blank_before > 1 or (rows and line.blank_before and is_post(rows[-1].rstrip("、"))):
            break
        if len(text) > 60 or _CREDIT.search(text) or SENTENCE.search(text):
            break
        if not (is_post(text.rstrip("、,，")) or is_organ(text)):
            # "中共某市" alone is a place cut from its organ: its next line must be a post.
            following = lines[i + 1] if i + 1 < len(lines) else None
            if rows or following is None or following.blank_before or not is_post(following.text):
                break
        if names_of(text) and not is_post(text):
            break
        rows.append(text)
        end = i
    while rows and not is_post(rows[-1]) and len(rows) > 1:
        rows.pop()
        end -= 1
    if rows and not is_post(rows[-1]) and (cut := _cut_office(lines, start)):
        return cut
    if rows and (is_post(rows[-1]) or (is_organ(rows[-1]) and len(rows[-1]) >= 4)):
        return rows, end
    return _cut_office(lines, start) or ([], start - 1)


def _cut_office(lines: Sequence[Line], start: int) -> tuple[list[str], int] | None:
    """An office whose lines break inside a word: told only by all its lines together.

    They stand set apart, without an empty line between them and the name.
    """
    rows: list[str] = []
    for i in range(start, min(start + 3, len(lines))):
        line = lines[i]
        if line.blank_before or not 2 <= len(line.text) <= 40 or _CREDIT.search(line.text):
            break
        if SENTENCE.search(line.text):
            break
        rows.append(line.text)
    for count in range(len(rows), 1, -1):
        last = start + count - 1
        below = lines[last + 1].blank_before if last + 1 < len(lines) else 1
        whole = "".join(rows[:count])
        if below and (is_post(whole) or (is_organ(whole) and len(whole) >= 6)):
            return rows[:count], last
    return None


def _office_before(lines: Sequence[Line], last: int, taken: int) -> tuple[list[str], int]:
    """Rows of an office that ends at `last`, no line break before the name."""
    rows: list[str] = []
    i = last
    while i > taken and i >= 0 and last - i < 2:
        text = lines[i].text
        if _CREDIT.search(text) or not (is_post(text) or (rows and is_organ(text))):
            break
        rows.insert(0, text)
        i -= 1
    return rows, i + 1


def _ended(text: str) -> Official | None:
    """What stands after “作者系”: an office, with a name or without."""
    if official := _inline(text):
        return official
    bare = re.split(r"[;；。]", text)[0]
    if is_post(bare):
        organization, position = split_office([bare])
        return Official("", organization, position)
    if is_organ(bare):
        return Official("", bare, "")
    if names := names_of(bare):
        return Official("、".join(names))
    return None


def is_author_note(text: str) -> bool:
    """Whether a line is the note on the author at the end of a text: no words of the piece."""
    match = _AUTHOR_END.match(text)
    return bool(match and _ended(match.group(1)))


def _named(
    lines: Sequence[Line], loose: list[tuple[int, list[str]]], found: Sequence[Byline]
) -> list[Byline]:
    """Bylines without an office beside them: those that a note on the author at the end of the
    text completes, by the nearest bare name before it, and those marked as bylines."""
    taken = {i for b in found for i in range(b.first, b.last + 1)}
    made: list[Byline] = []
    for place, office in loose:
        for i in range(place - 1, -1, -1):
            if i in taken or not (names := names_of(lines[i].text)):
                continue
            made.append(Byline(_official(names, office), i, i))
            taken.add(i)
            break
    for i, line in enumerate(lines):  # 文/某某 says by itself that it is a byline
        if i not in taken and _BY.match(line.text) and (names := names_of(line.text)):
            made.append(Byline(_official(names, []), i, i))
    return made
