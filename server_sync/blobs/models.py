"""Which attachments of which site are here; the bytes lie in files."""

from django.db import models
from typing_extensions import override

from server_sync.common.fields import BytesField
from server_sync.workplaces.models import Epoch, Site


class Blob(models.Model):
    """One ciphertext of one site; visible to readers only when it is whole and its hash is right.

    Until then each PC that sends it has a row and a file of its own: what one sends is laid on nothing of another's.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="blobs")
    blob_id = BytesField(length=32)
    begun_by = models.ForeignKey(Epoch, on_delete=models.PROTECT, null=True, related_name="+")
    size_bytes = models.BigIntegerField()
    begun_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True)
    acknowledgement = models.BinaryField(default=b"")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["site", "blob_id"],
                condition=models.Q(completed_at__isnull=False),
                name="one_whole_blob_per_site",
            ),
            models.UniqueConstraint(fields=["site", "blob_id", "begun_by"], name="one_blob_per_site_and_sender"),
        )
        indexes = (models.Index(fields=["site", "completed_at"], name="blobs_of_a_day"),)

    @override
    def __str__(self) -> str:
        return f"{self.site_id} {self.blob_id.hex()[:12]}"
