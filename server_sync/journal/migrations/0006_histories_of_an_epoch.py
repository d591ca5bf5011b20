"""Which history of its epoch each event belongs to, and from where on a withdrawn PC was held on a day."""

from collections.abc import Iterable, Iterator

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from server_sync.common.append_only import KeepAppendOnlyAnew
from server_sync.contract.evidence.chain import advance

Came = tuple[int, int, bytes, bytes]
"""An event as it came: leaf, seq, hash, chain."""


def histories(events: Iterable[Came]) -> Iterator[tuple[int, int]]:
    """Find of the events of one epoch, in order of custody, those beside the trunk: leaf, and the leaf that begins it.

    An event goes on with the history of the one before it, unless another went on from there already.
    """
    branches: dict[int, dict[bytes, int | None]] = {}
    gone_on: set[bytes] = set()
    for leaf, seq, event_hash, chain in events:
        befores = branches.get(seq - 1, {})
        before = next((one for one in befores if advance(one, event_hash) == chain), None)
        branch = leaf if branches else None
        if before is not None and before not in gone_on:
            branch = befores[before]
            gone_on.add(before)
        branches.setdefault(seq, {})[chain] = branch
        if branch is not None:
            yield leaf, branch


def name_histories(apps: StateApps, _schema: BaseDatabaseSchemaEditor) -> None:
    """Do so for the epochs that have several histories; all events of the others are of the trunk."""
    event = apps.get_model("journal", "Event")
    for fork in apps.get_model("journal", "Fork").objects.all():
        came = event.objects.filter(epoch=fork.epoch_id).order_by("leaf").values_list("leaf", "seq", "hash", "chain")
        for leaf, branch in list(histories((row[0], row[1], bytes(row[2]), bytes(row[3])) for row in came)):
            event.objects.filter(leaf=leaf).update(branch=branch)


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0005_readings_awaited"),
    ]

    operations = [
        migrations.AddField(
            model_name="event",
            name="branch",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="intake",
            name="held_from",
            field=models.BigIntegerField(null=True),
        ),
        migrations.RunPython(name_histories, migrations.RunPython.noop),
        KeepAppendOnlyAnew("Event", erasable=("salt", "body"), free=("remains",)),
    ]
