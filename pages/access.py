"""Who is at the page, and what they may do: sign-in by OpenID Connect where it is set up.

With a section ``[auth]`` in Streamlit's secrets nobody gets further than the sign-in page
without a role (`rag.role`). Without it the program is for this machine alone, and says so
where it can be reached from others.
"""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import streamlit as st

from pages import journal, session
from pages.wording import say

if TYPE_CHECKING:
    from rag.role import Role
    from store.library import Library

logger = logging.getLogger("yanju.access")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody at the page.

    Attributes:
        key: names their folder of conversations; "" where nobody signs in.
        email: as they signed in; "" where nobody signs in, or not yet.
        role: what they may do; None before they have signed in.
    """

    key: str = ""
    email: str = ""
    role: Role | None = None


def visitor() -> Visitor:
    """Who is at this page, told anew at each run.

    Raises:
        BadSetting: the secrets cannot be read: then nobody is let in.
    """
    if not _providers():
        return Visitor(role="manager")
    told: dict[str, Any] = st.user.to_dict()
    if told.get("is_logged_in") is not True:
        return Visitor()
    from rag.role import role_of
    from rag.settings import RagSettings

    email = str(told.get("email") or "")
    unproven = str(told.get("email_verified", True)).lower() == "false"
    role: Role = "nobody" if unproven else role_of(email, RagSettings())
    # By issuer and subject, as an address may be given to somebody else one day.
    name = f"{told.get('iss', '')}|{told.get('sub') or email}"
    return Visitor(sha256(name.encode()).hexdigest()[:16], email, role)


def admitted(who: Visitor) -> bool:
    """Whether they may ask."""
    if st.session_state.get("whose", who.key) != who.key:
        for name in [*st.session_state]:  # nothing of one person's is left to the next
            del st.session_state[name]
    st.session_state["whose"] = who.key
    return who.role in ("manager", "reader")


def draw_door(who: Visitor, lang: str) -> None:
    """What stands before those who are not let in: the ways to sign in, or why not."""
    st.html(
        f'<div class="yj-hero"><h1>{escape(say("brand", lang))}</h1>'
        f"<p>{escape(say('line', lang))}</p></div>"
    )
    if who.role == "nobody":
        line = say("access_none", lang, email=who.email or "—")
        st.html(f'<p class="yj-error" role="alert">{escape(line)}</p>')
        logger.warning("somebody without a role signed in")
        st.button(say("sign_out", lang), key="sign_out", on_click=_sign_out)
        return
    st.html(f'<p class="yj-banner" role="status">{escape(say("sign_in_line", lang))}</p>')
    for name in _providers():
        title = say("sign_in", lang) if name == "" else say("sign_in_with", lang, name=name)
        if st.button(title, key=f"sign_in_{name}", type="primary", icon=":material/login:"):
            st.login(name or None)


def draw(who: Visitor, lang: str) -> None:
    """In the sidebar: who is signed in, or that nobody needs to."""
    if who.email:
        st.html(f'<p class="yj-meta">{escape(say("signed_in", lang, email=who.email))}</p>')
        st.button(say("sign_out", lang), key="sign_out", type="tertiary", on_click=_sign_out)
        return
    open_to_all = exposed(str(st.get_option("server.address") or ""))
    line = say("access_open" if open_to_all else "access_local", lang)
    kind = 'yj-error" role="alert' if open_to_all else "yj-meta"
    st.html(f'<p class="{kind}">{escape(line)}</p>')


def exposed(address: str) -> bool:
    """Whether others than this machine reach a server bound to that address; "" is any."""
    if address.lower() == "localhost":
        return False
    try:
        return not ipaddress.ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return True


@st.cache_resource(show_spinner=False)
def announce() -> None:
    """Begin the log with how the program is protected."""
    journal.start()
    address = str(st.get_option("server.address") or "")
    if _providers():
        logger.info("sign-in is on; roles by YANJU_MANAGERS and YANJU_READERS")
    elif exposed(address):
        logger.warning(
            "listening on %s without sign-in: whoever reaches it may read and change everything; "
            "set up [auth] in .streamlit/secrets.toml",
            address or "every address",
        )
    else:
        logger.info("no sign-in: listening on %s, for this machine alone", address)


def manages() -> bool:
    """Whether this visitor may change the library."""
    return visitor().role == "manager"


def managed() -> Library:
    """The library, to be changed.

    Raises:
        NotAllowed: this visitor may only ask.
    """
    require()
    return session.desk().library


def require() -> None:
    """Let nobody go on who may not change the library and the settings.

    Raises:
        NotAllowed: this visitor may only ask.
    """
    from rag.errors import NotAllowed

    if not manages():
        zh, en = (say("access_manage", lang) for lang in ("zh", "en"))
        raise NotAllowed(zh, en)


def _sign_out() -> None:
    st.logout()


def _providers() -> list[str]:
    """The ways to sign in, by name; "" is the unnamed one; none without ``[auth]``.

    Raises:
        BadSetting: there are secrets that cannot be read, or ``[auth]`` lacks what it needs.
    """
    from store.errors import BadSetting

    def refuse(zh: str, en: str) -> BadSetting:
        return BadSetting(
            say("access_secrets", "zh", what=zh), say("access_secrets", "en", what=en)
        )

    try:
        section = cast(Any, st.secrets.get("auth"))
    except FileNotFoundError as error:
        if any(Path(p).exists() for p in st.get_option("secrets.files")):
            raise refuse("secrets.toml", "secrets.toml") from error
        return []
    if section is None:
        return []
    if not isinstance(section, Mapping):
        raise refuse("[auth]", "[auth]")
    for name in ("redirect_uri", "cookie_secret"):
        if not section.get(name):
            raise refuse(f"[auth] {name}", f"[auth] {name}")
    named = [n for n, part in section.items() if isinstance(part, Mapping) and "client_id" in part]
    found = ([""] if "client_id" in section else []) + named
    if not found:
        raise refuse("[auth] client_id", "[auth] client_id")
    return found
