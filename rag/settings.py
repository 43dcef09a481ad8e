"""Settings of the answering side."""

from __future__ import annotations

from typing import Literal, Self

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
    llm_rephrase: bool = Field(default=True, description="let the model word hard questions anew")
    max_question_chars: int = Field(default=1000, gt=0)
    questions_per_minute: int = Field(default=60, ge=0, description="of one session; 0: any number")
    keep_conversations: bool = Field(default=True, description="keep conversations on disk")
    language: Literal["zh", "en"] = Field(default="zh", description="of the pages, at first")
    settings_page: bool = Field(default=True, description="let visitors change settings")
    log_questions: bool = Field(default=False, description="questions' words in the log")
    managers: str = Field(default="", description="who may change the library, once signed in")
    readers: str = Field(default="", description="who may ask, once signed in")
    strict: bool = Field(default=False, description="leave out sentences that fail the check")

    def with_model(self, llm: str, base_url: str | None, api_key: str = "") -> Self:
        """These settings with another model in them, for whoever types one in.

        Args:
            llm: ``provider:model``.
            base_url: "" for the provider's own address, None for the one held here, where
                it was given for the same provider.
            api_key: "" for the key held here, which goes only to the provider and the
                address that it was given for.
        """
        provider, own = llm.strip().partition(":")[0], self.llm.partition(":")[0]
        same = provider == own or own in ("", "extractive")
        if base_url is None:
            base_url = self.llm_base_url if same else ""
        same = same and base_url.strip().rstrip("/") == self.llm_base_url.strip().rstrip("/")
        key = api_key.strip() or (self.llm_api_key if same else "")
        return self.model_copy(
            update={"llm": llm.strip(), "llm_base_url": base_url.strip(), "llm_api_key": key}
        )
