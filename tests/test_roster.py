"""Who is meant: by name, surname, title, organ, place; and who is not in the library."""

from __future__ import annotations

import pytest

from rag.organ import organs_of, places_of, without_kinds
from rag.roster import Roster, titles_of
from rag.stranger import near_names, strangers
from store import Official, surname_of

A = Official("陆承远", "云溪省青川市交通运输局", "党组书记、局长")
B = Official("陆知夏", "云溪省临港县人民检察院", "党组书记、检察长")
C = Official("欧阳牧", "海陵省高级人民法院", "党组副书记、副院长")
D = Official("韩立秋", "海陵省松涛市人民政府;松涛市公安局", "副市长、市公安局党委书记、局长")
ROSTER = Roster.of([A, B, C, D])


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("陆承远怎么看超载?", [A]),
        ("陆局长怎么看超载?", [A]),
        ("姓陆的检察长怎么说?", [B]),
        ("姓陆的两位官员分别怎么说?", [A, B]),
        ("青川的那位局长怎么谈养护?", [A]),
        ("云溪省交通运输局的负责人", [A]),
        ("检察院怎么谈公益诉讼?", [B]),
        ("海陵省法院副院长说了什么?", [C]),
        ("欧阳副院长说了什么?", [C]),
        ("检察院和公安局各有什么做法?", [B, D]),
        ("兼任公安局长的副市长怎么说?", [D]),
        ("韩立秋和欧阳牧有什么不同?", [D, C]),
        ("What does Lu Chengyuan say about bridges?", [A]),
        ("How do Ouyang Mu and Han Liqiu differ?", [C, D]),
        ("桥梁多久检查一次?", []),
    ],
)
def test_meant(text: str, meant: list[Official]) -> None:
    assert ROSTER.meant(text) == meant


def test_a_deputy_is_not_the_head() -> None:
    assert C not in ROSTER.meant("院长怎么说?")


def test_parts_of_an_office() -> None:
    assert {"云溪省", "云溪", "青川市", "青川"} <= places_of("云溪省青川市交通运输局")
    assert {"雪原维吾尔自治区", "雪原"} <= places_of("雪原维吾尔自治区松涛市")
    assert "高级人民法院" in organs_of("海陵省高级人民法院")
    assert titles_of("党组书记、局长") == {"局长"}
    assert surname_of("欧阳牧") == "欧阳" and surname_of("陆承远") == "陆"
    assert surname_of("濮阳清") == "濮阳" and surname_of("司空") == "司"


def test_words_of_the_office_leave_the_topic() -> None:
    assert ROSTER.without("青川市交通运输局怎么管超载", [A]).strip() == "怎么管超载"


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("王建国怎么看桥梁养护?", ["王建国"]),
        ("赵厅长对超载有什么要求?", ["赵厅长"]),
        ("东陵省公安厅怎么谈反诈?", ["东陵省公安厅"]),
        ("王建国局长怎么看桥梁养护?", ["王建国"]),
        ("陆承远和张伟分别怎么谈养护?", ["张伟"]),
        ("陆成缘怎么看桥梁养护?", ["陆成缘"]),
        ("沈知行局长说了什么?", ["沈知行"]),
        ("顾望舒怎么谈教育公平?", ["顾望舒"]),
        ("东陵市第二中级人民法院怎么谈调解?", ["东陵市第二中级人民法院"]),
        ("广州的官员怎么说?", ["广州官员"]),
        ("陆承远怎么看桥梁养护?", []),
        ("高校怎么招生?", []),
        ("高温补贴怎么发?", []),
        ("安全生产怎么抓?", []),
        ("常态化清淤怎么做?", []),
    ],
)
def test_strangers(question: str, found: list[str]) -> None:
    assert strangers(question, ROSTER, "养护工人的高温补贴;安全生产;常态化清淤") == found


def test_near_names_are_offered() -> None:
    assert near_names("陆承元", [A.name, C.name, D.name])[0] == "陆承远"
    assert near_names("诸葛亮", [A.name, C.name]) == []


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("公安局长怎么谈违停?", ["高峰"]),
        ("对于检察工作怎么看?", []),
        ("关于局长陪餐有什么规定?", ["安定国", "于海涛", "高峰", "王伟", "王伟民"]),
        ("高院怎么谈?", []),
        ("王伟民怎么谈三公经费?", ["王伟民"]),
        ("王伟和王伟民怎么说?", ["王伟", "王伟民"]),
        ("于局长和安局长分别怎么谈?", ["安定国", "于海涛"]),
    ],
)
def test_a_surname_or_name_is_not_part_of_another_word(question: str, names: list[str]) -> None:
    organs = ("司法局", "水利局", "公安局", "机关事务局", "教育局")
    people = ("安定国", "于海涛", "高峰", "王伟", "王伟民")
    roster = Roster.of(Official(p, f"某区{o}", "局长") for p, o in zip(people, organs, strict=True))
    assert [o.name for o in roster.meant(question)] == names


def test_an_organ_without_the_suffix_of_its_place() -> None:
    customs = Official("谷望川", "澜浦海关", "党委书记、关长")
    police = Official("鲍长风", "瀛江省澜浦市公安局", "局长")
    roster = Roster.of([customs, police])
    assert roster.meant("海关怎么查禁毒品?") == [customs]
    assert roster.meant("澜浦海关怎么让货物快点通关?") == [customs]  # not whoever is in 澜浦
    assert roster.meant("公安局和海关各有什么手段?") == [customs, police]
    assert not strangers("请问澜浦海关怎么查禁毒品?", roster, "")
    assert strangers("青岛海关怎么查禁毒品?", roster, "") == ["青岛海关"]
    assert strangers("澜浦市税务局怎么谈退税?", roster, "") == ["澜浦市税务局"]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("What is the budget of Qingchuan?", [A]),
        ("the procurator of Lingang", [B]),
        ("What is a qingchuanese dish?", []),
        ("What happens on the hai?", []),
    ],
)
def test_a_place_in_latin_letters(text: str, meant: list[Official]) -> None:
    assert ROSTER.meant(text) == meant


def test_a_surname_of_two_characters_that_is_a_place_too() -> None:
    roster = Roster.of([Official("濮阳清", "云台市城市管理局", "局长")])
    for asked in ("濮阳局长怎么要求文明执法?", "姓濮阳的官员对小摊贩是什么态度?"):
        assert not strangers(asked, roster, "小摊贩要文明执法")
        assert [o.name for o in roster.meant(asked)] == ["濮阳清"]


def test_the_organ_of_cities_has_no_place_called_so() -> None:
    city = Official("甲", "云台市城市管理局", "局长")
    fires = Official("乙", "云台市应急管理局", "局长")
    roster = Roster.of([city, fires])
    assert roster.meant("那应急管理局长呢?") == [fires]
    assert roster.meant("城管局长怎么说?") == roster.meant("城市管理局怎么说?") == [city]
    assert roster.meant("城市怎么建设?") == []


def test_a_part_of_an_organ_is_called_by_its_own_name() -> None:
    roads = Official("甲", "某省云台市公安局交通警察支队", "支队长")
    fires = Official("乙", "云台市应急管理局", "局长")
    roster = Roster.of([roads, fires])
    assert roster.meant("交警支队在什么情况下不罚款?") == [roads]
    assert roster.meant("应急管理局和交警支队分别怎么谈执勤?") == [roads, fires]


def test_an_organ_of_the_nation_is_found_by_its_place() -> None:
    tax = Official("游永和", "国家税务总局云台市税务局", "局长")
    roster = Roster.of([tax])
    for asked in ("云台市税务局一年收多少税?", "有人伪造欠条,游永和怎么把他们揪出来?"):
        assert roster.meant(asked) == [tax] and not strangers(asked, roster, "")


@pytest.mark.parametrize("asked", ["那检察长呢?", "给上面写信，石沉大海怎么办"])
def test_a_pointer_and_an_idiom_are_no_names(asked: str) -> None:
    assert not strangers(asked, ROSTER, "")


def test_a_surname_with_its_title_is_not_what_is_looked_for() -> None:
    roads = Official("缪永和", "云台市公安局", "局长")
    assert Roster.of([roads]).without("缪局长怎么谈减负", [roads]).strip() == "怎么谈减负"


def test_words_for_organs_may_be_left_out() -> None:
    assert without_kinds("另一位公安局的领导").split() == ["另一位", "的领导"]
