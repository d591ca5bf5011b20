"""Offices with many requests, made quickly through the store's own functions and kept for the next measurement."""

import itertools
import json
import shutil
import uuid
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from liaison_desktop.domain.drafts import AppealDraft
from liaison_desktop.domain.seeing import as_seen_here
from liaison_desktop.domain.times import local_day
from liaison_desktop.services.desk import Desk
from liaison_desktop.services.registering import address_of, applicant_of, due_term
from liaison_desktop.store import outbox
from liaison_desktop.store.epochs import current_epoch
from liaison_desktop.store.events import write_event
from liaison_desktop.store.projecting import keep_attachments, project
from proving.asked import SAMPLES, draft_of, read_asked
from proving.counter import opened
from proving.world import Centre, ProgramFailed
from server_sync.contract.bodies import AppealRegistered
from server_sync.contract.deadlines import compute_due
from server_sync.contract.events import EventKind
from server_sync.contract.messages import ResultRun, Status

ROWS_IN_TRANSACTION: Final = 1_000
SITES: Final = ("KG-C-ALA", "KG-C", "KG-T")
SURNAMES: Final = ("Асанов", "Бекова", "Жээналиев", "Маматова", "Өмүрбеков", "Токтогулова", "Үсөнов", "Чороева")


def prepared_centre(home: Path, environment: Mapping[str, str] | None = None) -> Centre:
    """A centre with keys and people, not yet started."""
    centre = Centre(home, environment=environment or {})
    centre.prepare(SITES)
    return centre


def enrolled(centre: Centre, home: Path, site: str, server: str = "") -> dict[str, Any]:
    """Make a folder a workplace of a site, with its first clerk signed in once; says who that is."""
    clerk = centre.person("clerk", site)
    with opened(home, server or centre.address) as pc:
        pc.enrol(centre.enrolment_code(site))
        pc.sign_in(clerk["login"], clerk["password"])
    return {"login": clerk["login"], "password": clerk["password"], "site": site}


def drafts(desk: Desk, count: int) -> "itertools.islice[AppealDraft]":
    """As many drafts as wanted out of the invented requests; no two alike in name or number of the house."""
    asked = read_asked(SAMPLES)
    site = desk.enrolment.site_code

    def vary() -> Any:
        for place, one in enumerate(itertools.cycle(asked)):
            draft = draft_of(one, site, desk.book, "bench")
            if place >= len(asked):
                surname = f"{SURNAMES[place % len(SURNAMES)]}{'аеиоу'[place // 8 % 5]}"
                draft = replace(draft, surname=surname, street=f"{draft.street} {place}", pin="")
            yield replace(draft, draft_id=uuid.uuid4())

    return itertools.islice(vary(), count)


def fill(desk: Desk, count: int) -> None:
    """Register many requests, a thousand in a transaction, by the same functions as one at the counter."""
    author = desk.author(EventKind.APPEAL_REGISTERED)
    waiting = drafts(desk, count)
    while several := list(itertools.islice(waiting, ROWS_IN_TRANSACTION)):
        held = desk.held()
        registered_on = local_day(held.time_ms)
        with desk.store.transaction() as connection:
            for draft in several:
                body = _body(desk, draft, registered_on)
                written = write_event(connection, desk.clock, body, author, held=held)
                connection.execute(
                    "INSERT INTO registrations (draft_id, event_hash) VALUES (?, ?)",
                    (draft.draft_id.bytes, written.hash),
                )
                seen = as_seen_here((), (written.known,))
                if seen is None:
                    raise ProgramFailed("a registration made no request")
                project(connection, seen, (written.header.epoch, written.header.seq))
                keep_attachments(connection, written.known)
    desk.mirror_now()


def call_delivered(desk: Desk) -> None:
    """Mark everything as registered at the centre, as after years of ordinary days."""
    epoch = current_epoch(desk.store.connection)
    now_ms = desk.clock.wall_ms()
    with desk.store.transaction() as connection:
        outbox.mark_sent(connection, epoch.epoch, 1, epoch.last_seq, now_ms)
        outbox.take_custody(connection, epoch.epoch, 1, epoch.last_seq, 0, now_ms)
        outbox.settle(connection, epoch.epoch, ResultRun(1, epoch.last_seq, Status.REGISTERED, "", b""), now_ms)


def office_of(folder: Path, count: int) -> tuple[Path, dict[str, Any]]:
    """An office with so many requests, all delivered; made once for a folder and used again."""
    home, told = folder / f"office-{count}", folder / f"office-{count}.json"
    if told.exists():
        person: dict[str, Any] = json.loads(told.read_text(encoding="utf-8"))
        return home, person
    shutil.rmtree(home, ignore_errors=True)
    centre = prepared_centre(folder / "centre")
    centre.start()
    try:
        person = enrolled(centre, home, SITES[0])
    finally:
        centre.stop()
    with opened(home, centre.address) as pc:
        pc.sign_in(person["login"], person["password"])
        pc.on_desk(lambda desk: fill(desk, count))
        pc.on_desk(call_delivered)
    told.write_text(json.dumps(person), encoding="utf-8")
    return home, person


def _body(desk: Desk, draft: AppealDraft, registered_on: Any) -> AppealRegistered:
    if draft.kind is None or draft.answer_by is None:
        raise ProgramFailed("an invented request has no kind")
    return AppealRegistered(
        kind=draft.kind,
        form=draft.form,
        language=draft.language,
        applicant=applicant_of(draft),
        address=address_of(draft),
        answer_by=draft.answer_by,
        addressee_code=draft.addressee_code,
        addressee_site=draft.addressee_site,
        categories=draft.categories,
        subject=draft.subject,
        text=draft.text,
        registered_on=registered_on,
        due=due_term(compute_due(registered_on, draft.kind, desk.book.calendar, desk.book.terms)),
    )
