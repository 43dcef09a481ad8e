"""Settings of the store: from the environment, a `.env` file, or chosen in the program."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from store.choice import Choices
from store.errors import BadSetting

ROOT = Path(__file__).resolve().parent.parent


class _Chosen(PydanticBaseSettingsSource):
    """The choices kept in the folder that the sources before this one name as home."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """One choice; None where there is none."""
        return self().get(field_name), field_name, False

    def __call__(self) -> dict[str, Any]:
        """All of them, by field."""
        default = self.settings_cls.model_fields["home"].default
        kept = Choices(Path(self.current_state.get("home") or default)).read()
        return {name: kept[name] for name in kept if name in self.settings_cls.model_fields}


class Settings(BaseSettings):
    """Where things live and which embedder is used; every default works offline.

    Each field is read from ``YANJU_<NAME>`` (upper case), first in the environment,
    then in ``.env`` at the root of the program; last come the choices that are kept in
    the library's folder (`Choices`).
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
                "请改正环境变量、.env 或资料库文件夹里的 settings.json。",
                f"The setting {name} cannot be {first.get('input')!r} ({first['msg']}). "
                "Mend the environment, .env, or settings.json in the library's folder.",
            ) from error

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The first that knows a setting decides."""
        return init_settings, env_settings, dotenv_settings, _Chosen(settings_cls)

    @classmethod
    def given(cls) -> dict[str, str]:
        """Where a setting is given that no choice can change: its variable, by the field.

        ``YANJU_LLM`` stands for the environment, ``.env: YANJU_LLM`` for that file.
        """
        environment = EnvSettingsSource(cls)()
        file = DotEnvSettingsSource(cls)()
        named = {f: f"YANJU_{f.upper()}" for f in cls.model_fields}
        return {f: f".env: {named[f]}" for f in file if f in named} | {
            f: named[f] for f in environment if f in named
        }

    home: Path = Field(default=ROOT / ".yanju", description="the library's folder")
    library: str = Field(default="", description="which of its libraries; empty: the first")
    documents: Path = Field(default=ROOT / "documents", description="the user's own files")
    samples: Path = Field(default=ROOT / "samples", description="what a first start answers from")
    embedder: str = Field(
        default="builtin",
        description="builtin, static, a sentence-transformers name or path, or an endpoint",
    )
    embedder_model: str = Field(default="", description="model name to ask an endpoint for")
    embedder_api_key: str = Field(default="", description="key of the endpoint", repr=False)
    chroma_url: str = Field(default="", description="empty: embedded; else a Chroma server")
    max_file_mb: float = Field(default=20.0, gt=0, description="largest file read, in MiB")
    max_upload_files: int = Field(default=200, gt=0, description="most files of one upload")
    lock_seconds: float = Field(default=30.0, ge=0, description="wait for another writer, s")
