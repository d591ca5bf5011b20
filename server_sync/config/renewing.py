"""Lets a centre that was restored from a backup go on without contradicting what it said before (ADR 0062).

What it gave out and signed since the backup is in others' hands: checkpoints, slots, its own acts. So it begins a new
server epoch: another log that nobody can confuse with the older one, another chain of its own, feeds that begin anew.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from server_sync.appeals import erasing, erasure_notes
from server_sync.appeals.said_again import say_again
from server_sync.common.refusals import Refused
from server_sync.contract.errors import ContractError
from server_sync.contract.evidence.certificate import Revocation as Statement
from server_sync.contract.evidence.certificate import WorkplaceCertificate, issue_revocation
from server_sync.contract.evidence.chain import genesis
from server_sync.contract.evidence.keyring import KeyRing
from server_sync.evidence import high_water
from server_sync.evidence.centre import FIRST_SERVER_EPOCH, enrol_centre, log_origin_of
from server_sync.evidence.keys import centre_keys, keys_folder
from server_sync.evidence.log import newest_checkpoint, open_next_log
from server_sync.evidence.rotation import renew_centre_key
from server_sync.journal.directory import announce, publish_missing
from server_sync.journal.feeds import begin_anew
from server_sync.journal.withdrawing import name_log_of_withdrawals
from server_sync.letters.queue import forget_all
from server_sync.letters.texts import forget_all_texts
from server_sync.portal.accounts import sessions
from server_sync.programs import keys
from server_sync.workplaces import given
from server_sync.workplaces.models import EnrolmentCode, Epoch, Revocation, RevocationInLog, Site, Workplace
from server_sync.workplaces.reference import load_reference

ENDED: Final = "The centre was restored from a backup."


@dataclass(frozen=True, slots=True)
class Renewed:
    """What a new server epoch began with."""

    server_epoch: int
    origin: str
    leaves: int
    known_again: tuple[str, ...]
    withdrawn_again: tuple[str, ...]
    erasures_said_again: int
    keys_ended: tuple[str, ...]


def signs_of_a_restore() -> list[str]:
    """In words, what shows that the database is older than the files beside it; empty when nothing does."""
    return list(_signs())


def lost_from_the_notes() -> list[str]:
    """In words, what the notes have lost that speaks of no restore; to be said at a start, and no reason not to serve.

    Lines of erasures that cannot be read, and withdrawals of PCs whose enrolment is in no line and in no table: nothing
    can be made of these, today or later.
    """
    known = given.noted()
    enrolled = {one.epoch for one in known.workplaces} | set(Epoch.objects.values_list("pk", flat=True))
    lost = {one.epoch for one in known.revocations} - enrolled
    told = [_erasures_lost(numbers)] if (numbers := erasure_notes.unreadable_lines()) else []
    if not lost:
        return told
    words = (
        f"{given.noted_file()} tells that PCs were withdrawn ({len(lost)}) whose enrolment neither it nor the database "
        "has: a line is lost, and such a PC stays unknown. Where a copy of the file has it, append it."
    )
    return [*told, words]


def _erasures_lost(numbers: Sequence[int]) -> str:
    return (
        f"{erasure_notes.noted_file()}: {len(numbers)} lines cannot be read, the first is line {numbers[0]}. What they "
        "name is not erased here, should a backup bring it back. Take the newest copy of the file; where none has the "
        "line whole, take it out."
    )


def next_server_epoch() -> int:
    """The number after the newest server epoch that is known here."""
    known = given.noted()
    told = [one.server_epoch for one in known.workplaces] + [server_epoch for server_epoch, _ in known.skipped]
    told = [one for one in told if one <= given.SERVER_EPOCHS_MOST]
    newest = max(high_water.reached().server_epoch, high_water.noted().server_epoch, *told, 0)
    return max(newest, FIRST_SERVER_EPOCH) + 1


def open_server_epoch(server_epoch: int, slots_skipped: int) -> Renewed:
    """Open a server epoch and its log, with a chain and a slot of the centre's own; all of it or nothing.

    Those who were enrolled or withdrawn after the backup, as far as that was noted, are so again; codes of enrolment
    that were not used by then are void. What opened accounts of citizens or let programs in, and may have been ended
    since, is ended. Raises NotSetUp, Refused `note_unreadable`, `note_not_believed`,
    `note_site_unknown`, `note_slot_given`.
    """
    unreadable = erasure_notes.unreadable_lines()
    if unreadable:
        raise Refused("note_unreadable", where=f"Line {unreadable[0]} of {erasure_notes.noted_file()}")
    erasing.replay_erasures()
    load_reference()  # a PC may have been enrolled since at a site that the backup does not know
    _unknown_here()  # what cannot be believed is refused before anything is noted
    before = high_water.reached()
    origin = log_origin_of(settings.LIAISON_PUBLIC_URL, server_epoch)
    given.note_skipped(server_epoch, slots_skipped)
    renew_centre_key(keys_folder())
    with transaction.atomic():
        log = open_next_log(origin, server_epoch)
        if before.server_epoch:
            begin_anew(before.server_epoch, server_epoch)
        known_again = tuple(_know_again())
        withdrawn_again = tuple(_withdraw_again())
        name_log_of_withdrawals()
        EnrolmentCode.objects.filter(used_at=None).update(expires_at=timezone.now())  # used since the backup, perhaps
        forget_all()  # letters of the backup, which went since
        forget_all_texts()
        sessions.end_all()  # signed out since, or of a device that was lost
        keys_ended = tuple(keys.end_all(ENDED))
        enrol_centre(announce)
        publish_missing()
        newest_checkpoint(log)
    given.note_given()
    said_again = say_again()
    high_water.note_reached()
    return Renewed(server_epoch, origin, log.size, known_again, withdrawn_again, said_again, keys_ended)


def _signs() -> Iterator[str]:
    noted, reached = high_water.noted(), high_water.reached()
    if noted > reached:
        yield (
            f"the public log had {noted.size} leaves in server epoch {noted.server_epoch}, and has {reached.size} in "
            f"server epoch {reached.server_epoch} by the database"
        )
    known = set(Epoch.objects.values_list("pk", flat=True))
    forgotten = sorted({_name_of(one) for one in given.noted().workplaces if one.epoch not in known})
    if forgotten:
        yield f"PCs were enrolled that the database does not know: {', '.join(forgotten)}"
    withdrawn = {bytes(one.pk): one for one in Revocation.objects.prefetch_related("in_logs")}
    enrolled = known | {one.epoch for one in given.noted().workplaces}
    statements = [one for one in given.noted().revocations if one.epoch in enrolled]
    if any(one.epoch not in withdrawn for one in statements):
        yield "the database does not know that a PC was withdrawn"
    if any(one.epoch in withdrawn and _is_stricter(one, withdrawn[one.epoch]) for one in statements):
        yield "the database does not know how early a PC was withdrawn"
    if erasing.is_here_again():
        yield "the database has words that were erased"


def _is_stricter(statement: Statement, known: Revocation) -> bool:
    """Whether a noted withdrawal leaves less of an epoch to be believed than the database does."""
    sizes = {one.origin: one.size for one in known.in_logs.all()}
    size = sizes.get(statement.log_origin or "")
    is_earlier = size is not None and statement.log_size is not None and statement.log_size < size
    return is_earlier or statement.last_good_seq < known.last_good_seq


def _know_again() -> Iterator[str]:
    """Enter the workplaces again that were enrolled after the backup: their certificates say all, and are ours."""
    for certificate, site in _unknown_here():
        raw = certificate.to_bytes()
        if Epoch.objects.filter(site=site, slot=certificate.slot).exists():
            raise Refused("note_slot_given", where=_line_of(raw), why=_name_of(certificate))
        _enter(certificate, site, raw)
        yield _name_of(certificate)


def _unknown_here() -> list[tuple[WorkplaceCertificate, Site]]:
    """What the notes know of PCs and the database does not; raises Refused for a line that cannot be believed."""
    keys = centre_keys()
    ring = KeyRing(keys.root_bytes, keys.certificate_bytes)
    sites = {site.number_code: site for site in Site.objects.all()}
    known = set(Epoch.objects.values_list("pk", flat=True))
    unknown = []
    for certificate in given.noted().workplaces:
        if certificate.epoch in known:
            continue
        raw = certificate.to_bytes()
        try:
            ring.add_workplace(raw)
        except ContractError as doubtful:
            raise Refused("note_not_believed", where=_line_of(raw), why=doubtful.code) from doubtful
        site = sites.get(certificate.number_code)
        if site is None:
            raise Refused("note_site_unknown", where=_line_of(raw), why=certificate.number_code)
        unknown.append((certificate, site))
    return unknown


def _line_of(raw: bytes) -> str:
    """Where something signed is noted, so that somebody can look at it and knows which line to take out."""
    return f"Line {given.line_of(raw)} of {given.noted_file()}"


def _enter(certificate: WorkplaceCertificate, site: Site, raw: bytes) -> None:
    opened_at = datetime.fromtimestamp(certificate.not_before_ms / 1000, UTC)
    workplace, _ = Workplace.objects.get_or_create(
        pk=UUID(bytes=certificate.workplace),
        defaults={"site": site, "enrolled_at": opened_at, "is_wall": given.noted().is_wall(certificate.workplace)},
    )
    Epoch.objects.create(
        id=certificate.epoch,
        workplace=workplace,
        site=site,
        slot=certificate.slot,
        public_key=certificate.public_key,
        key_id=certificate.key_id,
        certificate=raw,
        opened_at=opened_at,
        chain=genesis(raw),
        previous=Epoch.objects.filter(pk=certificate.previous_epoch, next=None).first(),
    )


def _withdraw_again() -> Iterator[str]:
    """Enter again what was withdrawn, and where the logs stood then, also those that the restored database lacks.

    Of all that was ever said of one epoch, in the notes or in the database, the strictest holds (ADR 0065).
    """
    keys = centre_keys()
    ring = KeyRing(keys.root_bytes, keys.certificate_bytes)
    said: dict[bytes, list[Statement]] = {}
    for statement in given.noted().revocations:
        said.setdefault(statement.epoch, []).append(statement)
    for epoch in Epoch.objects.select_related("site").filter(pk__in=said):
        known = Revocation.objects.filter(pk=epoch.pk).first()
        for statement in said[bytes(epoch.pk)]:
            try:
                ring.add_revocation(statement.to_bytes())
            except ContractError as doubtful:
                raise Refused(
                    "note_not_believed", where=_line_of(statement.to_bytes()), why=doubtful.code
                ) from doubtful
        _withdraw(epoch, known, [*said[bytes(epoch.pk)], *_statements_of(known)])
        if known is None:
            yield f"{epoch.site.number_code}-{epoch.slot}"


def _statements_of(known: Revocation | None) -> list[Statement]:
    if known is None:
        return []
    raws = [known.statement, *known.in_logs.values_list("statement", flat=True)]
    return [Statement.from_bytes(bytes(raw)) for raw in raws]


def _withdraw(epoch: Epoch, known: Revocation | None, said: Sequence[Statement]) -> None:
    """Withdraw an epoch as strictly as any of these statements does, for every program, in each log that any names.

    Where none of them says just that, or the one that names no log is lost, it is signed anew.
    """
    last_good_seq = min(one.last_good_seq for one in said)
    first_ms = min(one.time_ms for one in said)
    sizes: dict[str, int] = {}
    for one in said:
        if one.log_origin is not None and one.log_size is not None:
            sizes[one.log_origin] = min(one.log_size, sizes.get(one.log_origin, one.log_size))

    def signed(log: tuple[str, int] | None = None) -> bytes:
        wanted = (last_good_seq, *(log or (None, None)))
        for one in said:
            if (one.last_good_seq, one.log_origin, one.log_size) == wanted:
                return one.to_bytes()
        now_ms = _ms_of(timezone.now())
        return issue_revocation(centre_keys().directory, bytes(epoch.pk), last_good_seq, now_ms, log).to_bytes()

    revocation = known or Revocation(epoch=epoch, reason="withdrawn before the centre was restored")
    if known is None or first_ms < _ms_of(known.revoked_at):
        revocation.revoked_at = datetime.fromtimestamp(first_ms / 1000, UTC)
    revocation.last_good_seq, revocation.statement = last_good_seq, signed()
    revocation.save()
    for log in sizes.items():
        origin, size = log
        RevocationInLog.objects.update_or_create(
            revocation=revocation, origin=origin, defaults={"size": size, "statement": signed(log)}
        )


def _ms_of(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _name_of(certificate: WorkplaceCertificate) -> str:
    return f"{certificate.number_code}-{certificate.slot}"
