"""With a language model: its answer checked; when it fails, the extractive one and why."""

from __future__ import annotations

import pytest

from rag import Assistant, RagSettings
from tests.llm_servers import (
    KEY,
    Fail,
    OllamaServer,
    OpenAIServer,
    Raw,
    Reset,
    Say,
    Silent,
    altered_quote,
    cite_each,
    in_english,
    invented_marker,
    obeys_documents,
    ollama_server,
    openai_server,
    refuses,
    without_markers,
    wrong_speaker,
)

__all__ = ["ollama_server", "openai_server"]

ASKED = "社区书屋建成多少家?"


def settings(server: OpenAIServer | OllamaServer, **changes: object) -> RagSettings:
    return server.settings(**{"llm_retries": 0, "llm_first_token_seconds": 1.0, **changes})


@pytest.mark.parametrize("kind", ["openai_server", "ollama_server"])
def test_the_models_answer_is_cited_in_order(
    town: Assistant, kind: str, request: pytest.FixtureRequest
) -> None:
    server = request.getfixturevalue(kind)
    server.script = [cite_each]
    reply = town.ask(ASKED, llm=server.spec, settings=settings(server))
    pieces = list(reply)
    answer = reply.answer
    assert len(pieces) > 2 and answer.engine == server.spec and not answer.notice
    assert answer.answered and answer.citations
    for n, c in enumerate(answer.citations, 1):
        assert c.number == n and c.quote in c.passage.text and f"[{n}]" in answer.text


@pytest.mark.parametrize(
    ("step", "why"),
    [
        (Fail(401, "bad key"), "密钥"),
        (Fail(429, "slow down"), ""),
        (Fail(500), ""),
        (Silent(), ""),
        (Reset(), ""),
        (Raw("{not json"), ""),
        (Say("苏晚棠指出", size=1, cut_after=3), ""),
        (Say("。。。！！！"), "标点"),
        (Say("重复重复重复。" * 400), ""),
        (in_english, "语言"),
        (without_markers, "出处"),
    ],
)
def test_a_failing_model_leaves_the_extractive_answer_and_one_line(
    town: Assistant, openai_server: OpenAIServer, step: object, why: str
) -> None:
    openai_server.script = [step]
    use = settings(openai_server, llm_total_seconds=6.0)
    answer = town.ask(ASKED, llm=openai_server.spec, settings=use).answer
    plain = town.ask(ASKED).answer
    assert answer.engine == "extractive" and answer.text == plain.text
    assert answer.citations == plain.citations and answer.answered
    assert answer.notice and "\n" not in answer.notice and why in answer.notice
    assert KEY not in answer.notice


def test_a_server_that_is_not_there(town: Assistant) -> None:
    use = RagSettings(
        llm_base_url="http://127.0.0.1:9/v1", llm_api_key=KEY, llm_retries=0, _env_file=None
    )
    answer = town.ask(ASKED, llm="openai:any", settings=use).answer
    assert "67家" in answer.text and answer.notice


def test_a_misspelt_engine_does_not_lose_the_answer(town: Assistant) -> None:
    answer = town.ask(ASKED, llm="不是模型").answer
    assert "67家" in answer.text and answer.notice and answer.engine == "extractive"


def verdicts(town: Assistant, server: OpenAIServer, step: object) -> set[str]:
    server.script = [step]
    answer = town.ask(ASKED, llm=server.spec, settings=settings(server)).answer
    assert answer.engine == server.spec, answer.notice
    return {c.verdict for c in answer.claims}


def test_words_in_the_wrong_mouth_are_marked(town: Assistant, openai_server: OpenAIServer) -> None:
    assert "wrong_speaker" in verdicts(town, openai_server, wrong_speaker)


def test_an_invented_quotation_does_not_pass(town: Assistant, openai_server: OpenAIServer) -> None:
    openai_server.script = [altered_quote]
    answer = town.ask(ASKED, llm=openai_server.spec, settings=settings(openai_server)).answer
    assert "“绝不" not in answer.text


def test_invented_markers_vanish(town: Assistant, openai_server: OpenAIServer) -> None:
    openai_server.script = [invented_marker]
    answer = town.ask(ASKED, llm=openai_server.spec, settings=settings(openai_server)).answer
    assert "[99]" not in answer.text
    assert {n for c in answer.claims for n in c.citations} <= {c.number for c in answer.citations}


def test_a_model_that_finds_nothing_is_believed(
    town: Assistant, openai_server: OpenAIServer
) -> None:
    openai_server.script = [refuses]
    answer = town.ask(ASKED, llm=openai_server.spec, settings=settings(openai_server)).answer
    assert not answer.answered and not answer.citations


def test_planted_instructions_reach_the_page_as_nothing(
    town: Assistant, openai_server: OpenAIServer
) -> None:
    openai_server.script = [obeys_documents]
    answer = town.ask(ASKED, llm=openai_server.spec, settings=settings(openai_server)).answer
    assert "http" not in answer.text and "<" not in answer.text


def test_strict_mode_leaves_failing_sentences_out(
    town: Assistant, openai_server: OpenAIServer
) -> None:
    openai_server.script = [
        Say("苏晚棠指出,社区书屋建成67家[1]。苏晚棠指出,火星基地建成九千座[1]。")
    ]
    use = settings(openai_server)
    loose = town.ask(ASKED, llm=openai_server.spec, settings=use).answer
    strict = town.ask(
        ASKED, llm=openai_server.spec, settings=use.model_copy(update={"strict": True})
    ).answer
    assert "火星" in loose.text and "火星" not in strict.text and "67家" in strict.text


def test_the_quotation_of_a_models_sentence_is_the_part_that_supports_it(
    town: Assistant, openai_server: OpenAIServer
) -> None:
    openai_server.script = [Say("苏晚棠指出，社区书屋建成67家[1]。")]
    answer = town.ask(ASKED, llm=openai_server.spec, settings=settings(openai_server)).answer
    assert "67家" in answer.citations[0].quote


def test_who_said_it_needs_no_model(town: Assistant, openai_server: OpenAIServer) -> None:
    openai_server.script = [Fail(500)]
    answer = town.ask(
        "“养护工人是第一道防线”是谁说的?", llm=openai_server.spec, settings=settings(openai_server)
    ).answer
    assert "陆承远" in answer.text and not answer.notice


def test_cancelling_stops_the_model(town: Assistant, openai_server: OpenAIServer) -> None:
    openai_server.script = [
        Say("苏晚棠指出，社区书屋建成67家[1]。", size=1, every=0.2, forever=True)
    ]
    reply = town.ask(ASKED, llm=openai_server.spec, settings=settings(openai_server))
    next(iter(reply))
    reply.cancel()
    with pytest.raises(StopIteration):
        next(iter(reply._writer))


def test_a_question_in_everyday_words_is_searched_in_other_words_too(
    town: Assistant, openai_server: OpenAIServer
) -> None:
    asked = "站岗放哨的老师傅夏天怎么熬?"
    words = Say("养护工人如何度夏\n提高一线养护工人高温补贴和体检标准")
    use = settings(openai_server)
    openai_server.script = [words, cite_each]
    answer = town.ask(asked, llm=openai_server.spec, settings=use).answer
    first, second = openai_server.prompts[-2:]
    assert not first.passages and second.passages[0].text.startswith("养护工人是第一道防线")
    assert answer.engine == openai_server.spec and not answer.notice

    openai_server.script = [Fail(500), cite_each]  # no other words: the question alone
    answer = town.ask(asked, llm=openai_server.spec, settings=use).answer
    assert answer.engine == openai_server.spec and answer.citations

    before = len(openai_server.requests)
    openai_server.script = [cite_each]
    plain = use.model_copy(update={"llm_rephrase": False})
    assert town.ask(asked, llm=openai_server.spec, settings=plain).answer.citations
    assert town.ask(ASKED, llm=openai_server.spec, settings=use).answer.citations
    assert len(openai_server.requests) == before + 2  # nor where the words are the source's


def test_each_official_compared_has_a_share_of_what_the_model_is_given(
    town: Assistant, openai_server: OpenAIServer
) -> None:
    openai_server.script = [cite_each]
    answer = town.ask(
        "陆承远和苏晚棠分别怎么谈养护和阅读?",
        llm=openai_server.spec,
        settings=settings(openai_server),
    ).answer
    given = [b.speaker for b in openai_server.prompts[-1].passages]
    assert set(given[:2]) == {"陆承远", "苏晚棠"}
    assert answer.engine == openai_server.spec
