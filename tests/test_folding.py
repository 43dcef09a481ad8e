import random
import time

import pytest

from store.folding import fold, fold_with_map


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("ＡＢＣ１２３％", "abc123%"),
        ("Grüße", "grüße"),
        ("隨著經濟發展", "随着经济发展"),
        ("「改革」與『開放』", '"改革"与"开放"'),
        ("“改革”与‘开放’", '"改革"与"开放"'),
        ("甲——乙－丙—丁", "甲--乙-丙-丁"),
        ("一 二\u3000三\n四", "一二三四"),
        ("in  two \n words", "in two words"),
        ("用 GDP 衡量", "用gdp衡量"),
        ("零\u200b宽\ufeff字", "零宽字"),
        ("⻓⻔⼯⼚", "长门工厂"),
        ("二〇二四", "二零二四"),
        ("甲，乙；丙：丁！", "甲,乙;丙:丁!"),
        ("【甲】〔乙〕", "[甲][乙]"),
        ("乙。\ud800", "乙."),
        ("", ""),
    ],
)
def test_variants_fold_to_one(written: str, compared: str) -> None:
    assert fold(written) == compared


def test_folding_twice_is_folding_once() -> None:
    for text in ("隨著 ３.５％ 的「增長」——Café", "a  b　c", "½ ㎡ ①"):
        assert fold(fold(text)) == fold(text)


def test_map_leads_back_to_the_source() -> None:
    text = "他 說：「增長３.５％，」\n完畢。"
    folded, places = fold_with_map(text)
    assert folded == "他说增长3.5%完毕"
    start = folded.index("增长")
    assert text[places[start] : places[folded.index("%")] + 1] == "增長３.５％"


def test_a_quote_with_other_marks_and_spaces_is_found_in_its_source() -> None:
    source = "张三指出，“群众的事，无小事”；要件件有着落。"
    quote = "群眾 的事無小事"
    folded, places = fold_with_map(source)
    start = folded.index(fold_with_map(quote)[0])
    end = start + len(fold_with_map(quote)[0])
    assert source[places[start] : places[end - 1] + 1] == "群众的事，无小事"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("3.5%", "3.5%"),
        ("3. 5", "35"),
        ("结束.2020年", "结束2020年"),
        ("10:30", "10:30"),
        ("比分：3", "比分3"),
        ("1/2", "1/2"),
        ("½", "1/2"),
        ("……", ""),
        ("a/b", "ab"),
        ("$5", "$5"),
    ],
)
def test_signs_inside_numbers_stay(written: str, kept: str) -> None:
    assert fold_with_map(written)[0] == kept


def test_characters_that_become_several_keep_one_place() -> None:
    folded, places = fold_with_map("甲㎡乙")
    assert folded == "甲m2乙"
    assert places == [0, 1, 1, 2]


def test_marks_join_their_letter() -> None:
    folded, places = fold_with_map("cafe\u0301 x")
    assert folded == "caféx"
    assert places == [0, 1, 2, 3, 6]


def test_map_is_sound_for_any_text() -> None:
    rng = random.Random(3)
    alphabet = "甲乙丙說話ＡbＣ１2３.．/：:%％ 　\n，。“”「」…—½㎡①é\u0301\u200b\ud83d⻔"
    for _ in range(500):
        text = "".join(rng.choice(alphabet) for _ in range(rng.randrange(30)))
        folded, places = fold_with_map(text)
        assert len(folded) == len(places)
        assert places == sorted(places)
        assert all(0 <= place < len(text) for place in places)


def test_parts_fold_as_in_the_whole() -> None:
    text = "乾坤乾燥皇后以後著名隨著"
    whole = fold(text)
    for start in range(len(text)):
        assert fold(text[start:]) == whole[start:]


def test_two_thousand_passages_in_well_under_a_second_each_way() -> None:
    rng = random.Random(0)
    texts = ["".join(chr(rng.randrange(0x4E00, 0x9000)) for _ in range(200)) for _ in range(2000)]
    fold_with_map("".join(texts))
    began = time.process_time()
    for text in texts:
        fold_with_map(text)
    assert time.process_time() - began < 1.0
