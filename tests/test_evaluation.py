"""The quality table: judging one answer, shares by type, two engines side by side."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag import Answer, Assistant, Citation, Claim, RagSettings
from rag.case import Case, load_cases, read_cases
from rag.errors import BadQuestion
from rag.evaluation import ALL, VERDICTS, Evaluation, evaluate, judge
from rag.table import as_markdown, cell
from store import Library, Official, Passage
from tests.conftest import ROOT
from tests.fakes import FakeAssistant, FakeLibrary
from tests.llm_servers import Fail, OpenAIServer, openai_server
from tests.test_cli import run, town_file

__all__ = ["openai_server", "run", "town_file"]  # the fixtures

SAMPLES = ROOT / "samples" / "questions.jsonl"
NIGHT = "夜渡要有灯、有人、有救生衣。"
FERRY = Passage("p1", "d", "f.txt", Official("卓一帆", "渡江县航运中心"), "题", "", 1, NIGHT)
ROAD = Passage(
    "p2", "d", "f.txt", Official("闻人岳", "渡江县公路局"), "题", "", 1, "公路养护每季度检查一次。"
)
CASE = Case("1", "number", "夜渡要有什么？", ("卓一帆",), ("夜渡要有灯",), ("救生衣",))


def answer(*passages: Passage, answered: bool = True, verdicts=("supported",), text="") -> Answer:
    cited = tuple(Citation(n, p, p.text[:6]) for n, p in enumerate(passages, 1))
    claims = tuple(Claim("句", (1,), v) for v in verdicts)
    text = text or "".join(p.text for p in passages)
    return Answer("问", answered, text, cited, claims, seconds=0.5)


def test_a_right_answer_has_every_figure() -> None:
    row = judge(CASE, answer(FERRY))
    assert row["right"] == row["gold"] == row["all_gold"] == row["facts"] == row["kept"] == 1
    assert row["officials"] == row["precision"] == row["verbatim"] == row["owner"] == 1
    assert row["seconds"] == 0.5 and row["fell_back"] == 0 and "refused" not in row


@pytest.mark.parametrize(
    ("wrong", "figure"),
    [
        (answer(FERRY, ROAD), "officials"),
        (answer(ROAD, text="要有救生衣。"), "gold"),
        (answer(FERRY, text="要有灯。"), "facts"),
        (answer(FERRY, answered=False), "kept"),
    ],
)
def test_one_fault_makes_it_wrong(wrong: Answer, figure: str) -> None:
    row = judge(CASE, wrong)
    assert row[figure] == 0 and row["right"] == 0


def test_a_refusal_is_right_where_nothing_is_there() -> None:
    case = Case("1", "none", "火星基地呢？", answerable=False)
    assert judge(case, answer(answered=False, text="没有。"))["right"] == 1
    row = judge(case, answer(FERRY))
    assert row["refused"] == row["right"] == 0 and "kept" not in row


def test_facts_are_compared_folded() -> None:
    case = Case("1", "a", "问", facts=("ＡＢ，１２",))
    assert judge(case, answer(FERRY, text="一共AB12。"))["facts"] == 1


def test_the_verdicts_are_shares_of_the_sentences() -> None:
    row = judge(
        CASE, answer(FERRY, verdicts=("supported", "wrong_speaker", "supported", "uncited"))
    )
    shares = {v: row[v] for v in VERDICTS}
    assert shares.pop("supported") == 0.5
    assert shares.pop("wrong_speaker") == shares.pop("uncited") == 0.25
    assert set(shares.values()) == {0} and row["owner"] == 0.75


def test_rows_follow_the_file_and_the_last_is_for_all() -> None:
    cases = [
        Case("1", "b", "水库怎么办？", ("陆望川",)),
        Case("2", "a", "客车呢？", ("慕容清和",)),
        Case("3", "b", "火星基地呢？", answerable=False),
    ]
    seen: list[int] = []
    done = evaluate(FakeAssistant(FakeLibrary()), cases, None, seen.append)  # type: ignore[arg-type]
    assert seen == [1, 2, 3] and done.engine == "extractive"
    assert [r["type"] for r in done.rows] == ["b", "a", ALL] and done.total["n"] == 3
    assert done.rows[0]["refused"] == 1 and done.rows[1]["refused"] is None
    assert [d["id"] for d in done.details] == ["1", "2", "3"]
    assert done.details[0]["question"] == "水库怎么办？" and done.details[0]["text"]
    json.dumps([done.rows, done.details])


def test_a_conversation_before_the_question_is_handed_on() -> None:
    line = {
        "question": "客车呢？",
        "history": [
            {"role": "assistant", "content": "没有人问。"},
            {"role": "user", "content": "水库呢？"},
            {"role": "assistant", "content": "先做安全鉴定。"},
        ],
    }
    (case,) = read_cases(json.dumps(line).encode(), "q.jsonl")
    assert [(t.question, t.answer) for t in case.history] == [("水库呢？", "先做安全鉴定。")]
    assert (case.id, case.type, case.answerable) == ("1", "other", True)
    assistant = FakeAssistant(FakeLibrary())
    evaluate(assistant, [case])  # type: ignore[arg-type]
    assert assistant.calls[0]["history"] == case.history


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "没有题目"),
        (b"\n \n", "没有题目"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"{}", "第 1 行"),
        (b'{"question": "a"}\n[1]', "第 2 行"),
        (b'{"question": ""}', "第 1 行"),
        (b'{"question": "a", "facts": "b"}', "第 1 行"),
        (b'{"question": "a", "history": ["b"]}', "第 1 行"),
        (b'{"question": "a", "facts": ' + b"[" * 100_000, "第 1 行"),
    ],
)
def test_a_bad_file_is_one_line(data: bytes, says: str) -> None:
    with pytest.raises(BadQuestion) as caught:
        read_cases(data, "题.jsonl")
    assert says in caught.value.zh and "题.jsonl" in caught.value.zh and "\n" not in caught.value.zh
    assert "题.jsonl" in caught.value.en


def made(engine: str, right: tuple[int, int]) -> Evaluation:
    texts = [answer(FERRY) if r else answer(ROAD) for r in right]
    rows = []
    for case_answer in texts:
        rows.append(judge(CASE, case_answer))

    class Asked:
        def __init__(self) -> None:
            self.engine, self._left = engine, iter(texts)

        def ask(self, *args: object, **options: object) -> Asked:
            self.answer = next(self._left)
            return self

    cases = [CASE, Case("2|x", "list", CASE.question, CASE.speakers, CASE.gold_text, CASE.facts)]
    return evaluate(Asked(), cases)  # type: ignore[arg-type]


def test_markdown_has_a_line_a_type() -> None:
    lines = as_markdown([made("extractive", (1, 0))]).splitlines()
    widths = {line.count("|") for line in lines if line.startswith("|")}
    assert len(widths) == 1 and "引擎" not in lines[0]
    assert lines[2].startswith("| 数字 | 1 | 100% |") and lines[3].startswith("| 列举 | 1 | 0% |")
    assert lines[4].startswith(f"| {ALL} | 2 | 50% |") and "| 0.50 |" in lines[4]
    assert "说话人不符 0.0%" in lines[-1]
    english = as_markdown([made("extractive", (1, 0))], "en")
    assert "| Type | Asked | Right |" in english and not any(
        "\u4e00" <= c <= "\u9fff" for c in english
    )


def test_two_engines_stand_below_one_another() -> None:
    table = as_markdown([made("extractive", (1, 0)), made("some|model", (1, 1))])
    lines = table.splitlines()
    assert lines[2].startswith("| 数字 | extractive |")
    assert lines[3].startswith("| 数字 | some\\|model |")
    assert "| 相差（百分点） |  | — | -50 |" in table
    assert "只有 some|model 答对：2|x" in table and "只有 extractive 答对：—" in table


def test_cells() -> None:
    assert [cell("right", v) for v in (None, 0.0, 0.125, 1.0)] == ["—", "0%", "12%", "100%"]
    assert cell("n", 3) == "3" and cell("seconds", 0.034) == "0.03"


def test_a_failing_model_is_told_in_the_table(town: Assistant, openai_server: OpenAIServer) -> None:
    openai_server.script = [Fail(401)]
    ask = RagSettings(
        llm="openai:m", llm_base_url=openai_server.url, llm_api_key="k", _env_file=None
    )
    cases = [Case("1", "number", "社区书屋建成多少家？", ("苏晚棠",), facts=("67家",))]
    done = evaluate(Assistant(town.library, ask), cases)
    assert done.engine == "openai:m" and done.total["fell_back"] == 1
    assert "100% 的回答因模型失败改用内置摘录" in as_markdown([done])


def test_two_engines_in_one_call(run, town_file, tmp_path) -> None:
    run("store", "ingest", town_file)
    path, table, details = (tmp_path / name for name in ("q.jsonl", "t.md", "d.jsonl"))
    line = {"id": "1", "question": "社区书屋建成多少家？", "speakers": ["苏晚棠"]}
    path.write_text(json.dumps(line), encoding="utf-8")
    out = ("--json", "--markdown", table, "--details", details)
    # A provider that does not exist fails at once, without a network.
    rows, _, _ = run("rag", "eval", path, "--against", "nobody:nothing", *out)
    assert [(r["engine"], r["type"]) for r in rows] == [
        (engine, kind) for engine in ("extractive", "nobody:nothing") for kind in ("other", ALL)
    ]
    assert [r["fell_back"] for r in rows] == [0, 0, 1, 1] and {r["right"] for r in rows} == {1}
    assert "| other | nobody:nothing | 1 |" in table.read_text(encoding="utf-8")
    told = [json.loads(d) for d in details.read_text(encoding="utf-8").splitlines()]
    assert [d["engine"] for d in told] == ["extractive", "nobody:nothing"]
    _, _, err = run("rag", "eval", path, "--against", "extractive", code=2)
    assert "--against" in err and len(err.splitlines()) == 1
    _, _, err = run("rag", "eval", path, "--markdown", tmp_path / "no" / "t.md", code=2)
    assert "t.md" in err.splitlines()[-1]


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Evaluation:
    """The sample questions, answered by the built-in engine."""
    home = tmp_path_factory.mktemp("samples")
    settings = RagSettings(home=home, documents=home / "none", _env_file=None)
    library = Library.open(settings)
    library.sync()
    return evaluate(Assistant(library, settings), load_cases(SAMPLES))


def test_the_sample_questions_are_answered_as_they_should_be(samples: Evaluation) -> None:
    total, wrong = samples.total, [d["question"] for d in samples.details if d["right"] < 1]
    assert total["n"] >= 24
    assert total["right"] >= 0.9 and total["facts"] >= 0.9 and total["gold"] >= 0.9, wrong
    # One question on another subject shares a word with a passage and is not refused.
    assert total["refused"] >= 0.8, wrong
    assert total["kept"] == total["verbatim"] == total["owner"] == 1, wrong
    assert total["officials"] >= 0.9 and total["fell_back"] == 0, wrong


def test_the_sample_questions_are_of_all_types_and_true_to_the_samples() -> None:
    cases = load_cases(SAMPLES)
    wanted = "lexical paraphrase number scoped compare whosaid list followup unanswerable"
    assert {c.type for c in cases} == {*wanted.split(), "falsepremise"}
    assert len({c.id for c in cases}) == len(cases)
    texts = [p.read_text(encoding="utf-8") for p in sorted(SAMPLES.parent.glob("*.md"))]
    paragraphs = [line for text in texts for line in text.splitlines()]
    for case in cases:
        for words in case.gold_text:
            assert sum(words in p for p in paragraphs) == 1, (case.id, words)
        told = "".join(p for p in paragraphs if any(g in p for g in case.gold_text))
        assert all(fact in told for fact in case.facts), case.id
        assert case.answerable or not case.gold_text


def test_the_sample_questions_are_not_the_development_ones() -> None:
    shared = ROOT.parent / "shared" / "eval" / "dev_questions.jsonl"
    if not shared.exists():
        pytest.skip("the development questions are not here")
    theirs = {c.question for c in load_cases(Path(shared))}
    assert not theirs & {c.question for c in load_cases(SAMPLES)}
