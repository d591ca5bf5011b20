"""Guesses at a code are counted for ever by request: what was counted by number goes to the requests under it."""

from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.utils.crypto import salted_hmac

STRANGERS: Final = "strangers"
KNOWN: Final = ("known case", "known receipt")


def key(who: str, thing: str) -> str:
    """The name of a count for ever of guesses at codes."""
    return salted_hmac("liaison.throttle.case.ever", f"{who}|{thing}", algorithm="sha256").hexdigest()


def count_by_request(apps: StateApps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give each request the counts of its number.

    Of several under one number each gets what strangers guessed, and none what known browsers did: nobody can say any
    more which of them they knew, and a stranger to one request has spent the attempts of its citizen.
    """
    throttle = apps.get_model("workplaces", "Throttle")
    counted: dict[str, Any] = {row.key: row for row in throttle.objects.filter(is_for_ever=True)}
    if not counted:
        return
    requests = apps.get_model("appeals", "Appeal").objects.order_by("number", "event_id").values_list("number", "hash")
    new, gone = [], []
    for number, several in groupby(requests.iterator(), key=itemgetter(0)):
        hashes = [bytes(appeal).hex() for _, appeal in several]
        for who in (STRANGERS, *KNOWN):
            row = counted.get(key(who, number))
            if row is None:
                continue
            gone.append(row.key)
            heirs = hashes if who == STRANGERS or len(hashes) == 1 else []
            moments = {"last_failed_at": row.last_failed_at, "open_at": row.open_at}
            new += [throttle(key=key(who, one), failures=row.failures, is_for_ever=True, **moments) for one in heirs]
    for start in range(0, len(gone), 500):
        throttle.objects.filter(key__in=gone[start : start + 500]).delete()
    throttle.objects.bulk_create(new, batch_size=500, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("appeals", "0005_numbers_shared"), ("workplaces", "0006_revocation_in_log")]

    operations = [migrations.RunPython(count_by_request, migrations.RunPython.noop, elidable=False)]
