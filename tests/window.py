"""A real Chromium on the program: fixtures and what every browser test does."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
FLAGS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
SHOTS = ROOT / "artifacts"

browser_tests = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason=f"no Chromium at {CHROMIUM}"),
]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    folder: Path,
    settings: dict[str, str] | None = None,
    options: list[str] | None = None,
    port: int = 0,
) -> Iterator[str]:
    """The program on a free port, with folders of its own."""
    (folder / "documents").mkdir(parents=True, exist_ok=True)
    port = port or free_port()
    env = {k: v for k, v in os.environ.items() if not k.startswith("YANJU_")} | {
        "YANJU_HOME": str(folder / "home"),
        "YANJU_DOCUMENTS": str(folder / "documents"),
        "OMP_NUM_THREADS": "1",
        **(settings or {}),
    }
    log = (folder / "log").open("w")
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    command += options or []
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=subprocess.STDOUT)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(120):
            try:
                urllib.request.urlopen(f"{address}/_stcore/health", timeout=1).read()
                break
            except OSError:
                assert process.poll() is None, (folder / "log").read_text()
                time.sleep(0.5)
        yield address
    finally:
        process.terminate()
        process.wait(10)
        log.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The program as it starts for a person."""
    with running(tmp_path_factory.mktemp("browser")) as address:
        yield address


@pytest.fixture(scope="session")
def chromium():
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(server: str, chromium) -> Iterator[Callable]:
    """Opens the program in a fresh window; afterwards nothing may have gone wrong in it."""
    troubles: list[str] = []
    contexts = []

    def go(path: str = "/", width: int = 1280, height: int = 860, **options):
        context = chromium.new_context(viewport={"width": width, "height": height}, **options)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda e: troubles.append(f"page error: {e}"))
        page.on("console", lambda m: troubles.append(m.text) if m.type == "error" else None)
        page.on("request", lambda r: troubles.append(r.url) if outside(r.url, server) else None)
        page.set_default_timeout(60_000)
        page.goto(server + path)
        settle(page)
        return page

    yield go
    for context in contexts:
        context.close()
    assert troubles == []


def outside(url: str, server: str) -> bool:
    local = (server, server.replace("http", "ws"), "data:", "blob:")
    return not url.startswith(local)


def settle(page) -> None:
    """Wait until the script has run and the page is at rest."""
    page.wait_for_selector(".yj-hero h1, .yj-title, .yj-question, .yj-error")
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
    page.wait_for_timeout(300)


def open_page(page, link: str) -> None:
    """Go to a page by its link, which a narrow window has in the sidebar."""
    narrow = page.viewport_size["width"] <= 768
    if narrow:
        page.get_by_test_id("stExpandSidebarButton").click()
        page.wait_for_timeout(500)
    page.get_by_role("link", name=link, exact=True).click()
    page.locator(".yj-title").get_by_text(link, exact=True).wait_for()
    settle(page)
    if narrow:
        page.wait_for_timeout(500)


def ask(page, question: str) -> None:
    before = page.locator(".yj-question").count()
    page.get_by_test_id("stChatInputTextArea").fill(question)
    page.keyboard.press("Enter")
    page.wait_for_function(f"document.querySelectorAll('.yj-question').length > {before}")
    settle(page)


def overflow(page) -> int:
    """How far something stands out on the right; what scrolls inside its own box does not."""
    return page.evaluate("document.documentElement.scrollWidth - innerWidth") + page.evaluate(
        "Math.max(0, ...[...document.querySelectorAll('.stMain *:not(.yj-picture *)')]"
        ".map(e => e.getBoundingClientRect().right - innerWidth - 1))"
    )


def shot(page, name: str) -> None:
    SHOTS.mkdir(exist_ok=True)
    page.screenshot(path=str(SHOTS / f"{name}.png"))


def open_card(page):
    return page.locator(".yj-card:popover-open")


def card_of(page, marker):
    """Rest the mouse on a citation's number until its card is there.

    A page that was just drawn still moves under the mouse: then it is tried again.
    """
    for _ in range(6):
        page.mouse.move(3, 500)
        marker.scroll_into_view_if_needed()
        marker.hover()
        page.wait_for_timeout(800)
        if open_card(page).count():
            break
    return open_card(page)
