"""The library at a real Chroma server: the same answers, a server that dies, several processes."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import Assistant, RagSettings
from rag.case import load_cases
from rag.evaluation import evaluate
from store import Library
from store.archive import backup, restore
from store.branches import Branches
from store.connection import Connection, address
from store.errors import BadSetting, ForeignLibrary, ServerAway, StoreError
from store.rebuild import SPARE, rebuild
from tests.conftest import BRIDGE, ROOT
from tests.test_library import put
from tests.window import ask, browser_tests, free_port, running, settle, shot

FRONT = "---\nspeaker: 韩立秋\norganization: 青川市水务局\n---\n\n"


class Chroma:
    """``chroma run`` as its command line ships it, on a free port of this machine."""

    def __init__(self, folder: Path, host: str = "127.0.0.1") -> None:
        self._folder = folder
        self._host = host
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        name = f"[{host}]" if ":" in host else host
        self.url = f"http://{name}:{self._port}"

    def start(self) -> None:
        command = [Path(sys.executable).with_name("chroma"), "run", "--host", self._host]
        command += ["--port", str(self._port), "--path", self._folder]
        self._process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{self.url}/api/v2/heartbeat", timeout=1).read()
                return
            except OSError:
                assert self._process.poll() is None, "chroma run fell"
                time.sleep(0.1)
        raise AssertionError("chroma run does not answer")

    def kill(self) -> None:
        """As the kernel ends a process: without a word."""
        if self._process:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None


def _speaks_ipv6() -> bool:
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


@pytest.fixture(scope="module")
def running_chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chroma]:
    made = Chroma(tmp_path_factory.mktemp("chroma"))
    made.start()
    yield made
    made.kill()


@pytest.fixture
def chroma(running_chroma: Chroma, settings: RagSettings) -> Iterator[Chroma]:
    """The server with nothing in it."""
    from store.vectors import VectorStore

    if running_chroma._process is None:
        running_chroma.start()
    VectorStore(settings.home, running_chroma.url, fresh=True).close()
    yield running_chroma


@pytest.fixture
def served(chroma: Chroma, settings: RagSettings) -> RagSettings:
    return settings.model_copy(update={"chroma_url": chroma.url})


def elsewhere(settings: RagSettings, tmp_path: Path) -> RagSettings:
    """Another machine's settings: folders of its own, the same server."""
    folders = {"home": tmp_path / "other" / "home", "documents": tmp_path / "other" / "documents"}
    folders["documents"].mkdir(parents=True)
    return settings.model_copy(update=folders)


def texts(library: Library) -> list[str]:
    return [p.text for p in library.passages()]


# -- the same as embedded --------------------------------------------------------------


def test_the_samples_are_answered_as_they_are_embedded(served: RagSettings, tmp_path: Path) -> None:
    cases = load_cases(ROOT / "samples" / "questions.jsonl")
    rows = []
    for url in ("", served.chroma_url):
        use = served.model_copy(
            update={
                "samples": ROOT / "samples",
                "chroma_url": url,
                "home": tmp_path / f"h{url[:4]}",
            }
        )
        library = Library.open(use)
        library.sync()
        made = evaluate(Assistant(library, use), cases, "extractive", lambda done: None)
        rows.append([{**row, "seconds": 0} for row in made.rows])
    assert rows[0] == rows[1] and rows[0][-1]["n"] == len(cases)


def test_a_document_comes_in_changes_and_goes(served: RagSettings) -> None:
    library = Library.open(served)
    put(library, "a.txt", BRIDGE)
    library.sync()
    assistant = Assistant(library, served)
    assert "326" in assistant.ask("去年完成了多少座桥梁预防性养护？").answer.text
    put(library, "a.txt", BRIDGE.replace("326座", "400座"))
    library.sync()
    assert "400" in assistant.ask("去年完成了多少座桥梁预防性养护？").answer.text
    library.remove(library.documents()[0].id)
    assert not assistant.ask("去年完成了多少座桥梁预防性养护？").answer.answered
    assert library._vectors._passages.count() == 0
    assert library._vectors._documents.get(where={"kind": "gone"})["ids"] == []


def test_a_backup_of_a_served_library_is_restored_and_rebuilt(
    served: RagSettings, tmp_path: Path
) -> None:
    library = Library.open(served)
    put(library, "a.txt", BRIDGE)
    library.sync()
    before = texts(library)
    backup(served, tmp_path / "kept.zip")
    library.remove(library.documents()[0].id)
    assert restore(served, tmp_path / "kept.zip").rebuilt
    library.refresh()  # a process that was open all the time
    assert texts(library) == before == texts(Library.open(served))
    assert len(library.dense("桥梁", 20)) == 9


# -- a server that dies ----------------------------------------------------------------


def test_a_server_that_is_killed_is_told_in_one_line_and_found_again(
    chroma: Chroma, served: RagSettings
) -> None:
    library = Library.open(served)
    put(library, "a.txt", BRIDGE)
    library.sync()
    assistant = Assistant(library, served)
    before = assistant.ask("桥梁养护怎么做？").answer.text
    chroma.kill()
    path = put(library, "b.md", FRONT + "河道要常清。\n")
    for act in (
        lambda: assistant.ask("桥梁养护怎么做？").answer,
        library.sync,
        lambda: library.ingest([path]),
        lambda: library.remove(library.documents()[0].id),
        lambda: Library.open(served),
    ):
        with pytest.raises(ServerAway) as away:
            act()
        for words in (away.value.zh, away.value.en):
            assert "YANJU_CHROMA_URL" in words and "\n" not in words
    assert (served.documents / "a.txt").exists()  # what could not be removed is still there
    chroma.start()
    assert assistant.ask("桥梁养护怎么做？").answer.text == before
    assert [r.state for r in library.sync()] == ["added"]
    assert "河道要常清。" in texts(library)


def test_an_ingest_that_lost_its_server_goes_on_from_what_is_there(
    chroma: Chroma, served: RagSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from store import vectors

    monkeypatch.setattr(vectors, "BATCH", 10)
    library = Library.open(served)
    put(library, "a.md", FRONT + "\n\n".join(f"第{i}条河道要常清。" for i in range(35)))
    asked: list[int] = []
    real = library._fresh

    def failing(passages):  # type: ignore[no-untyped-def]
        asked.append(len(passages))
        if len(asked) == 3:
            chroma.kill()
        return real(passages)

    monkeypatch.setattr(library, "_fresh", failing)
    with pytest.raises(ServerAway):
        library.sync()
    chroma.start()
    assert [r.state for r in library.sync()] == ["added"]
    # The first ten were kept, and the next, which was on its way, if it came through.
    assert sum(asked[3:]) in (15, 25)
    assert len(library.passages()) == library._vectors._passages.count() == 35


@pytest.mark.parametrize(
    "url", ["127.0.0.1:8000", "chroma", "ftp://a", "http://", "http://a:99999"]
)
def test_an_address_that_is_none_is_told(served: RagSettings, url: str) -> None:
    with pytest.raises(BadSetting, match=r"http://127\.0\.0\.1:8000"):
        Library.open(served.model_copy(update={"chroma_url": url}))


def test_a_name_and_password_in_the_address_are_for_the_proxy() -> None:
    host, port, tls, headers = address("https://u:p%40ss@chroma.test/")
    assert (host, port, tls) == ("chroma.test", 443, True)
    assert headers == {"Authorization": "Basic dTpwQHNz"}
    assert address("http://a")[1] == 8000


# -- several processes -----------------------------------------------------------------


def test_processes_that_share_the_folder_see_each_others_changes(served: RagSettings) -> None:
    one, other = Library.open(served), Library.open(served)
    put(one, "a.txt", BRIDGE)
    one.sync()
    other.refresh()
    assert len(other.dense("桥梁", 20)) == 9
    put(other, "b.md", FRONT + "河道要常清。\n")
    other.sync()
    one.refresh()
    assert "河道要常清。" in texts(one)
    one.remove(next(r.id for r in one.documents() if r.name == "b.md"))
    other.refresh()
    assert texts(other) == texts(one) and len(texts(one)) == 9


def test_a_process_with_another_folder_reads_and_may_not_write(
    served: RagSettings, tmp_path: Path
) -> None:
    writer = Library.open(served)
    put(writer, "a.txt", BRIDGE)
    writer.sync()
    far = elsewhere(served, tmp_path)
    reader = Library.open(far)
    assistant = Assistant(reader, far)
    assert "326" in assistant.ask("去年完成了多少座桥梁预防性养护？").answer.text
    put(writer, "a.txt", BRIDGE.replace("326座", "400座"))
    writer.sync()
    assert "400" in assistant.ask("去年完成了多少座桥梁预防性养护？").answer.text
    put(reader, "b.md", FRONT + "河道要常清。\n")
    assert reader.sync() == []  # neither takes in its own nor drops the writer's
    [result] = reader.ingest([far.documents / "b.md"])
    assert result.state == "failed" and "YANJU_HOME" in result.zh and "rebuild" in result.en
    with pytest.raises(ForeignLibrary):
        reader.remove(reader.documents()[0].id)
    writer.remove(writer.documents()[0].id)
    assert not assistant.ask("去年完成了多少座桥梁预防性养护？").answer.answered
    rebuild(far)  # takes the server over
    assert texts(Library.open(far)) == ["河道要常清。"]
    put(writer, "c.md", FRONT + "堤坝要常查。\n")
    assert writer.sync() == []


def test_a_reader_goes_on_while_another_embeds_everything_anew(served: RagSettings) -> None:
    writer, reader = Library.open(served), Library.open(served)
    put(writer, "a.txt", BRIDGE)
    writer.sync()
    reader.refresh()
    stale = reader._now  # its vectors are not in memory yet
    writer.reindex()
    reader._now = stale
    assert len(reader.dense("桥梁", 20)) == 9


def test_two_writers_wait_for_each_other_at_the_server(served: RagSettings) -> None:
    patient = served.model_copy(update={"lock_seconds": 60.0})
    writers = [Library.open(patient) for _ in range(2)]
    for n in range(6):
        text = FRONT + "\n\n".join(f"第{n}本第{i}条河道要常清。" for i in range(30))
        (served.documents / f"{n}.md").write_text(text, encoding="utf-8")
    wrong: list[str] = []

    def write(library: Library, names: list[int]) -> None:
        for n in names:
            [result] = library.ingest([served.documents / f"{n}.md"])
            wrong.extend([result.zh] if result.state != "added" else [])

    threads = [
        threading.Thread(target=write, args=(library, [n, n + 2, n + 4]))
        for n, library in enumerate(writers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    for library in (*writers, Library.open(patient)):
        library.refresh()
        assert len(library.passages()) == 180 == library._vectors._passages.count()
        assert len(library.vectors()) == 180


_OPENS = """
import sys
from pathlib import Path
from store import Library, Settings
import chromadb
for n, url in enumerate(("", sys.argv[3])):
    s = Settings(home=Path(sys.argv[1]) / str(n), documents=Path(sys.argv[2]), chroma_url=url,
                 samples=Path("/none"), _env_file=None)
    sys.stdout.write("ready\\n"); sys.stdout.flush(); sys.stdin.readline()
    Library.open(s).sync()
"""


def test_a_new_library_can_be_opened_by_two_at_once(served: RagSettings) -> None:
    """Embedded, then at the server."""
    (served.documents / "a.txt").write_text(BRIDGE, encoding="utf-8")
    command = [sys.executable, "-c", _OPENS, served.home, served.documents, served.chroma_url]
    both = [
        subprocess.Popen(command, cwd=ROOT, stdin=-1, stdout=-1, stderr=-1, text=True)
        for _ in range(2)
    ]
    for _ in range(2):
        for process in both:
            assert process.stdout and process.stdout.readline() == "ready\n"
        for process in both:
            assert process.stdin
            process.stdin.write("\n")
            process.stdin.flush()
    for process in both:
        _, said = process.communicate(timeout=60)
        assert process.returncode == 0, said
    for n, url in enumerate(("", served.chroma_url)):
        use = served.model_copy(update={"chroma_url": url, "home": served.home / str(n)})
        assert len(Library.open(use).passages()) == 9


# -- the page --------------------------------------------------------------------------


@pytest.fixture
def server(chroma: Chroma, tmp_path: Path) -> Iterator[str]:
    """The program in front of the server, for `visit`."""
    with running(tmp_path / "app", {"YANJU_CHROMA_URL": chroma.url}) as address:
        yield address


def words_of(answer) -> str:
    """An answer as it is read, without the line that says how long it took."""
    return "\n".join(row for row in answer.inner_text().splitlines() if " 秒" not in row)


@pytest.mark.browser
class TestPage:
    pytestmark = browser_tests

    def test_a_page_says_that_the_server_is_down_and_goes_on_when_it_is_back(self, visit, chroma):
        page = visit()
        page.locator('[class*="st-key-suggest_0"] button').click()
        page.locator(".yj-cite").first.wait_for()
        settle(page)
        said = words_of(page.locator(".yj-answer"))
        question = page.locator(".yj-question").inner_text()
        chroma.kill()
        ask(page, question)
        assert "YANJU_CHROMA_URL" in page.locator(".yj-error").inner_text()
        shot(page, "server-away")
        fresh = visit("/?lang=en")  # a visitor who comes now
        assert "YANJU_CHROMA_URL" in fresh.locator(".yj-error").inner_text()
        shot(fresh, "server-away-visitor")
        chroma.start()
        fresh.reload()
        settle(fresh)
        assert fresh.locator(".yj-error").count() == 0
        page.get_by_role("button", name="重新回答").last.click()
        page.locator(".yj-answer").nth(1).wait_for()
        settle(page)
        assert words_of(page.locator(".yj-answer").nth(1)) == said


@pytest.mark.skipif(not _speaks_ipv6(), reason="no IPv6 on this machine's loopback")
def test_a_server_at_an_address_of_ipv6_is_found(settings: RagSettings, tmp_path: Path) -> None:
    chroma = Chroma(tmp_path / "chroma", host="::1")
    chroma.start()
    try:
        use = settings.model_copy(update={"chroma_url": chroma.url})
        library = Library.open(use)
        put(library, "a.txt", BRIDGE)
        library.sync()
        assert len(Library.open(use).dense("桥", 20)) == 9
    finally:
        chroma.kill()


def test_a_server_that_only_listens_is_told_before_chroma_waits_for_ever(
    settings: RagSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from store import connection

    monkeypatch.setattr(connection, "_PROBE", 0.5)
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))[
        : 1 + _speaks_ipv6()
    ]:
        with socket.create_server((host, 0), family=family) as silent:
            name = f"[{host}]" if ":" in host else host
            url = f"http://{name}:{silent.getsockname()[1]}"
            with pytest.raises(ServerAway, match="YANJU_CHROMA_URL"):
                Library.open(settings.model_copy(update={"chroma_url": url}))


def test_the_error_of_a_hanging_server_comes_in_time(
    served: RagSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from store import connection

    monkeypatch.setattr(connection, "_ANSWER", 0.5)
    library = Library.open(served)
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections, never answers
        library._vectors._client._server._api_url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(StoreError, match="YANJU_CHROMA_URL"):
            library.refresh()


def test_libraries_of_one_home_stand_side_by_side_at_a_server(served: RagSettings) -> None:
    branches = Branches(served)
    first = Library.open(served)
    first.upload("one.txt", BRIDGE.encode())
    made = branches.create("乙")
    use = branches.settings_of(made.id, served)
    second = Library.open(use)
    assert second.sync() == [] and not second.officials()
    second.upload("two.txt", BRIDGE.replace("陆承远", "陆程元").encode())
    assert "陆程元" not in [o.name for o in first.officials()]
    rebuild(served)  # of the first leaves the other as it was
    again = Library.open(use)
    assert "陆程元" in [o.name for o in again.officials()] and again.candidates("桥梁", 3)
    assert again.reindex() == len(again.passages())
    assert "陆程元" in [o.name for o in Library.open(use).officials()]
    branches.remove(made.id)
    branches.purge(made.id)
    client = Connection(served.home, served.chroma_url).open()
    assert not [c.name for c in client.list_collections() if made.id in c.name]
    assert Library.open(served).officials()


def test_a_rebuild_at_a_server_promises_no_old_index(served: RagSettings, tmp_path: Path) -> None:
    library = Library.open(served)
    outside = tmp_path / "elsewhere.md"
    outside.write_text(FRONT + "河道要常清。\n", encoding="utf-8")
    library.ingest([outside])
    outside.unlink()
    [result] = rebuild(served)
    assert result.state == "failed" and "无法重建" in result.zh and SPARE not in result.zh
