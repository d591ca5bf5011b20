"""What is published is found by its facts too: place, topic, kind, outcome, who answered, when it was registered."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from server_sync.appeals.facets import texts_in, words_of

CHUNK = 500


def find_by_facts(apps: StateApps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Write the words of what was published before; the database keeps its index of them itself."""
    summaries = apps.get_model("appeals", "Summary").objects
    last = 0
    while rows := list(summaries.select_related("appeal").filter(pk__gt=last).order_by("pk")[:CHUNK]):
        for row in rows:
            row.words = words_of(row.appeal, texts_in(row))
        summaries.bulk_update(rows, ["words"])
        last = rows[-1].pk


class Migration(migrations.Migration):
    dependencies = [("appeals", "0008_complaints")]

    operations = [migrations.RunPython(find_by_facts, migrations.RunPython.noop, elidable=False)]
