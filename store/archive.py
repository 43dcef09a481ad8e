"""The whole library in one file, and back: what a person keeps in case of the worst.

A zip with the library's folder, the documents and, as they may lie anywhere, the files that
were taken in from elsewhere. Nothing in such a file is trusted when it is unpacked.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Generator, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from store.branch import FOLDER
from store.branches import FILE as NAME
from store.branches import Branches
from store.choice import FILE, KEYS
from store.errors import LibraryDamaged, StoreError
from store.ledger import Ledger
from store.lock import Version, WriteLock
from store.rebuild import SPARE, rebuild
from store.settings import Settings

FORMAT = 1
_TOPS = ("home", "documents", "outside")
_MINE = (FILE, KEYS, NAME)  # of this place: a backup neither takes nor brings them
_NOT_KEPT = ("lock", "opening", "version", "identity", SPARE, FOLDER, *_MINE)
_MANIFEST = "manifest.json"
_BLOCK = 1 << 20
_LARGEST_MANIFEST = 16 << 20  # bytes: a hundred thousand files from elsewhere
_UNSOUND = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError)
_DATABASE = "chroma.sqlite3"


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did: where the former folders lie now, and whether it had to rebuild."""

    aside: tuple[Path, ...]
    rebuilt: bool


def backup(settings: Settings, file: Path) -> int:
    """Write the library to a zip file; returns how many files it holds.

    Waits for a writer, and writers wait for it. The file appears when it is whole.

    Raises:
        LibraryBusy: somebody else is writing.
        StoreError: the library is damaged, or the file cannot be written.
    """
    partial = file.with_name(f".{file.name}.part")
    with WriteLock(settings.home, settings.lock_seconds).still():
        try:
            # A file's date may be one that a zip cannot hold (1970): the nearest one is kept.
            with zipfile.ZipFile(
                partial, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False
            ) as archive:
                archive.writestr(_MANIFEST, _manifest(settings))
                for name, path in _members(settings, {partial.resolve(), file.resolve()}):
                    if path.name == _DATABASE:
                        _add_database(archive, name, path)
                    else:
                        archive.write(path, name)
                count = len(archive.namelist()) - 1
            partial.replace(file)
        except sqlite3.Error as error:
            raise LibraryDamaged(
                f"索引无法读取（{error}），没有备份。请先运行 python -m store rebuild。",
                f"The index cannot be read ({error}); nothing was backed up. "
                "Run python -m store rebuild first.",
            ) from error
        except OSError as error:
            raise StoreError(
                f"无法写入备份 {file}（{error.strerror}）。请检查路径、权限与磁盘空间。",
                f"Cannot write the backup {file} ({error.strerror}). "
                "Check the path, permissions and disk space.",
            ) from error
        finally:
            partial.unlink(missing_ok=True)
    return count


def restore(settings: Settings, file: Path) -> Restored:
    """Put a backup in the library's place; what was there is kept beside it.

    Where the folders lie elsewhere than when the backup was made, or Chroma is a server, the
    index is made anew from the files.

    Raises:
        StoreError: the file is no backup, is damaged, would leave its folders, or there is
            no room; nothing is changed then.
    """
    home, documents = settings.home.resolve(), settings.documents.resolve()
    with _scratch(home.parent) as staging:
        manifest = _unpacked(file, staging)
        moved = (manifest["home"], manifest["documents"]) != (str(home), str(documents))
        moved = _placed(staging, manifest["outside"]) or moved or bool(settings.chroma_url)
        lock = WriteLock(settings.home, settings.lock_seconds)
        with lock.still(), _others_still(settings):
            version = lock.version.number
            stamp = datetime.now().strftime("%Y%m%d-%H%M%S")
            for mine in (home / name for name in _MINE):
                if mine.is_file():
                    shutil.copy2(mine, staging / "home" / mine.name)
            former = _swapped(staging / "home", home, stamp)
            if former and (former / FOLDER).is_dir():  # the other libraries are not of the backup
                (former / FOLDER).rename(home / FOLDER)
            aside = (former, _swapped(staging / "documents", documents, stamp))
    WriteLock(settings.home, settings.lock_seconds).set(Version(version + 2))
    if moved:
        rebuild(settings)
    return Restored(tuple(old for old in aside if old), moved)


@contextmanager
def _scratch(beside: Path) -> Generator[Path]:
    """A folder to unpack into, on the disk where it is to lie; it is gone at the end."""
    try:
        beside.mkdir(parents=True, exist_ok=True)
        made = tempfile.TemporaryDirectory(prefix=".yanju-", dir=beside)
    except OSError as error:
        raise StoreError(
            f"无法在 {beside} 解开备份（{error.strerror}），没有恢复。请检查路径、权限与磁盘空间。",
            f"Cannot unpack a backup in {beside} ({error.strerror}); nothing was restored. "
            "Check the path, permissions and disk space.",
        ) from error
    with made as place:
        yield Path(place)


@contextmanager
def _others_still(settings: Settings) -> Generator[None]:
    """Nobody writes to the other libraries of this home, as its folder moves."""
    with ExitStack() as held:
        branches = Branches(settings)
        for branch in [*branches.all(), *branches.all(removed=True)]:
            home = settings.home / FOLDER / branch.id
            if home.is_dir():
                held.enter_context(WriteLock(home, settings.lock_seconds).still())
        yield


def _manifest(settings: Settings) -> str:
    outside = {f"outside/{n}/{p.name}": str(p) for n, p in enumerate(_outside(settings))}
    places = {"home": str(settings.home.resolve()), "documents": str(settings.documents.resolve())}
    return json.dumps({"format": FORMAT, **places, "outside": outside}, ensure_ascii=False)


def _outside(settings: Settings) -> list[Path]:
    return [p for p in Ledger(settings.home).paths() if p.is_file()]


def _members(settings: Settings, not_these: set[Path]) -> Iterator[tuple[str, Path]]:
    """Name in the archive and path of every file; links are not followed."""
    inside = settings.home in settings.documents.parents
    for top, folder in (("home", settings.home), ("documents", settings.documents)):
        for path in sorted(folder.rglob("*")):
            inner = path.relative_to(folder)
            if path.is_symlink() or not path.is_file() or path.resolve() in not_these:
                continue
            if top == "home" and inner.parts[0] in _NOT_KEPT:
                continue
            if top == "home" and inside and settings.documents in path.parents:
                continue  # they come by themselves
            if not path.name.startswith(f"{_DATABASE}-"):  # its log is in the copy
                yield f"{top}/{inner.as_posix()}", path
    for n, path in enumerate(_outside(settings)):
        yield f"outside/{n}/{path.name}", path


def _add_database(archive: zipfile.ZipFile, name: str, path: Path) -> None:
    """A copy by SQLite itself, so that it is whole while others have it open."""
    with tempfile.TemporaryDirectory(prefix=".yanju-", dir=path.parent.parent) as scratch:
        copy = Path(scratch) / _DATABASE
        with (
            closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)
        archive.write(copy, name)


def _unpacked(file: Path, staging: Path) -> dict[str, Any]:
    """Unpack into `staging`, each member checked; returns the manifest."""
    try:
        with zipfile.ZipFile(file) as archive:
            with archive.open(_MANIFEST) as source:  # whatever size it says that it has
                text = source.read(_LARGEST_MANIFEST + 1)
            if len(text) > _LARGEST_MANIFEST:
                raise ValueError(f"{_MANIFEST} > {_LARGEST_MANIFEST >> 20} MiB")
            manifest = json.loads(text)
            if manifest["format"] > FORMAT:
                raise StoreError(
                    f"{file.name} 是由更新版本的程序备份的。请升级程序后再恢复。",
                    f"{file.name} was made by a newer version. Update the program first.",
                )
            mine = (_MANIFEST, *(f"home/{name}" for name in _MINE))
            others = f"home/{FOLDER}/"  # no backup of ours takes the other libraries along
            members = [
                m
                for m in archive.infolist()
                if m.filename not in mine and not m.filename.startswith(others)
            ]
            for member in members:
                _check(member, file)
            told = _told(manifest, {m.filename for m in members})
            size, room = sum(m.file_size for m in members), shutil.disk_usage(staging).free
            if size > room:
                raise StoreError(
                    f"{file.name} 解开后要 {size / 2**20:.0f} MiB，磁盘只剩"
                    f" {room / 2**20:.0f} MiB。请腾出空间后重试。",
                    f"{file.name} needs {size / 2**20:.0f} MiB unpacked, {room / 2**20:.0f} MiB "
                    "are free. Free some space and try again.",
                )
            for top in ("home", "documents"):
                (staging / top).mkdir()
            for member in members:
                target = staging / member.filename
                target.parent.mkdir(parents=True, exist_ok=True)
                # No more than the declared size is read, and its checksum is verified.
                with archive.open(member) as source, target.open("wb") as sink:
                    shutil.copyfileobj(source, sink, _BLOCK)
            return told
    except FileNotFoundError as error:
        raise StoreError(f"找不到备份文件 {file}，请检查路径。", f"No backup {file}.") from error
    except (
        OSError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        EOFError,
        *_UNSOUND,
    ) as error:
        raise StoreError(
            f"{file.name} 不是完好的备份（{error}），没有恢复。请换一个备份文件。",
            f"{file.name} is not a sound backup ({error}); nothing was restored. Use another one.",
        ) from error


def _told(manifest: dict[str, Any], names: set[str]) -> dict[str, Any]:
    """What a manifest tells: where its folders lay, and of which members from elsewhere.

    Raises:
        KeyError, TypeError, AttributeError: it is no manifest.
    """
    outside = dict(manifest["outside"].items())
    places = [manifest["home"], manifest["documents"], *outside, *outside.values()]
    if not all(isinstance(place, str) for place in places):
        raise TypeError(f"{_MANIFEST}: no path")
    # A name that is no member could be any file of this machine.
    known = {n: p for n, p in outside.items() if n in names and n.startswith("outside/")}
    return {**manifest, "outside": known}


def _check(member: zipfile.ZipInfo, file: Path) -> None:
    """Refuse a member that is not a plain file below one of our folders."""
    parts = PurePosixPath(member.filename).parts
    kind = stat.S_IFMT(member.external_attr >> 16)
    good = (
        len(parts) > 1
        and parts[0] in _TOPS
        and not {"..", "."} & set(member.filename.split("/"))
        and not any(c in member.filename for c in "\\\0:")
        and kind in (0, stat.S_IFREG)
        and not member.is_dir()
    )
    if not good:
        raise StoreError(
            f"{file.name} 里有不该有的条目“{member.filename[:80]}”，没有恢复。"
            "请勿使用来历不明的备份。",
            f"{file.name} has an entry that must not be there ({member.filename[:80]}); nothing "
            "was restored. Do not use backups of unknown origin.",
        )


def _placed(staging: Path, outside: dict[str, str]) -> bool:
    """Give files from elsewhere, whose place is gone, one among the documents; whether any."""
    lost = {n: p for n, p in outside.items() if not Path(p).is_file() and (staging / n).is_file()}
    ledger = Ledger(staging / "home")
    for name, path in lost.items():
        first = target = staging / "documents" / Path(name).name
        n = 2
        while target.exists():
            target, n = first.with_name(f"{first.stem} ({n}){first.suffix}"), n + 1
        shutil.move(staging / name, target)
        ledger.discard(Path(path))
    return bool(lost)


def _swapped(new: Path, place: Path, stamp: str) -> Path | None:
    """Put a folder in its place; the former one gets a name with the time."""
    old = place.with_name(f"{place.name}.before-{stamp}")
    try:
        there = place.exists()
        if there:
            place.rename(old)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(new, place)
        return old if there else None
    except OSError as error:
        raise StoreError(
            f"无法把备份放到 {place}（{error.strerror}）。原来的文件夹在 {old} 或原处，没有删除。",
            f"Cannot put the backup at {place} ({error.strerror}). "
            f"The former folder is at {old} or where it was.",
        ) from error
