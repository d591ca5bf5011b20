"""Makes a PC a workplace: one-time codes, certificates, number slots that are never reissued."""

import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from server_sync.common.refusals import Refused
from server_sync.contract import codec, enrolment
from server_sync.contract.errors import ContractError, InvalidField, NotAuthentic
from server_sync.contract.messages import EnrolReply, EnrolRequest, Sealed
from server_sync.contract.shapes import from_plain, to_plain
from server_sync.contract.signing import SUITE, PrivateKey, PublicKey
from server_sync.workplaces.epochs import Announce, open_epoch
from server_sync.workplaces.given import note_given
from server_sync.workplaces.models import EnrolmentCode, Epoch, Person, Site, Workplace
from server_sync.workplaces.sealing import seal, unseal
from server_sync.workplaces.throttle import slow_down

CODE_VALID: Final = timedelta(days=7)
REQUEST_LIMIT_BYTES: Final = 16 * 1024
FREE_ATTEMPTS: Final = 5
_SEALED_AS: Final = "enrolment"


@dataclass(frozen=True, slots=True)
class Authority:
    """What the centre vouches with when a PC is enrolled, and what it hands over."""

    directory: PrivateKey
    roots: tuple[bytes, ...]
    certificates: tuple[bytes, ...]
    server_epoch: int
    log_origin: str
    portal: str
    checkpoint: str = ""
    dictionary: bytes = b""


def make_enrolment_code(
    site: Site, made_by: Person | None = None, valid: timedelta = CODE_VALID, *, is_wall: bool = False
) -> enrolment.EnrolmentCode:
    """Draw a code for one PC of a site, or for that of a wall of its hall.

    It is shown once and not kept: only what recognises it is.
    """
    code = enrolment.EnrolmentCode.generate()
    EnrolmentCode.objects.create(
        id=code.id,
        sealed_mac_key=seal(_SEALED_AS, code.mac_key, code.id),
        site=site,
        is_wall=is_wall,
        made_by=made_by,
        expires_at=timezone.now() + valid,
    )
    return code


def enrol(sealed: Sealed, authority: Authority, *, announce: Announce, caller: str = "") -> Sealed:
    """Answer a PC that holds a code: its certificate and all it needs before its first exchange.

    The same code with the same key is answered the same for ever, so that a lost answer can be asked for again.
    Raises Refused `code_unknown` (also for a wrong MAC), `code_used` (by another key), `code_expired`, `code_wait`,
    `key_known` (the key belongs to another epoch), or ContractError for a malformed request. `caller` stands for the
    place the request came from. A right code gets in whatever others guess there: its 100 bits need no wait, which only
    tells a program that is wrong to ask less often.
    """
    mac_key = _mac_key_of(sealed, caller)
    request = from_plain(EnrolRequest, codec.decode(sealed.message, REQUEST_LIMIT_BYTES))
    if request.suite != SUITE:
        raise ContractError("suite_unknown", suite=request.suite)
    if not request.workplace_name.isprintable():
        raise InvalidField("not_printable", field="workplace_name")
    try:
        with transaction.atomic():
            message = _answer(sealed.code_id, request, authority, announce)
    except IntegrityError as clash:
        if Epoch.objects.filter(public_key=request.public_key).exists():
            raise Refused("key_known") from clash
        raise
    note_given()
    return Sealed(message, enrolment.seal_reply(mac_key, sealed.message, message), sealed.code_id)


def _mac_key_of(sealed: Sealed, caller: str) -> bytes:
    code = EnrolmentCode.objects.filter(pk=sealed.code_id).first()
    guesser = caller or sealed.code_id.hex()
    if code is None:
        slow_down("enrol", guesser, free=FREE_ATTEMPTS, refusal="code_wait")
        raise Refused("code_unknown")
    mac_key = unseal(_SEALED_AS, bytes(code.sealed_mac_key), code.id)
    try:
        enrolment.check_request(mac_key, sealed.message, sealed.mac)
    except NotAuthentic as wrong:
        slow_down("enrol", guesser, free=FREE_ATTEMPTS, refusal="code_wait")
        raise Refused("code_unknown") from wrong
    return mac_key


def _answer(code_id: bytes, request: EnrolRequest, authority: Authority, announce: Announce) -> bytes:
    code = EnrolmentCode.objects.select_for_update().get(pk=code_id)
    if code.used_at is not None:
        if code.used_key != request.public_key or code.answer is None:
            raise Refused("code_used")
        return bytes(code.answer)
    if code.expires_at <= timezone.now():
        raise Refused("code_expired")
    workplace = Workplace.objects.create(site_id=code.site_id, name=request.workplace_name, is_wall=code.is_wall)
    epoch = open_epoch(workplace, PublicKey(request.public_key), authority.directory, authority.server_epoch)
    announce(epoch)
    reply = EnrolReply(
        certificate=bytes(epoch.certificate),
        roots=authority.roots,
        keys=authority.certificates,
        site_code=code.site_id,
        server_epoch=authority.server_epoch,
        log_origin=authority.log_origin,
        portal=authority.portal,
        server_time_ms=time.time_ns() // 1_000_000,
        dictionary=authority.dictionary,
        checkpoint=authority.checkpoint,
        is_wall=code.is_wall,
    )
    answer = codec.encode(to_plain(reply))
    used = EnrolmentCode.objects.filter(pk=code.pk, used_at=None).update(
        used_at=timezone.now(), used_by=workplace, used_key=request.public_key, answer=answer
    )
    if used != 1:
        raise Refused("code_used")
    return answer
