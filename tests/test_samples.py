"""The samples: well formed, marked as a retelling, true to the figures, not copied."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "samples"
SHARED = ROOT.parent / "shared"
SOURCE = SHARED / "corpus" / "remarks.txt"
GOLD = SHARED / "eval" / "attribution_gold.jsonl"
QUESTIONS = SHARED / "eval" / "dev_questions.jsonl"
FILES = sorted(path for path in SAMPLES.glob("*.md") if path.name != "README.md")
KEYS = {"speaker", "organization", "position", "title", "note"}

# Longest run of letters, digits and characters that a retelling may share with the source.
LONGEST_RUN = 12

# Names of documents and of a campaign, which cannot be said otherwise.
ALLOWED = (
    "关于建立非诉讼纠纷解决中心的实施方案",
    "全省非诉讼纠纷解决中心工作指引",
    "排解解纷防风险、保安护稳促发展",
)


@dataclass(frozen=True)
class Sample:
    """One sample file: front matter, heading lines and paragraphs with their section."""

    declared: dict[str, str]
    titles: tuple[str, ...]
    sections: tuple[str, ...]
    paragraphs: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        return "\n".join((*self.titles, *self.sections, *(text for _, text in self.paragraphs)))


def load(path: Path) -> Sample:
    _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    titles: list[str] = []
    sections: list[str] = []
    paragraphs: list[tuple[str, str]] = []
    for block in re.split(r"\n\s*\n", body.strip()):
        assert "\n" not in block, f"a paragraph broken over lines: {block[:20]}"
        if block.startswith("## "):
            sections.append(block[3:])
        elif block.startswith("# "):
            titles.append(block[2:])
        else:
            paragraphs.append((sections[-1] if sections else "", block))
    return Sample(yaml.safe_load(front), tuple(titles), tuple(sections), tuple(paragraphs))


def bare(text: str) -> str:
    """Letters, digits and characters alone, width folded."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(char for char in folded if char.isalnum())


def shared_runs(text: str, source: str, longest: int) -> list[str]:
    """Maximal runs of more than `longest` bare characters that `text` shares with `source`."""
    runs: list[str] = []
    start = 0
    while start + longest < len(text):
        end = start + longest + 1
        if text[start:end] not in source:
            start += 1
            continue
        while end < len(text) and text[start : end + 1] in source:
            end += 1
        runs.append(text[start:end])
        start = end - longest
    return runs


def gold() -> dict[str, list[dict[str, object]]]:
    """Paragraphs of the source by speaker, in reading order."""
    pieces: dict[str, list[dict[str, object]]] = {}
    for line in GOLD.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row.get("kind") != "gap":
            pieces.setdefault(row["speaker"], []).append(row)
    return pieces


every_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
with_source = pytest.mark.skipif(
    not (SOURCE.exists() and GOLD.exists()), reason="the published source is not here"
)


def test_there_are_four_officials() -> None:
    officials = {(load(path).declared["speaker"], load(path).declared["organization"])
                 for path in FILES}  # fmt: skip
    assert len(FILES) == len(officials) == 4


@every_file
def test_front_matter_has_exactly_the_five_keys(path: Path) -> None:
    declared = load(path).declared
    assert set(declared) == KEYS
    assert all(isinstance(value, str) and value.strip() for value in declared.values())


@every_file
def test_it_says_of_itself_that_it_is_a_retelling(path: Path) -> None:
    sample = load(path)
    assert sample.declared["title"].endswith("（转述）")
    assert sample.declared["note"].startswith("转述")
    assert "非原话" in sample.declared["note"]
    assert sample.titles == (sample.declared["title"],)


@every_file
def test_structure(path: Path) -> None:
    sample = load(path)
    assert len(sample.paragraphs) > 8
    assert len(sample.sections) >= 2
    assert len(set(sample.sections)) == len(sample.sections)
    assert {section for section, _ in sample.paragraphs} >= set(sample.sections)


@every_file
def test_paragraphs_can_be_cited_by_themselves(path: Path) -> None:
    for _, text in load(path).paragraphs:
        assert 40 <= len(text) <= 200, (len(text), text)
        assert text.endswith(("。", "。）"))
        assert text.count("“") == text.count("”")
        assert text.count("（") == text.count("）")


@every_file
def test_punctuation_is_full_width(path: Path) -> None:
    text = load(path).text
    assert not re.findall(r"[,;:!?()\"'<>]|\.(?!\d)", text)


def test_a_run_is_found_across_punctuation() -> None:
    source = bare("春天里，河水涨了又落，渡口的船却一直没有开走。")
    copied = bare("他说春天里河水涨了、又落，渡口的船还在。")
    assert shared_runs(copied, source, LONGEST_RUN) == ["春天里河水涨了又落渡口的船"]
    assert shared_runs(bare("渡口的船没有开，河水落了又涨。"), source, LONGEST_RUN) == []


@with_source
@every_file
def test_no_sentence_is_copied(path: Path) -> None:
    # As printed, and as it reads once the halves of a cut paragraph are one again.
    joined = [str(row["text"]) for rows in gold().values() for row in rows]
    source = "\n".join(map(bare, (SOURCE.read_text(encoding="utf-8"), *joined)))
    text = load(path).text
    for name in ALLOWED:
        text = text.replace(name, "\n")
    # One block at a time: what two blocks would make together stands nowhere.
    runs = [
        run for block in text.split("\n") for run in shared_runs(bare(block), source, LONGEST_RUN)
    ]
    assert runs == []


@with_source
def test_every_allowed_name_is_needed() -> None:
    source = bare(SOURCE.read_text(encoding="utf-8"))
    samples = "\n".join(load(path).text for path in FILES)
    for name in ALLOWED:
        assert len(bare(name)) > LONGEST_RUN
        assert bare(name) in source
        assert name in samples


@with_source
@every_file
def test_every_paragraph_has_its_counterpart_in_order(path: Path) -> None:
    sample = load(path)
    rows = gold()[sample.declared["speaker"]]
    assert len(sample.paragraphs) == len(rows)
    assert sample.declared["position"] == rows[0]["position"]
    for (section, text), row in zip(sample.paragraphs, rows, strict=True):
        lost = row["section"] is None
        numbered = re.match(r"[一二三四五六七八九十]+、", section)
        assert bool(numbered) is not lost, (section, row["id"])
        if numbered:
            assert str(row["section"]).startswith(numbered.group())
        assert bool(row["starts_mid"] or row["ends_mid"]) is ("缺失" in text), row["id"]


@with_source
@every_file
def test_every_figure_stands_in_the_same_paragraph(path: Path) -> None:
    sample = load(path)
    number = re.compile(r"\d+(?:\.\d+)?\s*(?:%|万余件|万件|年|个)?")
    for (_, text), row in zip(sample.paragraphs, gold()[sample.declared["speaker"]], strict=True):
        assert set(number.findall(str(row["text"]))) == set(number.findall(text)), row["id"]


@with_source
@every_file
def test_every_quoted_term_is_the_source_s_own(path: Path) -> None:
    """What stands in quotation marks in a retelling was said in just that paragraph."""
    sample = load(path)
    for (_, text), row in zip(sample.paragraphs, gold()[sample.declared["speaker"]], strict=True):
        for term in re.findall(r"“([^”]+)”", text):
            assert bare(term) in bare(str(row["text"])), (row["id"], term)


@with_source
@pytest.mark.skipif(not QUESTIONS.exists(), reason="the development questions are not here")
def test_most_asked_for_facts_are_carried_over() -> None:
    """Of the short strings that right answers must contain, nearly all survive the retelling."""
    paragraphs: dict[str, str] = {}
    for path in FILES:
        sample = load(path)
        rows = gold()[sample.declared["speaker"]]
        for (_, text), row in zip(sample.paragraphs, rows, strict=True):
            paragraphs[str(row["id"])] = bare(text)
    missing: list[tuple[str, str]] = []
    asked = 0
    for line in QUESTIONS.read_text(encoding="utf-8").splitlines():
        question = json.loads(line)
        if not question["answerable"]:
            continue
        told = "\n".join(paragraphs[key] for key in question["gold"])
        asked += len(question["facts"])
        missing += [(question["id"], fact) for fact in question["facts"] if bare(fact) not in told]
    assert len(missing) <= 0.1 * asked, missing
