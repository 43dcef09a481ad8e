"""Who may do what, by the e-mail address that somebody signed in with."""

from __future__ import annotations

from typing import Literal

from rag.settings import RagSettings

Role = Literal["manager", "reader", "nobody"]
EVERYBODY = "*"


def role_of(email: str, settings: RagSettings) -> Role:
    """The role of an address.

    A manager may ask and change the library, a reader may ask. ``YANJU_MANAGERS`` and
    ``YANJU_READERS`` name addresses, whole domains (``@example.org``), or ``*`` for everybody
    who can sign in, parted by commas or spaces. Whoever is in neither is nobody.
    """
    if _named(email, settings.managers):
        return "manager"
    return "reader" if _named(email, settings.readers) else "nobody"


def _named(email: str, listed: str) -> bool:
    address = email.strip().casefold()
    name, at, domain = address.rpartition("@")
    if not (name and at and domain):
        return False
    wanted = {w.casefold() for w in listed.replace(",", " ").replace("，", " ").split()}
    return bool(wanted & {EVERYBODY, address, f"@{domain}"})
