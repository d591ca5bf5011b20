import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import server_sync.common.fields


class Migration(migrations.Migration):
    dependencies = [
        ("workplaces", "0004_calendar_and_offices"),
    ]

    operations = [
        migrations.AddField(
            model_name="contact",
            name="stop",
            field=server_sync.common.fields.BytesField(length=16, null=True),
        ),
        migrations.AddField(
            model_name="contact",
            name="stopped_code",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
        migrations.CreateModel(
            name="LiftedStop",
            fields=[
                ("stop", server_sync.common.fields.BytesField(length=16, primary_key=True, serialize=False)),
                ("lifted_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("reason", models.CharField(max_length=300)),
                (
                    "epoch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lifted_stops", to="workplaces.epoch"
                    ),
                ),
                (
                    "first_person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "second_person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
    ]
