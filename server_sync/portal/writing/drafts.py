"""Keeps what somebody is writing, closed by a secret that only their browser has.

A closed browser goes on where it was; whoever reads the tables or a backup reads nothing. How many drafts there are,
and how many bytes, is bounded in all and for each network place (ADR 0089).
"""

import hashlib
import json
import secrets
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import transaction
from django.db.models import Count, QuerySet, Sum
from django.utils import timezone
from django.utils.crypto import salted_hmac

from server_sync.common.addresses import customer_of
from server_sync.common.refusals import Refused
from server_sync.common.retention import kept
from server_sync.portal.models import Draft

IN_USE: Final = timedelta(hours=1)
"""A draft that was touched since makes room for nobody."""
WINDOW: Final = timedelta(minutes=10)
BEGUN_MOST: Final = 60
"""Drafts from one network place in a window: a mobile operator has many people behind one address."""
REGISTERED_MOST: Final = 40
OF_A_PLACE_MOST_BYTES: Final = 32 * 1024 * 1024
DRAFTS_MOST: Final = 20_000
MOST_BYTES: Final = 256 * 1024 * 1024
SECRET_BYTES: Final = 32
SECRET_LETTERS: Final = 64
NONCE_BYTES: Final = 12
FORGOTTEN_AT_ONCE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Said:
    """What was typed, to the letter, field by field, sound or not."""

    kind: str = ""
    category: str = ""
    place: str = ""
    subject: str = ""
    text: str = ""
    addressee: str = ""
    surname: str = ""
    given_name: str = ""
    patronymic: str = ""
    pin: str = ""
    document: str = ""
    territory: str = ""
    settlement: str = ""
    street: str = ""
    phone: str = ""
    email: str = ""
    answer_by: str = ""
    confirm_by: str = ""

    @property
    def is_by_phone(self) -> bool:
        """Whether the code goes to the telephone; the e-mail, which nothing proves then, is not kept."""
        return self.confirm_by == "phone"

    @property
    def reached_at(self) -> str:
        """Where the code goes, as it was typed."""
        return self.phone if self.is_by_phone else self.email


@dataclass(frozen=True, slots=True)
class Opened:
    """A draft with the key that opens it, and what it says."""

    row: Draft
    key: bytes
    said: Said


def begin(place: str, said: Said, secret: str = "") -> tuple[str, Opened]:
    """Begin a draft for somebody who calls from a network place; gives the secret for their browser.

    A program brings a `secret` of its own, and is a place of its own.
    Raises Refused `drafts_many` (with `wait_s`) or `drafts_full`.
    """
    forget_old()
    now, whose = timezone.now(), keyed("place", customer_of(place))
    here = Draft.objects.filter(place=whose)
    lately = here.filter(begun_at__gt=now - WINDOW).order_by("-begun_at").values_list("begun_at", flat=True)
    first_at = lately[BEGUN_MOST - 1 : BEGUN_MOST].first()
    if first_at is not None:
        raise Refused("drafts_many", permanent=False, wait_s=_left_s(first_at, now))
    secret = secret or secrets.token_urlsafe(SECRET_BYTES)
    name, key = _name(secret), _key(secret)
    sealed = _seal(name, key, said)
    _demand_room(here, len(sealed))
    row = Draft.objects.create(
        id=name, place=whose, sealed=sealed, size_bytes=len(sealed), begun_at=now, expires_at=now + kept("draft")
    )
    return secret, Opened(row, key, said)


def find(secret: str) -> Opened | None:
    """Open the draft of a browser; None when it has none, or it is over."""
    if not secret or len(secret) > SECRET_LETTERS:
        return None
    row = Draft.objects.filter(pk=_name(secret), expires_at__gt=timezone.now()).first()
    if row is None:
        return None
    if row.appeal is not None:
        return Opened(row, b"", Said())
    key = _key(secret)
    said = _open(row, key)
    return None if said is None else Opened(row, key, said)


def keep(opened: Opened, said: Said) -> Opened:
    """Keep what was typed since; a draft that was registered meanwhile stays as it is.

    Raises Refused `drafts_full` or `draft_gone`.
    """
    row = opened.row
    sealed = _seal(bytes(row.id), opened.key, said)
    if len(sealed) > row.size_bytes:
        _demand_room(Draft.objects.filter(place=row.place), len(sealed) - row.size_bytes)
    expires_at = timezone.now() + kept("draft")
    still = Draft.objects.filter(pk=row.pk, appeal=None)
    if still.update(sealed=sealed, size_bytes=len(sealed), expires_at=expires_at) != 1:
        read_again(row)
    row.expires_at = expires_at
    return Opened(row, opened.key, said)


def read_again(row: Draft) -> None:
    """Read a draft again. Raises Refused `draft_gone` when it is no more: it ended meanwhile, or made room."""
    try:
        row.refresh_from_db()
    except Draft.DoesNotExist as gone:
        raise Refused("draft_gone") from gone


def throw_away(opened: Opened) -> None:
    """Forget what was typed, and which request came of it; the row goes on being counted until it ends."""
    with transaction.atomic():
        _forget_files([bytes(opened.row.pk)])
    gone: dict[str, Any] = {"sealed": b"", "size_bytes": 0, "code": "", "confirmed": "", "receipt": b"", "appeal": None}
    Draft.objects.filter(pk=opened.row.pk).update(**gone)


def forget_old() -> int:
    """Delete what nobody went on with."""
    old = Draft.objects.filter(expires_at__lt=timezone.now()).values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE]
    with transaction.atomic():
        _forget_files(going := list(old))
        return Draft.objects.filter(pk__in=going).delete()[0]


def demand_turn(opened: Opened) -> None:
    """Raise Refused `registered_many` (with `wait_s`) while too much was registered from one network place."""
    now = timezone.now()
    lately = Draft.objects.filter(place=opened.row.place, registered_at__gt=now - WINDOW).order_by("-registered_at")
    first_at = lately.values_list("registered_at", flat=True)[REGISTERED_MOST - 1 : REGISTERED_MOST].first()
    if first_at is not None:
        raise Refused("registered_many", permanent=False, wait_s=_left_s(first_at, now))


def keyed(what: str, who: str) -> str:
    """A hash that nobody makes without the server's key, by which a thing is known again."""
    return salted_hmac(f"liaison.writing.{what}", who, algorithm="sha256").hexdigest()


def _demand_room(here: QuerySet[Draft], more_bytes: int) -> None:
    """Raise Refused `drafts_full` for a place that fills the room, or where nothing can be forgotten."""
    if (here.aggregate(size=Sum("size_bytes"))["size"] or 0) + more_bytes > OF_A_PLACE_MOST_BYTES:
        raise Refused("drafts_full", permanent=False)
    for _ in range(2):
        held = Draft.objects.aggregate(count=Count("*"), size=Sum("size_bytes"))
        if held["count"] < DRAFTS_MOST and (held["size"] or 0) + more_bytes <= MOST_BYTES:
            return
        _make_room()
    raise Refused("drafts_full", permanent=False)


def _make_room() -> None:
    """Forget the oldest drafts that somebody may have given up: those no code was asked for, where most are, first."""
    left = Draft.objects.filter(appeal=None, expires_at__lt=timezone.now() + kept("draft") - IN_USE)
    only_begun = left.filter(letters=0)
    most = only_begun.values("place").annotate(n=Count("*")).order_by("-n", "place").values_list("place", flat=True)
    place = most.first()
    going = left if place is None else only_begun.filter(place=place)
    with transaction.atomic():
        oldest = going.order_by("expires_at").values_list("pk", flat=True)
        _forget_files(given_up := list(oldest[: max(1, DRAFTS_MOST // 100)]))
        Draft.objects.filter(pk__in=given_up).delete()


def _forget_files(going: list[bytes]) -> None:
    from server_sync.portal.writing.files import forget  # it opens what is closed here

    forget(going)


def _left_s(first_at: datetime, now: datetime) -> int:
    return max(1, int((first_at + WINDOW - now).total_seconds()) + 1)


def _name(secret: str) -> bytes:
    return hashlib.sha256(b"liaison draft name\x00" + secret.encode("utf-8", "replace")).digest()


def _key(secret: str) -> bytes:
    return hashlib.sha256(b"liaison draft key\x00" + secret.encode("utf-8", "replace")).digest()


def _seal(name: bytes, key: bytes, said: Said) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    plain = json.dumps(asdict(said), ensure_ascii=False).encode("utf-8", "surrogatepass")
    return nonce + AESGCM(key).encrypt(nonce, plain, name)


def _open(row: Draft, key: bytes) -> Said | None:
    """What a draft says; None when it was thrown away. Fields of another version of the program are passed over."""
    sealed = bytes(row.sealed)
    if not sealed:
        return None
    try:
        plain = AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bytes(row.id))
    except InvalidTag:
        return None
    told = json.loads(plain.decode("utf-8", "surrogatepass"))
    return Said(**{field.name: str(told.get(field.name, "")) for field in fields(Said)})
