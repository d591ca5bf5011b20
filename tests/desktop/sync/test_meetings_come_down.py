"""Meetings come down by the feed, stand in the office's store and are read with no line."""

from datetime import timedelta

from liaison_desktop.domain.times import local_day, moment
from liaison_desktop.services.conferring import list_meetings, meeting_whole
from liaison_desktop.store import meetings
from server_sync.contract.bodies import (
    AgendaItem,
    Attended,
    DecisionTaken,
    DecisionWithdrawn,
    Invited,
    MeetingCancelled,
    MeetingChanged,
    MeetingClosed,
    MeetingOpened,
    MeetingPart,
    MeetingPlan,
    MeetingPlanned,
    Words,
)
from server_sync.contract.meetings import MeetingState
from tests.contract.invented import NOW_MS

NAME, OTHER = bytes(range(16)), bytes(16)
HOUR_MS = 3_600_000
TITLE, WHY = Words("Жыйналыш", "Совещание", "Meeting"), Words("Себеп", "Причина", "Reason")
CHAIR = "KG-HALL"


def plan(office, start_ms: int = NOW_MS + HOUR_MS, **changes: object) -> MeetingPlan:
    said: dict[str, object] = {
        "title": TITLE,
        "starts_at_ms": start_ms,
        "minutes": 60,
        "invited": (
            Invited(CHAIR, MeetingPart.CHAIR),
            Invited(office.office.desk.enrolment.site_code, MeetingPart.SPEAKER),
        ),
        "agenda": (AgendaItem(Words("Суу"), office.office.desk.enrolment.site_code, 20),),
    }
    return MeetingPlan(**(said | changes))  # type: ignore[arg-type]  # a test changes what it likes


def coming(office):
    return list_meetings(office.office.desk).coming


def test_a_meeting_that_is_planned_stands_in_the_offices_list_with_its_own_part(office, centre):
    centre.say(MeetingPlanned(NAME, plan(office)))
    office.exchange()
    (row,) = coming(office)
    assert (row.title, row.part, row.chair_site) == (TITLE, MeetingPart.SPEAKER, CHAIR)
    assert row.ends_at - row.starts_at == timedelta(hours=1)
    assert meeting_whole(office.office.desk, NAME).plan.agenda[0].title.ky == "Суу"
    assert office.changes[-1].meetings


def test_an_exchange_without_word_of_meetings_disturbs_no_screen(office, centre):
    office.register()
    office.exchange()
    assert not any(one.meetings for one in office.changes)


def test_the_next_meeting_stands_first_and_those_that_are_over_stand_by_themselves(office, centre):
    centre.say(MeetingPlanned(NAME, plan(office, NOW_MS + 5 * HOUR_MS)))
    centre.say(MeetingPlanned(OTHER, plan(office, NOW_MS + 2 * HOUR_MS)))
    centre.say(MeetingPlanned(bytes([7]) * 16, plan(office, NOW_MS - 5 * HOUR_MS)))
    office.exchange()
    here = list_meetings(office.office.desk)
    assert [row.meeting for row in here.coming] == [OTHER, NAME]
    assert [row.meeting for row in here.past] == [bytes([7]) * 16]


def test_a_meeting_that_is_moved_says_from_when_and_why(office, centre):
    centre.say(MeetingPlanned(NAME, plan(office)))
    centre.say(MeetingChanged(NAME, plan(office, NOW_MS + 3 * HOUR_MS), WHY))
    office.exchange()
    (row,) = coming(office)
    assert row.moved_from == moment(NOW_MS + HOUR_MS)
    assert (row.starts_at, row.reason) == (moment(NOW_MS + 3 * HOUR_MS), WHY)


def test_a_cancelled_meeting_stays_in_sight_until_its_time_has_passed(office, centre):
    centre.say(MeetingPlanned(NAME, plan(office)))
    centre.say(MeetingCancelled(NAME, WHY))
    office.exchange()
    (row,) = coming(office)
    assert (row.state, row.reason) == (MeetingState.CANCELLED, WHY)
    assert meetings.coming(office.store.connection, NOW_MS + 3 * HOUR_MS) == ()


def test_an_office_that_is_no_longer_invited_sees_that(office, centre):
    centre.say(MeetingPlanned(NAME, plan(office)))
    centre.say(MeetingChanged(NAME, plan(office, invited=(Invited(CHAIR, MeetingPart.CHAIR),), agenda=()), WHY))
    office.exchange()
    (row,) = coming(office)
    assert row.part is None


def test_an_office_that_is_invited_by_a_change_needs_nothing_that_was_said_before(office, centre):
    centre.say(MeetingChanged(NAME, plan(office), WHY))
    centre.say(MeetingOpened(NAME))
    office.exchange()
    (row,) = coming(office)
    assert row.state is MeetingState.OPEN


def test_an_open_meeting_is_no_past_one_until_it_is_closed(office, centre):
    centre.say(MeetingPlanned(NAME, plan(office, NOW_MS - 3 * HOUR_MS)))
    centre.say(MeetingOpened(NAME))
    office.exchange()
    assert [row.meeting for row in coming(office)] == [NAME]
    centre.say(MeetingClosed(NAME, (Attended(CHAIR, 60),)))
    office.exchange()
    assert coming(office) == ()
    assert meeting_whole(office.office.desk, NAME).attended == (Attended(CHAIR, 60),)


def test_meetings_that_came_before_the_update_are_read_after_it(office, centre):
    centre.say(MeetingPlanned(NAME, plan(office)))
    office.exchange()
    with office.store.transaction() as connection:
        connection.execute("DELETE FROM meetings")
        connection.execute("DELETE FROM meeting_events")
        connection.execute("INSERT INTO settings (name, value) VALUES ('meetings_due', '1')")
    assert coming(office) == ()
    assert meetings.renew_if_due(office.store)
    assert not meetings.renew_if_due(office.store)
    assert [row.meeting for row in coming(office)] == [NAME]


def test_what_a_restored_centre_no_longer_knows_of_a_meeting_counts_no_more(office, centre):
    centre.say(MeetingPlanned(NAME, plan(office)))
    centre.say(MeetingPlanned(OTHER, plan(office)))
    centre.say(MeetingCancelled(NAME, WHY))
    office.exchange()
    centre.server_epoch += 1
    del centre.feed[1:]
    office.exchange()
    office.exchange()
    (row,) = coming(office)
    assert (row.meeting, row.state) == (NAME, MeetingState.PLANNED)


def decision(office, name: bytes = OTHER, **changes: object) -> DecisionTaken:
    said: dict[str, object] = {
        "text": Words("Көмүр"),
        "executors": (office.office.desk.enrolment.site_code,),
        "due_on": local_day(NOW_MS) + timedelta(days=10),
        "item": 1,
    }
    return DecisionTaken(name, NAME, **(said | changes))  # type: ignore[arg-type]  # a test changes what it likes


def test_decisions_stand_with_their_meeting_and_what_is_to_be_done_by_itself(office, centre):
    centre.say(MeetingPlanned(NAME, plan(office)))
    centre.say(MeetingOpened(NAME))
    centre.say(decision(office))
    centre.say(decision(office, bytes([1]) * 16, executors=(CHAIR,)))
    centre.say(MeetingClosed(NAME))
    office.exchange()
    assert [one.text.ky for one in meeting_whole(office.office.desk, NAME).decisions] == ["Көмүр", "Көмүр"]
    here = list_meetings(office.office.desk)
    assert ([one.decision for one in here.to_do], dict(here.titles)) == ([OTHER], {NAME: TITLE})
    assert office.changes[-1].meetings


def test_a_withdrawn_decision_stays_with_its_reason_and_is_to_be_done_no_more(office, centre):
    centre.say(MeetingPlanned(NAME, plan(office)))
    centre.say(decision(office))
    centre.say(DecisionWithdrawn(OTHER, NAME, WHY))
    office.exchange()
    (one,) = meeting_whole(office.office.desk, NAME).decisions
    assert (one.is_withdrawn, one.reason) == (True, WHY)
    assert list_meetings(office.office.desk).to_do == ()


def test_an_office_that_was_not_invited_learns_what_it_has_to_do(office, centre):
    centre.say(decision(office))
    office.exchange()
    here = list_meetings(office.office.desk)
    assert ([one.decision for one in here.to_do], here.titles) == ([OTHER], ())
    assert (here.coming, here.past) == ((), ())


def test_what_was_due_long_ago_is_told_of_no_more(office, centre):
    centre.say(decision(office, due_on=local_day(NOW_MS) - timedelta(days=91)))
    centre.say(decision(office, bytes([1]) * 16, due_on=local_day(NOW_MS) - timedelta(days=90)))
    office.exchange()
    assert [one.decision for one in list_meetings(office.office.desk).to_do] == [bytes([1]) * 16]


def test_decisions_are_the_same_when_they_are_laid_anew(office, centre):
    centre.say(MeetingPlanned(NAME, plan(office)))
    centre.say(decision(office))
    office.exchange()
    before = list_meetings(office.office.desk)
    with office.store.transaction() as connection:
        connection.execute("DELETE FROM meetings")
        connection.execute("DELETE FROM meeting_events")
        connection.execute("INSERT INTO settings (name, value) VALUES ('meetings_due', '1')")
    assert meetings.renew_if_due(office.store)
    assert list_meetings(office.office.desk) == before
