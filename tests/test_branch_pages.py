"""Several libraries on the pages, without a browser: switched to in one window, kept apart."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages import access, branching, desk, session
from pages.access import Visitor
from pages.desk import Desk, Desks
from pages.wording import say
from rag import Assistant, RagSettings
from store import Library
from store.branch import MAIN, SAMPLES
from store.branches import Branches
from tests.conftest import BRIDGE, ROOT
from tests.test_branches import FERRY


@pytest.fixture
def branches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The first library holds two officials of a town, a second one another of a ferry."""
    documents = tmp_path / "documents"
    documents.mkdir()
    monkeypatch.setenv("YANJU_DOCUMENTS", str(documents))
    monkeypatch.setenv("YANJU_EMBEDDER", "static")
    (documents / "town.txt").write_text(BRIDGE, encoding="utf-8")
    settings = RagSettings()
    made = Branches(settings)
    second = made.create("渡口 <b>项目</b>")
    Library.open(made.settings_of(second.id, settings)).upload("ferry.txt", FERRY.encode())
    session._desks.clear()
    yield made
    session._desks.clear()


def window(name: str = "app.py", **address: str) -> AppTest:
    at = AppTest.from_file(str(ROOT / name), default_timeout=60)
    for key, value in address.items():
        at.query_params[key] = value
    return at.run()


def html(at: AppTest) -> str:
    return "\n".join(e.value for e in at.get("html") if "<style>" not in e.value)


def second(branches: Branches) -> str:
    return branches.all()[1].id


def to(at: AppTest, ident: str) -> AppTest:
    return at.selectbox(key="branch_side").set_value(ident).run()


def test_the_ids_are_the_stores() -> None:
    assert (desk.MAIN, desk.SAMPLES) == (MAIN, SAMPLES)


def test_one_window_switches_and_no_other_does(branches: Branches) -> None:
    one, other = window(), window()
    assert "陆承远" in html(one) and "陆承远" in html(other)
    to(one, second(branches))
    assert "卓一帆" in html(one) and "陆承远" not in html(one)
    other.run()
    assert "陆承远" in html(other) and "卓一帆" not in html(other)
    assert one.query_params["l"] == second(branches) and "l" not in other.query_params
    to(one, MAIN)
    assert "陆承远" in html(one) and "l" not in one.query_params


def test_what_was_chosen_in_one_library_is_not_carried_into_another(branches: Branches) -> None:
    at = window()
    keys = at.multiselect(key="scope").options
    at.multiselect(key="scope").set_value([session._desks().at().library.officials()[0].key])
    at.run()
    assert len(keys) == 2 and at.session_state["scope"]
    to(at, second(branches))
    assert not at.exception and at.session_state["scope"] == []


def test_conversations_stay_with_their_library(branches: Branches) -> None:
    at = window()
    at.chat_input[0].set_value("桥梁养护多少座？").run()
    assert "326" in html(at)
    talk = at.query_params["c"]
    to(at, second(branches))
    assert "c" not in at.query_params and "326" not in html(at)
    assert not [b for b in at.button if str(b.key).startswith("talk_")]
    at.chat_input[0].set_value("检修渡船多少艘？").run()
    assert "六十一艘" in html(at)
    home = RagSettings().home
    assert [p.stem for p in (home / "conversations").glob("*.json")] == [talk]
    own = home / "libraries" / second(branches) / "conversations"
    assert len([*own.glob("*.json")]) == 1
    again = window(l=second(branches), c=at.query_params["c"])
    assert "六十一艘" in html(again)


def test_every_page_is_of_the_library_chosen(branches: Branches) -> None:
    for name in ("who", "compare", "library", "proofreading", "quality", "settings"):
        at = window(f"pages/{name}.py", l=second(branches))
        assert not at.exception, name
        offered = [o for s in (*at.multiselect, *at.selectbox) for o in s.options]
        seen = html(at) + "".join(map(str, offered)) + "".join(b.label for b in at.button)
        assert "陆承远" not in seen and "town.txt" not in seen, name
    at = window("pages/library.py", l=second(branches))
    assert "ferry.txt" in html(at) and "<b>项目" not in html(at)


@pytest.mark.parametrize("ident", ["../../etc", "ffffffffffff", "<script>", ".", "main/.."])
def test_an_address_of_no_library_leads_to_the_first(branches: Branches, ident: str) -> None:
    at = window(l=ident)
    assert not at.exception and "陆承远" in html(at)
    assert [t.value for t in at.toast] == [say("branch_gone")]


def test_a_library_that_somebody_deletes_is_left(branches: Branches) -> None:
    at = window(l=second(branches))
    ident = second(branches)
    branches.remove(ident)
    at.run()
    assert not at.exception and "陆承远" in html(at) and say("branch_gone") in at.toast[0].value
    branches.purge(ident)
    assert not window(l=ident).exception


def test_it_is_made_called_deleted_and_brought_back(branches: Branches) -> None:
    at = window("pages/library.py")
    at.text_input(key="name_branch_make").set_value("../新 课题")
    press(at, "branch_make")
    made = branches.find("../新 课题")
    assert at.session_state["branch"] == made.id and "town.txt" not in html(at)
    assert say("branch_made", name="../新 课题") in html(at)
    assert str(RagSettings().home / "libraries" / made.id) in html(at)
    at.text_input(key="name_branch_make").set_value("../新 课题")
    press(at, "branch_make")
    assert "已有资料库在用" in html(at) and at.session_state["branch"] == made.id
    at.text_input(key="name_branch_rename_do").set_value("课题 2031")
    press(at, "branch_rename_do")
    assert "课题 2031" in at.selectbox(key="branch_side").options
    at.button(key="branch_remove").click().run()
    assert say("branch_remove_ask", name="课题 2031") in html(at)
    at.button(key="branch_removing_yes").click().run()
    assert at.session_state["branch"] == MAIN and "town.txt" in html(at)
    assert say("branch_removed", name="课题 2031") in html(at)
    at.button(key="branch_undo_do").click().run()
    assert at.session_state["branch"] == made.id
    at.button(key="branch_remove").click().run()
    at.button(key="branch_removing_yes").click().run()
    at.button(key=f"branch_purge_{made.id}").click().run()
    assert say("branch_purge_ask", name="课题 2031") in html(at)
    at.button(key="branch_purging_yes").click().run()
    assert not (RagSettings().home / "libraries" / made.id).exists()
    assert say("branch_purged", name="课题 2031") in html(at) and not at.exception


def press(at: AppTest, word: str) -> None:
    next(b for b in at.button if b.label == say(word)).click().run()


def test_the_samples_can_be_asked_and_take_nothing_in(branches: Branches) -> None:
    at = window(l=SAMPLES)
    assert say("samples_line") in html(at) and "陆承远" not in html(at)
    at = window("pages/library.py", l=SAMPLES)
    assert not at.get("file_uploader") and not at.exception
    assert not [b for b in at.button if b.key == "branch_remove"]


def test_a_first_start_offers_no_switch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YANJU_DOCUMENTS", str(tmp_path))
    monkeypatch.setenv("YANJU_EMBEDDER", "static")
    session._desks.clear()
    at = window()
    session._desks.clear()
    assert say("sample_banner") in html(at)
    assert "branch_side" not in [s.key for s in at.selectbox]


def test_who_may_only_ask_switches_and_changes_nothing(
    branches: Branches, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "visitor", lambda: Visitor(role="reader"))
    branches.remove(branches.create("旧的").id)
    at = window("pages/library.py")
    to(at, second(branches))
    assert "ferry.txt" in html(at)
    keys = [str(b.key) for b in at.button]
    assert not [k for k in keys if k.startswith(("branch_remove", "branch_purge", "branch_rest"))]
    assert say("branch_make") not in [b.label for b in at.button]
    at.session_state["name_branch_make"] = "偷建"
    for act in (lambda: branching._make(), lambda: branching._remove(second(branches))):
        act()
    assert len(branches.all()) == 2


def test_the_setting_says_where_a_new_window_begins(
    branches: Branches, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YANJU_LIBRARY", "渡口 <b>项目</b>")
    at = window()
    assert "卓一帆" in html(at) and "l" not in at.query_params
    to(at, MAIN)
    assert at.query_params["l"] == MAIN and "陆承远" in html(at)
    monkeypatch.setenv("YANJU_LIBRARY", "没有的")
    at = window()
    assert "没有名为“没有的”的资料库" in html(at) and not at.exception


def test_a_damaged_library_can_be_left(branches: Branches) -> None:
    ident = second(branches)
    session._desks.clear()
    database = RagSettings().home / "libraries" / ident / "chroma" / "chroma.sqlite3"
    database.write_bytes(b"garbage" * 1000)
    at = window(l=ident)
    assert "yj-error" in html(at) and not at.exception
    to(at, MAIN)
    assert "陆承远" in html(at)


def test_at_most_a_few_libraries_are_in_memory() -> None:
    made = desk.Desks(lambda s: None, lambda lib, s: None)  # type: ignore[arg-type, return-value]
    first = made.at()
    for n in range(desk.OPEN):
        made.at(f"{n:012x}")
    assert made.at() is not first and made.at() is made.at()


def test_another_embedder_indexes_the_library_of_the_window_and_says_that_others_wait(
    branches: Branches, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("YANJU_EMBEDDER")
    first = Library.open(RagSettings())
    first.sync()
    at = window("pages/settings.py", l=second(branches))
    at.radio(key="set_embedder").set_value("static").run()
    at.button(key="index_change").click().run()
    assert not at.exception and say("index_done_here", count=2) in html(at)
    assert RagSettings().embedder == "static"
    at = window(l=second(branches))
    at.chat_input[0].set_value("检修渡船多少艘？").run()
    assert "六十一艘" in html(at)
    to(at, MAIN)  # its own index is of the other one still: told, with the remedy
    at.chat_input[0].set_value("桥梁养护多少座？").run()
    assert not at.exception and "重建索引" in html(at)
    at = window("pages/settings.py")
    at.button(key="index_change").click().run()
    assert not at.exception and say("index_done_here", count=9) in html(at)
    at = window()
    at.chat_input[0].set_value("桥梁养护多少座？").run()
    assert "326" in html(at)


def test_a_setting_is_saved_though_somebody_deleted_a_library_that_was_open(
    branches: Branches,
) -> None:
    window(l=second(branches))
    branches.remove(second(branches))
    at = window("pages/settings.py")
    before = at.toggle[0].value
    at.toggle[0].set_value(not before).run()
    assert not at.exception and say("settings_saved") in html(at)
    assert 'class="yj-error"' not in html(at)


def test_a_library_deleted_in_the_very_moment_is_left_as_well(
    branches: Branches, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = second(branches)
    desks = Desks(lambda settings: Library.open(settings), Assistant)
    desks.at(MAIN), desks.at(gone)
    renew = Desk.renew

    def deleted(desk: Desk, library: Library | None = None) -> None:
        if desk.branch == gone and branches.get(gone):
            branches.remove(gone)
        renew(desk, library)

    monkeypatch.setattr(Desk, "renew", deleted)
    desks.renew()
    assert branches.get(gone) is None
    assert desks.at(gone) is not None and desks.at(MAIN).turn == 1


def test_the_library_that_the_settings_name_stays_and_keeps_its_name(
    branches: Branches, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YANJU_LIBRARY", "渡口 <b>项目</b>")
    at = window("pages/library.py")
    at.button(key="branch_remove").click().run()
    at.button(key="branch_removing_yes").click().run()
    assert "YANJU_LIBRARY" in html(at) and len(branches.all()) == 2
    at.text_input(key="name_branch_rename_do").set_value("新名")
    press(at, "branch_rename_do")
    assert "YANJU_LIBRARY" in html(at) and not window().exception
    assert "卓一帆" in html(window())
