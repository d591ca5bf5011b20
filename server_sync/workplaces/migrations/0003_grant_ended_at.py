from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("workplaces", "0002_guessing"),
    ]

    operations = [
        migrations.AddField(
            model_name="rolegrant",
            name="ended_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]
