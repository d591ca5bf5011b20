import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import server_sync.common.fields
import server_sync.contract.identifiers


class Migration(migrations.Migration):
    dependencies = [
        ("oversight", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="StopProposal",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=server_sync.contract.identifiers.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "stage",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "Open"), (2, "Confirmed"), (3, "Declined"), (4, "Taken Back")], default=1
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("proposed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("closed_at", models.DateTimeField(null=True)),
                ("note", models.CharField(blank=True, max_length=300)),
                ("stop", server_sync.common.fields.BytesField(db_index=True, length=16)),
                ("epoch", server_sync.common.fields.BytesField(length=16)),
                (
                    "closed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("stage", 1)), fields=("stop",), name="one_open_proposal_per_stop"
                    )
                ],
            },
        ),
    ]
