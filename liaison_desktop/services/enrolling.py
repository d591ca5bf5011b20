"""Makes this computer a workplace with a one-time code, so that it can be cut short anywhere and begun again.

The new key is kept before the centre hears of it: the same code with the same key is answered the same, for ever.
"""

import base64
from dataclasses import dataclass, replace
from typing import Final, Protocol

from liaison_desktop.domain.errors import StoreError, WorkplaceError
from liaison_desktop.services.book import reference_book
from liaison_desktop.services.desk import Desk
from liaison_desktop.services.opening import Place, open_desk
from liaison_desktop.services.signing_in import wrap_for_recovery
from liaison_desktop.store.directory import Entry, keep_directory
from liaison_desktop.store.epochs import open_epoch
from liaison_desktop.store.settings import forget_setting, hear_server_time, keep_setting, read_setting
from liaison_desktop.store.store import Store, is_hollow
from liaison_desktop.workplace import keys
from liaison_desktop.workplace.description import NAMELESS, Enrolment
from server_sync.contract import codec
from server_sync.contract.enrolment import EnrolmentCode, check_reply, seal_request
from server_sync.contract.errors import InvalidField, NotAuthentic
from server_sync.contract.evidence.certificate import KeyPurpose, WorkplaceCertificate
from server_sync.contract.evidence.checkpoint import Checkpoint, open_checkpoint
from server_sync.contract.evidence.keyring import KeyRing
from server_sync.contract.messages import EnrolReply, EnrolRequest, Sealed
from server_sync.contract.reference import ReferenceBook
from server_sync.contract.shapes import from_plain, to_plain
from server_sync.contract.signing import PrivateKey, random_bytes

REPLY_LIMIT_BYTES: Final = 1024 * 1024
DICTIONARY: Final = "dictionary"
RECOVERY_GIVEN: Final = "recovery_given"
"""The setting in `workplace.json` that tells how people got the recovery key: `printed`, or `saved` and a name."""

_PENDING_KEY: Final = "enrolling_key"
_PENDING_CODE: Final = "enrolling_code"
_NAME_CHARACTERS: Final = 100


class Centre(Protocol):
    """How an enrolment reaches the centre."""

    def enrol(self, request: Sealed) -> Sealed:
        """Carry a sealed request and bring the sealed answer; raises ContractError for a refusal, ExchangeFailed."""


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A new workplace: the open desk, and the recovery key to be written on paper, shown this once."""

    desk: Desk
    recovery_key: str


def enrol_workplace(
    place: Place,
    centre: Centre,
    *,
    server: str,
    typed_code: str,
    name: str,
    versions: dict[str, str | int] | None = None,
) -> Enrolled:
    """Make this computer a workplace.

    Raises InvalidField `code_malformed`; the centre's refusals (`code_unknown`, `code_used`, `code_expired`);
    NotAuthentic when the answer is not the centre's that issued the code; ExchangeFailed; WorkplaceError
    `already_enrolled`; DiskFull, StoreError. After any of them it can be tried again.
    """
    if place.file.read().enrolment is not None:
        raise WorkplaceError("already_enrolled")
    code = EnrolmentCode.parse(typed_code)
    store = _first_store(place)
    try:
        key = _pending_key(store, code)
        request = EnrolRequest(
            public_key=key.public.raw,
            workplace_name=name.strip()[:_NAME_CHARACTERS] or NAMELESS,
            nonce=random_bytes(16),
            versions=versions,
        )
        message = codec.encode(to_plain(request))
        answer = centre.enrol(Sealed(message, seal_request(code.mac_key, message), code.id))
        check_reply(code.mac_key, message, answer.message, answer.mac)
        reply = from_plain(EnrolReply, codec.decode(answer.message, REPLY_LIMIT_BYTES))
        checkpoint = _verify(reply, key, reference_book(store))
        _keep(store, place, reply, key, checkpoint)
        recovery_key = keys.new_recovery_key()
        enrolment = _enrolment(place, reply, server, name)
        recovery = wrap_for_recovery(store.key, recovery_key)
        place.file.change(lambda before: replace(before, enrolment=enrolment, recovery=recovery))
        forget_setting(store, _PENDING_KEY)
        first_key = store.key
    finally:
        store.close()
    return Enrolled(open_desk(place, first_key), recovery_key)


def give_recovery_again(place: Place) -> Enrolled:
    """Draw another recovery key for a workplace whose enrolment was cut off before anybody had the first on paper.

    Possible until the first person signs in. Raises WorkplaceError `already_enrolled` afterwards.
    """
    first_key = place.file.read().first_key
    if first_key is None:
        raise WorkplaceError("already_enrolled")
    recovery_key = keys.new_recovery_key()
    recovery = wrap_for_recovery(first_key, recovery_key)
    place.file.change(lambda before: replace(before, recovery=recovery))
    return Enrolled(open_desk(place, first_key), recovery_key)


def note_recovery_given(place: Place, how: str) -> None:
    """Write down how people got the recovery key, so that it is asked for by what they have."""
    place.file.set(RECOVERY_GIVEN, how)


def _first_store(place: Place) -> Store:
    """The new store under a key nobody has a password for yet; an enrolment cut short goes on with the same."""
    description = place.file.read()
    if description.first_key is None:
        if place.home.store.exists():
            raise StoreError("store_exists", path=place.home.store.name)
        description = place.file.change(lambda before: replace(before, first_key=keys.new_store_key()))
    key = description.first_key
    if key is None:
        raise TypeError("a first key was just kept")
    if place.home.store.exists() and not is_hollow(place.home.store):
        return Store.open(place.home.store, key, place.home.blobs)
    return Store.create(place.home.store, key, place.home.blobs)


def _pending_key(store: Store, code: EnrolmentCode) -> PrivateKey:
    """The key kept for this code, or a new one, kept before it is used."""
    if read_setting(store, _PENDING_CODE) == code.id.hex():
        return PrivateKey.from_bytes(base64.b64decode(read_setting(store, _PENDING_KEY)))
    key = PrivateKey.generate()
    with store.transaction():
        keep_setting(store, _PENDING_CODE, code.id.hex())
        keep_setting(store, _PENDING_KEY, base64.b64encode(key.to_bytes()).decode("ascii"))
    return key


def _verify(reply: EnrolReply, key: PrivateKey, book: ReferenceBook) -> Checkpoint | None:
    """Hold the answer against itself: roots certify keys, the directory certifies this key for this site."""
    ring = KeyRing(reply.roots, reply.keys)
    certificate = ring.add_workplace(reply.certificate)
    if certificate.public_key != key.public.raw:
        raise NotAuthentic("certificate_of_another")
    site = book.site(reply.site_code)
    if site is None or site.number_code != certificate.number_code:
        raise InvalidField("site_unknown", field="site_code", site=reply.site_code)
    if not reply.checkpoint:
        return None
    return open_checkpoint(reply.checkpoint, ring.keys(KeyPurpose.LOG), reply.log_origin)


def _keep(store: Store, place: Place, reply: EnrolReply, key: PrivateKey, checkpoint: Checkpoint | None) -> None:
    now_ms = place.clock.wall_ms()
    with store.transaction() as connection:
        for certificate in reply.keys:
            keep_directory(connection, Entry.KEY, certificate, now_ms)
        keep_directory(connection, Entry.WORKPLACE, reply.certificate, now_ms)
        open_epoch(store, reply.certificate, key, now_ms)
        hear_server_time(store, place.clock, reply.server_time_ms)
        if reply.dictionary:
            keep_setting(store, DICTIONARY, base64.b64encode(reply.dictionary).decode("ascii"))
        if checkpoint is not None:
            connection.execute(
                "INSERT INTO checkpoints (origin, size, root, note, received_at_ms) VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT DO NOTHING",
                (checkpoint.origin, checkpoint.size, checkpoint.root, reply.checkpoint, now_ms),
            )


def _enrolment(place: Place, reply: EnrolReply, server: str, name: str) -> Enrolment:
    certificate = WorkplaceCertificate.from_bytes(reply.certificate)
    return Enrolment(
        server=server,
        site_code=reply.site_code,
        name=name.strip()[:_NAME_CHARACTERS] or NAMELESS,
        certificate=reply.certificate,
        roots=reply.roots,
        portal=reply.portal,
        log_origin=reply.log_origin,
        server_epoch=reply.server_epoch,
        fingerprint=place.machine.fingerprint(certificate.workplace),
        is_wall=reply.is_wall,
    )
