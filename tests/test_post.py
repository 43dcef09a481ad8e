"""Who holds a post: only whoever holds that very one."""

from __future__ import annotations

import pytest

from rag.post import asks_whether_holds, holds, posts_asked
from store import Official


@pytest.mark.parametrize(
    ("question", "posts"),
    [
        ("青川市市长是谁?", ("市长",)),
        ("谁是青川市副市长？", ("副市长",)),
        ("云溪省交通运输厅厅长叫什么名字", ("厅长",)),
        ("临港县人民检察院党组书记是哪位", ("党组书记",)),
        ("青川市委书记是谁", ("市委书记",)),
        ("Who is the deputy mayor of Qingchuan?", ("副市长",)),
        ("who is the chief procurator of Lingang", ("检察长",)),
        ("陆承远是谁?", ()),
        ("Who is Lu Chengyuan?", ()),
        ("市长怎么看养护?", ()),
        ("养护的责任人是谁?", ()),
    ],
)
def test_the_post_asked_for(question: str, posts: tuple[str, ...]) -> None:
    assert posts_asked(question) == posts


@pytest.mark.parametrize(
    ("post", "held"),
    [
        ("副市长", True),
        ("市长", False),
        ("局长", True),
        ("党委书记", True),
        ("市委书记", False),
        ("书记", True),
        ("检察长", False),
    ],
)
def test_a_deputy_does_not_hold_the_heads_post(post: str, held: bool) -> None:
    police = Official(
        "韩立秋", "海陵省松涛市人民政府;松涛市公安局", "副市长、市公安局党委书记、局长"
    )
    assert holds(police, (post,)) is held


def test_a_post_that_the_organization_ends_in() -> None:
    assert holds(Official("贺江", "中共松涛市委", "书记"), ("市委书记",))
    assert not holds(Official("贺江", "中共松涛市委", "副书记"), ("市委书记",))


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("陆承远是不是局长?", True),
        ("陆承远是厅长吗", True),
        ("陆承远和陆知夏是同一个人吗?", True),
        ("陆承远是怎么要求局长的?", False),
        ("养护是局长的责任，怎么落实?", False),
    ],
)
def test_whether_somebody_holds_it(question: str, asks: bool) -> None:
    assert asks_whether_holds(question) is asks
