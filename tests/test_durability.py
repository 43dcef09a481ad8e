"""Kills, two processes, full disks, folders that cannot be written, backups."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path

import pytest

from rag import RagSettings
from store import Library, StoreError
from store.archive import backup, restore
from store.errors import LibraryDamaged
from store.lock import Version, WriteLock
from store.rebuild import SPARE, rebuild
from store.settings import Settings
from tests.conftest import BRIDGE, ROOT
from tests.kill_test import run
from tests.test_library import put

FRONT = "---\nspeaker: 韩立秋\norganization: 青川市水务局\n---\n\n"


def texts(library: Library) -> list[tuple[str, str]]:
    return [(p.official.key, p.text) for p in library.passages()]


def test_whoever_looks_after_a_kill_may_fall_or_hang_and_is_asked_again(tmp_path: Path) -> None:
    code = """
import os, signal, sys, time
from pathlib import Path
from tests.inspector import TRIES, inspected, piped, told
def look(place, most, pipe):
    tries = len(list(place.iterdir()))
    (place / str(tries)).touch()
    if tries < most:
        os.kill(os.getpid(), signal.SIGSEGV) if tries % 2 else time.sleep(600)
    pipe.send(("seen", tries))
once, never = Path(sys.argv[1]) / "once", Path(sys.argv[1]) / "never"
once.mkdir(), never.mkdir()
assert inspected(look, once, 2, patience=0.5) == [None, None, ("seen", 2)]
assert inspected(look, never, 99, patience=0.5) == [None] * TRIES
process, pipe = piped(look, Path(sys.argv[1]) / "not there", 0)
assert told(pipe) is None  # it has fallen: nobody waits
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_killed_changes_of_the_embedder_leave_one_whole_index(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tests.kill_test import run_reindex; "
        "t = run_reindex(Path(sys.argv[1]), 3, 5, lambda line: None); "
        "print('\\n'.join(t.troubles)); sys.exit(bool(t.troubles) or t.killed.total() != 3)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "library")],
        cwd=ROOT, capture_output=True, text=True, timeout=180,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_kills_in_the_middle_lose_and_double_nothing(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tests.kill_test import run; "
        "t = run(Path(sys.argv[1]), 3, 11, lambda line: None); "
        "print('\\n'.join(t.troubles)); sys.exit(bool(t.troubles))"
    )
    # In a process of its own: it forks, and this one has threads.
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "library")],
        cwd=ROOT, capture_output=True, text=True, timeout=180,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert callable(run)


# -- the version and the lock ----------------------------------------------------------


def test_a_version_says_in_what_condition_the_last_writer_left(tmp_path: Path) -> None:
    lock = WriteLock(tmp_path, 1)
    assert lock.version == Version()
    with lock.held() as torn:
        assert not torn and lock.version == Version(1, "writing")
        assert not WriteLock(tmp_path, 0).settle()  # its writer is alive
    assert lock.version == Version(2)
    with pytest.raises(RuntimeError), lock.held():
        raise RuntimeError("in the middle")
    assert lock.version == Version(4, "torn")
    with lock.held() as torn:
        assert torn
    assert lock.version == Version(6)
    lock.set(Version(7, "writing"))  # as a killed writer leaves it
    assert lock.settle() and lock.version == Version(8, "torn")


def test_the_version_of_an_earlier_release_is_read(tmp_path: Path) -> None:
    (tmp_path / "version").write_text("12")
    lock = WriteLock(tmp_path, 1)
    assert lock.version == Version(12)
    with lock.held() as torn:
        assert not torn
    assert lock.version == Version(14)


_KILLED = """
import os, signal, sys
from pathlib import Path
from store import Library, Settings
s = Settings(home=Path(sys.argv[1]), documents=Path(sys.argv[2]), samples=Path("/none"),
             _env_file=None)
library = Library.open(s)
commit = library._vectors.commit
def die(*args):
    if sys.argv[3] == "after":
        commit(*args)
    os.kill(os.getpid(), signal.SIGKILL)
library._vectors.commit = die
library.ingest([s.documents])
"""


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_reader_that_stayed_open_sees_what_a_killed_writer_left(
    library: Library, when: str
) -> None:
    put(library, "a.txt", BRIDGE)
    library.sync()
    before = texts(library)
    put(library, "a.txt", BRIDGE.replace("326座", "400座"))
    subprocess.run(
        [sys.executable, "-c", _KILLED, library.settings.home, library.settings.documents, when],
        cwd=ROOT, check=False,
    )  # fmt: skip
    assert library._lock.version.condition == "writing"
    library.refresh()
    want = before if when == "before" else [(k, t.replace("326座", "400座")) for k, t in before]
    assert texts(library) == want
    assert library._lock.version.condition == "torn"
    hits = library.dense("桥梁养护", 20)
    assert {h.passage.text for h in hits} == {t for _, t in want} and len(hits) == 9
    assert library.lexical("预防性养护", 1)[0].passage.text in {t for _, t in want}
    library.sync()  # resumes, and sweeps
    assert any("400座" in t for _, t in texts(library))
    put(library, "b.md", FRONT + "河道要常清。\n")
    library.sync()
    assert library._vectors._passages.count() == 10
    assert library._lock.version.condition == ""


def test_a_killed_ingest_does_not_make_again_what_it_had_written(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    from store import vectors

    monkeypatch.setattr(vectors, "BATCH", 10)
    path = put(library, "a.md", FRONT + "\n\n".join(f"第{i}条河道要常清。" for i in range(35)))
    asked: list[int] = []
    real = library._fresh

    def failing(passages):  # type: ignore[no-untyped-def]
        asked.append(len(passages))
        if len(asked) == 3:
            raise StoreError("向量服务断了。", "The endpoint went away.")
        return real(passages)

    monkeypatch.setattr(library, "_fresh", failing)
    assert library.ingest([path])[0].state == "failed"
    assert not library.passages() and not library.dense("河道", 5)
    assert library.ingest([path])[0].state == "added"
    assert asked == [10, 10, 10, 10, 5]  # the first twenty were kept
    assert len(library.passages()) == library._vectors._passages.count() == 35


def test_readers_go_on_while_a_document_comes_in(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(library, "a.txt", BRIDGE)
    library.sync()
    path = put(library, "b.md", FRONT + "河道要常清。\n")
    inside, go_on = threading.Event(), threading.Event()
    real = library._fresh

    def slow(passages):  # type: ignore[no-untyped-def]
        inside.set()
        assert go_on.wait(20)
        return real(passages)

    monkeypatch.setattr(library, "_fresh", slow)
    writing = threading.Thread(target=library.ingest, args=([path],))
    writing.start()
    assert inside.wait(20)
    start = time.monotonic()
    library.refresh()
    found = library.dense("桥梁养护", 20)
    assert time.monotonic() - start < 15 and not go_on.is_set()
    assert len(found) == 9
    go_on.set()
    writing.join()
    assert library.dense("河道", 1)[0].passage.official.name == "韩立秋"


def test_a_view_whose_rows_a_writer_dropped_is_taken_anew(library: Library) -> None:
    path = put(library, "a.txt", BRIDGE)
    library.sync()
    old = library._now  # its vectors are not in memory yet
    path.write_text(BRIDGE.replace("326座", "400座"), encoding="utf-8")
    library.sync()
    library._now = old
    texts_found = {h.passage.text for h in library.dense("预防性养护", 20)}
    assert len(texts_found) == 9 and any("400座" in t for t in texts_found)


# -- damage and disks ------------------------------------------------------------------


def test_rebuild_makes_a_damaged_index_anew(library: Library, tmp_path: Path) -> None:
    put(library, "a.txt", BRIDGE)
    outside = tmp_path / "elsewhere.md"
    outside.write_text(FRONT + "河道要常清。\n", encoding="utf-8")
    library.sync()
    library.ingest([outside])
    before = sorted(texts(library))
    library._vectors.close()
    (library.settings.home / "chroma" / "chroma.sqlite3").write_bytes(b"garbage" * 1000)
    with pytest.raises(LibraryDamaged, match="store rebuild"):
        Library.open(library.settings)
    results = rebuild(library.settings)
    assert {r.state for r in results} == {"added"}
    again = Library.open(library.settings)
    assert sorted(texts(again)) == before and len(again.dense("河道", 20)) == 10
    assert not (library.settings.home / SPARE).exists()


def test_rebuild_keeps_the_old_index_where_a_source_has_gone(
    library: Library, tmp_path: Path
) -> None:
    outside = tmp_path / "elsewhere.md"
    outside.write_text(FRONT + "河道要常清。\n", encoding="utf-8")
    library.ingest([outside])
    outside.unlink()
    library._vectors.close()
    results = rebuild(library.settings)
    assert [r.state for r in results] == ["failed"] and "elsewhere.md" in results[0].zh
    assert (library.settings.home / SPARE / "chroma.sqlite3").exists()


def test_missing_rows_and_a_newer_format_are_said(library: Library) -> None:
    put(library, "a.txt", BRIDGE)
    library.sync()
    library._vectors._set_state(format=99)
    with pytest.raises(LibraryDamaged, match="升级"):
        Library.open(library.settings)
    library._vectors._set_state(format=1)
    first = library._vectors._passages.get(limit=1)["ids"]
    library._vectors._passages.delete(ids=first)
    with pytest.raises(LibraryDamaged, match=r"应有 9 段，只有 8 段.*rebuild"):
        Library.open(library.settings)


_LIMITED = """
import resource, sys
from pathlib import Path
from store import Library, Settings
s = Settings(home=Path(sys.argv[1]), documents=Path(sys.argv[2]), samples=Path("/none"),
             _env_file=None)
library = Library.open(s)
library.embedder
largest = max(p.stat().st_size for p in s.home.rglob("*") if p.is_file())
resource.setrlimit(resource.RLIMIT_FSIZE, (largest + 4096, largest + 4096))
print(library.ingest([Path(sys.argv[3])])[0].zh)
"""


def test_a_disk_that_takes_no_more_is_said_and_loses_nothing(
    library: Library, tmp_path: Path
) -> None:
    """No file may grow: the system refuses the write, as on a full disk."""
    put(library, "a.txt", BRIDGE)
    library.sync()
    before = texts(library)
    library._vectors.close()
    big = tmp_path / "big.md"
    big.write_text(
        FRONT + "\n\n".join(f"第{i}条河道要常清，{'水' * 200}。" for i in range(400)),
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-c", _LIMITED, library.settings.home, library.settings.documents, big],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert "磁盘已满" in done.stdout and len(done.stdout.splitlines()) == 1, done
    again = Library.open(library.settings)
    assert texts(again) == before and len(again.dense("桥梁", 20)) == 9
    assert again.ingest([big])[0].state == "added"  # room again
    assert len(again.passages()) == 409 == again._vectors._passages.count()


_NOBODY = """
import os, sys
from pathlib import Path
from store import Library, Settings, YanjuError
from store.errors import StoreError
import chromadb, bm25s, filelock, store.embedder, store.static_embedder, langchain_core.embeddings
from store.embedder import BuiltinEmbedder
BuiltinEmbedder().embed_query("言")
s = Settings(home=Path(sys.argv[1]), documents=Path(sys.argv[2]), samples=Path("/none"),
             _env_file=None)
if os.getuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
try:
    library = Library.open(s)
    for result in library.sync():
        print(result.zh)
    print(library.upload("新.txt", "新".encode()).zh)
except YanjuError as error:
    print(error)
"""


def test_a_folder_that_cannot_be_written_is_said_in_one_line(
    library: Library, tmp_path: Path
) -> None:
    put(library, "a.txt", BRIDGE)
    library.sync()
    before = texts(library)
    library._vectors.close()
    put(library, "b.md", FRONT + "河道要常清。\n")
    for folder in (tmp_path, *tmp_path.parents):
        if folder != Path("/tmp") and os.access(folder, os.W_OK) and folder.owner() != "nobody":
            folder.chmod(folder.stat().st_mode | 0o055)
        if folder.name.startswith("pytest-of"):
            break
    frozen = [library.settings.documents, *library.settings.home.rglob("*"), library.settings.home]
    for path in frozen:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        done = subprocess.run(
            [sys.executable, "-c", _NOBODY, library.settings.home, library.settings.documents],
            cwd=ROOT, capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
    finally:
        for path in frozen[::-1]:
            path.chmod(0o755 if path.is_dir() else 0o644)
    lines = done.stdout.splitlines()
    assert done.returncode == 0 and lines, done.stderr
    assert all("不可写" in line or "无法保存" in line for line in lines), lines
    assert texts(Library.open(library.settings)) == before


# -- backup and restore ----------------------------------------------------------------


def test_a_backup_brings_everything_back(library: Library, tmp_path: Path) -> None:
    put(library, "a.txt", BRIDGE)
    library.sync()
    before = texts(library)
    file = tmp_path / "kept.zip"
    backup(library.settings, file)
    put(library, "a.txt", BRIDGE.replace("326座", "400座"))
    put(library, "b.md", FRONT + "河道要常清。\n")
    library.sync()
    library._vectors.close()
    done = restore(library.settings, file)
    again = Library.open(library.settings)
    assert texts(again) == before and len(again.dense("桥梁", 20)) == 9 and not done.rebuilt
    assert {r.state for r in again.sync()} <= {"unchanged"}
    kept = next(p for p in done.aside if p.name.startswith("documents"))
    assert {p.name for p in kept.iterdir()} == {"a.txt", "b.md"}  # nothing is thrown away


def test_a_backup_is_restored_elsewhere_with_files_from_outside(
    library: Library, tmp_path: Path
) -> None:
    put(library, "a.txt", BRIDGE)
    outside = tmp_path / "elsewhere.md"
    outside.write_text(FRONT + "河道要常清。\n", encoding="utf-8")
    library.sync()
    library.ingest([outside])
    file = tmp_path / "kept.zip"
    backup(library.settings, file)
    outside.unlink()
    other = library.settings.model_copy(
        update={"home": tmp_path / "new" / "home", "documents": tmp_path / "new" / "documents"}
    )
    assert restore(other, file).rebuilt
    again = Library.open(other)
    assert sorted(texts(again)) == sorted(texts(library)) and again.sync() == []
    assert {Path(r.path).parent for r in again.documents()} == {other.documents.resolve()}


@pytest.mark.parametrize(
    "name", ["../evil.txt", "home/../../evil.txt", "/etc/evil", "home/a\\b", "elsewhere/a", "home"]
)
def test_a_restore_never_leaves_its_folders(
    settings: RagSettings, tmp_path: Path, name: str
) -> None:
    file = tmp_path / "evil.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("manifest.json", json.dumps(_MANIFEST))
        archive.writestr(name, "evil")
    _refused(settings, tmp_path, file)


_MANIFEST = {"format": 1, "home": "/h", "documents": "/d", "outside": {}}


def test_a_manifest_moves_no_file_of_this_machine(settings: RagSettings, tmp_path: Path) -> None:
    own = tmp_path / "secret.txt"
    own.write_text("private", encoding="utf-8")
    beside = f"../{own.name}"  # from the folder that it is unpacked in
    named = {str(own): "/gone/a.txt", beside: "/gone/b.txt", "documents/kept.md": "/gone/c.md"}
    file = tmp_path / "evil.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("manifest.json", json.dumps({**_MANIFEST, "outside": named}))
        archive.writestr("documents/kept.md", FRONT + "河道要常清。\n")
    restore(settings, file)
    assert own.read_text(encoding="utf-8") == "private"
    assert [p.name for p in settings.documents.iterdir()] == ["kept.md"]


@pytest.mark.parametrize(
    "change",
    [{"home": None}, {"outside": ["a"]}, {"outside": {"outside/0/a.txt": 1}}, {"format": "1"}],
)
def test_a_manifest_of_other_values_is_refused(
    settings: RagSettings, tmp_path: Path, change: dict[str, object]
) -> None:
    file = tmp_path / "odd.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("manifest.json", json.dumps({**_MANIFEST, **change}))
    _refused(settings, tmp_path, file)
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("manifest.json", json.dumps({"format": 1}))
    _refused(settings, tmp_path, file)


def test_files_from_outside_of_one_name_come_back_beside_each_other(
    library: Library, tmp_path: Path
) -> None:
    put(library, "a.md", FRONT + "河道要常清。\n")
    put(library, "a (2).md", FRONT + "堤防要常巡。\n")
    library.sync()
    outside = [tmp_path / where / "a.md" for where in ("one", "two")]
    for path, words in zip(outside, ("水库要常看", "泵站要常修"), strict=True):
        path.parent.mkdir()
        path.write_text(f"{FRONT}{words}。\n", encoding="utf-8")
    library.ingest(outside)
    backup(library.settings, tmp_path / "kept.zip")
    before = sorted(texts(library))
    for path in outside:
        path.unlink()
    library._vectors.close()
    restore(library.settings, tmp_path / "kept.zip")
    assert sorted(texts(Library.open(library.settings))) == before and len(before) == 4


def test_a_file_older_than_zips_is_backed_up(library: Library, tmp_path: Path) -> None:
    path = put(library, "a.md", FRONT + "河道要常清。\n")
    os.utime(path, (0, 0))
    library.sync()
    assert backup(library.settings, tmp_path / "kept.zip") > 0


def test_a_restore_says_where_it_cannot_unpack(settings: RagSettings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    nowhere = settings.model_copy(update={"home": tmp_path / "file" / "home"})
    with pytest.raises(StoreError, match="没有恢复"):
        restore(nowhere, tmp_path / "kept.zip")


def _refused(settings: RagSettings, tmp_path: Path, file: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(StoreError, match=r"没有恢复"):
        restore(settings, file)
    assert [p for p in sorted(tmp_path.rglob("*")) if p.name != "home"] == before


def test_a_link_a_bomb_and_a_cut_backup_are_refused(
    library: Library, settings: RagSettings, tmp_path: Path
) -> None:
    link = zipfile.ZipInfo("home/link")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "link.zip", "w") as archive:
        archive.writestr("manifest.json", json.dumps(_MANIFEST))
        archive.writestr(link, "/etc/passwd")
    put(library, "a.txt", BRIDGE)
    library.sync()
    backup(settings, tmp_path / "whole.zip")
    library._vectors.close()
    data = (tmp_path / "whole.zip").read_bytes()
    (tmp_path / "cut.zip").write_bytes(data[: len(data) // 2])
    at = data.index(b"chroma.sqlite3") + 200
    (tmp_path / "flipped.zip").write_bytes(data[:at] + bytes(50) + data[at + 50 :])
    version = WriteLock(settings.home, 1).version
    for name in ("link.zip", "cut.zip", "flipped.zip", "none.zip"):
        with pytest.raises(StoreError, match=r"没有恢复|找不到"):
            restore(settings, tmp_path / name)
    assert WriteLock(settings.home, 1).version == version
    assert len(Library.open(settings).passages()) == 9


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts open files by /proc")
def test_a_library_that_is_only_forgotten_gives_back_its_files(tmp_path: Path) -> None:
    def open_files() -> int:
        return len(os.listdir("/proc/self/fd"))

    (tmp_path / "documents").mkdir()
    counts = []
    for _ in range(6):
        library = Library(Settings(home=tmp_path / "home", documents=tmp_path / "documents"))
        assert library.passages() == []
        counts.append(open_files())
        del library
        gc.collect()
    # One that stayed open would keep several; a file that something else opens meanwhile is none.
    assert counts[-1] - counts[1] < len(counts) - 2
    assert open_files() < counts[-1]
