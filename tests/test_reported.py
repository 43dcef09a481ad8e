"""Words of a third person inside a remark are told apart from the official's own."""

from __future__ import annotations

from itertools import product

import pytest

from rag.answer import Citation
from rag.check import check
from rag.draft import introduce
from rag.speech import third_person, voices
from store.passage import Passage
from store.remarks import Official
from store.reported import find_reported

WHO = Official("顾望舒", "望川市人民法院", "党组书记、院长")


def told(text: str) -> list[tuple[str, str]]:
    return [(r.by, text[r.start : r.end]) for r in find_reported(text, WHO)]


@pytest.mark.parametrize(
    ("text", "by", "words"),
    [
        ("段怀远书记指出:“桥修好了,心就通了。”我们照着做。", "段怀远书记", "桥修好了,心就通了。"),
        ("黎青省长强调,要把水管好。我们逐条落实。", "黎青省长", "要把水管好。"),
        ("全省林业工作会议要求,造林要落到地块。", "全省林业工作会议", "造林要落到地块。"),
        ("《关于减负的意见》规定:“每周不超过两次。”", "《关于减负的意见》", "每周不超过两次。"),
        ("正如易长风同志曾多次讲过的那样。易长风同志说过:“慢就是快。”", "易长风同志", "慢就是快。"),
        ("古人云:“流水不腐。”今天仍是如此。", "古人", "流水不腐。"),
        ("有人认为,调解就是和稀泥。这是误解。", "有人", "调解就是和稀泥。"),
        ("“一口井养活一村人。”村民沈知秋说。", "村民沈知秋", "一口井养活一村人。"),
        ("牢记段怀远书记“多栽树、少剪彩”的重要嘱托,全院动手。", "段怀远书记", "多栽树、少剪彩"),
        ("黎青省长来到望川调研,强调要守住底线。", "黎青省长", "要守住底线。"),
        ("康德拉说过:“法律是写下来的良心。”", "康德拉", "法律是写下来的良心。"),
    ],
)
def test_who_is_repeated_and_what(text: str, by: str, words: str) -> None:
    assert told(text) == [(by, words)]


@pytest.mark.parametrize(
    "text",
    [
        "我在年初的会上强调,办案要快。",
        "本院提出“三个当天”,立案不过夜。",
        "顾望舒强调,办案要快。",
        "望川市人民法院要求,逐案回访。",
        "市法院强调,逐案回访。",
        "按照上级部署要求,我们倒排工期。",
        "对干部要严格要求,对群众要热情。",
        "总的来说,成效是明显的;可以说,这条路走对了。",
        "坚持“枫叶式”工作法,提出“四个到位”。",
        "群众称心,当事人满意,简称“双满意”。",
        "驳斥各种歪理邪说,站稳立场。",
        "需要指出的是,差距仍然不小。",
        "段怀远书记指出的问题,我们已经整改。",
    ],
)
def test_the_officials_own_words_stay_his_own(text: str) -> None:
    assert told(text) == []


def test_a_speaker_goes_on_until_somebody_else_speaks() -> None:
    text = (
        "黎青省长指出:“水要管。”“山也要管。”同时强调,要一起管。我们今年种了九万棵树。"
        "他还说:“树是活的碑。”"
    )
    assert told(text) == [
        ("黎青省长", "水要管。"),
        ("黎青省长", "山也要管。"),
        ("黎青省长", "要一起管。"),
        ("黎青省长", "树是活的碑。"),
    ]


def test_quotations_without_an_end_and_inside_others() -> None:
    assert told("黎青省长说:“他讲‘快’字,“稳”字也要讲。再说") == [
        ("黎青省长", "他讲‘快’字,“稳”字也要讲。再说")
    ]
    assert find_reported("") == find_reported("“") == find_reported("说:“") == ()


def test_an_answer_names_the_voice() -> None:
    text = "今年我们修了九座桥。黎青省长强调:“桥要修到村口。路要修到门口。”我们已开工。"
    p = Passage("p", "d", "d.txt", WHO, "修桥", "", 1, text)
    first, second = text.index("桥要"), text.index("路要")
    assert third_person(p, second) == "黎青省长" and third_person(p, 0) == ""
    spans = [(0, 10), (first, second), (second, second + 7), (second + 8, len(text))]
    assert [by for by, _ in voices(p, spans)] == ["", "黎青省长", ""]
    assert introduce(p, by="黎青省长").endswith("中转述黎青省长的话：")
    english = introduce(p, "en", "黎青省长")
    assert english.endswith("says in 《修桥》, repeating words of 黎青省长: ")
    for language in ("zh", "en"):  # its own check lets pass what the program writes
        said = f"{introduce(p, language, '黎青省长')}桥要修到村口。[1]"
        cited = Citation(1, p, "桥要修到村口。")
        assert [c.verdict for c in check(said, [cited], [WHO])] == ["supported"], language


def test_a_piece_without_a_title_is_introduced_without_empty_marks() -> None:
    for note in ("", "转述"):
        p = Passage("p", "d", "d.txt", WHO, "", "", 1, "桥要修到村口。", note=note)
        for language, by in product(("zh", "en"), ("", "黎青省长")):
            assert "《" not in introduce(p, language, by)
