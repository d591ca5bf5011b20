"""Figures are kept beside the register; what is in it already is counted once."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from server_sync.appeals.counting import recount_all


def count_what_is_there(_apps: StateApps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Count the requests of before; the columns that are read have been there since the first migrations."""
    recount_all()


class Migration(migrations.Migration):
    dependencies = [("appeals", "0009_published_by_facts")]

    operations = [
        migrations.CreateModel(
            name="Counted",
            fields=[
                (
                    "appeal",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="counted",
                        serialize=False,
                        to="appeals.appeal",
                    ),
                ),
                ("facts", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="Figure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("about", models.CharField(max_length=1)),
                ("month", models.PositiveIntegerField()),
                ("code", models.CharField(max_length=64)),
                ("what", models.CharField(max_length=48)),
                ("site", models.CharField(max_length=16)),
                ("n", models.IntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["about", "month", "code", "what", "site"], name="one_figure_of_a_kind"
                    )
                ],
            },
        ),
        migrations.RunPython(count_what_is_there, migrations.RunPython.noop, elidable=False),
    ]
