"""Whether a sentence turns its source round: a negation more or less, an opposite."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

# Longest first: what stands after one of these is denied, forbidden or avoided.
_NEGATION = re.compile(
    r"绝不能|决不能|绝不允许|决不允许|绝不|决不|并不是|并不|不再|不得|不准|不许|不允许|不可以?|不能够?|不要|不会|不应该?|不应当|不宜|不让"
    r"|不搞|不以|不用|不必|不予|不是|不等于|不愿|不想|没有|没能|没|尚未|未能|未曾|并未|从未|未(?=[\u4e00-\u9fff])"
    r"|无需|无须|毋须|不需要?|并非|绝非|而非|非(?=[\u4e00-\u9fff])|免予|免于|严禁|禁止|杜绝|防止|避免|严防|防范|谨防|拒绝|反对|抵制"
    r"|切忌|零(?=容忍)|不|莫|勿"
)
# Words that hold such a character and deny nothing of what follows.
_WORDS = re.compile(
    r"不断|不仅仅?|不但|不只|不光|不同|不管|不论|不可或缺|不可缺少|不可分割|不少|不懈|不竭|不凡|不朽|不禁"
    r"|不愧|不妨|不过|不然|不良|不足|不法|不安|不动产|不力|不公|不平衡|不充分|不正当|不正之风|不作为|不文明"
    r"|不稳定|不平凡|不折不扣|毫不|无不|不可避免|不得不|不能不|不(?=如)|不时|不惜|不一(?!定)|是不是|能不能"
    r"|不敢腐|不能腐|不想腐|非法|非诉讼?|非公|非遗|非常|非凡|除非|未来|未成年|未必|未雨绸缪|前所未有"
    r"|方兴未艾|没收"
)
_FILLER = (
    "(?:也|都|就|将|仍|可以|可|能够|能|要|应当|应该|应|会|允许|予以|得以|均|全|被|给|已经|已|的|地|必须"
    "|直接|继续|去|再|还){0,3}"
)
_OPPOSITES = (
    (
        "提高 提升 上升 增长 增加 升高 上涨 增至 升至 增收",
        "降低 下降 减少 回落 缩减 下滑 压减 压降 降至 减至 减收",
    ),
    ("扩大 拓宽 放宽 放开", "缩小 收紧 收窄 压缩"),
    ("加强 强化 增强", "削弱 弱化 减弱 放松"),
    ("支持 鼓励 允许 赞成 准许 提倡 可以", "限制 禁止 严禁 不准 不得 不许 抵制 不能 不允许 不可"),
    ("从严 严格 从重 严厉 严惩", "从宽 宽松 放松 从轻 宽容 宽大"),
    ("加快 提速", "放缓 减缓 延缓 暂缓"),
    ("公开 透明", "保密 隐瞒"),
    ("主动", "被动"),
    ("增设 新设 设立 保留 扩建", "撤销 取消 裁撤 关停 关闭"),
    ("集中 统一", "分散"),
    ("下放 下沉", "上收 回收"),
    ("免费", "收费 付费"),
    ("优先", "暂缓 延后"),
    ("不超过 不多于 不高于 至多 最多", "不少于 不低于 至少 最少 不下于"),
)
# Verbs for what is fought: their object is no aim.
_FIGHT = re.compile(
    r"力戒|整治|打击|破除|纠治|纠正|惩治|遏制|克服|根治|制止|查处|取缔|清理|严惩|惩处|防治|治理|消除|摒弃|远离|警惕|减少|压减"
)
_REACH = 8
_CLAUSE = re.compile(r"[，,；;。：:！!？?\n]")
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_CAUSING = re.compile(r"^[让把被对以使令给]")
_WEAK = re.compile(r"^(?:的|了|是|在|有|得|只|再|让|把|被|对|以)|(?:的|了|着)$")


def contradicts(claim: str, sources: Sequence[str]) -> str:
    """What in `claim` says the opposite of `sources`, or "".

    Found are the plain cases, by characters and without grammar: the same words with a negation
    between them that the other side lacks (案件不得直播 and 案件可以直播), four characters that
    are denied on one side only, and opposites next to the same words (提高 and 降低). Both
    sides must be in one script.
    """
    clauses = [c for c in _CLAUSE.split(claim) if c]
    held = [c for source in sources for c in _CLAUSE.split(source) if c]
    return (
        _dropped(clauses, held)
        or _dropped(held, clauses, added=True)
        or _opposite(claim, "\n".join(sources))
    )


def stance(words: str, text: str) -> str:
    """``"for"`` or ``"against"``, as a text affirms or denies words wherever they stand, or ""."""
    clauses = [c for c in _CLAUSE.split(text) if words in c]
    if not clauses:
        return ""
    denied = _places(words, clauses)
    if all(denied) or all(_FIGHT.search(c[: c.find(words)]) for c in clauses):
        return "against"
    return "" if any(denied) or any(_FIGHT.search(c) for c in clauses) else "for"


def _signs(clause: str) -> Iterator[re.Match[str]]:
    """The negations in a clause."""
    blocked = [m.span() for m in _WORDS.finditer(clause)]
    for sign in _NEGATION.finditer(clause):
        if not any(a < sign.end() and sign.start() < b for a, b in blocked):
            yield sign


def _dropped(clauses: Sequence[str], held: Sequence[str], added: bool = False) -> str:
    """A negation of `held` that `clauses` leave out. `added`: the sides are exchanged."""
    for part in held:
        for sign in _signs(part):
            left, right = part[: sign.start()], part[sign.end() :]
            pair = _around(left, right)
            if pair and pair.search("\n".join(clauses)):
                whole = re.search(pair.pattern, "\n".join(held))
                if not whole:
                    return f"{'+' if added else '-'}{sign.group()}{right[:4]}"
            right = _CAUSING.sub("", right)
            words = _HAN.match(right)
            long = words and len(words.group()) >= 4 and not _WEAK.match(right[:4])
            if long and _all(False, right[:4], clauses) and _all(True, right[:4], held):
                return f"{'+' if added else '-'}{sign.group()}{right[:4]}"
    return ""


def _around(left: str, right: str) -> re.Pattern[str] | None:
    """What a clause looks like without its negation: the characters on both sides of it."""
    before, after = left[-2:], right[:2]
    if not (_HAN.fullmatch(before) and _HAN.fullmatch(after)):
        return None
    if len(before) < 2 or len(after) < 2 or _WEAK.search(after) or _WEAK.fullmatch(before):
        return None
    return re.compile(re.escape(before) + _FILLER + re.escape(after))


def _places(words: str, clauses: Sequence[str]) -> list[bool]:
    """For each place of `words`: whether it is denied."""
    found = []
    for clause in clauses:
        at = clause.find(words)
        while at >= 0:
            found.append(any(0 <= at - s.end() <= _REACH for s in _signs(clause)))
            at = clause.find(words, at + 1)
    return found


def _all(denied: bool, words: str, clauses: Sequence[str]) -> bool:
    """Whether `words` occur, and are denied (or affirmed) wherever they do."""
    found = _places(words, clauses)
    return bool(found) and all(is_denied == denied for is_denied in found)


def _opposite(claim: str, source: str) -> str:
    """An opposite of the source's word next to the same words, or ""."""
    for pair in _OPPOSITES:
        for these, those in (pair, pair[::-1]):
            ours, theirs = these.split(), those.split()
            used = [w for w in ours if w in claim and not any(t in claim for t in theirs)]
            if not used or any(w in source for w in ours):
                continue
            for word in used:
                for other in (t for t in theirs if t in source):
                    if _same_object(claim, word, source, other):
                        return f"{other}→{word}"
    return ""


def _same_object(claim: str, word: str, source: str, other: str) -> bool:
    """Whether what stands next to two opposites is the same."""
    for place in re.finditer(re.escape(word), claim):
        after = claim[place.end() : place.end() + 2]
        before = claim[max(0, place.start() - 2) : place.start()]
        if any(s.end() == place.start() for s in _signs(claim)):
            continue
        for found in re.finditer(re.escape(other), source):
            right = source[found.end() : found.end() + 6]
            left = source[max(0, found.start() - 6) : found.start()]
            near = _HAN.fullmatch(after) and len(after) == 2 and after in right
            far = _HAN.fullmatch(before) and len(before) == 2 and before in left
            if near or far:
                return True
    return False
