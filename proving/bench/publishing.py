"""Publishes every request of a centre at once, as if an editor had released each: a register as large as in years.

Run in a process of its own with the centre's environment; the server reads the same database.
"""

import os
import sys
from typing import Final

CHUNK: Final = 1_000


def main() -> int:
    """Publish what is not published yet; prints how many there are."""
    from server_sync.common.sqlite import use_sound_sqlite

    use_sound_sqlite()
    os.environ["DJANGO_SETTINGS_MODULE"] = "server_sync.config.settings"
    import django

    django.setup()
    from server_sync.appeals.facets import texts_in, words_of
    from server_sync.appeals.models import Appeal, Summary

    while rows := list(Appeal.objects.filter(summary=None).order_by("pk")[:CHUNK]):
        made = [
            Summary(
                appeal=row,
                event_id=row.event_id,
                subject_ky=row.subject,
                text_ky=row.text,
                published_at=row.taken_at,
            )
            for row in rows
        ]
        for row, summary in zip(rows, made, strict=True):
            summary.words = words_of(row, texts_in(summary))
        Summary.objects.bulk_create(made)
    print(Summary.objects.count())
    return 0


if __name__ == "__main__":
    sys.exit(main())
