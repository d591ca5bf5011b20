"""The newest answers are found without reading all of them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("appeals", "0012_work_told_by_the_index")]

    operations = [
        migrations.AddIndex(model_name="answer", index=models.Index(fields=["at", "appeal"], name="newest_answers")),
    ]
