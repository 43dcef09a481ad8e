"""The command line, as another program calls it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import BRIDGE, ROOT


@pytest.fixture
def run(tmp_path: Path):  # type: ignore[no-untyped-def]
    (tmp_path / "documents").mkdir()
    env = {k: v for k, v in os.environ.items() if not k.startswith("YANJU_")} | {
        "YANJU_HOME": str(tmp_path / "home"),
        "YANJU_DOCUMENTS": str(tmp_path / "documents"),
        "PYTHONIOENCODING": "ascii",  # the output is UTF-8 whatever the terminal says
    }

    def call(*args: object, code: int = 0) -> tuple[list[dict], str, str]:
        done = subprocess.run(
            [sys.executable, "-m", *map(str, args)], capture_output=True, cwd=ROOT, env=env
        )
        out, err = done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
        assert done.returncode == code, err
        assert "Traceback" not in err
        rows = [json.loads(line) for line in out.splitlines() if line.startswith("{")]
        return rows, out, err

    return call


@pytest.fixture
def town_file(tmp_path: Path) -> Path:
    path = tmp_path / "town.txt"
    path.write_text(BRIDGE, encoding="utf-8")
    return path


def test_parse_has_the_promised_shape_and_touches_nothing(run, town_file, tmp_path) -> None:
    rows, _, _ = run("store", "parse", town_file, "--json")
    assert len(rows) == 9
    for row in rows:
        assert set(row) >= {
            "speaker",
            "organization",
            "position",
            "title",
            "section",
            "paragraph",
            "text",
            "lines",
            "page",
            "confidence",
            "review",
            "gap_before",
            "gap_after",
            "reported",
        }
        assert 0 <= row["confidence"] <= 1 and all(n >= 1 for n in row["lines"])
    assert not (tmp_path / "home").exists()
    _, out, _ = run("store", "parse", town_file)
    assert "陆承远" in out and "苏晚棠" in out


def test_ingest_list_ask_remove(run, town_file) -> None:
    rows, _, _ = run("store", "ingest", town_file, "--json")
    assert [r["state"] for r in rows] == ["added"]
    rows, _, _ = run("store", "ingest", town_file, "--json")
    assert [r["state"] for r in rows] == ["unchanged"]
    listed, _, _ = run("store", "list", "--json")
    assert [r["name"] for r in listed] == ["town.txt"]
    rows, _, _ = run("rag", "ask", "社区书屋建成多少家?", "--json")
    assert rows[0]["answered"] and "67家" in rows[0]["text"]
    assert rows[0]["citations"][0]["speaker"] == "苏晚棠"
    _, out, _ = run("rag", "ask", "社区书屋建成多少家?", "--speaker", "陆承远")
    assert "苏晚棠" not in out
    run("store", "remove", listed[0]["id"])
    rows, _, _ = run("rag", "ask", "社区书屋建成多少家?", "--json")
    assert "67家" not in rows[0]["text"]


def test_a_batch_replays_the_conversation(run, town_file, tmp_path) -> None:
    run("store", "ingest", town_file)
    batch = tmp_path / "q.jsonl"
    turns = [["陆承远怎么谈桥梁养护?", "那超载车辆他打算怎么管?"], ["社区书屋建成多少家?"]]
    batch.write_text(
        "\n".join(
            json.dumps({"id": i, "turns": t}, ensure_ascii=False) for i, t in enumerate(turns)
        ),
        encoding="utf-8",
    )
    rows, _, _ = run("rag", "ask", "--batch", batch, "--json")
    assert [r["id"] for r in rows] == [0, 1]
    assert "检测点" in rows[0]["text"] and rows[0]["citations"][0]["speaker"] == "陆承远"


def test_who(run, town_file) -> None:
    run("store", "ingest", town_file)
    rows, _, _ = run("rag", "who", "养护工人是第一道防线", "--json")
    assert rows[0]["verdict"] == "verbatim" and rows[0]["matches"][0]["speaker"] == "陆承远"
    rows, _, _ = run("rag", "who", "星辰大海是我们的征途", "--json")
    assert rows[0]["verdict"] == "absent" and rows[0]["matches"] == []


def test_eval_prints_a_table(run, town_file, tmp_path) -> None:
    run("store", "ingest", town_file)
    cases = [
        {
            "id": "1",
            "type": "number",
            "question": "社区书屋建成多少家?",
            "speakers": ["苏晚棠"],
            "gold_text": ["建立“总馆+街道分馆"],
            "facts": ["67家"],
            "answerable": True,
        },
        {"id": "2", "type": "none", "question": "陆承远说一共花了多少钱?", "answerable": False},
    ]
    path = tmp_path / "cases.jsonl"
    path.write_text("\n".join(json.dumps(c, ensure_ascii=False) for c in cases), encoding="utf-8")
    rows, _, _ = run("rag", "eval", path, "--json")
    by = {r["type"]: r for r in rows}
    assert by["number"]["gold"] == by["number"]["facts"] == by["number"]["officials"] == 1
    assert by["none"]["refused"] == 1 and by["全部"]["n"] == 2
    _, out, _ = run("rag", "eval", path)
    assert out.count("|\n") >= 5


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("store", "parse", "没有.txt"), "没有.txt"),
        (("store", "remove", "nix"), "nix"),
        (("rag", "ask"), "问题"),
        (("rag", "ask", "   "), "问题"),
        (("rag", "ask", "--batch", "没有.jsonl"), "没有.jsonl"),
        (("rag", "eval", "没有.jsonl"), "没有.jsonl"),
        (("rag", "who", "……"), "查证"),
        (("store", "ingest", "没有.txt"), "没有.txt"),
    ],
)
def test_errors_are_one_line_on_stderr(run, args, says) -> None:
    _, out, err = run(*args, code=2)
    lines = [line for line in err.splitlines() if "%" not in line and "收入" not in line]
    assert says in err and len(lines) == 1 and not out.strip()


def test_a_first_start_answers_from_the_samples(run) -> None:
    rows, _, _ = run("store", "list", "--json")
    assert {r["origin"] for r in rows} == {"sample"} and len(rows) == 4
    rows, _, _ = run("rag", "ask", "资料库里有哪些官员?", "--json")
    assert rows[0]["answered"]


def test_a_bad_setting_is_one_line(tmp_path) -> None:
    env = {**os.environ, "YANJU_MAX_FILE_MB": "abc"}
    done = subprocess.run(
        [sys.executable, "-m", "store", "list"], capture_output=True, cwd=ROOT, env=env
    )
    err = done.stderr.decode("utf-8")
    assert done.returncode == 2 and "YANJU_MAX_FILE_MB" in err and len(err.splitlines()) == 1


def test_a_bad_line_of_a_batch_does_not_lose_the_others(run, town_file, tmp_path) -> None:
    run("store", "ingest", town_file)
    batch = tmp_path / "q.jsonl"
    turns = [["?"], ["社区书屋建成多少家?"]]
    batch.write_text(
        "\n".join(
            json.dumps({"id": i, "turns": t}, ensure_ascii=False) for i, t in enumerate(turns)
        ),
        encoding="utf-8",
    )
    rows, _, err = run("rag", "ask", "--batch", batch, "--json")
    assert [r["answered"] for r in rows] == [False, True] and rows[0]["notice"] in err
    rows, out, err = run("rag", "ask", "--batch", batch)  # to be read, so without any JSON
    assert not rows and "67家" in out and "请输入一个问题" in err
