"""The table of those who interpret in a meeting at this moment; as those of `live_models`, no event says it."""

from django.db import models
from typing_extensions import override

from server_sync.common.fields import BytesField
from server_sync.contract.interpreting import Into
from server_sync.contract.meetings import WHO_CHARACTERS
from server_sync.meetings.live_models import MEETING_BYTES


class Interpreter(models.Model):
    """A PC or a guest whom the desk lets interpret, and into which language now."""

    meeting = BytesField(length=MEETING_BYTES)
    who = models.CharField(max_length=WHO_CHARACTERS)
    into = models.CharField(max_length=2, choices=[(one.value, one.name.lower()) for one in Into])

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=["meeting", "who"], name="one_interpreter_each"),)

    @override
    def __str__(self) -> str:
        return f"{self.who} into {self.into}"
