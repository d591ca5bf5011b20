import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0003_event_remains"),
        ("workplaces", "0003_grant_ended_at"),
    ]

    operations = [
        migrations.AlterModelManagers(
            name="event",
            managers=[
                ("custody", django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddField(
            model_name="reading",
            name="is_marked",
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name="event",
            name="epoch",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="workplaces.epoch"
            ),
        ),
        migrations.AddIndex(
            model_name="reading",
            index=models.Index(condition=models.Q(("is_marked", True)), fields=["event"], name="readings_marked"),
        ),
    ]
