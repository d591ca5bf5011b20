"""What waits for a body is listed and counted by an index alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("appeals", "0011_published_by_official")]

    operations = [
        migrations.RemoveIndex(model_name="appeal", name="work_of_a_body"),
        migrations.AddIndex(
            model_name="appeal",
            index=models.Index(fields=["body_code", "state", "due_on", "is_erased"], name="work_of_a_body"),
        ),
    ]
