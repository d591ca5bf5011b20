"""What is published is found by letters of neighbouring alphabets too: its words are folded anew."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from server_sync.common.word_index import indexed

CHUNK = 500


def fold_anew(apps: StateApps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Write the words of what was published before; the database keeps its index of them itself."""
    summaries = apps.get_model("appeals", "Summary").objects
    last = 0
    while rows := list(summaries.select_related("appeal").filter(pk__gt=last).order_by("pk")[:CHUNK]):
        for row in rows:
            texts = (row.subject_ky, row.subject_ru, row.subject_en, row.text_ky, row.text_ru, row.text_en)
            row.words = indexed(row.appeal.number, *texts)
        summaries.bulk_update(rows, ["words"])
        last = rows[-1].pk


class Migration(migrations.Migration):
    dependencies = [("appeals", "0003_summary_words")]

    operations = [migrations.RunPython(fold_anew, migrations.RunPython.noop, elidable=False)]
