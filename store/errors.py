"""What can go wrong in the store, each with its remedy, in Chinese and English."""

from __future__ import annotations


class YanjuError(Exception):
    """Root of every error that a person may see.

    Args:
        zh: one line in Chinese that says what is wrong and what to do.
        en: the same in English.
    """

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.zh = zh
        self.en = en

    def message(self, language: str = "zh") -> str:
        """The line in `language` (``"zh"`` or ``"en"``)."""
        return self.en if language == "en" else self.zh


class StoreError(YanjuError):
    """Any failure of reading, attributing or keeping documents."""


class UnreadableFile(StoreError):
    """The file is missing, empty, too large, of another kind, or not text."""


class LibraryBusy(StoreError):
    """Another process is writing to the library."""


class LibraryDamaged(StoreError):
    """The library's folder cannot be opened, written or understood."""


class ServerAway(StoreError):
    """The Chroma server cannot be reached or does not answer."""


class ForeignLibrary(StoreError):
    """The server's collections are written from another library's folder."""


class EmbedderMismatch(StoreError):
    """The library was indexed with another embedder."""


class EmbedderUnavailable(StoreError):
    """The embedder named in the settings cannot be loaded or reached."""


class BadSetting(YanjuError):
    """A value in the environment or `.env` that cannot be used."""
