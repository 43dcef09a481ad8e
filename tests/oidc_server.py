"""A small OpenID Connect provider of our own, on loopback: code flow, RS256, PKCE and nonce.

Whoever comes to its page is `email`; a test changes that between two sign-ins.
"""

from __future__ import annotations

import base64
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "yanju", "not-a-secret"


class Provider:
    """Who signs in, and what was asked for so far."""

    def __init__(self) -> None:
        self.email = "nobody@test.invalid"
        self.verified: bool | None = True
        self.url = ""
        self._key = RSAKey.generate_key(2048, {"kid": "1", "use": "sig", "alg": "RS256"})
        self._codes: dict[str, dict[str, str]] = {}

    def metadata(self) -> dict[str, object]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        }

    def jwks(self) -> dict[str, object]:
        return {"keys": [self._key.as_dict(private=False)]}

    def authorized(self, asked: dict[str, str]) -> str:
        """Where the browser is sent back to, with a code."""
        assert asked["client_id"] == CLIENT and asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe()
        self._codes[code] = asked
        back = urlencode({"code": code, "state": asked["state"]})
        return f"{asked['redirect_uri']}?{back}"

    def token(self, form: dict[str, str]) -> dict[str, object]:
        """The tokens for a code, which is good once and for whoever began."""
        asked = self._codes.pop(form["code"])
        proof = sha256(form["code_verifier"].encode()).digest()
        assert base64.urlsafe_b64encode(proof).rstrip(b"=").decode() == asked["code_challenge"]
        now = int(time.time())
        claims = {
            "iss": self.url, "aud": CLIENT, "sub": f"sub-{self.email}", "email": self.email,
            "iat": now, "exp": now + 300, "nonce": asked["nonce"],
        }  # fmt: skip
        if self.verified is not None:
            claims["email_verified"] = self.verified
        token = jwt.encode({"alg": "RS256", "kid": "1"}, claims, self._key)
        return {
            "access_token": secrets.token_urlsafe(),
            "token_type": "Bearer",
            "expires_in": 300,
            "id_token": token,
        }


@contextmanager
def provider() -> Iterator[Provider]:
    """A provider that runs."""
    made = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            at = urlsplit(self.path)
            if at.path == "/authorize":
                asked = {k: v[0] for k, v in parse_qs(at.query).items()}
                self.send_response(302)
                self.send_header("Location", made.authorized(asked))
                self.end_headers()
            elif at.path == "/jwks":
                self._say(made.jwks())
            else:
                self._say(made.metadata())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._say(made.token({k: v[0] for k, v in parse_qs(body).items()}))

        def _say(self, row: dict[str, object]) -> None:
            data = json.dumps(row).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
