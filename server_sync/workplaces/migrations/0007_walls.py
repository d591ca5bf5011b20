from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("workplaces", "0006_revocation_in_log"),
    ]

    operations = [
        migrations.AddField(
            model_name="enrolmentcode",
            name="is_wall",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="workplace",
            name="is_wall",
            field=models.BooleanField(default=False, editable=False),
        ),
    ]
