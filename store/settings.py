"""Settings of the store, from the environment or a `.env` file beside the program."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Where things live and which embedder is used; every default works offline.

    Each field is read from ``YANJU_<NAME>`` (upper case), first in the environment,
    then in ``.env`` at the root of the program.
    """

    model_config = SettingsConfigDict(
        env_prefix="YANJU_", env_file=ROOT / ".env", env_ignore_empty=True, extra="ignore"
    )

    home: Path = Field(default=ROOT / ".yanju", description="the library's folder")
    documents: Path = Field(default=ROOT / "documents", description="the user's own files")
    samples: Path = Field(default=ROOT / "samples", description="what a first start answers from")
    embedder: str = Field(
        default="builtin",
        description="builtin, a sentence-transformers name or path, or an endpoint's address",
    )
    embedder_model: str = Field(default="", description="model name to ask an endpoint for")
    embedder_api_key: str = Field(default="", description="key of the endpoint", repr=False)
    chroma_url: str = Field(default="", description="empty: embedded; else a Chroma server")
    max_file_mb: float = Field(default=20.0, gt=0, description="largest file read, in MiB")
    lock_seconds: float = Field(default=30.0, ge=0, description="wait for another writer, s")
