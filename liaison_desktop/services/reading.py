"""What the screens ask for: the list and its counts, a card whole, who stands at the counter, likely duplicates."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from liaison_desktop.domain.appeals import AppealCard, AppealRow, AppealSeen, FileSeen, PersonCard, PossibleDuplicate
from liaison_desktop.domain.asking import AppealCounts, AppealFilter, AppealQuery
from liaison_desktop.domain.delivery import DeliveryState, OutboxItem, Waiting, WeekOfDelivery, Witnesses
from liaison_desktop.domain.drafts import AppealDraft
from liaison_desktop.domain.errors import NotFound
from liaison_desktop.domain.times import DAY_MS
from liaison_desktop.services.desk import Desk
from liaison_desktop.store import appeals, delivery, receptions
from liaison_desktop.store.delivery import Notice
from liaison_desktop.store.directory import names_of_people
from liaison_desktop.store.events import LaidEvent, events_of
from liaison_desktop.store.projecting import matter_key, seen_of
from liaison_desktop.store.search import search_appeals
from server_sync.contract.bodies import AppealKind, Applicant, Attachment
from server_sync.contract.deadlines import Due, compute_due
from server_sync.contract.evidence.receipt import short_code
from server_sync.contract.folding import fold_latin, search_terms
from server_sync.contract.person import pin_facts
from server_sync.contract.workflow import State

SOON_WORKING_DAYS: Final = 2
DUPLICATE_AGE_MS: Final = 366 * DAY_MS
DUPLICATE_LEAST: Final = 40
_OPEN: Final = frozenset({State.REGISTERED, State.WITH_BODY, State.RETURNED_TO_OFFICE})


def list_requests(
    desk: Desk,
    words: str = "",
    only: AppealFilter = AppealFilter.ALL,
    limit: int = 200,
    after: AppealRow | None = None,
) -> tuple[AppealRow, ...]:
    """Requests newest first; with words, those the search finds, a number in any spelling first."""
    today = desk.today()
    place = None if after is None else appeals.place_of(desk.store, after.appeal)
    query = AppealQuery(today, soon_until(desk, today), words, only, limit, place)
    if words.strip():
        return search_appeals(desk.store, query, desk.book.number_codes)
    return appeals.list_appeals(desk.store, query)


def count_requests(desk: Desk) -> AppealCounts:
    """How many requests each filter has."""
    today = desk.today()
    return appeals.count_appeals(desk.store, today, soon_until(desk, today))


def soon_until(desk: Desk, today: date) -> date:
    """The last day that counts as soon: so many working days ahead."""
    day = today
    left = SOON_WORKING_DAYS
    while left:
        day += timedelta(days=1)
        left -= desk.book.calendar.is_working(day)
    return day


def appeal_card(desk: Desk, appeal: bytes) -> AppealCard:
    """A request whole: what all its events say, its files, its delivery. Raises NotFound `appeal_unknown`."""
    events = events_of(desk.store.connection, appeal)
    seen = seen_of(events)
    row = appeals.row_by_hash(desk.store, appeal)
    if seen is None or row is None:
        raise NotFound("appeal_unknown")
    names = names_of_people(desk.store)
    seen = _with_delivery(seen, events, names)
    salt = desk.store.connection.execute("SELECT salt FROM events WHERE event_hash = ?", (appeal,)).fetchone()[0]
    return AppealCard(
        seen=seen,
        short_code="" if salt is None else short_code(salt),
        delivery=row.delivery,
        quarantine_code=row.quarantine_code,
        quarantine_field=appeals.quarantined_field(desk.store, appeal) if row.quarantine_code else "",
        files=_files(desk, seen),
        clerk_name=names.get(seen.clerk, "") if seen.clerk is not None else "",
        repeats=_repeats(desk, seen),
        is_reception_over=_is_reception_over(desk, seen),
    )


def _is_reception_over(desk: Desk, seen: AppealSeen) -> bool:
    told = seen.reception
    if told is None or told.appointment is None:
        return False
    return receptions.is_over(desk.store.connection, told.appointment.meeting)


def appeal_row(desk: Desk, appeal: bytes) -> AppealRow:
    """A request's row in the list; raises NotFound `appeal_unknown`."""
    row = appeals.row_by_hash(desk.store, appeal)
    if row is None:
        raise NotFound("appeal_unknown")
    return row


def earlier_of_person(desk: Desk, draft: AppealDraft) -> PersonCard:
    """Earlier requests of the person who is being written down, and what the newest says of them."""
    rows = appeals.rows_of_person(
        desk.store, pin=draft.pin, phone=draft.phone, surname=draft.surname, given_name=draft.given_name
    )
    if not rows:
        return PersonCard()
    newest = seen_of(events_of(desk.store.connection, rows[0].appeal))
    return PersonCard(rows) if newest is None else _person_card(rows, newest)


def returning_person(desk: Desk, draft: AppealDraft, beside: bytes = b"") -> PersonCard | None:
    """Whoever was surely here before: by the same PIN, or by the same name and date of birth.

    ``beside`` is a request that is being corrected and does not count.
    """
    cards: dict[str, PersonCard] = {}
    rows = [one for one in appeals.rows_of_person(desk.store, pin=draft.pin) if one.appeal != beside]
    for row in sorted(rows, key=lambda one: (one.registered_at, one.number)):
        if (seen := seen_of(events_of(desk.store.connection, row.appeal))) is not None:
            cards[fold_latin(f"{row.surname} {row.given_name}")] = _person_card((row,), seen)
    if cards:
        first, *others = cards.values()  # in the order of the names, each as its newest request has it
        return replace(first, others=tuple(others))
    if draft.pin or draft.birth_on is None:
        return None
    for row in appeals.rows_of_person(desk.store, surname=draft.surname, given_name=draft.given_name):
        if row.appeal == beside:
            continue
        seen = seen_of(events_of(desk.store.connection, row.appeal))
        if seen is not None and _birth_of(seen.applicant) == draft.birth_on:
            return _person_card((row,), seen)
    return None


def _person_card(rows: tuple[AppealRow, ...], newest: AppealSeen) -> PersonCard:
    applicant = newest.applicant
    return PersonCard(
        rows=rows,
        surname=applicant.surname,
        given_name=applicant.given_name,
        patronymic=applicant.patronymic,
        phone=applicant.phone,
        email=applicant.email,
        pin=applicant.pin,
        address=newest.address,
    )


def _birth_of(applicant: Applicant) -> date | None:
    facts = pin_facts(applicant.pin)
    return applicant.birth_on or (facts.birth_on if facts is not None else None)


def possible_duplicates(desk: Desk, draft: AppealDraft, limit: int = 5) -> tuple[PossibleDuplicate, ...]:
    """Requests of the last year that may be about the same matter, the likeliest first.

    The same person with the same category or like words in the subject; or anybody with the same subject to the same
    addressee. A hint for the clerk, never a refusal.
    """
    since_ms = desk.held().time_ms - DUPLICATE_AGE_MS
    own = earlier_of_person(desk, draft).rows
    found = {row.appeal: PossibleDuplicate(row, _likeness(draft, row), same_person=True) for row in own}
    if draft.subject.strip():
        matter = matter_key(draft.addressee_code, draft.addressee_site, draft.subject)
        for row in appeals.rows_of_matter(desk.store, matter, since_ms):
            found.setdefault(row.appeal, PossibleDuplicate(row, _likeness(draft, row), same_person=False))
    likely = [
        one
        for one in found.values()
        if one.likeness >= DUPLICATE_LEAST and int(one.row.registered_at.timestamp() * 1000) >= since_ms
    ]
    likely.sort(key=lambda one: (one.row.state in _OPEN, one.likeness, one.row.registered_at), reverse=True)
    return tuple(likely[:limit])


def due_preview(desk: Desk, kind: AppealKind) -> Due:
    """The term a request of this kind would have if it were registered now, with every day counted or skipped."""
    desk.renew_book()
    return compute_due(desk.today(), kind, desk.book.calendar, desk.book.terms)


def due_arithmetic(desk: Desk, seen: AppealSeen) -> Due:
    """How the term of a request was counted on the day it was registered, by the calendar as known now."""
    desk.renew_book()
    return compute_due(seen.registered_on, seen.kind, desk.book.calendar, desk.book.terms)


def working_days_left(desk: Desk, due_on: date) -> int:
    """Working days until a due day; 0 is today, below 0 is how many days late."""
    return desk.book.calendar.working_days_until(desk.today(), due_on)


def waiting(desk: Desk) -> Waiting:
    """What has not reached the centre yet."""
    return delivery.waiting(desk.store)


def list_outbox(desk: Desk, limit: int = 200) -> tuple[OutboxItem, ...]:
    """What is on its way and why it waits."""
    return delivery.list_outbox(desk.store, limit)


def delivery_week(desk: Desk) -> WeekOfDelivery:
    """The last seven days of Delivery."""
    return delivery.week(desk.store, desk.held().time_ms)


def log_witnesses(desk: Desk) -> Witnesses:
    """Which offices beside this one were seen to watch the public log."""
    return delivery.witnesses(desk.store, desk.held().time_ms)


def list_notices(desk: Desk, limit: int = 50) -> tuple[Notice, ...]:
    """What the centre said lately."""
    return delivery.list_notices(desk.store, limit)


def _with_delivery(seen: AppealSeen, events: tuple[LaidEvent, ...], names: dict[UUID, str]) -> AppealSeen:
    came = {event.known.hash: event for event in events}
    history = tuple(
        replace(
            entry,
            delivery=came[entry.event].delivery if entry.event in came else DeliveryState.REGISTERED,
            code=came[entry.event].code if entry.event in came else "",
            person_name=names.get(entry.person, "") if entry.person is not None else "",
        )
        for entry in seen.history
    )
    return replace(seen, history=history)


def _files(desk: Desk, seen: AppealSeen) -> tuple[FileSeen, ...]:
    rows = desk.store.connection.execute(
        "SELECT a.event_hash, a.blob_id, a.blob_key, a.name, a.media_type, a.size_bytes, coalesce(b.is_here, 0), "
        "coalesce(b.is_lost, 0), coalesce(b.sent_bytes, 0), coalesce(b.size_bytes, 0), b.acknowledged_at_ms, "
        "coalesce(b.is_own, 0) FROM attachments a LEFT JOIN blobs b ON b.blob_id = a.blob_id "
        "WHERE a.appeal = ? ORDER BY a.event_hash = ? DESC, a.event_hash, a.place",
        (seen.appeal, seen.appeal),
    )
    return tuple(
        FileSeen(
            attachment=Attachment(row[1], row[2], row[3], row[4], row[5]),
            event=row[0],
            is_here=bool(row[6]),
            is_lost=bool(row[7]) or row[1] in seen.lost_blobs,
            sent_bytes=row[8],
            sealed_bytes=row[9],
            is_acknowledged=row[10] is not None or not row[11],
        )
        for row in rows
        if row[2] is not None
    )


def _repeats(desk: Desk, seen: AppealSeen) -> tuple[AppealRow, ...]:
    linked = dict.fromkeys((*((seen.repeat_of,) if seen.repeat_of else ()), *seen.links))
    rows = (appeals.row_by_hash(desk.store, other) for other in linked)
    return tuple(row for row in rows if row is not None)


def _likeness(draft: AppealDraft, row: AppealRow) -> int:
    """0…100: half for a shared category, half for shared words of the subject."""
    categories = 50 if set(draft.categories) & set(row.categories) else 0
    ours, theirs = set(search_terms(draft.subject)), set(search_terms(row.subject))
    words = 50 * len(ours & theirs) // len(ours | theirs) if ours and theirs else 0
    return categories + words
