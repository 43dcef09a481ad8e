"""The LangChain retriever: citation metadata whole, filters closed, usable in a chain."""

from __future__ import annotations

from langchain_core.language_models import FakeListChatModel
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnableLambda, RunnablePassthrough

from rag import Assistant, PassageRetriever
from rag.retrieval import retrieve
from store import Library


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


def test_a_thing_named_by_a_number_is_that_one(library: Library) -> None:
    text = "---\nspeaker: 韩立秋\norganization: 青川市水务局\n---\n\n" + "\n\n".join(
        f"{n}号堤段去年投入加固资金{3 * n}万元，当年完工并通过验收。" for n in range(101, 161)
    )
    (library.settings.documents / "dikes.md").write_text(text, encoding="utf-8")
    library.sync()
    for n in (102, 120, 155):
        found = retrieve(library, f"{n}号堤段去年投入多少万元？")
        assert found[0].hit.passage.text.startswith(f"{n}号")
