"""The README is true: its paths exist, its commands parse, its settings are the program's."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from rag import RagSettings
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def _map() -> list[str]:
    block = README.split("## Where things are")[1].split("```")[1]
    folder, paths = "", []
    for line in block.splitlines()[1:]:
        if not line.strip():
            continue
        name = line.split()[0]
        if not line.startswith(" "):
            folder = name if name.endswith("/") else ""
            paths.append(name)
        else:
            paths.append(folder + name)
    return paths


@pytest.mark.parametrize("path", _map())
def test_the_file_map_names_what_is_there(path: str) -> None:
    assert (ROOT / path).exists()


def test_the_file_map_is_complete() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split()
    if not listed:
        pytest.skip("not a git checkout")
    tops = {p.split("/")[0] + ("/" if "/" in p else "") for p in listed if not p.startswith(".")}
    assert tops - set(_map()) <= {"README.md", "README.zh.md"}


def _commands() -> set[tuple[str, ...]]:
    found = re.findall(r"python -m (store|rag) (\w+)", README)
    return {(m, c) for m, c in found}


@pytest.mark.parametrize("command", sorted(_commands()))
def test_every_command_exists(command: tuple[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *command, "--help"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_the_set_up_commands_use_what_is_there() -> None:
    for mark in ("start", "test"):
        block = README.split(f"<!-- {mark}-command -->")[1].split(f"<!-- /{mark}-command -->")[0]
        assert "-r requirements.txt" in block
    assert "<!-- test-command -->" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_every_setting_is_real() -> None:
    fields = set(RagSettings.model_fields)
    named = set(re.findall(r"`YANJU_([A-Z_]+)", README))
    assert {n.lower() for n in named} == fields


def test_pictures_are_there() -> None:
    for path in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README):
        assert (ROOT / path).stat().st_size > 10_000


def test_requirements_are_pinned_without_a_cuda_build() -> None:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[\w.]+", p) for p in pins)
    assert "torch==2.13.0" in pins
    assert not any(re.match(r"nvidia|triton|cuda", p, re.I) for p in pins)


CHINESE = (ROOT / "README.zh.md").read_text(encoding="utf-8")


def test_the_chinese_readme_says_the_same() -> None:
    for what in (r"`YANJU_([A-Z_]+)", r"python -m \w+(?:\.\w+)?(?: \w+)?", r"\]\((docs/[^)]+)\)"):
        assert set(re.findall(what, README)) - set(re.findall(what, CHINESE)) <= {
            "python -m training.evaluate"
        }
    for mark in ("start-command", "test-command"):
        both = [
            t.split(f"<!-- {mark} -->")[1].split(f"<!-- /{mark} -->")[0] for t in (README, CHINESE)
        ]
        assert both[0] == both[1]


def test_the_chinese_figures_are_those_of_the_english_tables() -> None:
    both = []
    for text in (README, CHINESE):
        block = text.split("<!-- figures -->")[1].split("<!-- /figures -->")[0]
        rows = [line for line in block.splitlines() if line.startswith("|")]
        both.append([re.findall(r"\d+(?:[.,]\d+)*|\.\d+", row) for row in rows])
    assert both[0] == both[1]
