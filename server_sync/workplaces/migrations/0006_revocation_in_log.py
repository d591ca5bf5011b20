import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("workplaces", "0005_stops"),
    ]

    operations = [
        migrations.CreateModel(
            name="RevocationInLog",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("origin", models.CharField(max_length=100)),
                ("size", models.BigIntegerField()),
                ("statement", models.BinaryField()),
                (
                    "revocation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="in_logs",
                        to="workplaces.revocation",
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
            },
        ),
        migrations.AddConstraint(
            model_name="revocationinlog",
            constraint=models.UniqueConstraint(fields=("revocation", "origin"), name="named_once_in_a_log"),
        ),
    ]
