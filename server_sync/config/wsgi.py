"""The door for a WSGI server that is not ours; `run` brings its own."""

import os

from server_sync.common.sqlite import use_sound_sqlite

use_sound_sqlite()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "server_sync.config.settings")

from django.core.exceptions import ImproperlyConfigured  # noqa: E402 (Django must meet the sound SQLite first)
from django.core.wsgi import get_wsgi_application  # noqa: E402

application = get_wsgi_application()

from server_sync.config.fitness import troubles_of_surroundings  # noqa: E402 (its tables need Django set up)

unfit = troubles_of_surroundings()
if unfit:
    raise ImproperlyConfigured("\n".join(unfit))
