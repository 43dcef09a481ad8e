"""From text to vectors: what comes along, a sentence-transformers model, or an endpoint."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langchain_core.embeddings import Embeddings

from store.errors import EmbedderUnavailable
from store.prefix import prefix_of
from store.secret import redact
from store.settings import Settings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from store.encoder import Encoder
    from store.static_embedder import StaticEmbedder

_TIMEOUT_SECONDS = 30.0
_ENDPOINT_BATCH = 64
TABLE_SHARE = 0.2  # of the table's cosine in the built-in embedder's; measured


class Embedder(Embeddings):
    """LangChain's `Embeddings` with what the library stamps on itself.

    Vectors are unit length (a text without any token: zero), so the dot product is the cosine.

    Attributes:
        name: identity of the model; vectors of two names do not mix.
        dimensions: length of each vector.
    """

    name: str
    dimensions: int

    def vectors(self, texts: list[str]) -> NDArray[np.float32]:
        """As `embed_documents`, shape (n texts, dimensions): a fourth of the room of lists."""
        import numpy as np

        rows = self.embed_documents(texts)
        return np.asarray(rows, dtype=np.float32).reshape(len(texts), -1 if rows else 0)


class TableEmbedder(Embedder):
    """The static table in `store/model`, the fast choice: no download, no torch."""

    def __init__(self) -> None:
        self._table = _table()
        self.name = self._table.name
        self.dimensions = self._table.dimensions

    def vectors(self, texts: list[str]) -> NDArray[np.float32]:
        """One vector a text, in order."""
        return self._table.encode(texts)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One vector a text, in order."""
        return _listed(self.vectors(texts))

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question."""
        return self.embed_documents([text])[0]


@lru_cache(maxsize=1)
def _table() -> StaticEmbedder:
    from store.static_embedder import StaticEmbedder

    return StaticEmbedder()


class BuiltinEmbedder(Embedder):
    """The transformer in `store/encoder_model` and the table, joined: no download, no torch.

    Both vectors one behind the other, each scaled by the root of its share, so that the cosine of
    two texts is the mean of both models' cosines: one knows sentences, the other rare words.
    """

    def __init__(self) -> None:
        self._encoder, self._table = _encoder(), _table()
        self.dimensions = self._encoder.dimensions + self._table.dimensions
        digests = (one.name.rpartition("-")[2] for one in (self._encoder, self._table))
        self.name = f"builtin-joint-{self.dimensions}-{'-'.join(digests)}"

    def vectors(self, texts: list[str]) -> NDArray[np.float32]:
        """One vector a text, in order; about 60 passages a second and processor."""
        return self._joined(self._encoder.encode_documents(texts), texts)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One vector a text, in order."""
        return _listed(self.vectors(texts))

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question."""
        return _listed(self._joined(self._encoder.encode_queries([text]), [text]))[0]

    def _joined(self, encoded: NDArray[np.float32], texts: list[str]) -> NDArray[np.float32]:
        import numpy as np

        own, other = math.sqrt(1 - TABLE_SHARE), math.sqrt(TABLE_SHARE)
        joined = np.hstack([own * encoded, other * self._table.encode(texts)])
        lengths = np.linalg.norm(joined, axis=1, keepdims=True)
        joined /= np.maximum(lengths, 1e-9)
        return joined.astype(np.float32, copy=False)


def _listed(vectors: NDArray[np.float32]) -> list[list[float]]:
    rows: list[list[float]] = vectors.tolist()
    return rows


@lru_cache(maxsize=1)
def _encoder() -> Encoder:
    from store.encoder import Encoder

    return Encoder()


class TransformerEmbedder(Embedder):
    """A sentence-transformers model by path or hub name, with the model's own prompts.

    Where its files have none, with those that its family is known to want (`prefix_of`).

    Args:
        model: a directory, or a name that the hub or its local cache knows.

    Raises:
        EmbedderUnavailable: the model cannot be loaded.
    """

    def __init__(self, model: str) -> None:
        self._model: Any = _load_transformer(model)
        self.dimensions = int(self._model.get_embedding_dimension())
        self.name = f"sentence-transformers:{_identity(model)}"
        wanted = prefix_of(model)
        if not any(self._model.prompts.values()):
            self._model.prompts = {"query": wanted.query, "document": wanted.document}
            self.name += _marked(wanted.document)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One vector a text, in order."""
        if not texts:
            return []
        vectors: list[list[float]] = self._model.encode_document(
            texts, normalize_embeddings=True, show_progress_bar=False
        ).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question."""
        vector: list[float] = self._model.encode_query(
            text, normalize_embeddings=True, show_progress_bar=False
        ).tolist()
        return vector


def _load_transformer(model: str) -> Any:
    """The model from disk or the local cache; only then from the hub."""
    try:
        from sentence_transformers import SentenceTransformer

        try:
            return SentenceTransformer(model, device="cpu", local_files_only=True)
        except Exception:
            if Path(model).exists() or not _hub_answers():
                raise
            return SentenceTransformer(model, device="cpu")
    except Exception as error:  # whatever the hub, the files or torch say
        raise EmbedderUnavailable(
            f"无法载入向量模型“{model}”：请检查名称或路径；离线时请先下载，"
            "或设 YANJU_EMBEDDER=builtin。",
            f"The embedding model “{model}” cannot be loaded: check the name or path; download it "
            "beforehand when offline, or set YANJU_EMBEDDER=builtin.",
        ) from error


def _hub_answers() -> bool:
    """Whether the model hub can be reached; without this, offline loading retries for minutes."""
    import httpx

    try:
        from huggingface_hub import constants

        if constants.HF_HUB_OFFLINE:
            return False
        return httpx.head(constants.ENDPOINT, timeout=5.0, follow_redirects=True).status_code < 500
    except (httpx.HTTPError, httpx.InvalidURL):
        return False


def _identity(model: str) -> str:
    """A hub name as it is; for a directory its name and a fingerprint of its files."""
    folder = Path(model)
    if not folder.is_dir():
        return model
    import hashlib

    digest = hashlib.blake2b(digest_size=4)
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(str(path.relative_to(folder)).encode())
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    return f"{folder.resolve().name}-{digest.hexdigest()}"


def _marked(prefix: str) -> str:
    """What a prefix of the passages adds to the name: with another, the vectors are others."""
    return f"[{prefix.strip()}]" if prefix else ""


class EndpointEmbedder(Embedder):
    """An OpenAI-compatible `/embeddings` endpoint.

    Such endpoints embed what they are sent, so the prefixes that the model's family wants
    (`prefix_of`) are put before the texts here.

    Args:
        url: base address, with or without a closing `/embeddings`.
        model: name of the model to ask for.
        api_key: sent as a bearer token where not empty.

    Raises:
        EmbedderUnavailable: at the first call and later, when the endpoint does not answer,
            refuses, or answers something else.
    """

    def __init__(self, url: str, model: str, api_key: str = "") -> None:
        self._url = url.rstrip("/").removesuffix("/embeddings") + "/embeddings"
        self._model = model
        self._prefix = prefix_of(model)
        self._key = api_key.strip()
        self._headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        self.dimensions = len(self.embed_query("言必有据"))
        self.name = f"endpoint:{model or self._url}:{self.dimensions}"
        self.name += _marked(self._prefix.document)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One vector a text, in order; sent 64 at a time."""
        vectors: list[list[float]] = []
        for start in range(0, len(texts), _ENDPOINT_BATCH):
            part = texts[start : start + _ENDPOINT_BATCH]
            vectors += self._ask([self._prefix.document + text for text in part])
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question."""
        return self._ask([self._prefix.query + text])[0]

    def _ask(self, texts: Sequence[str]) -> list[list[float]]:
        import httpx

        # An empty input is refused by many servers; a blank one is not.
        body = {"model": self._model, "input": [text or " " for text in texts]}
        try:
            reply = httpx.post(
                self._url,
                json={**body, "encoding_format": "float"},
                headers=self._headers,
                timeout=_TIMEOUT_SECONDS,
            )
            reply.raise_for_status()
            rows = sorted(reply.json()["data"], key=lambda row: int(row["index"]))
            vectors = [_unit(row["embedding"]) for row in rows]
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, TypeError) as error:
            raise self._unavailable(error) from error
        if len(vectors) != len(texts) or len({len(vector) for vector in vectors}) != 1:
            raise self._unavailable(ValueError("not one vector a text"))
        return vectors

    def _unavailable(self, error: Exception) -> EmbedderUnavailable:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        reason, where = redact(reason, self._key), redact(self._url, self._key)
        return EmbedderUnavailable(
            f"向量服务 {where} 不可用（{reason}）：请检查地址、YANJU_EMBEDDER_MODEL 与"
            " YANJU_EMBEDDER_API_KEY，或设 YANJU_EMBEDDER=builtin。",
            f"The embedding endpoint {where} failed ({reason}): check the address, "
            "YANJU_EMBEDDER_MODEL and YANJU_EMBEDDER_API_KEY, or set YANJU_EMBEDDER=builtin.",
        )


def _unit(vector: Sequence[float]) -> list[float]:
    """`vector` at length one; zero stays zero."""
    values = [float(value) for value in vector]
    length = math.sqrt(sum(value * value for value in values))
    return [value / length for value in values] if length else values


def load_embedder(settings: Settings) -> Embedder:
    """The embedder that `settings.embedder` names.

    `builtin`: both models that come with the program; `static`: its table alone, a hundred times
    as fast. An http(s) address: an OpenAI-compatible endpoint. Anything else: a
    sentence-transformers directory or hub name.

    Raises:
        EmbedderUnavailable: it cannot be loaded or reached; the message says the remedy.
    """
    wanted = settings.embedder.strip()
    if wanted in ("", "builtin"):
        return BuiltinEmbedder()
    if wanted == "static":
        return TableEmbedder()
    if wanted.lower().startswith(("http://", "https://")):
        return EndpointEmbedder(wanted, settings.embedder_model, settings.embedder_api_key)
    return TransformerEmbedder(wanted)
