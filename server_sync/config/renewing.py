"""Lets a centre that was restored from a backup go on without contradicting what it said before (ADR 0062).

What it gave out and signed since the backup is in others' hands: checkpoints, slots, its own acts. So it begins a new
server epoch: another log that nobody can confuse with the older one, another chain of its own, feeds that begin anew.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from server_sync.appeals import erasing
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
from server_sync.workplaces import given
from server_sync.workplaces.models import EnrolmentCode, Epoch, Revocation, RevocationInLog, Site, Workplace


@dataclass(frozen=True, slots=True)
class Renewed:
    """What a new server epoch began with."""

    server_epoch: int
    origin: str
    leaves: int
    known_again: tuple[str, ...]
    withdrawn_again: tuple[str, ...]


def signs_of_a_restore() -> list[str]:
    """In words, what shows that the database is older than the files beside it; empty when nothing does."""
    return list(_signs())


def next_server_epoch() -> int:
    """The number after the newest server epoch that is known here."""
    known = given.noted()
    told = [one.server_epoch for one in known.workplaces] + [server_epoch for server_epoch, _ in known.skipped]
    newest = max(high_water.reached().server_epoch, high_water.noted().server_epoch, *told, 0)
    return max(newest, FIRST_SERVER_EPOCH) + 1


def open_server_epoch(server_epoch: int, slots_skipped: int) -> Renewed:
    """Open a server epoch and its log, with a chain and a slot of the centre's own; all of it or nothing.

    Those who were enrolled or withdrawn after the backup, as far as that was noted, are so again; codes of enrolment
    that were not used by then are void. Raises NotSetUp, Refused `note_not_believed`.
    """
    erasing.replay_erasures()
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
        enrol_centre(announce)
        publish_missing()
        newest_checkpoint(log)
    given.note_given()
    high_water.note_reached()
    return Renewed(server_epoch, origin, log.size, known_again, withdrawn_again)


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
        yield f"the database does not know {', '.join(forgotten)}, which were enrolled"
    withdrawn = set(Revocation.objects.values_list("pk", flat=True))
    if any(one.epoch not in withdrawn for one in given.noted().revocations):
        yield "the database does not know that a PC was withdrawn"
    if erasing.is_here_again():
        yield "the database has words that were erased"


def _know_again() -> Iterator[str]:
    """Enter the workplaces again that were enrolled after the backup: their certificates say all, and are ours."""
    keys = centre_keys()
    ring = KeyRing(keys.root_bytes, keys.certificate_bytes)
    sites = {site.number_code: site for site in Site.objects.all()}
    for certificate in given.noted().workplaces:
        if certificate.number_code not in sites or Epoch.objects.filter(pk=certificate.epoch).exists():
            continue
        raw = certificate.to_bytes()
        try:
            ring.add_workplace(raw)
        except ContractError as doubtful:
            raise Refused("note_not_believed", file=str(given.noted_file()), reason=doubtful.code) from doubtful
        _enter(certificate, sites[certificate.number_code], raw)
        yield _name_of(certificate)


def _enter(certificate: WorkplaceCertificate, site: Site, raw: bytes) -> None:
    opened_at = datetime.fromtimestamp(certificate.not_before_ms / 1000, UTC)
    workplace, _ = Workplace.objects.get_or_create(
        pk=UUID(bytes=certificate.workplace), defaults={"site": site, "enrolled_at": opened_at}
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
        previous=Epoch.objects.filter(pk=certificate.previous_epoch).first() if certificate.previous_epoch else None,
    )


def _withdraw_again() -> Iterator[str]:
    """Enter again what was withdrawn, and where the logs stood then, also those that the restored database lacks."""
    keys = centre_keys()
    ring = KeyRing(keys.root_bytes, keys.certificate_bytes)
    for statement in given.noted().revocations:
        epoch = Epoch.objects.select_related("site", "revocation").filter(pk=statement.epoch).first()
        if epoch is None:
            continue
        try:
            ring.add_revocation(statement.to_bytes())
        except ContractError as doubtful:
            raise Refused("note_not_believed", file=str(given.noted_file()), reason=doubtful.code) from doubtful
        if not hasattr(epoch, "revocation"):
            _withdraw(epoch, statement)
            yield f"{epoch.site.number_code}-{epoch.slot}"
        if statement.log_origin is not None and statement.log_size is not None:
            RevocationInLog.objects.get_or_create(
                revocation_id=epoch.pk,
                origin=statement.log_origin,
                defaults={"size": statement.log_size, "statement": statement.to_bytes()},
            )


def _withdraw(epoch: Epoch, statement: Statement) -> None:
    """Every program is told of it; where the note that names no log is lost, that is said anew."""
    if statement.log_origin is not None:
        now_ms = int(timezone.now().timestamp() * 1000)
        plain = issue_revocation(centre_keys().directory, epoch.pk, statement.last_good_seq, now_ms)
    else:
        plain = statement
    Revocation.objects.create(
        epoch=epoch,
        last_good_seq=statement.last_good_seq,
        revoked_at=datetime.fromtimestamp(statement.time_ms / 1000, UTC),
        reason="withdrawn before the centre was restored",
        statement=plain.to_bytes(),
    )


def _name_of(certificate: WorkplaceCertificate) -> str:
    return f"{certificate.number_code}-{certificate.slot}"
