"""Looks into the central register from outside the server: `python -m proving.look` prints what is there as JSON.

Reads the database that LIAISON_HOME names; changes nothing. Used to hold what offices were promised against it.
"""

import hashlib
import json
import os
import subprocess
import sys
from collections import Counter
from typing import Any, Final

from proving.world import REPOSITORY, Centre, ProgramFailed
from server_sync.contract.messages import RowKind, Status

COMMAND_S: Final = 300.0
NOTICES: Final = (RowKind.QUARANTINED, RowKind.WRONG_FIELD)
"""Rows that tell an office of a refused event of its own."""


def look_into(centre: Centre) -> dict[str, Any]:
    """What the register of a centre holds, read by a process of its own; raises ProgramFailed."""
    done = subprocess.run(
        [sys.executable, "-m", "proving.look"],
        cwd=REPOSITORY,
        env=centre.surroundings(),
        capture_output=True,
        text=True,
        timeout=COMMAND_S,
        check=False,
    )
    if done.returncode:
        raise ProgramFailed(f"proving.look: {done.stderr[-2000:]}")
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def look_numbers(centre: Centre, most: int = 2_000) -> list[str]:
    """Numbers of published requests, from the whole register evenly."""
    told = centre.manage(
        "shell",
        "--no-imports",
        "-c",
        "from server_sync.appeals.models import Summary; "
        "found = list(Summary.objects.order_by('pk').values_list('appeal__number', flat=True)); "
        f"print('\\n'.join(found[::max(1, len(found) // {most})]))",
    )
    return told.split()


def look() -> dict[str, Any]:
    """Requests with their states, every epoch's events, readings that need a person, feeds and the log."""
    from django.db.models import Count

    from server_sync.appeals.models import Appeal
    from server_sync.blobs.models import Blob
    from server_sync.evidence.models import Leaf
    from server_sync.journal.models import Event, FeedHead, FeedRow, Reading
    from server_sync.workplaces.models import Epoch

    appeals = Appeal.objects.order_by("pk").values_list("number", "hash", "site_id", "state", "body_code", "told_on")
    epochs = []
    for epoch in Epoch.objects.order_by("opened_at", "slot").select_related("site"):
        seqs = list(Event.custody.filter(epoch=epoch).order_by("seq").values_list("seq", flat=True))
        counters = sorted(int(number.split("-")[3]) for number in epoch.appeals.values_list("number", flat=True))
        epochs.append(
            {
                "epoch": bytes(epoch.pk).hex(),
                "site": epoch.site_id,
                "slot": epoch.slot,
                "events": len(seqs),
                "is_gapless": seqs == list(range(1, len(seqs) + 1)),
                "counters": len(counters),
                "counter_gaps": (counters[-1] - len(set(counters))) if counters else 0,
            }
        )
    feeds = []
    for head in FeedHead.objects.exclude(name=FeedHead.COMMON):
        numbers = list(FeedRow.objects.filter(site_id=head.name).order_by("number").values_list("number", flat=True))
        feeds.append({"site": head.name, "last": head.last, "is_gapless": numbers == list(range(1, head.last + 1))})
    events = Event.custody.count()
    return {
        "appeals": [
            {
                "number": number,
                "event": bytes(event_hash).hex(),
                "site": site,
                "state": state,
                "body": body,
                "told": told is not None,
            }
            for number, event_hash, site, state, body, told in appeals
        ],
        "states": dict(Counter(Appeal.objects.values_list("state", flat=True))),
        "events": events,
        "hashes": Event.custody.values("hash").distinct().count(),
        "leaves": Leaf.objects.count(),
        "unread": Event.custody.filter(reading=None).count(),
        "readings": {
            Status(row["status"]).name: row["n"] for row in Reading.objects.values("status").annotate(n=Count("pk"))
        },
        "quarantined": [
            {"event": bytes(event_hash).hex(), "code": code}
            for event_hash, code in Reading.objects.filter(status=Status.QUARANTINED).values_list("event__hash", "code")
        ],
        "accepted": sorted(bytes(made).hex() for made in Event.accepted.values_list("hash", flat=True)),
        "erased": Event.custody.filter(body=None).count(),
        "told": [
            [site, kind, bytes(made).hex() if made else "", number]
            for site, kind, made, number in FeedRow.objects.exclude(row_kind__in=NOTICES)
            .order_by("site", "number")
            .values_list("site_id", "row_kind", "event__hash", "appeal_number")
        ],
        "out_of_turn": Reading.objects.filter(is_out_of_turn=True).count(),
        "epochs": epochs,
        "feeds": feeds,
        "blobs": Blob.objects.exclude(completed_at=None).count(),
        "blobs_wrong": [
            bytes(blob.blob_id).hex() for blob in Blob.objects.exclude(completed_at=None) if _is_wrong(blob)
        ],
    }


def _is_wrong(blob: Any) -> bool:
    """Whether an attachment that readers see is not the bytes that its name says."""
    from server_sync.blobs.storage import read_whole

    digest = hashlib.sha256()
    for piece in read_whole(blob.site_id, bytes(blob.blob_id)):
        digest.update(piece)
    return digest.digest() != bytes(blob.blob_id)


def main() -> int:
    """Print what is there."""
    from server_sync.common.sqlite import use_sound_sqlite

    use_sound_sqlite()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "server_sync.config.settings")
    import django

    django.setup()
    json.dump(look(), sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
