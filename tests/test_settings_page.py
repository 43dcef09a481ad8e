"""Settings that are chosen in the program: how they are kept, and the page that chooses them."""

from __future__ import annotations

import json
import re
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages import session
from pages.wording import say
from rag.settings import RagSettings
from store import Library
from store.archive import backup, restore
from store.choice import FILE, KEYS, Choices
from store.errors import BadSetting, StoreError
from store.settings import Settings
from tests.conftest import BRIDGE
from tests.llm_servers import KEY, Fail, OpenAIServer, Say, Silent, openai_server  # noqa: F401
from tests.test_pages import ROOT, html


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folders that the environment names, with one document."""
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "town.txt").write_text(BRIDGE, encoding="utf-8")
    monkeypatch.setenv("YANJU_DOCUMENTS", str(documents))
    monkeypatch.setenv("YANJU_SAMPLES", str(tmp_path / "none"))
    return tmp_path / "home"


@pytest.fixture
def desk(home: Path) -> Iterator[Path]:
    """The pages over a real library."""
    session._desks.clear()
    session._archive.clear()
    yield home
    session._desks.clear()


def page(name: str = "settings") -> AppTest:
    return AppTest.from_file(str(ROOT / "pages" / f"{name}.py"), default_timeout=60).run()


# -- what is kept ----------------------------------------------------------------------


def test_choices_rank_below_the_environment_and_above_the_defaults(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Choices(home).keep({"llm": "ollama:qwen3", "strict": True, "max_file_mb": 3})
    settings = RagSettings(_env_file=None)
    assert (settings.llm, settings.strict, settings.max_file_mb) == ("ollama:qwen3", True, 3)
    assert settings.keep_conversations and RagSettings.given().keys() == {
        "home",
        "documents",
        "samples",
    }
    monkeypatch.setenv("YANJU_LLM", "openai:other")
    assert RagSettings(_env_file=None).llm == "openai:other"
    assert RagSettings.given()["llm"] == "YANJU_LLM"
    assert RagSettings(_env_file=None, llm="x:y").llm == "x:y"
    Choices(home).keep({"strict": None})
    assert not RagSettings(_env_file=None).strict and RagSettings(_env_file=None).max_file_mb == 3


def test_the_dot_env_file_outdoes_a_choice(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "env"
    file.write_text("YANJU_LLM=openai:from-file\n", encoding="utf-8")
    monkeypatch.setitem(RagSettings.model_config, "env_file", file)
    Choices(home).keep({"llm": "ollama:qwen3"})
    assert RagSettings().llm == "openai:from-file"
    assert RagSettings.given()["llm"] == ".env: YANJU_LLM"


def test_keys_lie_apart_and_only_their_owner_may_read(home: Path) -> None:
    Choices(home).keep({"llm": "openai:x", "llm_api_key": KEY})
    assert KEY not in (home / FILE).read_text() and KEY in (home / KEYS).read_text()
    for name in (FILE, KEYS):
        assert stat.S_IMODE((home / name).stat().st_mode) == 0o600
    assert RagSettings().llm_api_key == KEY and KEY not in repr(RagSettings())
    Choices(home).keep({"llm_api_key": None})
    assert KEY not in (home / KEYS).read_text() and RagSettings().llm == "openai:x"


def test_a_choice_cannot_move_the_library(home: Path) -> None:
    Choices(home).keep({"home": "/elsewhere"})
    assert RagSettings().home == home
    (home / FILE).write_text(json.dumps({"llm_api_key": "k", "unknown": 1}))
    assert RagSettings().llm_api_key == ""


@pytest.mark.parametrize("text", ["{", "[]", "\xff", "null"])
def test_a_damaged_file_is_named(home: Path, text: str) -> None:
    home.mkdir()
    (home / FILE).write_bytes(text.encode("latin-1"))
    with pytest.raises(BadSetting, match=r"settings\.json"):
        RagSettings()


def test_a_choice_that_cannot_be_used_is_named(home: Path) -> None:
    Choices(home).keep({"max_file_mb": -1})
    with pytest.raises(BadSetting, match=r"YANJU_MAX_FILE_MB.*settings\.json"):
        Settings()


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="设置无法保存"):
        Choices(tmp_path / "file" / "home").keep({"strict": True})


def test_two_windows_that_save_at_once_both_keep_theirs(home: Path) -> None:
    threads = [threading.Thread(target=Choices(home).keep, args=({f"k{n}": n},)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Choices(home).read() == {f"k{n}": n for n in range(12)}


def test_a_backup_neither_takes_nor_brings_settings(home: Path, tmp_path: Path) -> None:
    settings = Settings()
    Library.open(settings).sync()
    Choices(home).keep({"llm": "openai:mine", "llm_api_key": KEY})
    backup(settings, tmp_path / "a.zip")
    assert KEY.encode() not in (tmp_path / "a.zip").read_bytes()
    import zipfile

    with zipfile.ZipFile(tmp_path / "a.zip", "a") as archive:
        names = archive.namelist()
        archive.writestr(f"home/{FILE}", json.dumps({"llm_base_url": "http://evil.test"}))
    assert not [n for n in names if n.endswith((FILE, KEYS))]
    restore(settings, tmp_path / "a.zip")
    now = RagSettings()
    assert (now.llm, now.llm_api_key, now.llm_base_url) == ("openai:mine", KEY, "")


@pytest.mark.parametrize(
    ("llm", "base_url", "address", "key"),
    [
        ("openai:other", None, "http://a.test/v1", KEY),
        ("openai:other", "http://a.test/v1/", "http://a.test/v1/", KEY),
        ("openai:other", "http://b.test/v1", "http://b.test/v1", ""),
        ("openai:other", "", "", ""),
        ("ollama:qwen3", None, "", ""),
        ("ollama:qwen3", "http://a.test/v1", "http://a.test/v1", ""),
    ],
)
def test_a_key_goes_to_no_other_server_than_its_own(
    llm: str, base_url: str | None, address: str, key: str
) -> None:
    kept = RagSettings(llm="openai:m", llm_base_url="http://a.test/v1", llm_api_key=KEY)
    made = kept.with_model(llm, base_url)
    assert (made.llm, made.llm_base_url, made.llm_api_key) == (llm, address, key)
    assert kept.with_model(llm, base_url, " new ").llm_api_key == "new"


# -- the page: the model ---------------------------------------------------------------


def choose_model(at: AppTest, spec: str, url: str = "", key: str = "") -> AppTest:
    at.radio(key="set_engine").set_value("model").run()
    at.text_input(key="set_spec").set_value(spec)
    at.text_input(key="set_base_url").set_value(url)
    if key:
        at.text_input(key="set_api_key").set_value(key)
    return at.run()


def test_a_model_is_kept_its_key_never_shown_and_all_windows_use_it(desk: Path) -> None:
    other = page("chat")
    at = page()
    assert not at.exception and at.button(key="set_model_save").disabled
    choose_model(at, "openai:some", "http://127.0.0.1:9/v1", KEY)
    at.button(key="set_model_save").click().run()
    assert not at.exception and say("settings_saved") in html(at)
    assert at.text_input(key="set_api_key").value == "" and KEY not in html(at)
    assert say("key_kept") in at.text_input(key="set_api_key").placeholder
    assert RagSettings().llm_api_key == KEY and RagSettings().llm == "openai:some"
    assert session._desks().at().assistant.engine == "openai:some"
    assert at.button(key="set_model_save").disabled
    other.run()
    again = page()
    assert again.text_input(key="set_spec").value == "openai:some"
    assert again.text_input(key="spec").value == "openai:some"  # the sidebar's
    again.button(key="set_key_delete").click().run()
    assert RagSettings().llm_api_key == "" and say("key_deleted") in html(again)


def test_a_new_address_takes_the_key_away(desk: Path) -> None:
    Choices(desk).keep(
        {"llm": "openai:m", "llm_base_url": "http://127.0.0.1:9/v1", "llm_api_key": KEY}
    )
    at = page()
    at.text_input(key="set_base_url").set_value("http://127.0.0.1:8/v1").run()
    assert say("key_moves") in [c.value for c in at.caption]
    at.button(key="set_model_save").click().run()
    assert (RagSettings().llm_base_url, RagSettings().llm_api_key) == ("http://127.0.0.1:8/v1", "")


@pytest.mark.parametrize(
    ("spec", "line"), [("", say("need_spec")), ("nonsense", "提供方:模型名"), ("no:one", "no:one")]
)
def test_a_model_that_cannot_be_understood_is_not_kept(desk: Path, spec: str, line: str) -> None:
    at = choose_model(page(), spec)
    at.button(key="set_model_save").click().run()
    assert not at.exception and line in html(at) and "yj-error" in html(at)
    assert RagSettings().llm == "extractive"


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        (Say("好"), ""),
        (Fail(401, "bad key"), "不接受密钥"),
        (Fail(404, "no such model"), "没有模型"),
        (Fail(429, "You exceeded your current quota", "insufficient_quota"), "额度"),
        (Silent(), "没有开始回答"),
    ],
)
def test_the_connection_test_names_what_is_wrong(
    desk: Path,
    openai_server: OpenAIServer,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    behaviour: object,
    words: str,
) -> None:
    monkeypatch.setenv("YANJU_LLM_FIRST_TOKEN_SECONDS", "0.4")
    openai_server.script = [behaviour]
    at = choose_model(page(), "openai:m", openai_server.url, KEY)
    at.button(key="set_probe").click().run()
    assert not at.exception
    if words:
        assert words in at.warning[0].value and KEY not in at.warning[0].value
    else:
        assert at.success[0].value == say("probe_ok")
    assert RagSettings().llm == "extractive"  # a test keeps nothing


def test_no_server_is_told_as_such(desk: Path) -> None:
    at = choose_model(page(), "openai:m", "http://127.0.0.1:9/v1", KEY)
    at.button(key="set_probe").click().run()
    assert "连不上" in at.warning[0].value


def test_what_the_environment_decides_cannot_be_changed_and_says_so(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YANJU_LLM", "openai:env")
    monkeypatch.setenv("YANJU_STRICT", "true")
    at = page()
    assert at.radio(key="set_engine").disabled and at.text_input(key="set_spec").disabled
    assert not at.text_input(key="set_base_url").disabled
    assert at.radio(key="set_strict").disabled and at.radio(key="set_strict").value is True
    seen = html(at)
    assert say("settings_locked", source="YANJU_LLM") in seen
    assert say("settings_locked", source="YANJU_STRICT") in seen


# -- the page: the other sections ------------------------------------------------------


def test_simple_choices_count_at_once(desk: Path) -> None:
    at = page()
    at.radio(key="set_strict").set_value(True).run()
    assert RagSettings().strict and session._desks().at().assistant.settings.strict
    at.toggle(key="set_talks").set_value(False).run()
    assert not RagSettings().keep_conversations and session.archive() is None
    at.radio(key="set_language").set_value("en").run()
    assert RagSettings().language == "en" and say("settings_saved", "en") in html(at)
    assert not at.exception
    fresh = page("chat")
    assert say("line", "en") in html(fresh)


def test_the_page_is_in_english_throughout(desk: Path) -> None:
    at = page()
    at.session_state["lang"] = "en"
    at.run()
    texts = [html(at)] + [b.label for b in at.button] + [r.label for r in at.radio]
    assert not re.findall(r"[\u4e00-\u9fff]", "".join(texts).replace("中文", ""))


def test_kept_conversations_can_be_deleted_after_a_question(desk: Path) -> None:
    asked = page("chat")
    asked.chat_input[0].set_value("桥梁有多少座？").run()
    assert list((desk / "conversations").glob("*.json"))
    at = page()
    at.button(key="talks_clear").click().run()
    at.button(key="talks_clear_no").click().run()
    assert list((desk / "conversations").glob("*.json"))
    at.button(key="talks_clear").click().run()
    at.button(key="talks_clear_yes").click().run()
    assert not list((desk / "conversations").glob("**/*.json")) and not at.exception
    assert say("talks_cleared", count=1) in html(at)


def test_the_page_can_be_withheld(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YANJU_SETTINGS_PAGE", "false")
    at = page()  # the address of the page leads to the first page there is
    assert not at.exception and at.chat_input and say("settings_embedder") not in html(at)


# -- the page: the embedder ------------------------------------------------------------


def test_another_embedder_is_indexed_and_answers(desk: Path) -> None:
    at = page()
    assert at.button(key="index_change").disabled
    before = session._desks().at().library
    at.radio(key="set_embedder").set_value("static").run()
    at.button(key="index_change").click().run()
    assert not at.exception and say("index_done", count=len(before.passages())) in html(at)
    assert RagSettings().embedder == "static"
    library = session._desks().at().library
    assert library is not before and library.embedder.name != before.embedder.name
    library.check()
    asked = page("chat")
    asked.chat_input[0].set_value("桥梁健康档案").run()
    assert "yj-error" not in html(asked) and "陆承远" in html(asked)


@pytest.mark.parametrize(
    ("kind", "typed", "line"),
    [
        ("model", "", say("index_blank", what=say("set_embedder_name"))),
        ("model", "/nowhere/model", "无法载入向量模型"),
        ("endpoint", "http://127.0.0.1:9/v1", "不可用"),
    ],
)
def test_an_embedder_that_fails_changes_nothing(
    desk: Path, kind: str, typed: str, line: str
) -> None:
    at = page()
    before = session._desks().at().library
    at.radio(key="set_embedder").set_value(kind).run()
    at.text_input(key=f"set_{kind}").set_value(typed).run()
    at.button(key="index_change").click().run()
    assert not at.exception and line in html(at)
    assert session._desks().at().library is before and RagSettings().embedder == "builtin"
    before.refresh()
    before.check()


def test_an_index_of_another_embedder_can_be_made_anew(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Library.open(Settings()).sync()
    monkeypatch.setenv("YANJU_EMBEDDER", "static")
    at = page()
    assert at.radio(key="set_embedder").disabled
    assert at.button(key="index_change").label == say("index_again")
    at.button(key="index_change").click().run()
    assert not at.exception and at.button(key="index_change").disabled
    session._desks().at().library.check()
    assert "embedder" not in Choices(desk).read()


def test_a_library_that_cannot_be_opened_can_be_mended_here(desk: Path) -> None:
    Library.open(Settings()).sync()
    Choices(desk).keep({"embedder": "/nowhere/model"})
    broken = page("chat")
    assert "无法载入向量模型" in html(broken) and not broken.chat_input
    at = page()
    assert "无法载入向量模型" in html(at) and say("settings_embedder") in html(at)
    at.radio(key="set_embedder").set_value("builtin").run()
    at.button(key="index_change").click().run()
    assert not at.exception and RagSettings().embedder == "builtin"
    assert page("chat").chat_input
