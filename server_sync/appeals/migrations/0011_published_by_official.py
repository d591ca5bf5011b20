"""What is published is found by the official to whom it is addressed too."""

from importlib import import_module

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def find_by_official(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Write the words of what was published before, as when facts came to them."""
    import_module("server_sync.appeals.migrations.0009_published_by_facts").find_by_facts(apps, schema_editor)


class Migration(migrations.Migration):
    dependencies = [("appeals", "0010_figures_kept")]

    operations = [migrations.RunPython(find_by_official, migrations.RunPython.noop, elidable=False)]
