"""Settings of the store, from the environment or a `.env` file beside the program."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from store.errors import BadSetting

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Where things live and which embedder is used; every default works offline.

    Each field is read from ``YANJU_<NAME>`` (upper case), first in the environment,
    then in ``.env`` at the root of the program.
    """

    model_config = SettingsConfigDict(
        env_prefix="YANJU_", env_file=ROOT / ".env", env_ignore_empty=True, extra="ignore"
    )

    def __init__(self, **values: Any) -> None:
        """Read the settings; `values` outdo the environment.

        Raises:
            BadSetting: a value cannot be used; the message names the setting.
        """
        try:
            super().__init__(**values)
        except ValidationError as error:
            first = error.errors()[0]
            name = "YANJU_" + "_".join(map(str, first["loc"])).upper()
            raise BadSetting(
                f"设置 {name} 的值“{first.get('input')}”不能用（{first['msg']}）。"
                "请改正环境变量或 .env。",
                f"The setting {name} cannot be {first.get('input')!r} ({first['msg']}). "
                "Mend the environment or .env.",
            ) from error

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
    max_upload_files: int = Field(default=200, gt=0, description="most files of one upload")
    lock_seconds: float = Field(default=30.0, ge=0, description="wait for another writer, s")
