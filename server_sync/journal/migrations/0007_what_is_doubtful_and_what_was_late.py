import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

DOUBTS = ("day_doubtful", "term_doubtful", "clock_doubtful", "stands")


def part_doubts_from_codes(apps: StateApps, _schema: BaseDatabaseSchemaEditor) -> None:
    """Until now the code said both who let an event in and what is doubtful about it."""
    readings = apps.get_model("journal", "Reading").objects.filter(code__in=DOUBTS)
    readings.update(doubt=models.F("code"))
    readings.update(code="")


def join_them_again(apps: StateApps, _schema: BaseDatabaseSchemaEditor) -> None:
    """A code says more than a doubt."""
    apps.get_model("journal", "Reading").objects.filter(code="").exclude(doubt="").update(code=models.F("doubt"))


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0006_histories_of_an_epoch"),
    ]

    operations = [
        migrations.CreateModel(
            name="LateReading",
            fields=[
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="journal.event",
                    ),
                ),
                ("turn", models.BigIntegerField()),
            ],
        ),
        migrations.AddField(
            model_name="reading",
            name="doubt",
            field=models.CharField(blank=True, default="", max_length=32),
        ),
        migrations.RunPython(part_doubts_from_codes, join_them_again),
    ]
