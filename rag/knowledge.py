"""What answering derives from one version of the library: roster, word weights, quote index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rag.chronicle import Piece, chronicle
from rag.quote import QuoteIndex
from rag.relevance import Relevance
from rag.roster import Roster
from rag.theme import Theme, themes
from rag.within import Filter, offered
from store import Library, Official, Passage, searchable, year_of

_QUANTILE = 0.6
_LEAST_SPREAD = 1e-3
_ELSEWHERE = (
    "红烧肉怎么做才不腻?",
    "猫为什么喜欢钻纸箱?",
    "吉他的六根弦分别是什么音?",
    "黑洞是怎样形成的?",
    "越位规则是什么意思?",
    "手机屏幕碎了自己能换吗?",
    "咖啡豆要烘焙多少分钟?",
    "恐龙是哪个地质年代灭绝的?",
    "怎样用毛线织一条围巾?",
    "围棋和象棋哪个更难学?",
    "这部小说的男主角最后和谁结婚了?",
    "海水为什么是咸的?",
    "跑步时膝盖疼该怎么办?",
    "哪种镜头适合拍星空?",
    "盆栽的叶子发黄是什么原因?",
    "圆周率小数点后第十位是几?",
    "小提琴家年轻时在哪里学琴?",
    "这座火山上一次喷发是什么时候?",
    "编译器和解释器有什么区别?",
    "蜂蜜放久了会结晶吗?",
    "南极有没有北极熊?",
    "这支球队的主教练叫什么名字?",
    "油画颜料怎么洗掉?",
    "古埃及人用什么做木乃伊?",
    "婴儿几个月开始长牙?",
)

_ELSEWHERE_ENGLISH = (
    "How long do you boil an egg?",
    "Why do cats purr?",
    "Who painted this portrait?",
    "What is the fastest land animal?",
    "How do black holes form?",
    "Which guitar strings should a beginner buy?",
    "When did the dinosaurs die out?",
    "How do I knit a scarf?",
    "What are the rules of offside?",
    "Where is the best place to see penguins?",
    "How many moons does Jupiter have?",
    "Which lens is good for the night sky?",
)


@dataclass(frozen=True, slots=True)
class Background:
    """The similarities of questions on other subjects: a bar, their mean, their spread."""

    bar: float
    mean: float
    spread: float


def is_chinese(text: str) -> bool:
    """Whether a text has Chinese characters."""
    return any("\u4e00" <= c <= "\u9fff" for c in text)


class Knowledge:
    """Built once for a library's version, each part at first use."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.version = library.version
        self.embedder = library.embedder.name
        self.passages: list[Passage] = library.passages()
        self.officials: list[Official] = library.officials()

    @cached_property
    def roster(self) -> Roster:
        """Who may be meant by which words."""
        return Roster.of(self.officials)

    @cached_property
    def relevance(self) -> Relevance:
        """How rare each word is."""
        return Relevance([searchable(p) for p in self.passages])

    @cached_property
    def years(self) -> dict[str, frozenset[str]]:
        """Keys of the officials who spoke in each year; pieces without a date are in none."""
        spoke: dict[str, set[str]] = {}
        for p in self.passages:
            spoke.setdefault(year_of(p), set()).add(p.official.key)
        return {year: frozenset(keys) for year, keys in spoke.items() if year}

    @cached_property
    def offered(self) -> Filter:
        """The limits that let somebody of this library through."""
        return offered(self.officials, self.years)

    @cached_property
    def themes(self) -> list[Theme]:
        """What the library's headings speak of, the weightiest first; two dozen at most."""
        return themes(self.passages, 24)

    @cached_property
    def chronicle(self) -> list[Piece]:
        """Every piece by its date, those without one last."""
        return chronicle(self.passages)

    @cached_property
    def quotes(self) -> QuoteIndex:
        """Every word that was said, for tracing."""
        return QuoteIndex(self.passages)

    @cached_property
    def background(self) -> Background:
        """Cosine similarities that questions on other subjects reach by chance.

        Embedders differ in where their similarities lie, so the bar for “nothing in common”
        is taken from the library and the embedder in use: from the best similarities of a fixed
        set of everyday questions that no official answers.
        """
        return self._background(_ELSEWHERE)

    @cached_property
    def background_english(self) -> Background:
        """The same for questions in English, which lie elsewhere."""
        return self._background(_ELSEWHERE_ENGLISH)

    def bar(self, text: str) -> float:
        """The similarity below which a text has nothing in common with the library."""
        return self._behind(text).bar

    def standing(self, similarity: float, text: str) -> float:
        """A similarity in standard deviations above the mean of the background."""
        behind = self._behind(text)
        return (similarity - behind.mean) / behind.spread

    def words_of(self, officials: Sequence[Official]) -> str:
        """All that some officials said, in one string; all that is there for ()."""
        if not officials:
            return self.corpus
        keys = {o.key for o in officials}
        own = [searchable(p) for p in self.passages if p.official.key in keys]
        return "\n".join(own)

    def _behind(self, text: str) -> Background:
        return self.background if is_chinese(text) else self.background_english

    def _background(self, questions: tuple[str, ...]) -> Background:
        best = [h[0].score for q in questions if (h := self.library.dense(q, 1))]
        if not best:
            return Background(0.0, 0.0, 1.0)
        bar, mean = float(np.quantile(best, _QUANTILE)), float(np.mean(best))
        return Background(bar, mean, max(float(np.std(best)), _LEAST_SPREAD))

    @cached_property
    def corpus(self) -> str:
        """All words in one string, to see whether something is mentioned at all."""
        return "\n".join(p.text for p in self.passages)
