"""What is published is found by an index, not by reading all of it."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from server_sync.common.word_index import KeepWordsIndexed, indexed

CHUNK = 500


def fill(apps: StateApps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Write the words of what was published before."""
    summaries = apps.get_model("appeals", "Summary").objects
    last = 0
    while rows := list(summaries.select_related("appeal").filter(pk__gt=last).order_by("pk")[:CHUNK]):
        for row in rows:
            texts = (row.subject_ky, row.subject_ru, row.subject_en, row.text_ky, row.text_ru, row.text_en)
            row.words = indexed(row.appeal.number, *texts)
        summaries.bulk_update(rows, ["words"])
        last = rows[-1].pk


class Migration(migrations.Migration):
    dependencies = [("appeals", "0002_initial")]

    operations = [
        migrations.AddField("summary", "words", models.TextField(blank=True, default="")),
        migrations.AddIndex(
            "summary",
            models.Index(fields=["published_at", "appeal"], name="newest_published"),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=False),
        KeepWordsIndexed("Summary", "words"),
    ]
