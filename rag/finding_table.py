"""The retrieval table for a person: Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from rag.finding import FIGURES, Finding, gain
from rag.table import line, type_name

# Ranker: (Chinese, English).
RANKERS = {
    "bm25_words": ("BM25（词）", "BM25, words"),
    "bm25": ("BM25（字与双字）", "BM25, characters and pairs"),
    "dense": ("向量", "vectors"),
    "hybrid": ("融合", "fused"),
    "reread": ("融合＋连读重排", "fused, reread with the question"),
    "asked": ("融合＋理解问题", "fused, question understood"),
    "no_title": ("去掉标题", "without titles"),
    "no_section": ("去掉小标题", "without section headings"),
    "no_office": ("去掉单位职务", "without offices"),
    "no_spelling": ("去掉错字纠正", "without spelling"),
    "no_dense": ("去掉向量", "without vectors"),
    "no_lexical": ("去掉字词", "without words"),
    "rrf": ("改用倒数排名融合", "by reciprocal ranks instead"),
    "best_sentence": ("另加最佳句向量", "with best sentences' vectors"),
    "no_hints": ("去掉机关提示", "without hints of organs"),
    "no_filters": ("去掉官员限定", "without filters by official"),
    "not_reread": ("去掉连读重排", "without rereading"),
}
FIGURE_NAMES = {
    "hit@1": ("首位命中", "first right"),
    "hit@5": ("前五命中", "right in five"),
    "recall@1": ("召回@1", "recall@1"),
    "recall@5": ("召回@5", "recall@5"),
    "recall@10": ("召回@10", "recall@10"),
    "mrr@10": ("MRR@10", "MRR@10"),
    "ndcg@10": ("nDCG@10", "nDCG@10"),
}
_WORDS = {
    "type": ("类型", "Type"),
    "n": ("题数", "Asked"),
    "ranker": ("检索方式", "Way"),
    "ms": ("毫秒/题", "ms"),
    "gain": (
        "{one}比{other}：nDCG@10 {mean:+.3f}（{share:+.0%}，95% 区间 {low:+.3f} … {high:+.3f}）",
        "{one} over {other}: nDCG@10 {mean:+.3f} ({share:+.0%}, 95 % {low:+.3f} … {high:+.3f})",
    ),
    "part": ("改动", "Change"),
    "against": ("与“{name}”相差", "Against “{name}”"),
    "interval": ("95% 区间", "95 %"),
}
_UNDERSTOOD = ("no_hints", "no_filters", "not_reread")  # measured against the question understood


def ranker_name(name: str, language: str = "zh") -> str:
    """A way to rank as a person reads it."""
    return RANKERS.get(name, (name, name))[language == "en"]


def as_markdown(
    findings: Sequence[Finding], ablations: Sequence[Finding] = (), language: str = "zh"
) -> str:
    """The table by type of question, what fusion gains over BM25, and what each part is worth."""
    at = int(language == "en")
    head = [_WORDS["type"][at], _WORDS["n"][at], _WORDS["ranker"][at]]
    head += [FIGURE_NAMES[f][at] for f in FIGURES] + [_WORDS["ms"][at]]
    lines = [line(head), "|" + " --- |" * len(head)]
    for rows in zip(*(f.rows() for f in findings), strict=True):
        for row in rows:
            cells = [type_name(row["type"], language), str(row["n"])]
            cells += [ranker_name(row["ranker"], language), *(f"{row[f]:.3f}" for f in FIGURES)]
            lines.append(line([*cells, "" if row["ms"] is None else f"{row['ms']:.1f}"]))
    lines += ["", *_gains(findings, at)]
    if ablations:
        lines += ["", *_parts(findings, ablations, at)]
    return "\n".join(lines)


def _gains(findings: Sequence[Finding], at: int) -> list[str]:
    by_name = {f.name: f for f in findings}
    rivals = [by_name[name] for name in ("bm25_words", "bm25") if name in by_name]
    if not rivals:
        return []
    best = max(rivals, key=lambda f: f.figures["ndcg@10"].mean())
    made = []
    for name in ("hybrid", "reread", "asked"):
        if name in by_name:
            more = gain(by_name[name], best)
            said = _WORDS["gain"][at].format(
                one=RANKERS[name][at],
                other=RANKERS[best.name][at],
                mean=more.mean,
                share=more.mean / max(float(best.figures["ndcg@10"].mean()), 1e-9),
                low=more.low,
                high=more.high,
            )
            made.append(f"- {said}")
    return made


def _parts(findings: Sequence[Finding], ablations: Sequence[Finding], at: int) -> list[str]:
    by_name = {f.name: f for f in findings}
    head = [_WORDS["part"][at], "recall@5", "nDCG@10", _WORDS["interval"][at], _WORDS["ms"][at]]
    made = [line(head), "|" + " --- |" * len(head)]
    for changed in ablations:
        whole = by_name["asked" if changed.name in _UNDERSTOOD else "hybrid"]
        found, ranked = gain(changed, whole, "recall@5"), gain(changed, whole)
        made.append(
            line(
                [
                    RANKERS[changed.name][at],
                    f"{found.mean:+.3f}",
                    f"{ranked.mean:+.3f}",
                    f"{ranked.low:+.3f} … {ranked.high:+.3f}",
                    f"{changed.ms:.1f}",
                ]
            )
        )
    return made
