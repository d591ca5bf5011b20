"""How the public log grew, as the offices saw it: what they signed, and not what the centre says of itself."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Max
from django.utils import timezone

from server_sync.evidence.models import Checkpoint, Cosignature, Log


@dataclass(frozen=True, slots=True)
class Seen:
    """A day on which offices cosigned: the largest size that any of them saw, and how many offices signed."""

    on: date
    size: int
    sites: int


@dataclass(frozen=True, slots=True)
class Sealed:
    """A checkpoint that the centre signed, and how many offices have cosigned it."""

    size: int
    signed_at: datetime
    sites: int


def seen_by_day(log: Log, days: int) -> tuple[Seen, ...]:
    """The last `days` days, the oldest first, those without a signature left out; at most a line a PC a day is read."""
    since = timezone.localdate() - timedelta(days - 1)
    signed = Cosignature.objects.filter(
        log=log, kept_on__gte=since, signed_at__gte=timezone.now() - timedelta(days + 2)
    )
    told = signed.values("kept_on").annotate(largest=Max("size"), sites=Count("site", distinct=True))
    rows = told.order_by("kept_on").values_list("kept_on", "largest", "sites")
    return tuple(Seen(on, size, sites) for on, size, sites in rows if on is not None)


def newest_sealed(log: Log, most: int) -> tuple[Sealed, ...]:
    """The newest checkpoints, the newest first."""
    newest = list(Checkpoint.objects.filter(log=log).order_by("-size").values_list("size", "signed_at")[:most])
    signed = Cosignature.objects.filter(log=log, size__in=[size for size, _at in newest])
    sites = dict(signed.values("size").annotate(sites=Count("site", distinct=True)).values_list("size", "sites"))
    return tuple(Sealed(size, at, sites.get(size, 0)) for size, at in newest)


def logs() -> tuple[Log, ...]:
    """Every log there was, the one in use first; a centre that was restored from a backup begins a new one."""
    return tuple(Log.objects.order_by("-server_epoch"))
