"""Tells a watchdog whether the server can do its work."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from server_sync.common.room import has_room_for_offices


@require_safe
@never_cache
def healthz(_request: HttpRequest) -> JsonResponse:
    """Answer 200 when the database answers and offices can bring something, 503 when not; says nothing else."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseError:
        return JsonResponse({"status": "no_database"}, status=503)
    if not has_room_for_offices():
        return JsonResponse({"status": "no_room"}, status=503)
    return JsonResponse({"status": "ok"})
