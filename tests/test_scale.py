"""The page of figures is what the command prints."""

from __future__ import annotations

from pathlib import Path

from tests.scale import HEAD, ROOT, measure, row


def test_a_size_is_measured_and_written_as_the_page_has_it(tmp_path: Path) -> None:
    told = measure(tmp_path, 40, "static")
    assert told["passages"] == 40 and told["disk"] > 0 and told["whole"] > 0
    columns = row(told).count("|")
    assert columns == HEAD.splitlines()[0].count("|")
    page = (ROOT / "docs" / "scale.md").read_text(encoding="utf-8")
    assert HEAD in page
    rows = [line for line in page.splitlines() if line.startswith("|")]
    assert rows and all(line.count("|") == columns for line in rows)
