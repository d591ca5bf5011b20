"""Opens accounts by passkeys: keys in a device that answer a question of this server alone (WebAuthn).

A question is signed and goes with the browser, so that strangers fill no table with them. A key answers questions in
their order: one that was answered, or is older than one that was, is over (ADR 0101).
"""

import hashlib
import json
import logging
import struct
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from django.conf import settings
from django.core import signing
from django.utils import timezone
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from server_sync.common.refusals import Refused
from server_sync.portal.accounts.keeping import held
from server_sync.portal.models import Account, Passkey

HOLDS: Final = timedelta(minutes=5)
PASSKEYS_MOST: Final = 10
ANSWER_MOST: Final = 16_000
DATA_MOST_BYTES: Final = 2_048
ALGORITHMS: Final = frozenset({-7, -8, -257})
"""ES256, EdDSA and RS256: what devices make; others may cost more to check than they are worth."""
UNREADABLE: Final = (
    *(ValueError, LookupError, TypeError, AttributeError, ArithmeticError, AssertionError, RuntimeError),
    *(struct.error, UnsupportedAlgorithm),
)
"""What reading a stranger's bytes may end in: a key that cannot be read opens nothing."""
_SIGNED_AS: Final = "liaison.passkeys"

logging.getLogger("fido2").setLevel(logging.WARNING)  # else it writes down by which names keys are known


@dataclass(frozen=True, slots=True)
class Question:
    """What a browser asks its device, and what it has to bring back with the answer."""

    options: dict[str, Any]
    state: str


def are_offered() -> bool:
    """Whether this server has an address that keys can be made for: a name, over TLS or on this very computer."""
    public = urlsplit(settings.LIAISON_PUBLIC_URL)
    host = public.hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return bool(host) and (public.scheme == "https" or host == "localhost")
    return False


def ask() -> Question:
    """Ask for a key of anybody; no account is named, so that none is told of."""
    options, state = _server().authenticate_begin(user_verification=UserVerificationRequirement.REQUIRED)
    return Question(dict(options), _sign("open", state))


def ask_new(account: Account, email: str) -> Question:
    """Ask for a new key of an account. Raises Refused `passkeys_many`."""
    known = [AttestedCredentialData(bytes(one.data)) for one in account.passkeys.all()]
    if len(known) >= PASSKEYS_MOST:
        raise Refused("passkeys_many")
    options, state = _server().register_begin(
        PublicKeyCredentialUserEntity(id=account.id.bytes, name=email, display_name=email),
        known,
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return Question(dict(options), _sign(f"add {account.id.hex}", state))


def open_by(answer: str, state: str) -> Account:
    """The account whose key answered. Raises Refused `passkey_wrong`."""
    asked_at, asked = _read("open", state)
    try:
        told = AuthenticationResponse.from_dict(_parsed(answer))
        found = Passkey.objects.select_related("account").filter(pk=_name(told.raw_id)).first()
        known = [] if found is None else [AttestedCredentialData(bytes(found.data))]
        _server().authenticate_complete(asked, known, told)
    except UNREADABLE as wrong:
        raise Refused("passkey_wrong") from wrong
    newer = Passkey.objects.filter(pk=_name(told.raw_id), challenged_at__lt=asked_at)
    if found is None or newer.update(challenged_at=asked_at) != 1:
        raise Refused("passkey_wrong")
    return found.account


def add(account: Account, answer: str, state: str, browser: str) -> None:
    """Keep a new key. Raises Refused `passkey_wrong`, `passkeys_many`, `account_gone`."""
    asked_at, asked = _read(f"add {account.id.hex}", state)
    try:
        made = _server().register_complete(asked, _parsed(answer)).credential_data
        is_usual = made is not None and len(made) <= DATA_MOST_BYTES and made.public_key.get(3) in ALGORITHMS
    except UNREADABLE as wrong:
        raise Refused("passkey_wrong") from wrong
    if made is None or not is_usual:
        raise Refused("passkey_wrong")
    kept = {"account": account, "browser": browser, "data": bytes(made), "made_at": asked_at, "challenged_at": asked_at}
    with held(account):
        if account.passkeys.count() >= PASSKEYS_MOST:
            raise Refused("passkeys_many")
        _, is_new = Passkey.objects.get_or_create(pk=_name(made.credential_id), defaults=kept)
    if not is_new:
        raise Refused("passkey_wrong")


def _server() -> Fido2Server:
    public = urlsplit(settings.LIAISON_PUBLIC_URL)
    origin = f"{public.scheme}://{public.netloc}"
    entity = PublicKeyCredentialRpEntity(id=public.hostname or "", name="Kattar")
    return Fido2Server(entity, verify_origin=lambda told: told == origin)


def _sign(what: str, state: Any) -> str:
    asked = {"what": what, "at": timezone.now().isoformat(), "state": {**state, "user_verification": "required"}}
    return signing.dumps(asked, salt=_SIGNED_AS)


def _read(what: str, state: str) -> tuple[datetime, Any]:
    try:
        asked = signing.loads(state, salt=_SIGNED_AS, max_age=HOLDS)
    except signing.BadSignature as wrong:
        raise Refused("passkey_wrong") from wrong
    if asked["what"] != what:
        raise Refused("passkey_wrong")
    return datetime.fromisoformat(asked["at"]), asked["state"]


def _parsed(answer: str) -> dict[str, Any]:
    if len(answer) > ANSWER_MOST:
        raise ValueError("too long")
    told = json.loads(answer)
    if not isinstance(told, dict):
        raise TypeError("no answer")
    return told


def _name(credential: bytes) -> bytes:
    return hashlib.sha256(b"liaison passkey\x00" + credential).digest()
