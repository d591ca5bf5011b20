from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("oversight", "0002_stops"),
    ]

    operations = [
        migrations.AddField(
            model_name="doubtproposal",
            name="covers",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="doubtproposal",
            name="last_leaf",
            field=models.BigIntegerField(null=True),
        ),
    ]
