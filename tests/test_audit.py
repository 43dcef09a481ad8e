"""What the audit of the packages makes of an answer, and of none."""

from __future__ import annotations

import json
import subprocess

import pytest

from tests import audit


def _answer(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    done = subprocess.CompletedProcess([], 1, said, "Traceback …")
    monkeypatch.setattr(audit.subprocess, "run", lambda *a, **k: done)


def _said(*fixes: str) -> str:
    hole = {"id": "CVE-1", "fix_versions": list(fixes)}
    rows = [{"name": "a", "version": "1", "vulns": [hole]}, {"name": "b", "skip_reason": "x"}]
    return json.dumps({"dependencies": rows, "fixes": []})


def test_a_hole_that_is_mended_fails(monkeypatch, capsys) -> None:
    _answer(monkeypatch, _said("1.1", "2"))
    assert audit.main() == 1 and "a 1: CVE-1 → 1.1, 2" in capsys.readouterr().out


def test_a_hole_that_nothing_mends_is_told(monkeypatch, capsys) -> None:
    _answer(monkeypatch, _said())
    assert audit.main() == 0 and "CVE-1" in capsys.readouterr().out


@pytest.mark.parametrize("said", ["", "{}", "connection refused"])
def test_a_database_that_is_away_is_one_line_and_no_failure(monkeypatch, capsys, said) -> None:
    _answer(monkeypatch, said)
    assert audit.main() == 0
    assert capsys.readouterr().out.splitlines() == ["漏洞数据库连不上，依赖未审计。"]
