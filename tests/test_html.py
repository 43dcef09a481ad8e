"""HTML: what a reader sees becomes lines, whatever encoding it is in; the rest does not."""

from __future__ import annotations

import random
import time

import pytest

from store.attribution import attribute
from store.errors import UnreadableFile
from store.reader import read_bytes
from tests.officialese import pieces
from tests.printing import html_of

LIMIT = 32 << 20


def texts(page: str, encoding: str = "utf-8") -> list[str]:
    return [line.text for line in read_bytes("a.html", page.encode(encoding), LIMIT).lines]


def test_several_pieces_on_one_page() -> None:
    truth = pieces(4, random.Random(9))
    found = attribute(read_bytes("a.html", html_of(truth, 2).encode(), LIMIT))
    assert [(r.official.name, r.title) for r in found if r.official] == [
        (piece.speaker, piece.title) for piece in truth
    ]
    for piece, remarks in zip(truth, found, strict=True):
        want = [item.text for item in piece.items if not item.heading]
        assert [p.text for p in remarks.paragraphs] == want


def test_what_nobody_sees_is_dropped() -> None:
    page = (
        "<html><head><title>网页</title><style>p{}</style></head><body><!-- 注释 -->"
        "<script>document.write('脚本')</script><noscript>无脚本</noscript>"
        "<nav>首页</nav><p style='color:red; DISPLAY : none'>藏一</p><p hidden>藏二</p>"
        "<template><p>模板</p></template><textarea>填写</textarea>"
        "<div style='display:none'><b>深<i>处</i></b></div>后面的话"
        "<p>看<b hidden>不</b>得<span style='visibility:hidden'>到</span>见。</p></body></html>"
    )
    assert texts(page) == ["后面的话", "看得见。"]


def test_blocks_breaks_and_spaces() -> None:
    page = (
        "<h2>标题</h2><p>闻笛<br>澜溪县教育局<br/>局长</p><p>\n"
        "  第一行的字\n  接第二行,open\n court。"
        "</p><table><tr><td>甲</td><td>乙</td></tr></table><ul><li>一条<li>二条</ul>"
        "<pre>上\n下</pre><p>&nbsp;</p><p>a&lt;b&amp;c</p>"
    )
    lines = read_bytes("a.htm", page.encode(), LIMIT).lines
    assert [line.text for line in lines] == [
        "标题", "闻笛", "澜溪县教育局", "局长", "第一行的字接第二行,open court。", "甲", "乙",
        "一条", "二条", "上", "下", "a<b&c",
    ]  # fmt: skip
    assert [line.hint for line in lines][:2] == ["title", "byline"]
    assert [line.number for line in lines] == list(range(1, 13))


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", "utf-8"), ("utf-8", "gb2312"), ("utf-8-sig", ""), ("gb18030", "gb2312"),
        ("gbk", ""), ("utf-16", ""), ("big5", "big5"), ("gb18030", "nonsense"),
    ],
)  # fmt: skip
def test_every_usual_encoding(encoding: str, declared: str) -> None:
    words = "今年的工作有了新的成效,我們要為人民把每一件事辦好。" * 4
    if encoding != "big5":
        words = "今年的工作有了新的成效，我们要为人民把每一件事办好。" * 4
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">'
    page = f"<html><head>{meta if declared else ''}</head><body><p>{words}</p></body></html>"
    assert texts(page, encoding) == [words]


def test_bold_lines_head_sections() -> None:
    body = "这一段正文写得长一些,好让粗体的行显得少。" * 5
    page = f"<p><strong>小标题</strong></p><p>{body}</p><p><b>重点。</b>{body}</p>"
    lines = read_bytes("a.html", page.encode(), LIMIT).lines
    assert [line.hint for line in lines] == ["heading", "", ""]


@pytest.mark.parametrize(
    "page", ["没有标记的字", "<p></p>", "<script>x</script>", "<!doctype html>"]
)
def test_without_markup_or_text(page: str) -> None:
    with pytest.raises(UnreadableFile):
        texts(page)


@pytest.mark.parametrize("tag", ["div", "b", "p", "ul><li", "table><tr><td", "h1"])
def test_depth_does_no_harm(tag: str) -> None:
    assert "深处的字" in "".join(texts(f"<{tag}>" * 200 + "深处的字"))
    started = time.monotonic()
    try:
        assert "深处的字" in "".join(texts(f"<{tag}>" * 50_000 + "深处的字"))
    except UnreadableFile as error:
        assert "嵌套" in error.zh
    assert time.monotonic() - started < 20


@pytest.mark.parametrize(
    ("head", "told"),
    [
        ('<meta name="PubDate" content="2021-05-06 10:20">', {"date": "2021-05-06"}),
        ('<meta property="article:published_time" content="2021-5-6T08:00:00+08:00">',
         {"date": "2021-05-06"}),
        ('<meta name="dc.date" content="2020-01-01"><meta name="pubdate" content="2021年5月6日">',
         {"date": "2021-05-06"}),
        ('<meta name="PubDate" content="2021-13-06"><meta name="dc.date" content="2020/1/2">',
         {"date": "2020-01-02"}),
        ('<meta name="PubDate" content="昨天">', {}),
        ('<meta name="PubDate">', {}),
        ('<link rel="canonical" href="https://a.test/b.html">',
         {"source": "https://a.test/b.html"}),
        ('<link rel="canonical" href="javascript:alert(1)">', {}),
        ('<link rel="canonical" href="/b.html"><meta property="og:url" content="http://a.test/c">',
         {"source": "http://a.test/c"}),
        ("", {}),
    ],
)  # fmt: skip
def test_what_a_page_says_of_its_publication(head: str, told: dict[str, str]) -> None:
    page = f"<html><head>{head}</head><body><p>渡口要有人管。</p></body></html>"
    assert read_bytes("a.html", page.encode(), LIMIT).declared == told


def test_the_day_of_a_page_stands_with_what_it_cites() -> None:
    truth = pieces(2, random.Random(9))
    head = '<head><meta name="PubDate" content="2021-05-06"></head>'
    found = attribute(read_bytes("a.html", (head + html_of(truth, 1)).encode(), LIMIT))
    assert [r.date for r in found if r.official] == ["2021-05-06"] * 2
