"""Offices: what a post and an organ are called, and where one ends and the other begins."""

from __future__ import annotations

import re
from collections.abc import Sequence

# What a post is called, and an organ; longer ones first, as an alternation tries them in order.
_POSTS = (
    "副主任委员|政治部主任|首席执行官|政治委员|督察专员|党组成员|监委主任|总工程师|"
    "总经济师|县委书记|政协主席|监察专员|主任委员|总会计师|首席专家|副书记|检察长|"
    "总编辑|支队长|总队长|司令员|参谋长|秘书长|督察长|巡视员|调研员|董事长|总经理|"
    "理事长|负责人|研究员|检察官|发言人|大队长|中队长|特派员|审判员|教导员|指导员|"
    "村支书|监狱长|总领事|书记|省长|市长|区长|县长|旗长|州长|盟长|镇长|乡长|"
    "厅长|局长|部长|司长|处长|科长|院长|主任|主席|委员|常委|组长|会长|校长|"
    "社长|署长|行长|关长|站长|所长|馆长|庭长|队长|政委|经理|总裁|代表|专员|"
    "成员|教授|顾问|法官|律师|团长|师长|军长|台长|大使|总监|秘书|干事|馆员|"
    "部员|会办|支书|干部|警长|狱长|参事"
)
_POST_END = re.compile(rf"(?:{_POSTS})(?:[（(][^（）()]*[)）])?$")
_ORGANS = (
    "政治协商会议|人民检察院|人大常委会|依法治国办|人民政府|人民法院|委员会|公安厅|"
    "公安局|司法厅|司法局|镇党委|乡党委|自治区|检察院|研究院|法学会|联合会|总工会|"
    "开发区|经开区|高新区|管委会|办公室|法治办|政协|省委|市委|区委|县委|旗委|"
    "州委|盟委|党委|党组|街道|法院|大学|学院|集团|公司|军区|总队|支队|大队|"
    "中心|党校|协会|学会|银行|海关|监狱|新区|纪委|监委|工委|省|市|区|县|旗|"
    "州|盟|镇|乡|厅|局|部|委|办|院|署|司|处|科|所|站|社|图书馆|博物馆|文化馆|档案馆|纪念馆|体育馆"
)
_ORGAN_END = re.compile(rf"(?:{_ORGANS})$")
_PLACE_END = re.compile("[省市区县旗州盟镇乡]$")
# What a post begins with, right after the organization.
_POST_HEAD = re.compile(
    "(?:原)?(?:党委|党组|党工委|分党组|机关党委|党支部|常务|专职|兼职|副|"
    "总(?!队)|委员|常委|书记|主任|主席|院长|检察长|局长|厅长|部长|司长|处长|"
    "科长|所长|站长|代表|代[省市区县]|[一二三四]级|首席|执行|秘书|"
    "[省市区县旗州盟镇乡]长|组织部|宣传部|统战部|政法委|政治部|纪委|董事|校长|"
    "行长|会长|社长|理事|政委|政治委员|队长|总队长|支队长|大队长|关长|署长|台长|"
    "司令|参谋|参事|教授|研究员|负责|检察官|法官|专员)"
)
_SHORT_POST = re.compile("^(.{2,}(厅|局|部|院|处|所|委))长$")
SPACES = re.compile(r"[ \t\u3000\xa0]+")
LEAD = re.compile(r"^(?:[□■◎●○◇◆▲△★☆※*]+|文\s*[/／|｜]|[/／])\s*")
SENTENCE = re.compile(r"[。！？!?；;…]|[，,].*[，,]")


def is_post(text: str) -> bool:
    """Whether `text` ends as the title of an office does."""
    return len(text) <= 60 and not SENTENCE.search(text) and bool(_POST_END.search(_tight(text)))


def is_bare_post(text: str) -> bool:
    """Whether `text` is the title of an office and nothing else: 局长, 副局长."""
    return bool(re.fullmatch(rf"副?(?:{_POSTS})", text))


def is_organ(text: str) -> bool:
    """Whether `text` ends as the name of an organization or place does."""
    return len(text) <= 40 and not SENTENCE.search(text) and bool(_ORGAN_END.search(_tight(text)))


def split_office(lines: Sequence[str]) -> tuple[str, str]:
    """Organization and position from the lines of an office, all their words kept.

    Over two lines the line break is the split where the first line holds no post;
    inside a line the split is after the last organ before the first post.
    """
    rows = [_tight(row) for row in lines]
    rows = [row for row in rows if row]
    if not rows:
        return "", ""
    if len(rows) > 1 and not _POST_END.search(rows[0].rstrip("、,，")):
        head, rest = rows[0], "".join(rows[1:])
        if _POST_HEAD.match(rest):
            return head, rest
        organ, post = _split_row(rest)
        return head + organ, post
    return _split_row("".join(rows))


def _split_row(row: str) -> tuple[str, str]:
    first = re.split("[、,，]", row)[0]
    for end in range(1, len(first)):
        if not (_ORGAN_END.search(first[:end]) and _POST_HEAD.match(first[end:])):
            continue
        if _PLACE_END.search(first[:end]) and (party := re.match("党工?委", first[end:])):
            end += party.end()
        return row[:end], row[end:]
    if short := _SHORT_POST.match(row):
        # "某市公安局长" shares one character between organ and post.
        return short.group(1), f"{short.group(2)}长"
    match = _POST_END.search(first)
    if match and match.start():
        return row[: match.start()], row[match.start() :]
    return ("", row) if _POST_END.search(row) else (row, "")


def _tight(text: str) -> str:
    return SPACES.sub("", LEAD.sub("", text.strip())).strip("()（）")
