"""OpenID providers of the tests: one of ours, whose every claim can be bent, and a real process."""

import base64
import hashlib
import json
import os
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.mail_server import free_port

SECRET = "a secret of the client's"
KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})


class BentProvider:
    """A provider on loopback; ``bent`` claims replace those that a right token would have."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.asked: dict[str, dict[str, str]] = {}
        self.bent: dict[str, Any] = {}
        self.key, self.header = KEY, {"alg": "RS256", "kid": "one"}
        self.told: dict[str, Any] = {}
        self.tokens_given = 0

    def configuration(self) -> dict[str, Any]:
        """What it says of itself."""
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        } | self.told

    def sign_in(self, address: str, subject: str) -> str:
        """Sign somebody in who was sent to ``address``; give the path of ours to come back to."""
        asked = dict(parse_qsl(urlsplit(address).query))
        code = f"code-{len(self.asked)}-{subject}"
        self.asked[code] = asked | {"subject": subject}
        parts = urlsplit(asked["redirect_uri"])
        return f"{parts.path}?code={code}&state={asked['state']}"

    def token(self, form: dict[str, list[str]], basic: str) -> dict[str, Any]:
        """Trade a code, once, against the client's secret and the verifier of its challenge."""
        asked = self.asked.pop(form["code"][0])
        given = base64.b64decode(basic.removeprefix("Basic ")).decode()
        assert given == f"{asked['client_id']}:{SECRET}"
        digest = hashlib.sha256(form["code_verifier"][0].encode()).digest()
        assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == asked["code_challenge"]
        assert asked["code_challenge_method"] == "S256"
        assert form["redirect_uri"] == [asked["redirect_uri"]]
        self.tokens_given += 1
        claims = {
            "iss": self.url, "sub": asked["subject"], "aud": asked["client_id"],
            "iat": int(time.time()), "exp": int(time.time()) + 300, "nonce": asked["nonce"],
        }  # fmt: skip
        if "max_age" in asked:
            claims["auth_time"] = int(time.time())
        whole = {name: value for name, value in (claims | self.bent).items() if value is not None}
        return {
            "access_token": "an access token", "token_type": "Bearer",
            "id_token": jwt.encode(self.header, whole, self.key),
        }  # fmt: skip


@pytest.fixture
def provider() -> Iterator[BentProvider]:
    """Run a provider whose claims can be bent."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = {
                "/.well-known/openid-configuration": made.configuration,
                "/keys": lambda: {"keys": [KEY.as_dict(private=False)]},
            }
            self._answer(found[self.path]())

        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self._answer(made.token(form, self.headers["Authorization"]))

        def _answer(self, found: dict[str, Any]) -> None:
            body = json.dumps(found).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    with served(Handler) as url:
        made = BentProvider(url)
        yield made


@contextmanager
def served(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """Serve on loopback; give the address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def process() -> Iterator[str]:
    """Run oidc-provider-mock, a provider of other people's making; give its address."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)]
    started = subprocess.Popen(
        [*command, "--require-nonce", "true"], env=os.environ, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{url}/jwks", timeout=5).close()  # noqa: S310
                break
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.1)
        yield url
    finally:
        started.terminate()
        started.wait(timeout=60)
