"""The attachments as a Django app."""

from django.apps import AppConfig


class BlobsConfig(AppConfig):
    """Ciphertexts of attachments."""

    name = "server_sync.blobs"
    label = "blobs"
    default_auto_field = "django.db.models.BigAutoField"
