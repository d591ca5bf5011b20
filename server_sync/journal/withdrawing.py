"""Lets every withdrawal of a PC name the public log that takes leaves now: one of before, one that a restore found.

A withdrawal names the log of its own moment (`workplaces.epochs.revoke_epoch`). One of a program of before names none,
and none of them names a log that was opened since: proofs of that would say nothing (ADR 0065).
"""

from django.db.models import Min

from server_sync.evidence.keys import centre_keys
from server_sync.evidence.log import current_log
from server_sync.journal.models import Event
from server_sync.workplaces.epochs import LogStand, name_in_log
from server_sync.workplaces.models import Epoch, Revocation


def name_log_of_withdrawals() -> int:
    """Name the present log in the withdrawals that do not; returns how many. Call inside a transaction.

    Leaves keep their places from log to log, so the strictest of what is known counts: a size named before, the first
    event that came after the withdrawal, and how far the log has come.
    """
    log = current_log()
    unnamed = list(Revocation.objects.exclude(in_logs__origin=log.origin).order_by("revoked_at"))
    for revocation in unnamed:
        Epoch.objects.select_for_update().get(pk=revocation.epoch_id)  # until then it could get a leaf
        late = Event.custody.filter(epoch=revocation.epoch_id, taken_at__gt=revocation.revoked_at)
        sizes = (revocation.log_size, late.aggregate(first=Min("leaf"))["first"], current_log().size)
        size = min(size for size in sizes if size is not None)
        name_in_log(revocation, centre_keys().directory, LogStand(log.origin, size))
    return len(unnamed)
