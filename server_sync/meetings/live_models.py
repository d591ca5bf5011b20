"""Tables of what is so at this moment in a meeting. No event says it, so a register made anew leaves them as they are.

A meeting is named by its 16 bytes and not by its row, which a rebuild makes anew. Rows live as long as the meeting's
room; every change is made under the lock of its `Live`.
"""

from typing import Final

from django.db import models
from typing_extensions import override

from server_sync.common.fields import BytesField
from server_sync.contract.bodies import CHAT_CHARACTERS
from server_sync.contract.identifiers import EPOCH_BYTES
from server_sync.contract.meeting_lines import Line
from server_sync.contract.meetings import WHO_CHARACTERS, HandOrder

MEETING_BYTES: Final = 16
SITE_CHARACTERS: Final = 16


class Live(models.Model):
    """A meeting that has a room, or shall have one.

    `version` grows with every change of the stage and is never less than the time in milliseconds of the change before,
    so that a restored centre's stage is newer than all that was seen before. `counted_at`: until when it was counted
    who spoke and who was there. `is_chat_closed`: only the desk writes in the chat. `speaker_most_s`
    and `item_most_s`: how long the desk lets each speaker and the present item go on, 0 for as long as they like.
    `paper` is shown to all at its `page`.
    """

    meeting = BytesField(length=MEETING_BYTES, primary_key=True)
    version = models.BigIntegerField()
    item = models.PositiveSmallIntegerField(default=0)
    item_since = models.DateTimeField(null=True)
    shown = models.CharField(max_length=WHO_CHARACTERS, blank=True, default="")
    order = models.CharField(max_length=16, choices=[(one.value, one.name.lower()) for one in HandOrder])
    counted_at = models.DateTimeField()
    is_chat_closed = models.BooleanField(default=False)
    speaker_most_s = models.PositiveIntegerField(default=0)
    item_most_s = models.PositiveIntegerField(default=0)
    paper = BytesField[bytes | None, bytes | None](length=MEETING_BYTES, null=True)
    page = models.PositiveIntegerField(default=0)

    @override
    def __str__(self) -> str:
        return f"{self.meeting.hex()[:12]} at {self.version}"


class Present(models.Model):
    """A PC that came to a meeting, and who sat before it when it last came in.

    `is_let_in` is false from the moment when the desk put it out, and for a guest until the desk lets them in; such a
    one is waiting (`is_waiting`) until the desk has said either. `spoken_s`: how long it had the floor; `there_s`: how
    long it was in the room while the meeting was open. `gone_at`: since when the media server has it no more.
    `line` is what the PC said of its line last. `is_held_back`: the desk took its seat, or its sound before it left; by
    itself it takes no seat any more.
    """

    meeting = BytesField(length=MEETING_BYTES)
    who = models.CharField(max_length=WHO_CHARACTERS)
    site = models.CharField(max_length=SITE_CHARACTERS)
    epoch = BytesField(length=EPOCH_BYTES)
    person = BytesField(length=16)
    is_let_in = models.BooleanField(default=True)
    is_waiting = models.BooleanField(default=False)
    is_connected = models.BooleanField(default=False)
    entered_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    spoken_s = models.PositiveIntegerField(default=0)
    there_s = models.PositiveIntegerField(default=0)
    gone_at = models.DateTimeField(null=True)
    line = models.PositiveSmallIntegerField(default=0, choices=[(one.value, one.name.lower()) for one in Line])
    is_held_back = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["meeting", "who"], name="once_in_a_meeting"),)

    @override
    def __str__(self) -> str:
        return self.who


class Seat(models.Model):
    """A PC on stage; `is_silenced`: the desk took its sound."""

    meeting = BytesField(length=MEETING_BYTES)
    who = models.CharField(max_length=WHO_CHARACTERS)
    since = models.DateTimeField()
    is_silenced = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["meeting", "who"], name="one_seat_each"),)

    @override
    def __str__(self) -> str:
        return self.who


class Hand(models.Model):
    """A PC that asks for the floor."""

    meeting = BytesField(length=MEETING_BYTES)
    who = models.CharField(max_length=WHO_CHARACTERS)
    item = models.PositiveSmallIntegerField(default=0)
    is_reply = models.BooleanField(default=False)
    raised_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["meeting", "who"], name="one_hand_each"),)

    @override
    def __str__(self) -> str:
        return self.who


class WrittenLine(models.Model):
    """A line of the chat, with its number from 1; without a text the desk took it away."""

    meeting = BytesField(length=MEETING_BYTES)
    number = models.PositiveIntegerField()
    who = models.CharField(max_length=WHO_CHARACTERS)
    site = models.CharField(max_length=SITE_CHARACTERS)
    said_at = models.DateTimeField()
    text = models.CharField(max_length=CHAT_CHARACTERS, blank=True)

    class Meta:
        ordering = ("number",)
        constraints = (models.UniqueConstraint(fields=["meeting", "number"], name="one_line_of_a_number"),)

    @override
    def __str__(self) -> str:
        return f"{self.number} by {self.who}"


class Done(models.Model):
    """An act of a PC that was done, so that it is not done again when its answer was lost."""

    meeting = BytesField(length=MEETING_BYTES)
    epoch = BytesField(length=EPOCH_BYTES)
    act_id = BytesField(length=16)
    done_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["epoch", "act_id"], name="done_once"),)

    @override
    def __str__(self) -> str:
        return self.act_id.hex()[:12]
