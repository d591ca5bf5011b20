"""A clock that is wrong by hours changes no day, term or year, and what was written by it says so."""

from datetime import timedelta

import pytest

from liaison_desktop.domain.times import local_day
from liaison_desktop.services.reading import appeal_card, due_preview
from liaison_desktop.services.registering import register_appeal
from liaison_desktop.store.settings import hear_server_time
from liaison_desktop.workplace.clock import ClerksWord
from server_sync.contract.bodies import AppealKind
from server_sync.contract.events import Header, read_header
from tests.contract.invented import NOW_MS
from tests.desktop.office import Office, make_draft

HOUR_MS = 3_600_000


def header_of(office: Office, appeal: bytes) -> Header:
    row = office.desk.store.connection.execute("SELECT header FROM events WHERE event_hash = ?", (appeal,)).fetchone()
    return read_header(row[0])


@pytest.mark.parametrize("hours", [-11, -7, 7, 11])
def test_a_clock_wrong_by_hours_decides_no_day_within_one_start(office: Office, hours: int):
    office.clock.go_on(HOUR_MS)
    office.clock.now_ms += hours * HOUR_MS
    registered = register_appeal(office.desk, make_draft())
    assert registered.registered_on == local_day(NOW_MS + HOUR_MS)
    assert registered.due.due_on == due_preview(office.desk, AppealKind.COMPLAINT).due_on
    assert header_of(office, registered.event).is_hour_doubtful
    assert appeal_card(office.desk, registered.event).seen.history[0].is_hour_doubtful


def test_a_clock_that_is_right_leaves_no_mark(office: Office):
    office.clock.go_on(HOUR_MS)
    office.clock.now_ms += 60_000
    assert not header_of(office, register_appeal(office.desk, make_draft()).event).is_hour_doubtful


def test_the_word_of_the_clerk_holds_until_the_next_start_or_the_next_word_of_the_centre(office: Office):
    office.clock.now_ms += 9 * HOUR_MS
    hear_server_time(office.desk.store, office.clock, NOW_MS)
    office.clock.go_on(20 * HOUR_MS)
    office.clock.boot, office.clock.running_ms = b"boot-002", 1_000
    office.restart()
    assert office.desk.held().is_to_ask
    held = office.desk.hear_of_clock(ClerksWord.WRONG)
    assert not held.is_to_ask
    registered = register_appeal(office.desk, make_draft())
    assert registered.registered_on == local_day(NOW_MS + 20 * HOUR_MS)
    assert header_of(office, registered.event).is_hour_doubtful
    office.clock.boot = b"boot-003"
    assert office.desk.held().is_to_ask
    hear_server_time(office.desk.store, office.clock, NOW_MS + int(timedelta(hours=21).total_seconds() * 1000))
    assert not office.desk.held().is_to_ask
