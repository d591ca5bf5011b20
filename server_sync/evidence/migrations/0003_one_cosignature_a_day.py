"""One cosignature of an epoch on a day by the centre's clock; those that came before stay, however many they are."""

from django.db import migrations, models

from server_sync.common.append_only import KeepAppendOnlyAnew


class Migration(migrations.Migration):
    dependencies = [
        ("evidence", "0002_cosignatures"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="cosignature", name="one_cosignature_a_day"),
        migrations.RemoveField(model_name="cosignature", name="signed_on"),
        migrations.AddField(
            model_name="cosignature",
            name="kept_on",
            field=models.DateField(null=True),
        ),
        migrations.AddConstraint(
            model_name="cosignature",
            constraint=models.UniqueConstraint(fields=("log", "epoch", "kept_on"), name="one_cosignature_a_day"),
        ),
        migrations.AddIndex(
            model_name="cosignature",
            index=models.Index(fields=["log", "site", "signed_at"], name="cosignatures_of_a_site"),
        ),
        migrations.AddIndex(
            model_name="cosignature",
            index=models.Index(fields=["log", "size", "site", "signed_at"], name="cosignatures_of_a_size"),
        ),
        KeepAppendOnlyAnew("Cosignature"),
    ]
