"""The addresses of the whole server; each room brings its own."""

from django.urls import include, path

from server_sync.config.health import healthz

urlpatterns = [
    path("healthz", healthz),
    path("", include("server_sync.evidence.urls")),
]
