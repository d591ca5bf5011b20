import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from server_sync.common.append_only import KeepAppendOnly


class Migration(migrations.Migration):
    dependencies = [
        ("workplaces", "0003_grant_ended_at"),
    ]

    operations = [
        migrations.CreateModel(
            name="DecreedDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField()),
                ("decree", models.PositiveSmallIntegerField(choices=[(0, "taken_back"), (1, "off"), (2, "working")])),
                ("reason_ky", models.CharField(max_length=300)),
                ("reason_ru", models.CharField(max_length=300)),
                ("reason_en", models.CharField(max_length=300)),
                ("decreed_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "decreed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["on", "id"], name="decrees_of_a_day")],
            },
        ),
        migrations.CreateModel(
            name="OfficeDetails",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since_on", models.DateField()),
                ("address_ky", models.CharField(blank=True, max_length=300)),
                ("address_ru", models.CharField(blank=True, max_length=300)),
                ("address_en", models.CharField(blank=True, max_length=300)),
                ("phone", models.CharField(blank=True, max_length=100)),
                ("hours_ky", models.CharField(blank=True, max_length=300)),
                ("hours_ru", models.CharField(blank=True, max_length=300)),
                ("hours_en", models.CharField(blank=True, max_length=300)),
                ("written_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="details", to="workplaces.site"
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["site", "since_on", "id"], name="details_of_an_office")],
            },
        ),
        KeepAppendOnly("DecreedDay"),
        KeepAppendOnly("OfficeDetails"),
    ]
