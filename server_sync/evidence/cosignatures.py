"""Keeps which offices saw the public log grow, and lays their lines under the checkpoints they saw.

A cosignature is an office's own signature: whoever has the workplaces' certificates checks it without us.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.utils import timezone

from server_sync.common.refusals import Refused
from server_sync.contract.errors import NotAuthentic
from server_sync.contract.evidence.checkpoint import (
    COSIGNER_AHEAD_MOST_MS,
    WITNESSED_WITHIN_MS,
    WITNESSES_WANTED,
    add_cosignatures,
    cosigner_name,
    verify_cosignature,
)
from server_sync.contract.evidence.checkpoint import Checkpoint as Root
from server_sync.contract.messages import ExchangeRequest, WitnessedCheckpoint
from server_sync.contract.signing import PublicKey
from server_sync.evidence.log import SignedCheckpoint, checkpoint_at, consistency_proof, current_log
from server_sync.evidence.models import Checkpoint, Cosignature, Log
from server_sync.workplaces.models import Epoch, Revocation, Site

CLOCK_MOST: Final = timedelta(milliseconds=COSIGNER_AHEAD_MOST_MS)
"""How far the time in a cosignature may be from ours, either way."""

LOOKED_BACK: Final = timedelta(days=90)
"""How far anybody's question looks back, so that it costs the same after ten years."""

SITES_TOLD: Final = WITNESSES_WANTED + 1
"""An office is told of no more: a line of a PC whose certificate it does not have yet may be spared."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The newest cosignature of a site."""

    number_code: str
    size: int
    signed_at: datetime
    line: str


def keep_cosignature(epoch: Epoch, request: ExchangeRequest, now: datetime) -> None:
    """Keep the first cosignature of an epoch on a day by our clock; what else it signs that day changes nothing.

    The site is that of the epoch's row. Raises Refused `size_not_published` when we published no such checkpoint,
    NotAuthentic `cosignature_wrong` or `cosignature_time`, MalformedBytes `checkpoint_malformed`.
    """
    log = current_log()
    today = timezone.localdate(now)
    if Cosignature.objects.filter(log=log, epoch=epoch, kept_on=today).exists():
        return
    published = checkpoint_at(log, request.checkpoint_size)
    if published is None or published.root != request.checkpoint_root:
        raise Refused("size_not_published")
    seen = Root(log.origin, published.size, published.root)
    key = PublicKey(bytes(epoch.public_key))
    time_s = verify_cosignature(request.cosignature, key, cosigner_name(bytes(epoch.id)), seen)
    if abs(time_s - now.timestamp()) > CLOCK_MOST.total_seconds():
        raise NotAuthentic("cosignature_time")
    kept = Cosignature(
        log=log,
        size=published.size,
        epoch=epoch,
        kept_on=today,
        site_id=epoch.site_id,
        signed_at=datetime.fromtimestamp(time_s, UTC),
        line=request.cosignature,
    )
    Cosignature.objects.bulk_create([kept], ignore_conflicts=True)


def with_cosignatures(checkpoint: SignedCheckpoint) -> str:
    """A checkpoint's note with the newest line of each site that saw it, so that it stays within a note's limits."""
    newest = _newest_of_sites(checkpoint.server_epoch, size=checkpoint.size)
    return add_cosignatures(checkpoint.text, newest.order_by("site").values_list("line", flat=True))


def newest_cosigned(log: Log, sites: int) -> SignedCheckpoint:
    """Find the newest checkpoint that so many different sites cosigned lately, or raise Refused `not_cosigned`."""
    sizes = _lately().filter(log=log).values("size").annotate(sites=Count("site", distinct=True))
    size = sizes.filter(sites__gte=sites).order_by("-size").values_list("size", flat=True).first()
    found = None if size is None else checkpoint_at(log, size)
    if found is None:
        raise Refused("not_cosigned", sites=sites)
    return found


def last_seen(log: Log) -> tuple[Seen, ...]:
    """The newest cosignature of every site that saw the log lately, by the site's letters."""
    newest = _newest_of_sites(log.server_epoch, signed_at__gt=datetime.now(UTC) - LOOKED_BACK)
    told = newest.order_by("site__number_code").values_list("site__number_code", "size", "signed_at", "line")
    return tuple(Seen(*row) for row in told)


def witnessed(site_code: str, newest: SignedCheckpoint, now: datetime) -> tuple[WitnessedCheckpoint, ...]:
    """Tell an office which other sites saw the log lately: the checkpoints they saw, each proved to lead to `newest`.

    Offices cosign whatever checkpoint they hold, so a log that grows has a few lines under each of several sizes.
    """
    lines: dict[int, list[str]] = {}
    told = _newest_of_others(site_code, newest, now - timedelta(milliseconds=WITNESSED_WITHIN_MS))
    for size, line in told.values_list("size", "line"):
        lines.setdefault(size, []).append(line)
    published = Checkpoint.objects.filter(log=newest.server_epoch, size__in=lines)
    notes = dict(published.values_list("size", "text"))
    return tuple(
        WitnessedCheckpoint(add_cosignatures(notes[size], lines[size]), consistency_proof(size, newest.size))
        for size in sorted(notes, reverse=True)
    )


def stamp_of(log: Log) -> str:
    """What changes whenever a note of this log may have other lines than before."""
    newest = Cosignature.objects.filter(log=log).order_by("-pk").values_list("pk", flat=True).first()
    return f"{newest or 0}-{Revocation.objects.count()}"


def _newest_of_others(site_code: str, newest: SignedCheckpoint, since: datetime) -> QuerySet[Cosignature]:
    seen = _newest_of_sites(newest.server_epoch, signed_at__gt=since, size__gt=0, size__lte=newest.size)
    return seen.exclude(site=site_code).order_by("-size", "-signed_at", "-pk")[:SITES_TOLD]


def _newest_of_sites(server_epoch: int, **among: int | datetime) -> QuerySet[Cosignature]:
    """The newest line of every site, found by an index: as many rows as there are sites, however much PCs signed."""
    of_site = _standing().filter(log=server_epoch, site=OuterRef("pk"), **among)
    newest = of_site.order_by("-signed_at", "-size", "-pk").values("pk")[:1]
    keys = Site.objects.annotate(newest=Subquery(newest)).values_list("newest", flat=True)
    return Cosignature.objects.filter(pk__in=[key for key in keys if key is not None])


def _lately() -> QuerySet[Cosignature]:
    return _standing().filter(signed_at__gt=datetime.now(UTC) - LOOKED_BACK)


def _standing() -> QuerySet[Cosignature]:
    """What a withdrawn PC signed is kept and counts no more: nobody knows since when it was in other hands."""
    return Cosignature.objects.filter(epoch__revocation__isnull=True)
