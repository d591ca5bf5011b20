"""Plans of meetings for the server's tests."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from server_sync.contract.bodies import AgendaItem, DecisionTaken, Invited, MeetingPart, MeetingPlan, Words
from server_sync.meetings.places import record_of
from server_sync.meetings.plans import in_ms

CHAIR, SPEAKER = "KG-C", "KG-C-ALA"
NAME = bytes(range(16))
TITLE = Words("Жыйналыш", "Заседание", "Meeting")
DECISION = bytes(range(16, 32))
WHY = Words("Себеп", "Причина", "Reason")


def coming(days: int = 7, hour: int = 10) -> datetime:
    """A moment of a day to come, on the hour in Bishkek."""
    return timezone.localtime().replace(hour=hour, minute=0, second=0, microsecond=0) + timedelta(days=days)


def plan(start: datetime | None = None, **changes: object) -> MeetingPlan:
    """A plan with a chair and a speaker; a test changes what it likes."""
    said: dict[str, object] = {
        "title": TITLE,
        "starts_at_ms": in_ms(start or coming()),
        "minutes": 60,
        "invited": (Invited(CHAIR, MeetingPart.CHAIR), Invited(SPEAKER, MeetingPart.SPEAKER)),
        "agenda": (AgendaItem(Words("Суу", "Вода", "Water"), SPEAKER, 20),),
    }
    return MeetingPlan(**(said | changes))  # type: ignore[arg-type]  # as above


def due(days: int = 10) -> date:
    """A day to come."""
    return timezone.localdate() + timedelta(days=days)


def decision(name: bytes = DECISION, **changes: object) -> DecisionTaken:
    """A decision that the speaker's office does; a test changes what it likes."""
    said: dict[str, object] = {
        "text": Words("Суу түтүгүн оңдосун", "Починить водопровод"),
        "executors": (SPEAKER,),
        "due_on": due(),
        "item": 1,
    }
    return DecisionTaken(name, NAME, **(said | changes))  # type: ignore[arg-type]  # as above


def keep_record(meeting: bytes, content: bytes = b"picture and sound") -> None:
    """Have a record of a meeting, as it lies there after its end."""
    path = record_of(meeting)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.write_bytes(content)
