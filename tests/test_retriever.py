"""The LangChain retriever: citation metadata whole, filters closed, usable in a chain."""

from __future__ import annotations

from langchain_core.language_models import FakeListChatModel
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnableLambda, RunnablePassthrough

from rag import Assistant, PassageRetriever


def test_documents_carry_the_whole_citation(town: Assistant) -> None:
    first = PassageRetriever(library=town.library, k=3).invoke("完成了多少座桥梁的预防性养护?")[0]
    passage = town.library.passage(first.id or "")
    assert passage is not None and first.page_content == passage.text and "326座" in passage.text
    told = first.metadata
    assert (told["speaker"], told["organization"]) == ("陆承远", passage.official.organization)
    assert (told["position"], told["key"]) == (passage.official.position, passage.official.key)
    assert (told["title"], told["section"]) == (passage.title, passage.section)
    assert (told["file"], told["lines"]) == ("town.txt", list(passage.lines))
    assert 0 < told["score"] <= 1


def test_the_filter_fails_closed(town: Assistant) -> None:
    asked = "桥梁养护怎么做?"
    ours = PassageRetriever(library=town.library, officials=frozenset({"苏晚棠"})).invoke(asked)
    assert {d.metadata["speaker"] for d in ours} == {"苏晚棠"}
    for nobody in (frozenset({"没有这人"}), frozenset[str]()):
        assert PassageRetriever(library=town.library, officials=nobody).invoke(asked) == []


def test_in_a_chain(town: Assistant) -> None:
    seen: list[str] = []

    def noted(prompt: object) -> object:
        seen.append(str(prompt))
        return prompt

    prompt = ChatPromptTemplate.from_template("依据:{passages}\n问题:{question}")
    chain = (
        {
            "passages": PassageRetriever(library=town.library, k=2)
            | (lambda found: "\n".join(f"{d.metadata['speaker']}:{d.page_content}" for d in found)),
            "question": RunnablePassthrough(),
        }
        | prompt
        | RunnableLambda(noted)
        | FakeListChatModel(responses=["三百二十六座"])
        | StrOutputParser()
    )
    assert chain.invoke("完成了多少座桥梁的预防性养护?") == "三百二十六座"
    assert "陆承远:" in seen[0] and "326座" in seen[0]
