"""The pages without a browser: what is drawn, what is asked, what is kept."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages import asking, session
from pages.talk import Talk
from pages.wording import WORDS, say
from rag.archive import Archive
from rag.transcript import Transcript
from tests.fakes import SAMPLE, FakeAssistant, FakeLibrary

ROOT = Path(__file__).resolve().parent.parent


# -- the pages -------------------------------------------------------------------------


@pytest.fixture
def library(monkeypatch):
    library = FakeLibrary()
    made: list[FakeAssistant] = []

    def assistant(lib, settings=None):
        made.append(FakeAssistant(lib, settings))
        return made[-1]

    library.assistants = made
    monkeypatch.setattr(session, "open_library", lambda settings: library)
    monkeypatch.setattr(session, "open_assistant", assistant)
    session._desks.clear()
    yield library
    session._desks.clear()


def page(name: str = "app.py") -> AppTest:
    return AppTest.from_file(str(ROOT / name), default_timeout=30).run()


def html(at: AppTest) -> str:
    return "\n".join(e.value for e in at.get("html") if "<style>" not in e.value)


def ask(at: AppTest, question: str) -> AppTest:
    return at.chat_input[0].set_value(question).run()


def test_first_page(library):
    at = page()
    seen = html(at)
    assert not at.exception
    assert say("brand") in seen and say("line") in seen and say("sample_banner") in seen
    for official in library.officials():
        assert official.name in seen and official.office in seen
    assert at.button(key="suggest_0").label
    assert library.syncs == 1


def test_an_empty_library_says_so_and_takes_no_question(monkeypatch):
    monkeypatch.setattr(session, "open_library", lambda settings: FakeLibrary(""))
    monkeypatch.setattr(session, "open_assistant", FakeAssistant)
    session._desks.clear()
    at = page()
    session._desks.clear()
    assert say("empty_library") in html(at) and at.chat_input[0].disabled


def test_a_question_is_answered_with_sources(library):
    at = ask(page(), "水库的安全鉴定怎么安排？")
    seen = html(at)
    assert "水库的安全鉴定怎么安排？" in seen and "陆望川" in seen
    assert 'popovertarget="yj-0-1"' in seen and 'id="yj-0-1"' in seen
    assert say("sample_banner") not in seen
    assert 'data-copy="**陆望川**' in seen and "示例.md，第 2 行，转述，不是原话" in seen


def test_a_suggestion_asks_itself(library):
    at = page()
    question = library.assistants[0].suggestions()[0]
    at.button(key="suggest_0").click().run()
    assert library.assistants[0].calls[0]["question"] == question
    assert 'popovertarget="yj-0-1"' in html(at)


def test_a_follow_up_knows_what_was_said(library):
    at = ask(ask(page(), "水库怎么办？"), "客车呢？")
    first, second = library.assistants[0].calls
    assert first["history"] == ()
    turn = second["history"][0]
    assert turn.question == "水库怎么办？" and turn.speakers == ("陆望川",) and turn.answer
    assert 'id="yj-0-1"' in html(at) and 'id="yj-1-1"' in html(at)


def test_what_was_said_stays_when_its_document_goes(library):
    at = ask(page(), "水库怎么办？")
    before = [e.value for e in at.get("html") if "yj-answer" in e.value]
    library.remove(library.documents()[0].id)
    at.run()
    assert [e.value for e in at.get("html") if "yj-answer" in e.value] == before


def test_a_new_conversation_forgets(library):
    at = ask(page(), "水库怎么办？")
    at.button(key="new").click().run()
    assert "yj-question" not in html(at) and say("line") in html(at)


def test_a_limited_question_asks_only_these_officials(library):
    at = page()
    key = library.officials()[1].key
    at.multiselect(key="scope").set_value([key]).run()
    ask(at, "水库和客车怎么办？")
    assert library.assistants[0].calls[0]["speakers"] == (key,)
    assert "慕容清和" in html(at) and "陆望川" not in html(at)


def test_the_limit_can_be_set_on_the_first_page_too(library):
    at = page()
    key = library.officials()[0].key
    at.get("button_group")[0].set_value([key]).run()
    assert at.multiselect(key="scope").value == [key]
    ask(at, "水库和客车怎么办？")
    assert library.assistants[0].calls[0]["speakers"] == (key,)


def test_a_question_can_be_limited_by_place_organ_kind_and_year(library):
    at = page()
    assert at.multiselect(key="limit_years").options == ["2031", "2030"]
    organ = library.officials()[0].organization
    at.multiselect(key="limit_organizations").set_value([organ])
    at.multiselect(key="limit_years").set_value(["2031"]).run()
    ask(at, "水库和客车怎么办？")
    limits = library.assistants[0].calls[0]["limits"]
    assert (limits.organizations, limits.years, limits.places) == ((organ,), ("2031",), ())
    assert say("limits_now", limits=f"机构：{organ}；年份：2031") in html(at)
    at.switch_page("pages/who.py").run()
    at.switch_page("pages/chat.py").run()
    assert at.multiselect(key="limit_years").value == ["2031"]
    library.remove(library.documents()[0].id)
    library.upload("新.txt", "# 题 | 闻人岳 | 某局 | 局长\n植树要看成活率。".encode())
    at.run()
    assert not at.exception and "年份：2031" in html(at) and f"机构：{organ}" not in html(at)


def test_what_others_say_nearly_as_well_stands_beside_the_answer(library, monkeypatch):
    other = replace(library.passages()[2], text="<b>旁人</b>的话。")
    real = FakeAssistant._write

    def write(self, *rest):
        answer = yield from real(self, *rest)
        return replace(answer, related=(other,))

    monkeypatch.setattr(FakeAssistant, "_write", write)
    seen = html(ask(page(), "水库怎么办？"))
    assert say("related", count=1) in seen and "&lt;b&gt;旁人&lt;/b&gt;的话。" in seen
    related = seen.split('class="yj-related"')[1].split("</details>")[0]
    assert other.official.name in related and "yj-cite" not in related


def test_an_official_that_is_gone_leaves_the_limit(library):
    at = page()
    at.multiselect(key="scope").set_value([library.officials()[0].key]).run()
    library.remove(library.documents()[0].id)
    library.upload("新.txt", "# 题 | 闻人岳 | 某局 | 局长\n植树要看成活率。".encode())
    at.run()
    assert not at.exception and at.multiselect(key="scope").value == []


def test_unanswered_is_plain(library):
    seen = html(ask(page(), "火星基地呢？"))
    assert "资料库里没有。" in seen and "popovertarget" not in seen


@pytest.mark.parametrize(
    ("question", "line"), [("请出错", "问题太长，请缩短。"), ("一个意外", say("failed"))]
)
def test_an_error_is_one_line_that_stays(library, question, line):
    at = ask(page(), question)
    assert not at.exception and line in html(at) and "secret detail" not in html(at)
    ask(at, "水库呢？")
    assert line in html(at) and 'id="yj-1-1"' in html(at)


def test_a_stopped_answer_keeps_what_was_written(library, monkeypatch, tmp_path):
    class Stopped(BaseException):
        pass

    def broken(message, before, body, lang):
        yield replace(message, partial="写到一半")
        raise Stopped

    archive = Archive(tmp_path)
    talk = Talk(archive, Transcript())
    monkeypatch.setattr(asking, "_written", broken)
    monkeypatch.setattr(session, "talk", lambda: talk)
    with pytest.raises(Stopped):
        asking.ask("问", "", 0, "zh")
    kept = archive.load(talk.transcript.id).messages
    assert [(m.partial, m.stopped, m.answer) for m in kept] == [("写到一半", True, None)]
    assert kept[0].turn().answer == ""


def test_english_leaves_no_chinese_of_ours(library):
    at = page()
    at.session_state["lang"] = "en"
    ask(at.run(), "水库怎么办？")
    library.assistants[0].calls[-1]["language"] = "en"
    texts = [e.value for e in at.get("html")] + [b.label for b in at.button]
    texts += [e.label for e in [*at.radio, *at.multiselect, *at.chat_input] if hasattr(e, "label")]
    chinese = {zh for zh, _ in WORDS.values() if re.fullmatch(r"[\u4e00-\u9fff]{2,}", zh)}
    for text in texts:
        for words in re.findall(r">([^<>{}]+)<", f">{text}<"):
            assert words.strip() not in chinese, words
    assert say("page_library", "en") and "no. 1" in html(at)


def test_language_comes_with_the_address(library):
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
    at.query_params["lang"] = "en"
    assert say("line", "en") in html(at.run())


def test_a_model_of_ones_own_is_used_and_its_key_never_shown(library):
    at = page()
    at.radio(key="engine").set_value("model").run()
    at.text_input(key="spec").set_value("openai:some-model")
    at.text_input(key="base_url").set_value("http://127.0.0.1:9/v1")
    at.text_input(key="api_key").set_value("sk-very-secret").run()
    ask(at, "水库怎么办？")
    mine = library.assistants[-1]
    assert mine.settings.llm_api_key == "sk-very-secret"
    assert mine.settings.llm_base_url == "http://127.0.0.1:9/v1"
    assert mine.calls[0]["llm"] == "openai:some-model" and "openai:some-model" in html(at)
    assert "sk-very-secret" not in html(at) + repr(mine.settings)
    assert len(library.assistants) == 2
    ask(at, "客车呢？")
    assert len(library.assistants) == 2


def test_a_model_that_is_not_named_is_not_used(library):
    at = page()
    at.radio(key="engine").set_value("model").run()
    ask(at, "水库怎么办？")
    assert library.assistants[0].calls[0]["llm"] == "extractive"


def test_the_connection_can_be_tested(library, monkeypatch):
    import rag.model
    from rag.errors import ModelFailed

    seen = []

    def probe(spec, settings):
        seen.append((spec, settings.llm_api_key))
        if spec.endswith("bad"):
            raise ModelFailed("连不上，请检查地址。", "Cannot connect: check the address.")

    monkeypatch.setattr(rag.model, "probe", probe)
    at = page()
    at.radio(key="engine").set_value("model").run()
    at.text_input(key="spec").set_value("openai:good")
    at.text_input(key="api_key").set_value("k").run()
    at.button(key="probe").click().run()
    assert seen == [("openai:good", "k")] and at.success[0].value == say("probe_ok")
    at.text_input(key="spec").set_value("openai:bad").run()
    at.button(key="probe").click().run()
    assert "连不上" in at.warning[0].value


def test_a_library_that_cannot_be_opened_is_one_line(monkeypatch):
    from store.errors import LibraryDamaged

    def broken(settings):
        raise LibraryDamaged("文件夹打不开，请检查权限。", "Cannot open. Check permissions.")

    monkeypatch.setattr(session, "open_library", broken)
    session._desks.clear()
    at = page()
    session._desks.clear()
    assert not at.exception and "文件夹打不开，请检查权限。" in html(at)


# -- the library page ------------------------------------------------------------------


def test_the_library_lists_documents(library):
    seen = html(page("pages/library.py"))
    record = library.documents()[0]
    assert record.name in seen and "陆望川、慕容清和" in seen and f"{record.passages} 段" in seen
    assert say("sample_banner") in seen


def test_several_files_are_taken_in_and_each_has_its_result(library):
    at = page("pages/library.py")
    good = "# 题 | 闻人岳 | 某局 | 局长\n…植树要看成活率。\n管护要有人。".encode()
    at.file_uploader[0].set_value(
        [("好.txt", good, "text/plain"), ("坏.txt", b"\xff\xfe\x00", "text/plain")]
    ).run()
    seen = html(at)
    assert not at.exception
    assert say("state_added") in seen and say("state_failed") in seen and "请另存为 UTF-8" in seen
    assert "2 段" in seen and "1 处缺失" in seen and "闻人岳" in seen
    assert [r.name for r in library.documents()] == ["好.txt"]
    at.run()
    assert len(library.documents()) == 1 and say("state_added") in html(at)


def test_removing_asks_first(library):
    library.upload("新.txt", "# 题 | 闻人岳 | 某局 | 局长\n植树要看成活率。".encode())
    at = page("pages/library.py")
    ident = library.documents()[0].id
    at.button(key=f"remove_{ident}").click().run()
    assert len(library.documents()) == 1 and say("remove_ask", name="新.txt") in html(at)
    at.button(key="remove_no").click().run()
    assert len(library.documents()) == 1
    at.button(key=f"remove_{ident}").click().run()
    at.button(key="remove_yes").click().run()
    assert library.documents() == [] and say("removed", name="新.txt") in html(at)


def test_the_full_text_of_each_piece_can_be_read(library):
    at = page("pages/library.py")
    record = library.documents()[0]
    at.button(key=f"read_{record.id}").click().run()
    assert "逐座向社会公开" in html(at) and "老人和学生" not in html(at)
    at.selectbox(key=f"piece_{record.id}").set_value(1).run()
    assert "老人和学生" in html(at)
    at.button(key=f"read_{record.id}").click().run()
    assert "老人和学生" not in html(at)


def test_names_of_documents_are_literal(library):
    library.upload("<img src=x>*.md", SAMPLE.encode())
    at = page("pages/library.py")
    assert "&lt;img src=x&gt;*.md" in html(at) and "<img" not in html(at)


def fill(library, count: int = 25) -> None:
    for n in range(count):
        library.upload(
            f"{n:02}.txt",
            f"# 篇{n} | 某{n:02} | 云泽省第{n}县林业局 | 局长\n第{n}年植树。".encode(),
        )


def test_many_documents_are_shown_a_page_at_a_time(library):
    fill(library)
    at = page("pages/library.py")
    assert "19.txt" in html(at) and "20.txt" not in html(at)
    at.session_state["shelf_page"] = 2
    at.run()
    assert not at.exception and "24.txt" in html(at) and "19.txt" not in html(at)
    at.text_input(key="shelf_search").set_value("某03").run()
    assert "03.txt" in html(at) and "04.txt" not in html(at)  # from its first page
    assert say("shelf_found", count=1, total=25) in html(at)


@pytest.mark.parametrize("words", ["某07", "第7县", "篇7", "07.txt", "07 林业"])
def test_a_document_is_found_by_name_official_organ_or_title(library, words):
    fill(library, 12)
    at = page("pages/library.py")
    at.text_input(key="shelf_search").set_value(words).run()
    assert "07.txt" in html(at) and "08.txt" not in html(at)


def test_documents_can_be_limited_by_organ_and_place(library):
    fill(library, 12)
    at = page("pages/library.py")
    at.multiselect(key="shelf_organizations").set_value(["云泽省第7县林业局"]).run()
    assert "07.txt" in html(at) and "08.txt" not in html(at)
    at.multiselect(key="shelf_years").set_value(["2031"]).run()
    assert not at.exception and say("shelf_found", count=0, total=12) in html(at)


def test_a_removal_can_be_undone(library):
    library.upload("新.txt", "# 题 | 闻人岳 | 某局 | 局长\n植树要看成活率。".encode())
    at = page("pages/library.py")
    at.button(key=f"remove_{library.documents()[0].id}").click().run()
    at.button(key="remove_yes").click().run()
    assert library.documents() == []
    at.button(key="undo_remove").click().run()
    assert not at.exception and [r.name for r in library.documents()] == ["新.txt"]
    assert "闻人岳" in html(at) and not [b for b in at.button if b.key == "undo_remove"]


def test_a_document_can_be_replaced(library):
    library.upload("旧.txt", "# 题 | 闻人岳 | 某局 | 局长\n植树要看成活率。".encode())
    at = page("pages/library.py")
    at.button(key=f"replace_{library.documents()[0].id}").click().run()
    new = "# 题 | 慕容清和 | 某局 | 局长\n管护要有人。".encode()
    at.file_uploader[1].set_value([("新.txt", new, "text/plain")]).run()
    assert not at.exception and [r.name for r in library.documents()] == ["新.txt"]
    assert "慕容清和" in html(at) and len(at.file_uploader) == 1


def test_stopping_an_upload_tells_what_was_left(library, monkeypatch):
    import streamlit as st

    taken = library.upload

    def upload(name, data, progress=None):
        if name == "二.txt":
            st.stop()  # as a click on the stop button does, in the next progress report
        return taken(name, data, progress)

    at = page("pages/library.py")
    monkeypatch.setattr(library, "upload", upload)
    text = "# 题 | 闻人岳 | 某局 | 局长\n植树{}。"
    files = [(f"{n}.txt", text.format(n).encode(), "text/plain") for n in "一二三"]
    at.file_uploader[0].set_value(files).run()
    at.run()
    assert not at.exception and say("upload_stopped", count=2) in html(at)
    assert "二.txt" in html(at) and [r.name for r in library.documents()] == ["一.txt"]
    at.run()
    assert html(at).count(say("upload_stopped", count=2)) == 1


def test_a_piece_has_a_table_of_its_sections(library):
    at = page("pages/library.py")
    at.button(key=f"read_{library.documents()[0].id}").click().run()
    seen = html(at)
    places = re.findall(r'data-goto="([^"]+)"', seen)
    assert len(places) == 2 and all(f'id="{place}"' in seen for place in places)
    assert "一、总的要求" in seen and say("no_heading") in seen


def test_a_slow_answer_says_what_it_waits_for():
    assert say("answering") in asking.draw_waiting("openai:x", 0, "zh")
    told = asking.draw_waiting("openai:<b>", asking.PATIENCE, "zh")
    assert "openai:&lt;b&gt;" in told and "<b>" not in told and f"{asking.PATIENCE} 秒" in told
    assert "12 s" in asking.draw_waiting("extractive", 12, "en")


def test_many_officials_are_found_by_their_organ_too(monkeypatch):
    text = "".join(
        f"# 篇{n} | 官员{n} | 机构{n} | 主任\n这是第{n}位官员的话。\n" for n in range(20)
    )
    monkeypatch.setattr(session, "open_library", lambda settings: FakeLibrary(text))
    monkeypatch.setattr(session, "open_assistant", FakeAssistant)
    session._desks.clear()
    at = page()
    session._desks.clear()
    assert not at.exception
    assert at.multiselect(key="scope").options[3] == "官员3 · 机构3主任"


def test_a_long_question_has_a_box_of_its_own_that_the_keyboard_reaches(library):
    at = page("app.py")
    at.chat_input[0].set_value("桥梁多久检查一次，" * 30).run()
    assert 'class="yj-question long" tabindex="0"' in html(at)
    at.chat_input[0].set_value("桥梁多久检查一次").run()
    assert html(at).count("yj-question long") == 1
