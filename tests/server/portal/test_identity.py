"""A citizen signs in by the identity of a provider that speaks over a real line, and by none that is not sound."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from typing_extensions import override

from server_sync.portal.accounts import identity
from server_sync.portal.accounts.wanted import Identity, read_identity
from server_sync.portal.models import Account
from tests.server.conftest import Centre
from tests.server.portal.writers import text

pytestmark = pytest.mark.django_db
ID, SECRET = "kattar", "тайна-эмес".encode().hex()


class Provider:
    """A provider of identities; `change` alters what it signs, `manner` how it behaves."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.signs_with = self.key
        self.change: dict[str, Any] = {}
        self.manner = ""
        self.codes: dict[str, dict[str, str]] = {}
        self.go_on = threading.Event()
        self.asked: list[str] = []
        provider = self

        class Answers(BaseHTTPRequestHandler):
            @override
            def log_message(self, *_: object) -> None:
                pass

            def do_GET(self) -> None:
                provider.asked.append(self.path)
                self.say(provider.keys() if self.path == "/keys" else provider.discovery())

            def do_POST(self) -> None:
                provider.asked.append(self.path)
                length = int(self.headers["Content-Length"])
                form = dict(parse_qsl(self.rfile.read(length).decode()))
                given = base64.b64decode(self.headers["Authorization"].split()[1]).decode()
                self.say(*provider.token(form, given))

            def say(self, told: dict[str, Any], status: int = 200) -> None:
                if provider.manner == "hangs":
                    provider.go_on.wait(30)
                content = json.dumps(told).encode()
                if provider.manner == "floods":
                    content += b" " * (identity.ANSWER_MOST_BYTES + 1)
                if provider.manner == "babbles":
                    content = b"[" * 100_000
                try:
                    self.send_response(status)
                    self.send_header("Content-Length", str(len(content)))
                    self.end_headers()
                    self.wfile.write(content)
                except OSError:
                    pass  # whoever asked has gone

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05})
        self.thread.start()

    def discovery(self) -> dict[str, Any]:
        ends = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        told = {name: f"{self.issuer}/{end}" for name, end in ends.items()} | {"issuer": self.issuer}
        return told | ({"issuer": "https://else.example.org"} if self.manner == "other issuer" else {})

    def keys(self) -> dict[str, Any]:
        public = jwt.algorithms.ECAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {"keys": [public | {"kid": "one", "alg": "ES256"}]}

    def agree(self, address: str) -> dict[str, str]:
        """What the citizen's browser brings back when they have agreed."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["client_id"] == ID
        self.codes["code"] = asked
        return {"code": "code", "state": asked["state"]}

    def token(self, form: dict[str, str], given: str) -> tuple[dict[str, Any], int]:
        asked = self.codes.pop(form["code"], None)
        proof = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=")
        if asked is None or given != f"{ID}:{SECRET}" or proof.decode() != asked["code_challenge"]:
            return {"error": "invalid_grant"}, 400
        now = int(time.time())
        claims = {"iss": self.issuer, "sub": "20101", "aud": ID, "iat": now, "exp": now + 60, "nonce": asked["nonce"]}
        claims |= {"email": "gulnara@example.org"} | self.change
        signed = jwt.encode(claims, self.signs_with, "ES256", headers={"kid": "one"})
        return {"id_token": signed, "access_token": "x", "token_type": "Bearer"}, 200

    def stop(self) -> None:
        self.go_on.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def provider(settings, centre: Centre) -> Iterator[Provider]:
    started = Provider()
    settings.LIAISON_IDENTITY = Identity(started.issuer, ID, SECRET)
    identity.forget_provider()
    yield started
    started.stop()
    identity.forget_provider()


def sign_in(provider: Provider, browser: Client):
    led = browser.get("/my/identity")
    assert led.status_code == 302
    return browser.get("/my/identity/back", provider.agree(led.headers["Location"]))


def test_who_comes_back_from_the_provider_has_one_account_whatever_their_address(provider):
    for change in ({}, {"email": "other@example.org"}, {"email": None}):
        provider.change = change
        browser = Client()
        assert sign_in(provider, browser).headers["Location"] == "/my"
        assert browser.get("/my").status_code == 200
    assert Account.objects.count() == 1
    assert provider.asked.count("/keys") == 1


@pytest.mark.parametrize(
    "change",
    [
        {"nonce": "of another"},
        {"nonce": None},
        {"aud": "another"},
        {"aud": [ID, "another"], "azp": "another"},
        {"iss": "https://else.example.org"},
        {"exp": int(time.time()) - 3600},
        {"exp": None},
        {"iat": int(time.time()) + 3600},
        {"sub": ""},
        {"sub": "x" * 300},
    ],
)
def test_a_token_for_another_question_another_portal_or_of_another_time_opens_nothing(provider, change):
    provider.change = change
    assert sign_in(provider, Client()).status_code == 403
    assert not Account.objects.exists()


def test_a_token_signed_by_another_key_opens_nothing(provider):
    provider.signs_with = ec.generate_private_key(ec.SECP256R1())
    assert sign_in(provider, Client()).status_code == 403
    assert not Account.objects.exists()


def test_a_code_comes_back_in_the_browser_alone_that_was_sent_and_once(provider):
    browser, stranger = Client(), Client()
    brought = provider.agree(browser.get("/my/identity").headers["Location"])
    assert stranger.get("/my/identity/back", brought).status_code == 403
    assert browser.get("/my/identity/back", brought | {"state": "x"}).status_code == 403
    assert browser.get("/my/identity/back", {"error": "access_denied", "state": brought["state"]}).status_code == 403
    kept = browser.cookies["__Host-identity"].value
    assert browser.get("/my/identity/back", brought).status_code == 302
    browser.cookies["__Host-identity"] = kept
    assert browser.get("/my/identity/back", brought).status_code == 403


@pytest.mark.expects_log("Service Unavailable")
@pytest.mark.parametrize("manner", ["hangs", "floods", "babbles", "other issuer"])
def test_a_provider_that_behaves_badly_keeps_nobody_waiting_and_is_left_alone_for_a_while(
    provider, monkeypatch, manner
):
    monkeypatch.setattr(identity, "PATIENCE_S", 0.2)
    provider.manner = manner
    answer = Client().get("/my/identity?language=en")
    assert answer.status_code == 503
    assert "does not answer" in text(answer)
    asked = len(provider.asked)
    assert Client().get("/my/identity").status_code == 503
    assert len(provider.asked) == asked


def test_without_a_provider_nothing_of_it_is_shown(settings, centre):
    settings.LIAISON_IDENTITY = None
    assert "/my/identity" not in text(Client().get("/my/sign-in"))
    assert Client().get("/my/identity").headers["Location"] == "/my/sign-in"
    assert Client().get("/my/identity/back?code=x&state=y").headers["Location"] == "/my/sign-in"


def test_what_is_named_of_a_provider_is_whole_and_over_tls():
    whole = {"ISSUER": "https://id.example.org", "CLIENT_ID": ID, "CLIENT_SECRET": SECRET}
    named = {f"LIAISON_IDENTITY_{name}": value for name, value in whole.items()}
    assert read_identity({}) is None
    assert read_identity(named) == Identity("https://id.example.org", ID, SECRET)
    for wrong in ({"ISSUER": "http://id.example.org"}, {"ISSUER": "id"}, {"ISSUER": "https://[x"}, {"CLIENT_ID": ""}):
        with pytest.raises(ImproperlyConfigured):
            read_identity(named | {f"LIAISON_IDENTITY_{name}": value for name, value in wrong.items()})
