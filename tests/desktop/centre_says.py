"""What the centre says of meetings, put into a store as the feed brings it."""

from datetime import datetime, timedelta

from liaison_desktop.domain.times import milliseconds
from liaison_desktop.services.desk import Desk
from liaison_desktop.store import meetings
from liaison_desktop.store.events import keep_event
from server_sync.contract.bodies import AgendaItem, Body, Invited, MeetingPart, MeetingPlan, Words
from server_sync.contract.events import KIND_OF, Header, make_event, read_body
from server_sync.contract.identifiers import new_salt
from server_sync.contract.signing import sha256

CENTRE_EPOCH = sha256(b"the centre's own epoch")[:16]
CHAIR = "KG-HALL"
TITLE = Words(
    "Жылытуу мезгилинин жүрүшү 2026–2027", "Ход отопительного сезона 2026–2027", "The heating season 2026–2027"
)
WHY = Words(
    "Премьер-министр бул күнү Ошто болот.", "Премьер-министр в этот день в Оше.", "The Prime Minister is in Osh then."
)


def heating(own_site: str, start: datetime, **changes: object) -> MeetingPlan:
    """A plan as the Government makes them; a test changes what it likes."""
    others = ("KG-Y", "KG-J", "KG-N", "KG-B", "KG-T", "KG-C", "KG-O", "KG-GB", "KG-GO")
    said: dict[str, object] = {
        "title": TITLE,
        "starts_at_ms": milliseconds(start),
        "minutes": 90,
        "invited": (
            Invited(CHAIR, MeetingPart.CHAIR),
            Invited(own_site, MeetingPart.SPEAKER),
            *(Invited(site, MeetingPart.OFFICE) for site in others if site != own_site),
        ),
        "agenda": (
            AgendaItem(Words("Ачылышы, кворум", "Открытие, кворум", "Opening, quorum"), "", 5),
            AgendaItem(
                Words(
                    "Мектептер менен ооруканалардагы көмүрдүн запасы",
                    "Запасы угля в школах и больницах",
                    "Coal in stock at schools and hospitals",
                ),
                "KG-Y",
                25,
            ),
            AgendaItem(Words("Казанканаларды оңдоо", "Ремонт котельных", "Repair of boiler houses"), own_site, 30),
            AgendaItem(Words("Ар кандай маселелер", "Разное", "Other matters"), "", 15),
        ),
        "is_recorded": True,
        "is_public": True,
    }
    return MeetingPlan(**(said | changes))  # type: ignore[arg-type]  # as above


def hear(desk: Desk, *bodies: Body) -> None:
    """Let the centre have said this."""
    with desk.store.transaction() as connection:
        for body in bodies:
            seq = connection.execute("SELECT count(*) FROM events WHERE epoch = ?", (CENTRE_EPOCH,)).fetchone()[0] + 1
            wall_ms = desk.clock.wall_ms()
            header = Header(CENTRE_EPOCH, seq, KIND_OF[type(body)], wall_ms=wall_ms, monotonic_ms=1, boot=bytes(8))
            event = make_event(header, body, new_salt())
            meetings.keep(connection, keep_event(connection, event, now_ms=wall_ms), read_body(header, event.body))
        meetings.lay_again(connection, meetings.known(connection))


def soon(now: datetime, minutes: int) -> datetime:
    """A moment that many minutes away."""
    return now.replace(second=0, microsecond=0) + timedelta(minutes=minutes)
