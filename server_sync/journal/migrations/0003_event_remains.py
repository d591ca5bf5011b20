"""What remains of an erased event: what it decided, without its words."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0002_unread_forks_intake"),
    ]

    operations = [
        migrations.AddField(
            model_name="event",
            name="remains",
            field=models.BinaryField(null=True),
        ),
    ]
