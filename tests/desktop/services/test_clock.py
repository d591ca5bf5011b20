"""A clock that is wrong by hours changes no day, term or year, and what was written by it says so."""

from datetime import timedelta

import pytest

from liaison_desktop.domain.times import local_day, noon_of
from liaison_desktop.services.checking import check_receipt
from liaison_desktop.services.reading import appeal_card, due_preview
from liaison_desktop.services.registering import register_appeal, registered
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


@pytest.mark.parametrize("away_ms", [-3 * 24 * HOUR_MS, -5 * HOUR_MS, 40 * 24 * HOUR_MS])
def test_an_hour_that_nobody_measured_is_not_given_out(office: Office, away_ms: int):
    office.clock.go_on(HOUR_MS)
    office.clock.now_ms += away_ms
    given = register_appeal(office.desk, make_draft())
    assert not given.is_hour_known
    assert not registered(office.desk, given.event).is_hour_known
    assert not appeal_card(office.desk, given.event).seen.is_hour_known
    for said in (given.number, given.qr_text):
        assert not check_receipt(office.desk, said).is_hour_known


def test_an_hour_by_a_clock_that_is_right_is_known(office: Office):
    office.clock.go_on(HOUR_MS)
    given = register_appeal(office.desk, make_draft())
    assert given.is_hour_known
    assert appeal_card(office.desk, given.event).seen.is_hour_known
    assert check_receipt(office.desk, given.qr_text).is_hour_known


def test_a_clock_that_stands_in_another_day_by_a_minute_gives_no_hour_that_nobody_measured(office: Office):
    to_midnight_ms = noon_of(local_day(NOW_MS)) + 12 * HOUR_MS - NOW_MS
    office.clock.go_on(to_midnight_ms - 30_000)
    office.clock.now_ms += 60_000
    given = register_appeal(office.desk, make_draft())
    assert given.registered_on == local_day(NOW_MS)
    assert not given.is_hour_known
