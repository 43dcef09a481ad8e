"""A few real sessions at once, beside an ingest: every answer right, none lost."""

from __future__ import annotations

from pathlib import Path

from tests.load_test import run, troubles


def test_sessions_beside_an_ingest_get_right_answers(tmp_path: Path) -> None:
    out = run(tmp_path, sessions=3, minutes=0, questions=12, pause=0, beside=True)
    assert troubles(out) == []
    assert len(out.seconds) == 12 == out.kept and out.ingested >= 1
