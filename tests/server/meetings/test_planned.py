"""A meeting is what the centre's events say of it: told to who is invited, and made anew with the register."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from server_sync.appeals.actions import EPOCH_OF_EVENT, interpret
from server_sync.appeals.matters import all_projections
from server_sync.appeals.rebuilding import rebuild
from server_sync.common.refusals import Refused
from server_sync.contract.bodies import (
    AgendaItem,
    Attended,
    Invited,
    MeetingCancelled,
    MeetingChanged,
    MeetingClosed,
    MeetingOpened,
    MeetingPart,
    MeetingPlanned,
    Words,
)
from server_sync.contract.erasure import ERASABLE
from server_sync.contract.events import NO_PERSON, EventKind, read_body, read_header
from server_sync.contract.messages import EventRow, Quarantined, Status
from server_sync.journal.models import Event, FeedRow, Reading
from server_sync.meetings import acts
from server_sync.meetings.models import Attendance, Invitation, Meeting
from server_sync.meetings.planned import KINDS
from server_sync.workplaces.models import Person, RoleGrant, Site
from tests.server.conftest import PASSWORD, SINCE
from tests.server.meetings.planning import CHAIR, NAME, SPEAKER, TITLE, WHY, coming, plan

pytestmark = pytest.mark.django_db
ELSEWHERE = "KG-O"


def told(office) -> list[int]:
    """Kinds of the meetings' events that an office has read."""
    office.exchange()
    kinds = [read_header(row.header).kind for row in office.feed if isinstance(row, EventRow)]
    return [kind for kind in kinds if kind >= EventKind.MEETING_PLANNED]


def live(person: bytes) -> None:
    """Three meetings with everything that can happen to one."""
    first, second, third = acts.plan_meetings(person, NAME, [plan(coming(days)) for days in (7, 14, 21)])
    with_others = (Invited(CHAIR, MeetingPart.CHAIR), Invited(ELSEWHERE, MeetingPart.OFFICE))
    acts.change_meeting(person, first, plan(coming(8), invited=with_others, agenda=()), WHY)
    acts.cancel_meeting(person, second, WHY)
    acts.open_meeting(person, third)
    acts.close_meeting(person, third, (Attended(CHAIR, 3_600), Attended(SPEAKER, 1_800)))


def test_an_invited_office_reads_the_meeting_and_another_one_does_not(ala, chuy, plain, enrolled, assistant):
    other = plain(enrolled(ELSEWHERE))
    acts.plan_meetings(assistant.id.bytes, NAME, [plan()])
    assert told(ala) == told(chuy) == [EventKind.MEETING_PLANNED]
    assert told(other) == []
    row = next(row for row in ala.feed if isinstance(row, EventRow))
    said = read_body(read_header(row.header), row.body)
    assert isinstance(said, MeetingPlanned)
    assert (said.meeting, said.plan.title) == (NAME, TITLE)


def test_all_that_becomes_of_a_meeting_is_told_to_who_is_invited(ala, chuy, assistant):
    live(assistant.id.bytes)
    planned, changed, cancelled, opened, closed, *_ = sorted(KINDS)
    assert told(chuy) == [planned, planned, planned, changed, cancelled, opened, closed]
    assert told(ala) == told(chuy)


def test_an_office_that_is_no_longer_invited_is_told_so_and_nothing_after_it(ala, chuy, assistant):
    acts.plan_meetings(assistant.id.bytes, NAME, [plan()])
    alone = (Invited(CHAIR, MeetingPart.CHAIR),)
    acts.change_meeting(assistant.id.bytes, NAME, plan(invited=alone, agenda=()), WHY)
    acts.open_meeting(assistant.id.bytes, NAME)
    assert told(ala) == [EventKind.MEETING_PLANNED, EventKind.MEETING_CHANGED]
    assert told(chuy) == [EventKind.MEETING_PLANNED, EventKind.MEETING_CHANGED, EventKind.MEETING_OPENED]


def test_a_meeting_stands_as_its_newest_plan_says(assistant):
    live(assistant.id.bytes)
    moved = Meeting.objects.get(pk=NAME)
    assert (moved.state, moved.starts_at, moved.agenda) == ("planned", coming(8), [])
    assert set(moved.invitations.values_list("site_id", flat=True)) == {CHAIR, ELSEWHERE}
    assert Meeting.objects.get(state="cancelled").cancel_reason_ru == "Причина"
    over = Meeting.objects.get(state="closed")
    assert over.opened_at is not None
    assert over.closed_at is not None
    assert dict(over.attendance.values_list("site_id", "seconds")) == {CHAIR: 3_600, SPEAKER: 1_800}
    assert over.planned_by == assistant.id
    assert over.agenda[0]["title"]["ru"] == "Вода"


def test_meetings_are_made_anew_from_their_events(assistant, capsys):
    live(assistant.id.bytes)
    rows = FeedRow.objects.count()
    call_command("rebuild_projections", "--compare")
    call_command("rebuild_projections", "--keep")
    call_command("rebuild_projections", "--compare")
    assert "is what the events say" in capsys.readouterr().out
    assert (Meeting.objects.count(), Invitation.objects.count(), Attendance.objects.count()) == (3, 6, 2)
    assert FeedRow.objects.count() == rows
    Meeting.objects.filter(pk=NAME).update(minutes=5)
    assert not rebuild(keep=True).is_equal
    assert Meeting.objects.get(pk=NAME).minutes == 60


def test_meetings_are_the_same_in_whatever_batches_their_events_are_read(assistant):
    live(assistant.id.bytes)
    events = list(Event.custody.filter(kind__in=KINDS).select_related(*EPOCH_OF_EVENT).order_by("leaf"))
    expected, told_first = rows(), None
    for seed in range(4):
        drawn = random.Random(seed)
        with transaction.atomic():
            for projected in reversed(list(all_projections())):
                projected.rows.all().delete()
            Reading.objects.filter(event__in=events).delete()
            left, changes = list(events), []
            while left:
                count = drawn.randint(1, len(left))
                changes += interpret(left[:count])
                left = left[count:]
            sites = [(one.site_code, one.event.leaf) for one in changes if one.event is not None]
            told_first = told_first or sites
            assert rows() == expected
            assert sites == told_first
            assert not Reading.objects.filter(event__in=events).exclude(status=Status.REGISTERED).exists()
            transaction.set_rollback(True)


def rows() -> list[list[str]]:
    return [sorted(map(repr, one.rows.values_list(*one.anchors, *one.columns))) for one in all_projections()]


@pytest.mark.parametrize(
    "body",
    [
        MeetingPlanned(NAME, plan()),
        MeetingChanged(NAME, plan(), WHY),
        MeetingCancelled(NAME, WHY),
        MeetingOpened(NAME),
        MeetingClosed(NAME, (Attended(SPEAKER, 60),)),
    ],
    ids=lambda body: type(body).__name__,
)
def test_an_office_that_writes_of_meetings_is_refused_and_changes_nothing(ala, assistant, body):
    acts.plan_meetings(assistant.id.bytes, NAME, [plan(minutes=90)])
    before = rows()
    written = ala.write(body)
    ala.exchange()
    ala.exchange()
    assert Quarantined(written.hash, "not_for_offices") in ala.feed
    assert rows() == before
    assert rebuild(keep=False).is_equal


BAD: dict[str, dict[str, object]] = {
    "chair_missing": {"invited": (Invited(SPEAKER, MeetingPart.SPEAKER),)},
    "two_chairs": {"invited": (Invited(CHAIR, MeetingPart.CHAIR), Invited(SPEAKER, MeetingPart.CHAIR))},
    "nobody_invited": {"invited": ()},
    "invited_twice": {"invited": (Invited(CHAIR, MeetingPart.CHAIR), Invited(CHAIR, MeetingPart.OFFICE))},
    "site_unknown": {"invited": (Invited(CHAIR, MeetingPart.CHAIR), Invited("KG-ZZ", MeetingPart.OFFICE))},
    "title_missing": {"title": Words(" ")},
    "text_too_long": {"title": Words("а" * 301)},
    "item_untitled": {"agenda": (AgendaItem(Words()),)},
    "speaker_not_invited": {"agenda": (AgendaItem(TITLE, ELSEWHERE),)},
    "closed_to_the_public": {"is_closed": True, "is_public": True},
    "start_out_of_range": {"starts_at_ms": 2**62},
    "starts_in_the_past": {"starts_at_ms": 1_700_000_000_000},
    "too_far_ahead": {"starts_at_ms": 4_102_444_800_000},
    "length_out_of_range": {"minutes": 0},
    "seats_out_of_range": {"seats": 21},
}


@pytest.mark.parametrize("code", BAD)
def test_what_is_no_plan_is_refused_by_name_and_nothing_is_written(assistant, code):
    before = Event.custody.count()
    with pytest.raises(Refused) as refused:
        acts.plan_meetings(assistant.id.bytes, NAME, [plan(), plan(None, **BAD[code])])
    assert refused.value.code == code
    assert (Event.custody.count(), Meeting.objects.count()) == (before, 0)


def test_the_centre_is_no_office_that_could_be_invited(assistant):
    with pytest.raises(Refused, match="site_unknown"):
        acts.plan_meetings(assistant.id.bytes, NAME, [plan(invited=(Invited("WEB", MeetingPart.CHAIR),), agenda=())])


def test_what_a_meeting_is_past_is_refused_by_name(assistant):
    person = assistant.id.bytes
    with pytest.raises(Refused, match="meeting_unknown"):
        acts.open_meeting(person, NAME)
    acts.plan_meetings(person, NAME, [plan()])
    with pytest.raises(Refused, match="meeting_known"):
        acts.plan_meetings(person, NAME, [plan()])
    with pytest.raises(Refused, match="meeting_not_open"):
        acts.close_meeting(person, NAME)
    acts.open_meeting(person, NAME)
    with pytest.raises(Refused, match="meeting_open"):
        acts.open_meeting(person, NAME)
    with pytest.raises(Refused, match="meeting_open"):
        acts.cancel_meeting(person, NAME, WHY)
    with pytest.raises(Refused, match="attended_twice"):
        acts.close_meeting(person, NAME, (Attended(CHAIR, 1), Attended(CHAIR, 2)))
    acts.close_meeting(NO_PERSON, NAME)
    with pytest.raises(Refused, match="meeting_over"):
        acts.change_meeting(person, NAME, plan(), WHY)
    with pytest.raises(Refused, match="meeting_over"):
        acts.close_meeting(person, NAME)


def test_a_cancelled_meeting_stays_cancelled_and_says_why(assistant):
    acts.plan_meetings(assistant.id.bytes, NAME, [plan()])
    with pytest.raises(Refused, match="reason_missing"):
        acts.cancel_meeting(assistant.id.bytes, NAME, Words())
    acts.cancel_meeting(assistant.id.bytes, NAME, WHY)
    with pytest.raises(Refused, match="meeting_cancelled"):
        acts.open_meeting(assistant.id.bytes, NAME)


def test_a_plan_that_a_colleague_changed_meanwhile_is_not_overwritten(assistant):
    acts.plan_meetings(assistant.id.bytes, NAME, [plan()])
    seen = bytes(Meeting.objects.get().event.hash)
    acts.change_meeting(assistant.id.bytes, NAME, plan(minutes=30), WHY, seen)
    with pytest.raises(Refused, match="changed_meanwhile"):
        acts.change_meeting(assistant.id.bytes, NAME, plan(minutes=45), WHY, seen)
    assert Meeting.objects.get().minutes == 30


def test_a_meeting_that_has_begun_can_get_another_agenda_and_keeps_its_beginning(assistant):
    soon = timezone.now().replace(microsecond=0) + timedelta(minutes=1)
    acts.plan_meetings(assistant.id.bytes, NAME, [plan(soon)])
    acts.open_meeting(assistant.id.bytes, NAME)
    Meeting.objects.update(starts_at=soon - timedelta(hours=1))
    acts.change_meeting(assistant.id.bytes, NAME, plan(soon - timedelta(hours=1), agenda=()), WHY)
    with pytest.raises(Refused, match="starts_in_the_past"):
        acts.change_meeting(assistant.id.bytes, NAME, plan(soon - timedelta(hours=2)), WHY)
    assert Meeting.objects.get().state == "open"


def test_only_who_reaches_the_chairs_office_plans_its_meetings(assistant, vera, registrar):
    of_osh = Person.objects.create_person("osh", PASSWORD, surname="Ошова", given_name="Нур")
    RoleGrant.objects.create(person=of_osh, role="chair_assistant", site=Site.objects.get(pk=ELSEWHERE), from_on=SINCE)
    for person in (vera, registrar, of_osh):
        with pytest.raises(Refused, match="role_missing"):
            acts.plan_meetings(person.id.bytes, NAME, [plan()])
    with pytest.raises(Refused, match="person_missing"):
        acts.plan_meetings(NO_PERSON, NAME, [plan()])
    acts.plan_meetings(assistant.id.bytes, NAME, [plan()])
    own = (Invited(ELSEWHERE, MeetingPart.CHAIR), Invited(SPEAKER, MeetingPart.SPEAKER))
    with pytest.raises(Refused, match="role_missing"):
        acts.change_meeting(of_osh.id.bytes, NAME, plan(invited=own), WHY)  # a chair of theirs makes it not theirs
    acts.plan_meetings(of_osh.id.bytes, bytes(16), [plan(invited=own)])


def test_a_whole_year_of_weeks_is_planned_at_once_and_each_meeting_has_a_name_of_its_own(assistant):
    series = replace(plan(), series=NAME)
    week = 7 * 86_400_000
    plans = [replace(series, starts_at_ms=series.starts_at_ms + place * week) for place in range(52)]
    names = acts.plan_meetings(assistant.id.bytes, NAME, plans)
    assert len(set(names)) == Meeting.objects.filter(series=NAME).count() == 52
    with pytest.raises(Refused, match="too_many"):
        acts.plan_meetings(assistant.id.bytes, NAME, [*plans, series])


def test_nothing_of_meetings_is_offered_for_erasure():
    assert not KINDS & ERASABLE
