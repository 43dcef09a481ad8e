import json
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from langchain_core.embeddings import Embeddings

from store.embedder import TABLE_SHARE, Embedder, load_embedder
from store.encoder import Encoder
from store.errors import EmbedderUnavailable
from store.prefix import prefix_of
from store.settings import Settings
from store.static_embedder import MODEL, StaticEmbedder

ROOT = Path(__file__).parent.parent
TEXTS = [
    "推行一窗受理，让群众少跑腿。",
    "粮食產量增長３.５％",
    "How do courts settle disputes?",
    "第一句。\n第二句，后面还有很长的一段话，说的是另一件事情。" * 20,
    "\u200b龘靐齉",
]


def settings(**values: Any) -> Settings:
    return Settings(_env_file=None, **values)


@pytest.fixture(scope="module", params=["builtin", "static"])
def builtin(request: pytest.FixtureRequest) -> Embedder:
    return load_embedder(settings(embedder=request.param))


@pytest.fixture(scope="module")
def table() -> Embedder:
    return load_embedder(settings(embedder="static"))


def test_what_comes_along_is_langchains_embeddings(builtin: Embedder) -> None:
    assert isinstance(builtin, Embeddings)
    assert builtin.name.startswith(("builtin-joint-640-", "builtin-static-256-"))
    vectors = np.array(builtin.embed_documents(TEXTS[:4]))
    assert vectors.shape == (4, builtin.dimensions)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert builtin.embed_query(TEXTS[0]) == pytest.approx(vectors[0].tolist())


def test_no_text_and_no_token(builtin: Embedder) -> None:
    assert builtin.embed_documents([]) == []
    assert not any(builtin.embed_query(""))
    assert not any(builtin.embed_query("，。！"))


def test_scripts_and_widths_are_one(builtin: Embedder) -> None:
    for left, right in [
        ("糧食產量增長", "粮食产量增长"),
        ("ＧＤＰ增长", "gdp增长"),
        ("⻓期", "长期"),
    ]:
        assert builtin.embed_query(left) == pytest.approx(builtin.embed_query(right), abs=1e-6)
    apart = [np.array(builtin.embed_query(text)) for text in ("GDP增长", "gdp 增长")]
    assert apart[0] @ apart[1] > 0.9


@pytest.mark.parametrize(
    ("question", "right", "wrong"),
    [
        (
            "老百姓打官司难怎么办",
            "畅通群众诉讼渠道，健全便民诉讼服务机制。",
            "大力发展冷链物流产业。",
        ),
        ("怎么让企业少交税", "落实减税降费政策，减轻市场主体负担。", "加强野生动物栖息地保护。"),
        ("How will you protect the environment?", "加强生态环境保护", "提高企业职工养老金"),
    ],
)
def test_everyday_words_lie_near_officialese(
    builtin: Embedder, question: str, right: str, wrong: str
) -> None:
    asked = np.array(builtin.embed_query(question))
    near, far = np.array(builtin.embed_documents([right, wrong])) @ asked
    assert near > far + 0.1


def test_the_builtin_cosine_is_the_mean_of_both_models() -> None:
    joint = load_embedder(settings(embedder=""))
    asked, texts = "老百姓打官司难怎么办", TEXTS[:4]
    rows = StaticEmbedder().encode([asked, *texts])
    encoder = Encoder()
    sentences = encoder.encode_documents(texts) @ encoder.encode_queries([asked])[0]
    wanted = TABLE_SHARE * (rows[1:] @ rows[0]) + (1 - TABLE_SHARE) * sentences
    found = np.array(joint.embed_documents(texts)) @ np.array(joint.embed_query(asked))
    assert found == pytest.approx(wanted, abs=1e-5)


def test_the_table_equals_sentence_transformers(table: Embedder) -> None:
    from sentence_transformers import SentenceTransformer

    theirs = SentenceTransformer(str(MODEL), device="cpu").encode(TEXTS[:4])
    ours = np.array(table.embed_documents(TEXTS))
    assert np.abs(ours[:4] - theirs).max() < 2e-3
    assert (ours[:4] * theirs).sum(axis=1).min() > 0.999
    assert not ours[4].any()  # nothing known: no direction


def test_the_table_needs_no_torch_and_loads_at_once() -> None:
    code = (
        "import sys, time, tokenizers, numpy\n"
        "from store.static_embedder import StaticEmbedder\n"
        "t = time.process_time(); e = StaticEmbedder(); e.encode(['言必有据'])\n"
        "print(time.process_time() - t, 'torch' in sys.modules, 'transformers' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    seconds, torch, transformers = done.stdout.split()
    assert float(seconds) < 1.0
    assert (torch, transformers) == ("False", "False")


def test_model_folder_is_small_and_documented() -> None:
    size = sum(path.stat().st_size for path in MODEL.rglob("*") if path.is_file())
    assert size < 32 * 2**20
    card = (MODEL / "README.md").read_text(encoding="utf-8")
    for word in ("license", "stard", "drcd", "multilingual-e5-small", "python -m training"):
        assert word in card.lower()


def test_damaged_model_says_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(EmbedderUnavailable) as caught:
        StaticEmbedder(tmp_path)
    assert "YANJU_EMBEDDER" in caught.value.zh
    assert "YANJU_EMBEDDER" in caught.value.en


def test_another_table_has_another_name(tmp_path: Path, table: Embedder) -> None:
    for name in ("tokenizer.json", "model.safetensors"):
        (tmp_path / name).write_bytes((MODEL / name).read_bytes())
    assert StaticEmbedder(tmp_path).name == table.name
    changed = bytearray((tmp_path / "model.safetensors").read_bytes())
    changed[-1] ^= 1
    (tmp_path / "model.safetensors").write_bytes(bytes(changed))
    assert StaticEmbedder(tmp_path).name != table.name


@pytest.fixture(scope="module")
def transformer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A two-layer BERT with random weights and a query prompt."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Pooling, Transformer
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("bert")
    torch.manual_seed(0)
    words = ["[PAD]", "[UNK]", *"问：推行一窗受理让群众少跑腿粮食产量增长"]
    vocabulary = {word: n for n, word in enumerate(dict.fromkeys(words))}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, unk_token="[UNK]", pad_token="[PAD]"
    ).save_pretrained(folder / "plain")
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
    )
    BertModel(config).save_pretrained(folder / "plain")
    model = SentenceTransformer(
        modules=[Transformer(str(folder / "plain")), Pooling(32)],
        prompts={"query": "问：", "document": ""},
        device="cpu",
    )
    model.save(str(folder / "model"))
    return folder / "model"


def test_sentence_transformers_model_by_path(transformer: Path) -> None:
    embedder = load_embedder(settings(embedder=str(transformer)))
    assert embedder.dimensions == 32
    assert embedder.name.startswith("sentence-transformers:model-")
    documents = np.array(embedder.embed_documents(["群众少跑腿", "粮食增长"]))
    assert documents.shape == (2, 32)
    assert np.allclose(np.linalg.norm(documents, axis=1), 1, atol=1e-5)
    assert embedder.embed_documents([]) == []
    prompted = embedder.embed_documents(["问：群众少跑腿"])[0]
    assert embedder.embed_query("群众少跑腿") == pytest.approx(prompted, abs=1e-5)
    assert embedder.embed_query("群众少跑腿") != pytest.approx(documents[0].tolist(), abs=1e-3)


def test_unknown_model_offline_says_the_remedy_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    began = time.monotonic()
    with pytest.raises(EmbedderUnavailable) as caught:
        load_embedder(settings(embedder="nobody/no-such-model"))
    assert time.monotonic() - began < 30
    assert "nobody/no-such-model" in caught.value.zh
    assert "builtin" in caught.value.en


class Endpoint(BaseHTTPRequestHandler):
    """An OpenAI-compatible endpoint that answers in reverse order, as some do."""

    asked: ClassVar[list[tuple[str, dict[str, Any], str]]] = []
    mode = "right"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        type(self).asked.append((self.path, body, self.headers.get("Authorization", "")))
        if self.mode == "refused":
            self._answer(401, b'{"error": "no"}')
        elif self.mode == "nonsense":
            self._answer(200, b"<html>")
        else:
            rows = [
                {"index": n, "embedding": [float(len(text)), 1.0, 0.0]}
                for n, text in enumerate(body["input"])
            ]
            if self.mode == "short":
                rows = rows[1:]
            self._answer(200, json.dumps({"data": rows[::-1]}).encode())

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def endpoint() -> Iterator[str]:
    Endpoint.asked, Endpoint.mode = [], "right"
    server = HTTPServer(("127.0.0.1", 0), Endpoint)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    server.server_close()


def test_endpoint(endpoint: str) -> None:
    embedder = load_embedder(
        settings(embedder=endpoint, embedder_model="some-model", embedder_api_key="secret")
    )
    assert embedder.dimensions == 3
    assert "some-model" in embedder.name
    texts = ["字" * n for n in range(1, 131)]
    vectors = embedder.embed_documents(texts)
    assert len(vectors) == 130
    for n, vector in enumerate(vectors, 1):
        assert vector == pytest.approx([n / (n * n + 1) ** 0.5, 1 / (n * n + 1) ** 0.5, 0])
    assert all(len(body["input"]) <= 64 for _, body, _ in Endpoint.asked)
    path, body, authorization = Endpoint.asked[0]
    assert path == "/v1/embeddings"
    assert body["model"] == "some-model"
    assert authorization == "Bearer secret"


@pytest.mark.parametrize("mode", ["refused", "nonsense", "short"])
def test_endpoint_that_fails_says_the_remedy(endpoint: str, mode: str) -> None:
    Endpoint.mode = mode
    with pytest.raises(EmbedderUnavailable) as caught:
        load_embedder(settings(embedder=endpoint, embedder_api_key="secret"))
    assert endpoint in caught.value.zh
    assert "secret" not in caught.value.zh + caught.value.en
    assert "YANJU_EMBEDDER" in caught.value.en


def test_endpoint_that_is_not_there() -> None:
    with pytest.raises(EmbedderUnavailable):
        load_embedder(settings(embedder="http://127.0.0.1:9/v1"))


ZH = "为这个句子生成表示以用于检索相关文章："
EN = "Represent this sentence for searching relevant passages: "
TASK = "Instruct: Given a web search query, retrieve relevant passages that answer the query\n"


@pytest.mark.parametrize(
    ("model", "query", "document"),
    [
        ("BAAI/bge-small-zh-v1.5", ZH, ""),
        ("BAAI/bge-large-zh", ZH, ""),
        ("quentinz/bge-base-zh-v1.5:latest", ZH, ""),
        ("BAAI/bge-base-en-v1.5", EN, ""),
        ("BAAI/bge-m3", "", ""),
        ("BAAI/bge-reranker-v2-m3", "", ""),
        ("intfloat/multilingual-e5-small", "query: ", "passage: "),
        ("intfloat/e5-large-v2", "query: ", "passage: "),
        ("intfloat/multilingual-e5-large-instruct", f"{TASK}Query: ", ""),
        ("Qwen/Qwen3-Embedding-0.6B", f"{TASK}Query:", ""),
        ("qwen3-embedding:4b", f"{TASK}Query:", ""),
        ("text-embedding-3-small", "", ""),
        ("someone/like-e5-base", "", ""),
        ("", "", ""),
    ],
)
def test_families_have_the_prefixes_of_their_cards(model: str, query: str, document: str) -> None:
    assert (prefix_of(model).query, prefix_of(model).document) == (query, document)


def without_prompts(model: Path, folder: Path) -> Path:
    """A copy of a model whose files name no prompts, as BAAI's and intfloat's."""
    shutil.copytree(model, folder)
    config = folder / "config_sentence_transformers.json"
    said = json.loads(config.read_text())
    assert said.pop("prompts")["query"]
    config.write_text(json.dumps(said))
    return folder


@pytest.mark.parametrize(
    ("folder", "query", "document"),
    [
        ("bge-small-zh-v1.5", ZH, ""),
        ("multilingual-e5-small", "query: ", "passage: "),
        ("models--Qwen--Qwen3-Embedding-0.6B/snapshots/c0ffee", f"{TASK}Query:", ""),
        ("of-our-own", "", ""),
    ],
)
def test_a_model_without_prompts_is_given_its_familys(
    transformer: Path, tmp_path: Path, folder: str, query: str, document: str
) -> None:
    from sentence_transformers import SentenceTransformer

    model = without_prompts(transformer, tmp_path / folder)
    bare = SentenceTransformer(str(model), device="cpu")
    embedder = load_embedder(settings(embedder=str(model)))
    text = "群众少跑腿"
    asked, said = bare.encode([query + text, document + text], normalize_embeddings=True)
    assert embedder.embed_query(text) == pytest.approx(asked.tolist(), abs=1e-5)
    assert embedder.embed_documents([text])[0] == pytest.approx(said.tolist(), abs=1e-5)
    if query:
        plain = bare.encode([text], normalize_embeddings=True)[0].tolist()
        assert embedder.embed_query(text) != pytest.approx(plain, abs=1e-3)
    # A library indexed before passages had the prefix is refused, not mixed with.
    assert embedder.name.endswith("[passage:]") == bool(document)


def test_the_models_own_prompts_come_first(transformer: Path, tmp_path: Path) -> None:
    model = shutil.copytree(transformer, tmp_path / "multilingual-e5-small")
    embedder = load_embedder(settings(embedder=str(model)))
    own = load_embedder(settings(embedder=str(transformer)))
    text = "粮食产量增长"
    assert embedder.embed_query(text) == pytest.approx(own.embed_query(text), abs=1e-6)
    there, here = own.embed_documents([text])[0], embedder.embed_documents([text])[0]
    assert here == pytest.approx(there, abs=1e-6)
    assert "passage" not in embedder.name


@pytest.mark.parametrize(
    ("model", "query", "document"),
    [
        ("Qwen/Qwen3-Embedding-8B", f"{TASK}Query:", ""),
        ("intfloat/multilingual-e5-base", "query: ", "passage: "),
        ("text-embedding-3-small", "", ""),
    ],
)
def test_an_endpoint_is_sent_the_prefixes(
    endpoint: str, model: str, query: str, document: str
) -> None:
    embedder = load_embedder(settings(embedder=endpoint, embedder_model=model))
    Endpoint.asked.clear()
    embedder.embed_query("群众")
    embedder.embed_documents(["少跑腿", ""])
    sent = [body["input"] for _, body, _ in Endpoint.asked]
    assert sent == [[f"{query}群众"], [f"{document}少跑腿", document or " "]]
    assert embedder.name.endswith("[passage:]") == bool(document)


def test_vectors_are_those_of_langchains_interface(builtin: Embedder, table: Embedder) -> None:
    for embedder in (builtin, table):
        rows = embedder.vectors(TEXTS[:4])
        assert rows.dtype == np.float32 and rows.shape == (4, embedder.dimensions)
        assert rows.tolist() == embedder.embed_documents(TEXTS[:4])
        assert embedder.vectors([]).shape[0] == 0
