"""The addresses of the whole server; each room brings its own."""

from django.urls import include, path

from server_sync.config.health import healthz

urlpatterns = [
    path("healthz", healthz),
    path("", include("server_sync.evidence.urls")),
    path("", include("server_sync.meetings.urls")),
    path("", include("server_sync.exchange.urls")),
    path("", include("server_sync.pages.urls")),
    path("", include("server_sync.monitoring.urls")),
    path("", include("server_sync.oversight.urls")),
    path("", include("server_sync.directory.urls")),
    path("", include("server_sync.casework.urls")),
    path("", include("server_sync.doors.urls")),
    path("", include("server_sync.conferring.urls")),
    path("", include("server_sync.portal.urls")),
    path("", include("server_sync.programs.urls")),
    path("", include("server_sync.subscriptions.urls")),
]

handler400 = "server_sync.pages.errors.bad_request"
handler403 = "server_sync.pages.errors.forbidden"
handler404 = "server_sync.pages.errors.not_found"
handler500 = "server_sync.pages.errors.broken"
