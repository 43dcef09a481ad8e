"""The library: what goes in comes out, once, under the right name, and nothing is lost."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from rag import RagSettings
from store import Library, StoreError
from store.errors import EmbedderMismatch, LibraryBusy, LibraryDamaged
from tests.conftest import BRIDGE

ONE = BRIDGE.split("苏晚棠")[0]


def put(library: Library, name: str, text: str) -> Path:
    path = library.settings.documents / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_second_ingest_changes_nothing(library: Library) -> None:
    path = put(library, "a.txt", BRIDGE)
    first = library.ingest([path])[0]
    before = library.passages()
    second = library.ingest([path])[0]
    assert (first.state, second.state) == ("added", "unchanged")
    assert first.passages == 9 and set(first.officials) == {"陆承远", "苏晚棠"}
    assert library.passages() == before


def test_what_a_citation_needs_survives_reopening(library: Library) -> None:
    library.ingest([put(library, "a.txt", BRIDGE)])
    again = Library.open(library.settings)
    assert again.passages() == library.passages()
    p = next(p for p in again.passages() if "326座" in p.text)
    assert p.official.name == "陆承远"
    assert p.official.organization == "云溪省青川市交通运输局"
    assert p.official.position == "党组书记、局长"
    assert p.title == "桥梁养护要算长远账"
    assert p.section == "一、坚持预防为主,把病害消灭在萌芽"
    assert p.file == "a.txt" and BRIDGE.splitlines()[p.lines[0] - 1] == p.text
    before, after = again.neighbours(p)
    assert before and "健康档案" in before.text and after and "超载车辆" in after.text


def test_neighbours_never_cross_to_another_official(library: Library) -> None:
    library.ingest([put(library, "a.txt", BRIDGE)])
    for p in library.passages():
        assert all(n is None or n.official == p.official for n in library.neighbours(p))


def test_a_changed_file_replaces_its_passages(library: Library) -> None:
    path = put(library, "a.txt", BRIDGE)
    library.ingest([path])
    path.write_text(BRIDGE.replace("326座", "400座"), encoding="utf-8")
    assert library.ingest([path])[0].state == "replaced"
    texts = [p.text for p in Library.open(library.settings).passages()]
    assert sum("400座" in t for t in texts) == 1 and not any("326座" in t for t in texts)
    assert not any("326座" in h.passage.text for h in library.dense("预防性养护326座", 20))


def test_a_vanished_file_leaves_every_answer(library: Library) -> None:
    path = put(library, "a.txt", BRIDGE)
    put(library, "b.md", "---\nspeaker: 韩立秋\norganization: 青川市水务局\n---\n\n河道要常清。\n")
    library.sync()
    assert {o.name for o in library.officials()} == {"陆承远", "苏晚棠", "韩立秋"}
    path.unlink()
    results = library.sync()
    assert [r.state for r in results] == ["removed"]
    assert {o.name for o in library.officials()} == {"韩立秋"}
    assert {h.passage.official.name for h in library.dense("桥梁", 20)} == {"韩立秋"}


def test_removal_keeps_the_file_and_it_does_not_come_back(library: Library) -> None:
    path = put(library, "a.txt", BRIDGE)
    library.sync()
    record = library.documents()[0]
    library.remove(record.id)
    assert not path.exists() and not library.sync() and not library.passages()
    kept = list((library.settings.home / "removed").iterdir())
    assert [k.read_text(encoding="utf-8") for k in kept] == [BRIDGE]
    with pytest.raises(StoreError, match="没有编号"):
        library.remove(record.id)


def test_the_same_content_under_two_names_is_kept_once(library: Library) -> None:
    results = library.ingest([put(library, "a.txt", BRIDGE), put(library, "b.txt", BRIDGE)])
    assert [r.state for r in results] == ["added", "duplicate"]
    assert len(library.documents()) == 1


def test_two_files_of_one_name_are_two_documents(library: Library, tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    other = tmp_path / "x" / "a.txt"
    other.write_text(ONE, encoding="utf-8")
    results = library.ingest([put(library, "a.txt", BRIDGE), other])
    assert [r.state for r in results] == ["added", "added"]
    assert len({d.id for d in library.documents()}) == 2


def test_the_same_words_of_two_officials_keep_both_owners(library: Library) -> None:
    for name in ("甲", "乙"):
        front = f"---\nspeaker: 周{name}一\norganization: {name}市水务局\ntitle: 同题\n---\n\n"
        put(library, f"{name}.md", front + "河畅水清,岸绿景美。\n")
    library.sync()
    assert sorted(p.official.name for p in library.passages()) == ["周乙一", "周甲一"]


def test_uploads_are_kept_and_never_overwrite(library: Library) -> None:
    first = library.upload("../../讲话.txt", BRIDGE.encode())
    same = library.upload("讲话.txt", BRIDGE.encode())
    other = library.upload("讲话.txt", ONE.encode("gb18030"))
    assert [r.state for r in (first, same, other)] == ["added", "unchanged", "added"]
    names = sorted(p.name for p in library.settings.documents.iterdir())
    assert names == ["讲话 (2).txt", "讲话.txt"]


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("空.txt", b"", "空"),
        ("图.txt", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "图.txt"),
        ("大.txt", "长".encode() * 7_200_000, "MB"),
        ("表.xlsx", b"PK\x03\x04" + bytes(200), "xlsx"),
    ],
)
def test_bad_files_say_why_and_change_nothing(
    library: Library, name: str, data: bytes, says: str
) -> None:
    library.upload("好.txt", BRIDGE.encode())
    before = library.passages()
    result = library.upload(name, data)
    assert result.state == "failed" and says in result.zh and result.en
    assert library.passages() == before
    assert [p.name for p in library.settings.documents.iterdir()] == ["好.txt"]


def test_one_official_only(library: Library) -> None:
    result = library.ingest([put(library, "a.txt", ONE)])[0]
    assert result.officials == ("陆承远",) and result.passages == 5


def test_no_byline_is_said_with_the_remedy_and_never_cited(library: Library) -> None:
    text = "要把河道管好,常态化清淤。\n\n要把路灯修好,方便群众夜间出行。\n"
    result = library.ingest([put(library, "a.txt", text)])[0]
    assert result.state == "no_official" and "署名" in result.zh and "byline" in result.en
    assert not library.passages() and not library.dense("河道", 5)
    assert library.documents()[0].unattributed == 2


def test_one_bad_file_does_not_stop_the_others(library: Library) -> None:
    put(library, "a.txt", BRIDGE)
    (library.settings.documents / "b.txt").write_bytes(bytes(range(256)) * 9)
    states = {r.file: r.state for r in library.sync()}
    assert states == {"a.txt": "added", "b.txt": "failed"}
    assert library.sync() == []  # told once


def test_samples_step_aside_and_come_back(settings: RagSettings, tmp_path: Path) -> None:
    samples = tmp_path / "samples"
    samples.mkdir()
    (samples / "s.md").write_text(
        "---\nspeaker: 范小满\norganization: 某县农业局\nnote: 转述\n---\n\n种好粮。\n",
        encoding="utf-8",
    )
    (samples / "README.md").write_text("# 说明\n\n不是讲话。\n", encoding="utf-8")
    library = Library.open(settings.model_copy(update={"samples": samples}))
    library.sync()
    assert library.is_sample and [o.name for o in library.officials()] == ["范小满"]
    assert library.passages()[0].note == "转述"
    with pytest.raises(StoreError, match="示例"):
        library.remove(library.documents()[0].id)
    added = library.upload("自己的.txt", BRIDGE.encode())
    assert not library.is_sample and "范小满" not in {o.name for o in library.officials()}
    library.remove(added.document)
    library.sync()
    assert library.is_sample


def test_officials_limit_both_searches_and_fail_closed(library: Library) -> None:
    library.ingest([put(library, "a.txt", BRIDGE)])
    key = next(o.key for o in library.officials() if o.name == "苏晚棠")
    for officials in (frozenset({key}), frozenset({"没有这人|"}), frozenset[str]()):
        hits = library.dense("桥梁养护", 20, officials) + library.lexical("桥梁", 20, officials)
        assert all(h.passage.official.key in officials for h in hits)


def test_candidates_carry_both_searches_scores(library: Library) -> None:
    library.ingest([put(library, "a.txt", BRIDGE)])
    asked = "给一线工人更好的待遇"
    near = {h.passage.id: h.score for h in library.dense(asked, 5)}
    words = {h.passage.id: h.score for h in library.lexical(asked, 5)}
    found = library.candidates(asked, 5)
    assert {c.passage.id for c in found} == {*near, *words}
    for c in found:
        assert c.dense == pytest.approx(near.get(c.passage.id, c.dense), abs=1e-4)
        assert c.lexical == pytest.approx(words.get(c.passage.id, c.lexical), abs=1e-4)


def test_another_embedder_is_refused_until_reindexed(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.ingest([put(library, "a.txt", BRIDGE)])
    other = Library.open(library.settings)
    monkeypatch.setattr(type(other.embedder), "name", "another", raising=False)
    monkeypatch.setattr(other.embedder, "name", "another", raising=False)
    with pytest.raises(EmbedderMismatch, match="reindex"):
        other.dense("桥梁", 3)
    assert other.reindex() == 9
    assert other.dense("桥梁", 3)
    assert other.passages() == library.passages()


@pytest.mark.parametrize("release", ["builtin-joint-512-0000", "builtin-static-256-0000"])
def test_an_update_of_the_built_in_embedder_reindexes_by_itself(
    library: Library, release: str
) -> None:
    put(library, "a.txt", BRIDGE)
    library.sync()
    library._vectors.stamp = release
    again = Library.open(library.settings)
    with pytest.raises(EmbedderMismatch):
        again.dense("桥梁", 3)
    again.sync()
    assert again.dense("桥梁", 3) and again.passages() == library.passages()


def _hold(home: str, ready: str) -> None:
    from store.lock import WriteLock

    with WriteLock(Path(home), 5).held():
        Path(ready).write_text("1")
        time.sleep(20)


def test_a_busy_library_says_so_and_loses_nothing(library: Library, tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    process = multiprocessing.get_context("spawn").Process(
        target=_hold, args=(str(library.settings.home), str(ready))
    )
    process.start()
    try:
        until = time.time() + 20
        while not ready.exists() and time.time() < until:
            time.sleep(0.05)
        result = library.ingest([put(library, "a.txt", BRIDGE)])[0]
        assert result.state == "failed" and "正在写入" in result.zh
    finally:
        process.kill()
        process.join()
    assert library.sync()[0].state == "added"  # the killed writer's lock is free


def test_a_reader_sees_what_another_wrote(library: Library) -> None:
    reader = Library.open(library.settings)
    assert not reader.passages()
    library.ingest([put(library, "a.txt", BRIDGE)])
    reader.refresh()
    assert reader.passages() == library.passages()
    assert reader.dense("社区书屋", 1)[0].passage.official.name == "苏晚棠"


_WRITER = """
import sys
from pathlib import Path
from store import Library, Settings
s = Settings(home=Path(sys.argv[1]), documents=Path(sys.argv[2]), samples=Path("/none"),
             _env_file=None)
library = Library.open(s)
print("up", flush=True)
for _ in range(50):
    for path in sorted(s.documents.iterdir()):
        path.write_text(path.read_text(encoding="utf-8") + "\\n", encoding="utf-8")
    library.ingest([s.documents])
"""


@pytest.mark.slow
def test_a_kill_in_the_middle_leaves_each_document_whole(library: Library, tmp_path: Path) -> None:
    import random
    import subprocess

    for i in range(6):
        put(library, f"{i}.txt", BRIDGE.replace("青川", f"青{'甲乙丙丁戊己'[i]}"))
    library.sync()
    want = len(library.passages())
    dice = random.Random(7)
    for _ in range(4):
        writer = subprocess.Popen(
            [sys.executable, "-c", _WRITER, library.settings.home, library.settings.documents],
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parent.parent,
        )
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(dice.uniform(0.05, 0.8))
        os.kill(writer.pid, signal.SIGKILL)
        writer.wait()
        opened = Library.open(library.settings)
        passages = opened.passages()
        assert len(passages) == want and len({p.id for p in passages}) == want
        hits = opened.dense("桥梁养护", want)
        assert len({h.passage.id for h in hits}) == want, "a passage without its vector"


def test_an_unusable_folder_is_said_in_one_line(settings: RagSettings, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    with pytest.raises(StoreError, match="YANJU_HOME"):
        Library.open(settings.model_copy(update={"home": blocked / "x"}))


def test_a_damaged_index_is_said_with_the_remedy(library: Library) -> None:
    library.ingest([put(library, "a.txt", BRIDGE)])
    library._vectors.close()
    database = library.settings.home / "chroma" / "chroma.sqlite3"
    database.write_bytes(b"garbage" * 1000)
    with pytest.raises(LibraryDamaged, match="store rebuild"):
        Library.open(library.settings)


def test_a_full_disk_leaves_the_library_as_it_was(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.ingest([put(library, "a.txt", ONE)])
    before = library.passages()

    def full(**_: object) -> None:
        raise RuntimeError("error returned from database: (code: 13) database or disk is full")

    monkeypatch.setattr(library._vectors._passages, "upsert", full, raising=False)
    result = library.ingest([put(library, "b.txt", BRIDGE)])[0]
    monkeypatch.undo()
    assert result.state == "failed" and "磁盘已满" in result.zh
    assert Library.open(library.settings).passages() == before


def test_progress_runs_to_the_end(library: Library) -> None:
    seen: list[float] = []
    put(library, "a.txt", BRIDGE)
    put(library, "b.txt", ONE)
    library.sync(lambda what, fraction: seen.append(fraction))
    assert seen == sorted(seen) and seen[-1] == 1.0


def test_busy_is_a_store_error() -> None:
    assert issubclass(LibraryBusy, StoreError)


# -- replaced, stopped, brought back ----------------------------------------------------


def names(library: Library) -> list[str]:
    return [r.name for r in library.documents()]


def test_a_removed_document_is_brought_back_with_its_corrections(library: Library) -> None:
    from store import edit

    library.upload("town.txt", BRIDGE.encode())
    [record] = library.documents()
    lines = next(p.lines for r in library.remarks(record.id) for p in r.paragraphs)
    step = edit.assign(library.remarks(record.id), [lines], None)
    library.correct(record.id, library.corrections(record.id).added(step))
    [record] = library.documents()
    removed = library.remove(record.id)
    assert names(library) == []
    done = library.bring_back(removed)
    [back] = library.documents()
    assert done.state == "added" and (back.id, back.passages) == (record.id, record.passages)
    assert library.corrections(back.id).steps
    with pytest.raises(StoreError, match="无法恢复"):
        library.bring_back(removed)  # it is there already


def test_a_file_that_is_gone_for_good_is_said(library: Library) -> None:
    library.upload("town.txt", BRIDGE.encode())
    removed = library.remove(library.documents()[0].id)
    for kept in (library.settings.home / "removed").iterdir():
        kept.unlink()
    with pytest.raises(StoreError, match="无法恢复"):
        library.bring_back(removed)
    assert names(library) == []


def test_a_document_is_replaced_in_its_place(library: Library) -> None:
    library.upload("town.txt", BRIDGE.encode())
    [old] = library.documents()
    done = library.replace(old.id, "别名.txt", BRIDGE.replace("陆承远", "蔺承远").encode())
    [new] = library.documents()
    assert done.state == "replaced" and (new.id, new.name) == (old.id, "town.txt")
    assert "蔺承远" in new.officials and "陆承远" not in new.officials
    assert [p.read_text() for p in (library.settings.home / "removed").iterdir()] == [BRIDGE]


def test_a_bad_replacement_leaves_the_old_document(library: Library) -> None:
    library.upload("town.txt", BRIDGE.encode())
    [old] = library.documents()
    assert library.replace(old.id, "空.txt", b"").state == "failed"
    assert library.replace(old.id, "空.pdf", b"").state == "failed"
    assert library.documents() == [old] and Path(old.path).read_text() == BRIDGE
    library.sync()
    assert library.documents() == [old]


def test_a_replacement_of_another_kind_takes_the_old_one_out(library: Library) -> None:
    library.upload("town.txt", BRIDGE.encode())
    [old] = library.documents()
    text = "---\nspeaker: 蔺某\norganization: 某局\n---\n\n修桥要算长远账，逐座检测。\n"
    assert library.replace(old.id, "新.md", text.encode()).state == "added"
    assert names(library) == ["新.md"]


def test_a_stopped_upload_leaves_no_file(library: Library) -> None:
    class Stopped(BaseException):
        pass

    def stop(what: str, fraction: float) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        library.upload("town.txt", BRIDGE.encode(), stop)
    assert not list(library.settings.documents.iterdir())
    library.sync()
    assert names(library) == []
    assert library.upload("town.txt", BRIDGE.encode()).state == "added"


def test_one_is_counted_as_one_in_english(library: Library) -> None:
    result = library.upload("一.md", "---\nspeaker: 闻人岳\n---\n植树要看成活率。\n".encode())
    assert "1 official (闻人岳), 1 passage." in result.en


def test_a_copy_comes_in_when_the_document_it_copies_is_removed(library: Library) -> None:
    put(library, "a.txt", BRIDGE)
    put(library, "b.txt", BRIDGE)
    assert sorted(r.state for r in library.sync()) == ["added", "duplicate"]
    assert library.sync() == []  # told once
    library.remove(library.documents()[0].id)
    assert [r.state for r in library.sync()] == ["added"]
    assert [r.name for r in library.documents()] == ["b.txt"]


def test_a_file_that_goes_while_the_folder_is_read_is_no_error(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(library, "a.txt", BRIDGE)
    put(library, "b.txt", ONE)
    found = [*library.settings.documents.iterdir()]
    path.unlink()
    monkeypatch.setattr("store.library.sources", lambda folder: sorted(found))
    assert [r.file for r in library.sync()] == ["b.txt"]


def test_a_file_that_failed_is_told_once_in_a_folder_named_relatively(
    settings: RagSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(settings.documents.parent)
    library = Library.open(settings.model_copy(update={"documents": Path("documents")}))
    path = put(library, "a.txt", BRIDGE)
    library.sync()
    monkeypatch.setattr("store.intake.PARSER", "another")  # as after an update of the program
    monkeypatch.setattr("store.library.load", lambda *args: b"\x00\x01\x02" * 50)
    assert [r.state for r in library.sync()] == ["failed"]
    assert library.sync() == [] and path.exists()


def test_no_official_leaves_no_empty_brackets(library: Library) -> None:
    text = "要把河道管好，常态化清淤。\n".encode()
    library.upload("甲.txt", text)
    again = library.upload("乙.txt", text)
    assert again.state == "duplicate" and "没有认出官员" in again.zh and "（）" not in again.zh
