"""Who gets in, what they may do, and that nobody sees another's conversations."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from streamlit.testing.v1 import AppTest

from pages import access
from pages.wording import say
from rag import RagSettings
from rag.errors import NotAllowed
from rag.role import role_of
from tests.conftest import ROOT
from tests.oidc_server import CLIENT, SECRET, Provider, provider
from tests.window import browser_tests, free_port, overflow, running, settle, shot


@pytest.mark.parametrize(
    ("email", "role"),
    [
        ("chief@archive.test", "manager"),
        ("CHIEF@Archive.test", "manager"),
        ("anybody@press.test", "reader"),
        ("one@else.test", "reader"),
        ("two@else.test", "nobody"),
        ("x@sub.press.test", "nobody"),
        ("x@press.test.evil", "nobody"),
        ("@press.test", "nobody"),
        ("press.test", "nobody"),
        ("", "nobody"),
        ("*", "nobody"),
    ],
)
def test_roles_are_told_by_address_and_domain(email: str, role: str) -> None:
    use = RagSettings(
        managers="chief@archive.test", readers="@press.test, one@else.test，", _env_file=None
    )
    assert role_of(email, use) == role


def test_nobody_is_let_in_where_nobody_is_named() -> None:
    assert role_of("a@b.test", RagSettings(_env_file=None)) == "nobody"
    assert role_of("a@b.test", RagSettings(readers="*", _env_file=None)) == "reader"
    assert role_of("not an address", RagSettings(readers="*", _env_file=None)) == "nobody"


@pytest.mark.parametrize(
    ("address", "open_to_others"),
    [("127.0.0.1", False), ("::1", False), ("[::1]", False), ("localhost", False),
     ("", True), ("0.0.0.0", True), ("::", True), ("192.168.1.5", True), ("host.test", True)],
)  # fmt: skip
def test_what_others_can_reach_is_told(address: str, open_to_others: bool) -> None:
    assert access.exposed(address) is open_to_others


AUTH = {
    "redirect_uri": "http://a.test/oauth2callback",
    "cookie_secret": "0123456789abcdef",
    "client_id": CLIENT,
    "client_secret": SECRET,
    "server_metadata_url": "http://a.test/meta",
}


def test_a_page_without_sign_in_says_that_it_is_for_this_machine(
    settings: RagSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    _at_home(settings, monkeypatch)
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    assert say("access_local") in _html(at)
    monkeypatch.setattr(access.st, "get_option", lambda name: "0.0.0.0" if "addr" in name else [])
    assert say("access_open") in _html(at.run())


@pytest.mark.parametrize("name", ["app.py", "pages/library.py", "pages/proofreading.py"])
def test_nothing_is_drawn_before_somebody_signs_in(
    settings: RagSettings, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    _at_home(settings, monkeypatch)
    at = AppTest.from_file(str(ROOT / name), default_timeout=60)
    at.secrets["auth"] = AUTH
    at.run()
    assert [b.label for b in at.button] == [say("sign_in")]
    assert not at.chat_input and not at.sidebar.button and not at.file_uploader
    assert not (settings.home / "lock").exists()  # the library was not even opened


@pytest.mark.parametrize("missing", ["cookie_secret", "redirect_uri", "client_id"])
def test_settings_that_cannot_be_used_let_nobody_in(
    settings: RagSettings, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    _at_home(settings, monkeypatch)
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    at.secrets["auth"] = {k: v for k, v in AUTH.items() if k != missing}
    at.run()
    assert say("access_secrets", what=f"[auth] {missing}") in _html(at).replace("&#x27;", "'")
    assert not at.chat_input and not at.button


def test_secrets_that_cannot_be_read_let_nobody_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from store.errors import BadSetting

    class Unreadable:
        def get(self, name: str) -> object:
            raise FileNotFoundError(name)  # as Streamlit does for a file it cannot parse

    broken = tmp_path / "secrets.toml"
    broken.write_text("[auth\n")
    monkeypatch.setattr(access.st, "secrets", Unreadable())
    monkeypatch.setattr(access.st, "get_option", lambda name: [str(broken)])
    with pytest.raises(BadSetting, match=r"secrets\.toml"):
        access.visitor()


def test_a_reader_changes_nothing_whatever_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "visitor", lambda: access.Visitor("k", "a@b.test", "reader"))
    with pytest.raises(NotAllowed):
        access.managed()


@pytest.mark.parametrize(
    ("claims", "role"),
    [
        ({"is_logged_in": True, "email": "a@b.test", "sub": "1"}, "reader"),
        ({"is_logged_in": True, "email": "a@b.test", "email_verified": False}, "nobody"),
        ({"is_logged_in": True, "email": "a@b.test", "email_verified": "false"}, "nobody"),
        ({"is_logged_in": True, "sub": "1"}, "nobody"),
        ({"is_logged_in": "yes", "email": "a@b.test"}, None),
        ({"email": "a@b.test"}, None),
        ({}, None),
    ],
)  # fmt: skip
def test_only_a_proven_address_has_a_role(
    monkeypatch: pytest.MonkeyPatch, claims: dict, role: str | None
) -> None:
    class User:
        def to_dict(self) -> dict:
            return claims

    monkeypatch.setenv("YANJU_READERS", "@b.test")
    monkeypatch.setattr(access.st, "secrets", {"auth": AUTH})
    monkeypatch.setattr(access.st, "user", User())
    assert access.visitor().role == role


def _at_home(settings: RagSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    from pages import session

    monkeypatch.setenv("YANJU_HOME", str(settings.home))
    monkeypatch.setenv("YANJU_DOCUMENTS", str(settings.documents))
    session._desks.clear()
    access.announce.clear()


def _html(at: AppTest) -> str:
    return "\n".join(n.value for n in at.get("html"))


def test_the_containers_are_open_to_this_machine_alone() -> None:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
    assert all(p.startswith("127.0.0.1:") for s in services.values() for p in s.get("ports", []))
    assert services["app"]["depends_on"]["chroma"]["condition"] == "service_healthy"
    assert "test" in services["chroma"]["healthcheck"]
    assert "HEALTHCHECK" in (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert ".streamlit/secrets.toml" in (ROOT / ".dockerignore").read_text(encoding="utf-8")


# -- in a real browser, at a real provider ---------------------------------------------


@pytest.fixture(scope="module")
def people() -> Iterator[Provider]:
    with provider() as made:
        yield made


@pytest.fixture(scope="module")
def guarded(people: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The program with sign-in at the provider."""
    folder, port = tmp_path_factory.mktemp("guarded"), free_port()
    rows = {
        "redirect_uri": f"http://127.0.0.1:{port}/oauth2callback",
        "cookie_secret": "a-cookie-secret-of-32-characters",
        "client_id": CLIENT,
        "client_secret": SECRET,
        "server_metadata_url": f"{people.url}/.well-known/openid-configuration",
    }
    file = folder / "secrets.toml"
    file.write_text("[auth]\n" + "".join(f'{k} = "{v}"\n' for k, v in rows.items()))
    lists = {"YANJU_MANAGERS": "chief@archive.test", "YANJU_READERS": "@press.test"}
    with running(folder, lists, ["--secrets.files", str(file)], port) as address:
        yield address


@pytest.mark.browser
class TestSignIn:
    pytestmark = browser_tests

    @pytest.fixture
    def enter(self, guarded: str, people: Provider, chromium) -> Iterator:
        contexts = []

        def go(email: str, path: str = "/", verified: bool | None = True, **options):
            context = chromium.new_context(**{"viewport": {"width": 1280, "height": 860}} | options)
            contexts.append(context)
            page = context.new_page()
            page.set_default_timeout(60_000)
            page.goto(guarded + path)
            settle(page)
            if email:
                people.email, people.verified = email, verified
                assert page.get_by_test_id("stChatInputTextArea").count() == 0
                page.locator('[class*="st-key-sign_in_"] button').click()
                page.wait_for_selector('[class*="st-key-sign_out"]', state="attached")
                settle(page)
            return page

        yield go
        for context in contexts:
            context.close()

    def test_each_sees_their_own_and_does_what_they_may(self, enter, guarded: str) -> None:
        first = enter("ann@press.test")
        first.locator('[class*="st-key-suggest_0"] button').click()
        first.locator(".yj-cite").first.wait_for()
        settle(first)
        asked = first.locator(".yj-question").inner_text()
        shot(first, "access-reader")
        ident = first.url.partition("c=")[2].partition("&")[0]
        assert len(ident) == 12 and first.locator('[class*="st-key-talk_"]').count() >= 1
        first.get_by_role("link", name="资料库").click()
        first.wait_for_selector(".yj-title")
        settle(first)
        assert first.locator('input[type="file"]').count() == 0
        assert first.get_by_text("重新扫描").count() == 0
        assert first.get_by_role("link", name="校对").count() == 0

        other = enter("bob@press.test")
        other.goto(f"{guarded}/?c={ident}")  # who knows the address of another's conversation
        settle(other)
        assert other.get_by_text("没有这个对话").count() == 1
        assert asked not in other.get_by_test_id("stSidebar").inner_text()
        assert other.locator(".yj-question").count() == 0

        chief = enter("chief@archive.test")
        assert asked not in chief.get_by_test_id("stSidebar").inner_text()
        chief.get_by_role("link", name="资料库").click()
        chief.wait_for_selector(".yj-title")
        settle(chief)
        assert chief.locator('input[type="file"]').count() == 1
        assert chief.get_by_role("link", name="校对").count() == 1

        first.reload()  # signed in still, and their conversation is there
        settle(first)
        assert first.locator('[class*="st-key-talk_"]').count() >= 1
        first.locator('[class*="st-key-sign_out"] button').click()
        first.locator('[class*="st-key-sign_in_"] button').wait_for()
        settle(first)
        assert asked not in first.locator("body").inner_text()

    def test_strangers_stay_outside(self, enter, guarded: str) -> None:
        page = enter("", "/library?lang=en")
        assert page.locator('input[type="file"]').count() == 0
        assert page.get_by_text("Sign in", exact=True).count() == 1
        shot(page, "access-sign-in")
        for email, verified in (("eve@else.test", True), ("ann@press.test", False)):
            page = enter(email, verified=verified, viewport={"width": 375, "height": 740})
            assert "YANJU_READERS" in page.locator(".yj-error").inner_text()
            assert page.get_by_test_id("stChatInputTextArea").count() == 0
            assert overflow(page) <= 0
        shot(page, "access-nobody")
        forged = page.context.cookies()
        page.context.clear_cookies()
        for cookie in forged:
            if "user" in cookie["name"]:
                cookie["value"] = cookie["value"][:-6] + "AAAAAA"
        page.context.add_cookies(forged)
        page.goto(guarded)
        settle(page)
        assert page.locator('[class*="st-key-sign_in_"] button').count() == 1
