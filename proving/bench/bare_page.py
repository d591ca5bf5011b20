"""The peer of the portal's pages: a bare Django page behind the same server. `python -m proving.bench.bare_page PORT`.

A list of twenty rows by a template, with the middleware that a new project has and compression, as browsers ask for
it; no database, no translation, no counting of callers.
"""

import os
import sys
import tempfile
from pathlib import Path
from typing import Final

ROWS: Final = 20
WORKERS: Final = 1
THREADS: Final = 8
PAGE: Final = """<!doctype html><html lang="ky"><head><meta charset="utf-8"><title>{{ title }}</title></head><body>
<h1>{{ title }}</h1><table>{% for row in rows %}<tr><th><a href="/row/{{ row.number }}">{{ row.number }}</a></th>
<td>{{ row.subject }}</td><td>{{ row.day|date:"d.m.Y" }}</td><td>{{ row.body }}</td></tr>
{% endfor %}</table></body></html>"""

urlpatterns: list[object] = []


def main(port: str) -> None:
    """Serve until ended."""
    from django.conf import settings

    settings.configure(
        SECRET_KEY=os.urandom(32).hex(),
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF=__name__,
        USE_TZ=True,
        LIAISON_TRUSTED_PROXIES=(),
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
        INSTALLED_APPS=["django.contrib.sessions", "django.contrib.messages"],
        SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.middleware.gzip.GZipMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
        ],
    )
    import django

    django.setup()
    from django.core.handlers.wsgi import WSGIHandler
    from django.http import HttpRequest, HttpResponse
    from django.template import engines
    from django.urls import path
    from django.utils import timezone

    from server_sync.common.home import holding
    from server_sync.config.serving import Server

    template = engines["django"].from_string(PAGE)
    day = timezone.now()
    subject, body = "Айылга автобус каттамы жок, каттамды ачып бериңиздер", "Райондун акими"
    rows = [{"number": f"ALA-26-A-{n:05}-1234", "subject": subject, "day": day, "body": body} for n in range(ROWS)]

    def show(request: HttpRequest) -> HttpResponse:
        return HttpResponse(template.render({"title": "Кайрылуулар", "rows": rows}, request))

    urlpatterns.append(path("", show))
    sys.modules.setdefault("proving.bench.bare_page", sys.modules[__name__])
    with tempfile.TemporaryDirectory(prefix="liaison-bare-") as folder, holding(Path(folder) / "held") as held:
        if held is None:
            raise SystemExit("the folder of the bare page is held by another program")
        Server(
            WSGIHandler(),
            bind=f"127.0.0.1:{port}",
            workers=WORKERS,
            threads=THREADS,
            address_file=Path(folder) / "address",
            companions=[],
            held=held,
        ).run()


if __name__ == "__main__":
    main(*sys.argv[1:2])
