"""Several libraries of one home: apart from each other, safe from names and other processes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from rag import RagSettings
from store import Library
from store.archive import backup, restore
from store.branch import MAIN, NAME_CHARS, SAMPLES, ident_of
from store.branches import Branches, located
from store.errors import BadSetting, LibraryBusy, StoreError
from store.lock import WriteLock
from tests.conftest import BRIDGE, ROOT

FERRY = """渡口

卓一帆
澜水省渡江县航运事务中心
主任

渡江县有渡口四十三处，去年检修渡船六十一艘，没有一处带病开航。
"""


@pytest.fixture
def branches(settings: RagSettings) -> Branches:
    return Branches(settings)


def opened(branches: Branches, settings: RagSettings, ident: str) -> Library:
    return Library.open(branches.settings_of(ident, settings))


def names(library: Library) -> list[str]:
    return sorted(o.name for o in library.officials())


def test_a_home_that_is_there_is_the_first_library(
    branches: Branches, settings: RagSettings
) -> None:
    (settings.documents / "town.txt").write_text(BRIDGE, encoding="utf-8")
    before = Library.open(settings)
    before.sync()
    assert [b.id for b in branches.all()] == [MAIN]
    same = opened(branches, settings, MAIN)
    assert same.settings.home == settings.home
    assert [r.id for r in same.documents()] == [r.id for r in before.documents()]


def test_each_has_documents_an_index_and_corrections_of_its_own(
    branches: Branches, settings: RagSettings
) -> None:
    first = opened(branches, settings, MAIN)
    first.upload("town.txt", BRIDGE.encode())
    made = branches.create("渡口")
    second = opened(branches, settings, made.id)
    second.upload("ferry.txt", FERRY.encode())
    assert names(second) == ["卓一帆"] and "卓一帆" not in names(first)
    first.sync()
    assert len(first.documents()) == 1  # a folder below its home is not its own
    assert second.candidates("桥梁养护", 3) and not second.lexical("桥梁养护", 3)
    assert second.settings.home != first.settings.home
    second.remove(second.documents()[0].id)
    assert len(first.documents()) == 1


def test_the_samples_stand_apart_and_take_nothing_in(
    branches: Branches, settings: RagSettings
) -> None:
    use = settings.model_copy(update={"samples": ROOT / "samples"})
    samples = Library.open(branches.settings_of(SAMPLES, use))
    samples.sync()
    assert samples.is_sample and samples.officials()
    for change in (
        lambda: samples.upload("town.txt", BRIDGE.encode()),
        lambda: samples.ingest([ROOT / "README.md"]),
    ):
        with pytest.raises(StoreError, match="示例"):
            change()
    assert samples.is_sample and not [*samples.settings.documents.rglob("*.txt")]
    new = Library.open(branches.settings_of(branches.create("新的").id, use))
    assert new.sync() == [] and not new.officials()  # no samples in a library of one's own


@pytest.mark.parametrize(
    "name",
    ["../../outside", "/etc/passwd", "a/b\\c", "..", "C:\\x", "CON", "-rf", "<b>粗</b>", "{home}"],
)
def test_a_name_is_never_a_path(branches: Branches, settings: RagSettings, name: str) -> None:
    made = branches.create(name)
    library = opened(branches, settings, made.id)
    library.upload("ferry.txt", FERRY.encode())
    inside = settings.home.resolve() / "libraries" / made.id
    assert library.settings.home.resolve() == inside
    assert Path(library.documents()[0].path).is_relative_to(inside)
    assert branches.find(name).id == made.id and branches.get(made.id) == made
    assert sorted(p.name for p in settings.home.parent.iterdir()) == ["documents", "home"]


@pytest.mark.parametrize(
    "name",
    ["", " \n\t", "x" * (NAME_CHARS + 1), "a\0b", "甲\u202e乙", "甲\u200b乙", "\ud800", "示例资料",
     "main", "MAIN", "My library", "samples", "0123456789ab"],
)  # fmt: skip
def test_names_that_cannot_be_used_are_refused(branches: Branches, name: str) -> None:
    with pytest.raises(StoreError) as caught:
        branches.create(name)
    assert caught.value.zh and caught.value.en
    assert len(branches.all()) == 1


def test_two_of_one_name_are_refused_however_it_is_written(branches: Branches) -> None:
    branches.create("Project  A")
    for name in ("project a", " ＰＲＯＪＥＣＴ A "):
        with pytest.raises(StoreError, match="已有"):
            branches.create(name)


@pytest.mark.parametrize("ident", ["..", "../home", "", "zzz", ".gone-0123456789ab", "/etc"])
def test_an_id_from_outside_opens_nothing(
    branches: Branches, settings: RagSettings, ident: str
) -> None:
    assert branches.get(ident) is None
    with pytest.raises(BadSetting):
        branches.settings_of(ident, settings)
    for change in (branches.remove, branches.bring_back, branches.purge):
        with pytest.raises(StoreError):
            change(ident)


def test_a_name_with_a_number_is_no_longer_than_a_name_may_be(branches: Branches) -> None:
    longest = "渡" * NAME_CHARS
    made = branches.create(longest)
    branches.remove(made.id)
    branches.create(longest)
    back = branches.bring_back(made.id)
    assert back.name == "渡" * (NAME_CHARS - 4) + " (2)"
    assert branches.rename(back.id, back.name).name == back.name


def test_it_is_called_otherwise_set_aside_and_brought_back(
    branches: Branches, settings: RagSettings
) -> None:
    made = branches.create("甲")
    opened(branches, settings, made.id).upload("ferry.txt", FERRY.encode())
    assert branches.rename(made.id, " 乙  丙 ").name == "乙 丙"
    assert branches.rename(MAIN, "老资料").title() == "老资料"
    assert branches.rename(MAIN, "").title("en") == "My library"
    branches.remove(made.id)
    assert branches.get(made.id) is None and [b.id for b in branches.all()] == [MAIN]
    with pytest.raises(BadSetting, match="现有"):
        located(settings.model_copy(update={"library": "乙 丙"}))
    branches.create("乙 丙")
    assert branches.bring_back(made.id).name == "乙 丙 (2)"
    assert names(opened(branches, settings, made.id)) == ["卓一帆"]
    for wrong in (MAIN, SAMPLES):
        with pytest.raises(StoreError):
            branches.remove(wrong)
    with pytest.raises(StoreError):
        branches.rename(SAMPLES, "另名")


def test_only_what_was_set_aside_is_deleted_for_good_and_not_while_it_is_written(
    branches: Branches, settings: RagSettings
) -> None:
    made = branches.create("甲")
    library = opened(branches, settings, made.id)
    library.upload("ferry.txt", FERRY.encode())
    with pytest.raises(StoreError):
        branches.purge(made.id)
    branches.remove(made.id)
    with WriteLock(library.settings.home, 1).still(), pytest.raises(LibraryBusy):
        branches.purge(made.id)
    assert library.settings.home.is_dir()
    branches.purge(made.id)
    assert not library.settings.home.exists() and not branches.all(removed=True)
    # Who still has it open can put nothing into it any more.
    with pytest.raises(StoreError, match="彻底删除"):
        library.upload("again.txt", FERRY.encode())
    assert not library.settings.home.exists() and [b.id for b in branches.all()] == [MAIN]


def test_a_damaged_name_loses_nothing_else(branches: Branches, settings: RagSettings) -> None:
    made, other = branches.create("甲"), branches.create("乙")
    (settings.home / "libraries" / made.id / "library.json").write_bytes(b"\xff{")
    assert [b.title() for b in branches.all()] == ["我的资料库", made.id, "乙"]
    assert branches.rename(made.id, "丙").name == "丙" and branches.get(other.id) == other


def test_processes_that_make_libraries_at_once_all_get_theirs(settings: RagSettings) -> None:
    code = (
        "import sys; from pathlib import Path; from store.branches import Branches;"
        "from store import Settings, YanjuError\n"
        "b = Branches(Settings(home=Path(sys.argv[1]), _env_file=None))\n"
        "for n in range(8):\n"
        "    b.create(f'{sys.argv[2]} {n}')\n"
        "    try:\n        b.create(f'common {n}')\n"
        "    except YanjuError: pass\n"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", code, settings.home, who], cwd=ROOT)
        for who in ("a", "b")
    ]
    assert [process.wait(60) for process in running] == [0, 0]
    told = sorted(b.name for b in Branches(settings).all()[1:])
    assert told == sorted(f"{who} {n}" for who in ("a", "b", "common") for n in range(8))


def test_a_backup_is_of_one_library_and_leaves_the_others(
    branches: Branches, settings: RagSettings, tmp_path: Path
) -> None:
    first = opened(branches, settings, MAIN)
    first.upload("town.txt", BRIDGE.encode())
    made = branches.create("甲")
    use = branches.settings_of(made.id, settings)
    Library.open(use).upload("ferry.txt", FERRY.encode())
    main_zip, other_zip = tmp_path / "main.zip", tmp_path / "other.zip"
    backup(settings, main_zip)
    count = backup(use, other_zip)
    import zipfile

    with zipfile.ZipFile(main_zip) as kept:
        assert not [n for n in kept.namelist() if "libraries" in n]
    with zipfile.ZipFile(other_zip) as kept:
        assert [n for n in kept.namelist() if n.endswith("ferry.txt")] == ["documents/ferry.txt"]
        assert len(kept.namelist()) == count + 1
    restore(settings, main_zip)
    assert names(Library.open(use)) == ["卓一帆"] and len(branches.all()) == 2
    branches.rename(made.id, "新名")
    Library.open(use).remove(Library.open(use).documents()[0].id)
    restore(use, other_zip)
    assert names(Library.open(use)) == ["卓一帆"]
    assert branches.get(made.id).title() == "新名"  # type: ignore[union-attr]
    assert names(Library.open(settings)) == names(first)
    empty = branches.settings_of(branches.create("空").id, settings)
    restore(empty, other_zip)
    assert names(Library.open(empty)) == ["卓一帆"]


def test_a_backup_with_another_library_in_it_does_not_touch_those_there_are(
    branches: Branches, settings: RagSettings, tmp_path: Path
) -> None:
    import zipfile

    opened(branches, settings, MAIN).upload("town.txt", BRIDGE.encode())
    backup(settings, tmp_path / "main.zip")
    with zipfile.ZipFile(tmp_path / "main.zip", "a") as kept:
        kept.writestr("home/libraries/0123456789ab/library.json", '{"name": "混入"}')
    made = branches.create("甲")
    restore(settings, tmp_path / "main.zip")
    assert [b.title() for b in branches.all()[1:]] == ["甲"]
    assert (settings.home / "libraries" / made.id / "documents").is_dir()


def test_a_deletion_for_good_that_was_cut_short_is_finished_by_the_next_change(
    branches: Branches, settings: RagSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shutil

    made = branches.create("甲")
    branches.remove(made.id)

    def full(path: Path) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", full)
        with pytest.raises(StoreError, match="No space left"):
            branches.purge(made.id)
    left = settings.home / "libraries" / f".gone-{made.id}"
    assert left.is_dir() and branches.all(removed=True) == []
    branches.create("乙")
    assert not left.exists()


def test_the_folder_tells_which_library_it_is() -> None:
    assert ident_of(Path("/x/libraries/0123456789ab")) == "0123456789ab"
    assert ident_of(Path("/x/libraries/samples")) == SAMPLES
    assert ident_of(Path("/x/0123456789ab")) == ident_of(Path("/x/libraries/other")) == MAIN


def test_the_setting_names_one(
    branches: Branches, settings: RagSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = branches.create("渡口 项目")
    monkeypatch.setenv("YANJU_LIBRARY", "渡口 项目")
    monkeypatch.setenv("YANJU_HOME", str(settings.home))
    library = Library.open(RagSettings(_env_file=None))
    assert library.settings.home == settings.home / "libraries" / made.id
    assert library.settings.library == ""


def test_the_commands_make_and_use_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    monkeypatch.setenv("YANJU_DOCUMENTS", str(tmp_path / "documents"))
    ferry = tmp_path / "ferry.txt"
    ferry.write_text(FERRY, encoding="utf-8")

    def run(*words: object, code: int = 0) -> str:
        done = subprocess.run(
            [sys.executable, "-m", *map(str, words)],
            cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, encoding="utf-8",
        )  # fmt: skip
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout if code == 0 else done.stderr

    made = json.loads(run("store", "libraries", "--create", "渡口 项目", "--json"))
    run("store", "--library", "渡口 项目", "ingest", ferry)
    told = json.loads(run("rag", "--library", made["id"], "ask", "检修渡船多少艘？", "--json"))
    assert told["citations"][0]["speaker"] == "卓一帆"
    assert "卓一帆" not in run("store", "list")
    assert "没有名为" in run("store", "--library", "无此库", "list", code=2)
    run("store", "libraries", "--rename", "渡口 项目", "渡口")
    run("store", "libraries", "--remove", "渡口")
    assert "已删除" in run("store", "libraries")
    run("store", "libraries", "--bring-back", "渡口")
    assert "检修渡船" in run("rag", "--library", "渡口", "who", "去年检修渡船六十一艘")
    assert "不能改名或删除" in run("store", "libraries", "--remove", "main", code=2)
