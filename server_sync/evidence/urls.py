"""Public addresses of the log."""

from django.urls import path

from server_sync.evidence import views

urlpatterns = [
    path("log/checkpoint", views.checkpoint, name="log_checkpoint"),
    path("log/cosignatures", views.cosigned, name="log_cosignatures"),
    path("log/proof/inclusion", views.inclusion, name="log_inclusion"),
    path("log/proof/consistency", views.consistency, name="log_consistency"),
    path("log/keys", views.keys, name="log_keys"),
]
