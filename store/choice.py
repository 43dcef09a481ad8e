"""Settings that a person chose in the program, kept in the library's folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from store.durable import write_whole
from store.errors import BadSetting, StoreError
from store.latch import latched

FILE, KEYS = "settings.json", "keys.json"
_NEVER = ("home", "library")  # the folder that they are read from, and whose choices they are
_WAIT = 10.0  # seconds for another window that saves


class Choices:
    """The choices of one library's folder; they rank below the environment and ``.env``.

    Keys lie in a file of their own; nobody but its owner may read either. Neither file is
    part of a backup: they are of this machine, not of the library.
    """

    def __init__(self, home: Path) -> None:
        self._home = home

    def read(self) -> dict[str, Any]:
        """Every choice by the name of its setting, keys too.

        Raises:
            BadSetting: a file cannot be read as settings; the message names it.
        """
        return self._read(FILE) | self._read(KEYS)

    def keep(self, values: Mapping[str, Any]) -> None:
        """Keep these choices beside the others; None goes back to the default.

        Raises:
            BadSetting: as `read`.
            StoreError: the folder cannot be written, or somebody else is saving.
        """
        busy = StoreError(
            "另一个窗口正在保存设置，请稍后再试。",
            "Another window is saving settings. Try again in a moment.",
        )
        with latched(self._home / f".{FILE}.lock", _WAIT, busy, self._failed):
            for name in (KEYS, FILE):
                mine = {k: v for k, v in values.items() if is_key(k) == (name == KEYS)}
                if mine:
                    self._write(name, self._read(name) | mine)

    def _failed(self, error: OSError) -> StoreError:
        return StoreError(
            f"设置无法保存（{error.strerror}：{self._home}）。请检查文件夹权限与磁盘空间。",
            f"Settings cannot be kept ({error.strerror}: {self._home}). "
            "Check permissions and disk space.",
        )

    def _write(self, name: str, values: Mapping[str, Any]) -> None:
        kept = {k: v for k, v in sorted(values.items()) if v is not None}
        text = json.dumps(kept, ensure_ascii=False, indent=1) + "\n"
        write_whole(self._home / name, text.encode(), 0o600)  # an address may hold a password

    def _read(self, name: str) -> dict[str, Any]:
        path = self._home / name
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            if not isinstance(values, dict):
                raise ValueError("not an object")
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError) as error:
            raise BadSetting(
                f"设置文件 {path} 读不出来。请改正或删除它；删除后这些设置回到默认值。",
                f"The settings file {path} cannot be read. Mend or delete it; without it those "
                "settings are the defaults.",
            ) from error
        return {k: v for k, v in values.items() if k not in _NEVER and is_key(k) == (name == KEYS)}


def is_key(name: str) -> bool:
    """Whether a setting is a secret."""
    return name.endswith("_api_key")
