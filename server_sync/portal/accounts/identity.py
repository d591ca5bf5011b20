"""Lets a citizen in by the identity that the state has given them (OpenID Connect, authorization code with PKCE).

The provider is asked by few at a time and never for long: one that hangs keeps a few of these waiting and nobody else.
"""

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

import requests
from django.conf import settings
from django.core import signing
from django.urls import reverse
from urllib3.exceptions import HTTPError

from server_sync.common.refusals import Refused
from server_sync.portal.accounts.keeping import account_named
from server_sync.portal.accounts.wanted import Identity, is_safe
from server_sync.portal.models import Account
from server_sync.portal.writing.drafts import keyed

if TYPE_CHECKING:
    from jwt import PyJWK

HOLDS: Final = timedelta(minutes=10)
PATIENCE_S: Final = 5.0
ANSWER_WITHIN_S: Final = 10.0
ANSWER_MOST_BYTES: Final = 256 * 1024
AT_ONCE: Final = 4
KEPT_S: Final = 600.0
NOT_AGAIN_FOR_S: Final = 20.0
CODE_MOST: Final = 2_000
SUBJECT_MOST: Final = 255
LEEWAY_S: Final = 60
ALGORITHMS: Final = ["RS256", "PS256", "ES256"]
_SIGNED_AS: Final = "liaison.identity"
_turns: Final = threading.BoundedSemaphore(AT_ONCE)


@dataclass(slots=True)
class _Known:
    """What was read of a provider, and until when it is believed; `keys` are those that it signs with."""

    said: Mapping[str, Any] = field(default_factory=dict)
    keys: Mapping[str, Any] = field(default_factory=dict)
    until: float = 0.0
    not_before: float = 0.0


_known: Final[dict[str, _Known]] = {}


def begin() -> tuple[str, str]:
    """Where a browser is sent, and what it has to bring back from there.

    Raises Refused `identity_off`, `identity_away`.
    """
    identity = _wanted()
    said = _read_provider(identity).said
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    asked = {
        "response_type": "code",
        "client_id": identity.client_id,
        "redirect_uri": _back(),
        "scope": "openid email",
        "state": state,
        "nonce": nonce,
        "code_challenge": _encoded(hashlib.sha256(verifier.encode()).digest()),
        "code_challenge_method": "S256",
    }
    address = str(said["authorization_endpoint"])
    kept = signing.dumps({"state": state, "nonce": nonce, "verifier": verifier}, salt=_SIGNED_AS)
    return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}", kept


def finish(code: str, state: str, kept: str) -> Account:
    """The account of whom the provider named, made when there was none.

    Raises Refused `identity_off`, `identity_away`, `identity_wrong`.
    """
    identity = _wanted()
    try:
        asked = signing.loads(kept, salt=_SIGNED_AS, max_age=HOLDS)
    except signing.BadSignature as wrong:
        raise Refused("identity_wrong") from wrong
    is_own = hmac.compare_digest(asked["state"].encode(), state.encode("utf-8", "replace"))
    if not is_own or not code or len(code) > CODE_MOST:
        raise Refused("identity_wrong")
    provider = _read_provider(identity)
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": _back(),
        "client_id": identity.client_id,
        "code_verifier": asked["verifier"],
    }
    status, answer = _ask("POST", provider.said["token_endpoint"], identity, form)
    token = answer.get("id_token")
    if status != requests.codes.ok or not isinstance(token, str):
        raise Refused("identity_wrong")
    claims = _believed(identity, token, asked["nonce"])
    email = claims.get("email")
    return account_named(
        keyed("identity", f"{identity.issuer}|{claims['sub']}"), email if isinstance(email, str) else ""
    )


def forget_provider() -> None:
    """Read the provider anew when somebody comes next."""
    _known.clear()


def _believed(identity: Identity, token: str, nonce: str) -> Mapping[str, Any]:
    """What a token says, if the provider signed it, for us, for this very question, and not long ago."""
    import jwt  # a centre that knows no such identity does not load it

    try:
        key = _key_of(identity, str(jwt.get_unverified_header(token).get("kid", "")))
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=ALGORITHMS,
            audience=identity.client_id,
            issuer=identity.issuer,
            leeway=LEEWAY_S,
            options={"require": ["exp", "iat", "sub", "aud", "iss"]},
        )
    except jwt.PyJWTError as wrong:
        raise Refused("identity_wrong") from wrong
    is_ours = claims.get("azp", identity.client_id) == identity.client_id
    is_asked = hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode())
    if not (is_ours and is_asked and 0 < len(claims["sub"]) <= SUBJECT_MOST):
        raise Refused("identity_wrong")
    return claims


def _key_of(identity: Identity, kid: str) -> "PyJWK":
    """The provider's key of a name; one that is not known is asked for, now and then."""
    known = _read_provider(identity)
    if kid not in known.keys and time.monotonic() >= known.not_before:
        known = _read_anew(identity)
    if kid not in known.keys:
        raise Refused("identity_wrong")
    from jwt import PyJWK

    return PyJWK(known.keys[kid])


def _read_provider(identity: Identity) -> _Known:
    known = _known.get(identity.issuer, _Known())
    now = time.monotonic()
    if known.until > now:
        return known
    if known.not_before > now:
        raise Refused("identity_away", permanent=False)
    return _read_anew(identity)


def _read_anew(identity: Identity) -> _Known:
    """Ask the provider for its addresses and keys; one that does not answer is left alone for a while."""
    _known[identity.issuer] = _Known(not_before=time.monotonic() + NOT_AGAIN_FOR_S)
    _, said = _ask("GET", f"{identity.issuer.rstrip('/')}/.well-known/openid-configuration")
    addresses = [str(said.get(name, "")) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
    if said.get("issuer") != identity.issuer or not all(is_safe(one) for one in addresses):
        raise Refused("identity_away", permanent=False)
    _, told = _ask("GET", addresses[2])
    listed = told.get("keys")
    keys = {str(one.get("kid", "")): one for one in listed if isinstance(one, dict)} if isinstance(listed, list) else {}
    now = time.monotonic()
    _known[identity.issuer] = _Known(said, keys, now + KEPT_S, now + NOT_AGAIN_FOR_S)
    return _known[identity.issuer]


def _ask(
    how: str, address: str, identity: Identity | None = None, form: Mapping[str, str] | None = None
) -> tuple[int, dict[str, Any]]:
    """Ask the provider; raise Refused `identity_away` when it does not answer soon, shortly and in JSON."""
    if not _turns.acquire(blocking=False):
        raise Refused("identity_away", permanent=False)
    until = time.monotonic() + ANSWER_WITHIN_S
    auth = (identity.client_id, identity.client_secret) if identity is not None else None
    try:
        with requests.request(
            how, address, data=form, auth=auth, timeout=PATIENCE_S, stream=True, allow_redirects=False
        ) as response:
            content = b""
            while piece := response.raw.read1(ANSWER_MOST_BYTES, decode_content=True):
                content += piece
                if len(content) > ANSWER_MOST_BYTES or time.monotonic() > until:
                    raise Refused("identity_away", permanent=False)
            told = json.loads(content)
    except (requests.RequestException, HTTPError, OSError, ValueError, RecursionError) as wrong:
        raise Refused("identity_away", permanent=False) from wrong
    finally:
        _turns.release()
    if not isinstance(told, dict):
        raise Refused("identity_away", permanent=False)
    return response.status_code, told


def _wanted() -> Identity:
    identity: Identity | None = settings.LIAISON_IDENTITY
    if identity is None:
        raise Refused("identity_off")
    return identity


def _back() -> str:
    return str(settings.LIAISON_PUBLIC_URL) + reverse("my_identity_back")


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
