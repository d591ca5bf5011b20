"""Keeps what each workplace says of itself, for the board of sites."""

from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from server_sync.contract.messages import ExchangeRequest
from server_sync.workplaces.models import Contact, Epoch

LONGEST_MS: Final = 100 * 366 * 24 * 3600 * 1000
"""A clock or an age beyond a hundred years is written down as that: dates further off cannot be stored."""

STOP_BYTES: Final = 16

STILL_THERE: Final = timedelta(seconds=2)
"""How soon a workplace with more to bring calls again, over a good line; over a bad one it holds nobody up."""


def record_contact(epoch: Epoch, request: ExchangeRequest) -> None:
    """Write down what a workplace reports with its exchange; the newest replaces the one before."""
    now = timezone.now()
    health = request.health
    waits = timedelta(milliseconds=min(health.oldest_waiting_ms, LONGEST_MS))
    offset_ms = request.clock_ms - int(now.timestamp() * 1000)
    Contact.objects.update_or_create(
        workplace_id=epoch.workplace_id,
        defaults={
            "last_contact_at": now,
            "waiting_events": health.waiting_events,
            "waiting_blobs": health.waiting_blobs,
            "oldest_waiting_at": now - waits if health.waiting_events else None,
            "quarantined": health.quarantined,
            "clock_offset_ms": max(-LONGEST_MS, min(LONGEST_MS, offset_ms)),
            "version": _printable(str((request.versions or {}).get("program", "")))[:64],
            "disk_free_bytes": health.disk_free_bytes,
            "disk_total_bytes": health.disk_total_bytes,
            "last_seq": request.last_seq,
            "stopped_code": _printable(health.stopped_code),
            "stop": health.stop if len(health.stop) == STOP_BYTES else None,
        },
    )


def is_delivering(now: datetime) -> bool:
    """Whether some workplace brings events at this moment, and so waits for what the centre does besides."""
    recent = Contact.objects.filter(last_contact_at__gte=now - STILL_THERE, waiting_events__gt=0)
    return recent.exists()


def _printable(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable())
