"""The bound of all letters counts those that went into the queue."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("subscriptions", "0001_initial")]

    operations = [
        migrations.AddField(model_name="asked", name="is_posted", field=models.BooleanField(default=False)),
    ]
