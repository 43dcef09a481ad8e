"""Known holes of the pinned packages: ``python -m tests.audit``.

Asks the OSV database by pip-audit. A hole that a newer version mends fails (exit code 1); one
that nothing mends yet is told. Where the database cannot be reached, that is said in one line,
and nothing fails: a change must not wait for somebody else's server.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SECONDS = 240


def judged(said: str) -> tuple[list[str], list[str]]:
    """(holes that a version mends, holes that none does), of pip-audit's JSON.

    Raises:
        ValueError: it is none.
    """
    told: dict[str, Any] = json.loads(said)
    mended, open_ = [], []
    for package in told["dependencies"]:
        for hole in package.get("vulns", []):
            line = f"{package['name']} {package['version']}: {hole['id']}"
            versions = ", ".join(hole.get("fix_versions", []))
            (mended if versions else open_).append(f"{line} → {versions}" if versions else line)
    return mended, open_


def main(file: Path = ROOT / "requirements.txt") -> int:
    """Ask, print, and return the exit code."""
    command = [sys.executable, "-m", "pip_audit", "-r", str(file), "--no-deps", "--disable-pip"]
    command += ["-s", "osv", "-f", "json", "--progress-spinner", "off"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
        mended, open_ = judged(done.stdout)
    except (subprocess.TimeoutExpired, ValueError, KeyError, TypeError):
        sys.stdout.write("漏洞数据库连不上，依赖未审计。\n")
        return 0
    for line in mended:
        sys.stdout.write(f"有漏洞，已有修复：{line}\n")
    for line in open_:
        sys.stdout.write(f"有漏洞，尚无修复：{line}\n")
    if not mended and not open_:
        sys.stdout.write("依赖无已知漏洞。\n")
    return 1 if mended else 0


if __name__ == "__main__":
    sys.exit(main())
