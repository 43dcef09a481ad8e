"""Settings of the answering side."""

from __future__ import annotations

from pydantic import Field

from store.settings import Settings


class RagSettings(Settings):
    """The store's settings and those of the language model.

    `llm` is ``extractive`` (no language model) or LangChain's ``provider:model``.
    """

    llm: str = Field(default="extractive", description="extractive, or provider:model")
    llm_base_url: str = Field(default="", description="address of a compatible server")
    llm_api_key: str = Field(default="", description="key of that server", repr=False)
    llm_first_token_seconds: float = Field(default=20.0, gt=0)
    llm_total_seconds: float = Field(default=120.0, gt=0)
    llm_retries: int = Field(default=2, ge=0)
    max_question_chars: int = Field(default=1000, gt=0)
    questions_per_minute: int = Field(default=60, ge=0, description="of one session; 0: any number")
    keep_conversations: bool = Field(default=True, description="keep conversations on disk")
    strict: bool = Field(default=False, description="leave out sentences that fail the check")
