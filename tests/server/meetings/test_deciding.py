"""A decision is what the centre's events say of it: told to whom it concerns, and made anew with the register."""

from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from server_sync.appeals.matters import all_projections
from server_sync.appeals.rebuilding import rebuild
from server_sync.common.refusals import Refused
from server_sync.contract.bodies import DecisionWithdrawn, MeetingSaid, SaidLine, Words
from server_sync.contract.events import NO_PERSON, EventKind, read_body, read_header
from server_sync.contract.messages import EventRow, Quarantined
from server_sync.contract.numbers import RegistrationNumber
from server_sync.journal.models import Event, FeedRow
from server_sync.meetings import acts, deciding
from server_sync.meetings.models import KeptLine, Meeting, MeetingDecision
from server_sync.workplaces.models import Person, RoleGrant, Site
from tests.server.conftest import PASSWORD, SINCE
from tests.server.meetings.planning import CHAIR, DECISION, NAME, SPEAKER, WHY, decision, plan

pytestmark = pytest.mark.django_db
ELSEWHERE = "KG-O"
NUMBER = str(RegistrationNumber("ALA", 2026, "A", 42, 7))
WITHDRAWN = DecisionWithdrawn(DECISION, NAME, WHY)
SAID = MeetingSaid(NAME, 1, (SaidLine(SPEAKER, 1_780_000_000_000, "Үнү угулбайт"),))


@pytest.fixture
def open_meeting(assistant) -> bytes:
    """The person who leads a meeting that has begun."""
    acts.plan_meetings(assistant.id.bytes, NAME, [plan()])
    acts.open_meeting(assistant.id.bytes, NAME)
    return bytes(assistant.id.bytes)


def told(office) -> list[EventKind]:
    """Kinds of the decisions' events that an office has read."""
    office.exchange()
    kinds = [read_header(row.header).kind for row in office.feed if isinstance(row, EventRow)]
    return [EventKind(kind) for kind in kinds if kind >= EventKind.DECISION_TAKEN]


def rows() -> list[list[str]]:
    return [sorted(map(repr, one.rows.values_list(*one.anchors, *one.columns))) for one in all_projections()]


def test_a_decision_reaches_the_invited_offices_and_those_that_do_it_and_nobody_else(
    ala, chuy, plain, enrolled, open_meeting
):
    executor, other = plain(enrolled(ELSEWHERE)), plain(enrolled("KG-J"))
    deciding.take_decision(open_meeting, decision(executors=(SPEAKER, ELSEWHERE), requests=(NUMBER,)))
    deciding.withdraw_decision(open_meeting, WITHDRAWN)
    taken = [EventKind.DECISION_TAKEN, EventKind.DECISION_WITHDRAWN]
    assert told(ala) == told(chuy) == told(executor) == taken
    assert told(other) == []
    row = next(row for row in executor.feed if isinstance(row, EventRow))
    said = read_body(read_header(row.header), row.body)
    assert said == decision(executors=(SPEAKER, ELSEWHERE), requests=(NUMBER,))


def test_a_decision_and_a_kept_chat_are_made_anew_from_their_events(open_meeting, capsys):
    deciding.take_decision(open_meeting, decision())
    deciding.take_decision(open_meeting, decision(bytes(16), executors=(), due_on=None, item=0))
    deciding.withdraw_decision(open_meeting, WITHDRAWN)
    acts.close_meeting(open_meeting, NAME, said=lambda: [SAID])
    before, count = rows(), FeedRow.objects.count()
    call_command("rebuild_projections", "--compare")
    call_command("rebuild_projections", "--keep")
    assert "is what the events say" in capsys.readouterr().out
    assert (rows(), FeedRow.objects.count()) == (before, count)
    assert (MeetingDecision.objects.count(), KeptLine.objects.count()) == (2, 1)
    MeetingDecision.objects.filter(pk=DECISION).update(due_on=None)
    KeptLine.objects.update(text="")
    assert not rebuild(keep=True).is_equal
    assert rows() == before


def test_what_is_decided_stands_as_it_was_said(open_meeting):
    deciding.take_decision(open_meeting, decision(requests=(NUMBER,)))
    one = MeetingDecision.objects.get()
    assert (one.text_ky, one.text_ru, one.executors, one.item) == (
        "Суу түтүгүн оңдосун",
        "Починить водопровод",
        [SPEAKER],
        1,
    )
    assert (one.requests, one.taken_by.bytes, one.withdrawn_at) == ([NUMBER], open_meeting, None)
    deciding.withdraw_decision(open_meeting, WITHDRAWN)
    one.refresh_from_db()
    assert (one.withdrawn_at is not None, one.reason_ru) == (True, "Причина")


def test_a_kept_chat_is_told_to_no_office(ala, chuy, open_meeting):
    acts.close_meeting(open_meeting, NAME, said=lambda: [SAID])
    assert told(ala) == told(chuy) == []
    assert KeptLine.objects.get().text == "Үнү угулбайт"


@pytest.mark.parametrize("body", [decision(), WITHDRAWN, SAID], ids=lambda body: type(body).__name__)
def test_an_office_that_writes_of_decisions_is_refused_and_changes_nothing(ala, open_meeting, body):
    deciding.take_decision(open_meeting, decision(bytes(16)))
    before = rows()
    written = ala.write(body)
    ala.exchange()
    ala.exchange()
    assert Quarantined(written.hash, "not_for_offices") in ala.feed
    assert rows() == before
    assert rebuild(keep=False).is_equal


BAD: dict[str, dict[str, object]] = {
    "decision_empty": {"text": Words(" \u2060", "\n")},
    "text_too_long": {"text": Words("а" * 2_001)},
    "control_character": {"text": Words("а\x00б")},
    "executor_twice": {"executors": (SPEAKER, SPEAKER)},
    "site_unknown": {"executors": ("KG-ZZ",)},
    "due_out_of_range": {"due_on": date(1999, 1, 1)},
    "due_in_the_past": {"due_on": timezone.localdate() - timedelta(days=1)},
    "due_too_far": {"due_on": timezone.localdate() + timedelta(days=6 * 366)},
    "item_unknown": {"item": 2},
    "number_malformed": {"requests": ("42",)},
    "number_check_failed": {"requests": (f"{NUMBER[:-1]}{(int(NUMBER[-1]) + 1) % 10}",)},
    "number_twice": {"requests": (NUMBER, NUMBER)},
}


@pytest.mark.parametrize("code", BAD)
def test_what_is_no_decision_is_refused_by_name_and_nothing_is_written(open_meeting, code):
    before = Event.custody.count()
    with pytest.raises(Refused) as refused:
        deciding.take_decision(open_meeting, decision(DECISION, **BAD[code]))
    assert refused.value.code == code
    assert (Event.custody.count(), MeetingDecision.objects.count()) == (before, 0)


def test_a_number_that_is_not_as_printed_is_none(open_meeting):
    with pytest.raises(Refused, match="number_malformed"):
        deciding.take_decision(open_meeting, decision(requests=(NUMBER.lower(),)))


def test_the_centre_is_no_office_that_could_do_something(open_meeting):
    with pytest.raises(Refused, match="site_unknown"):
        deciding.take_decision(open_meeting, decision(executors=("WEB",)))


def test_a_meeting_decides_from_its_beginning_until_a_month_after_its_end(assistant):
    person = assistant.id.bytes
    with pytest.raises(Refused, match="meeting_unknown"):
        deciding.take_decision(person, decision())
    acts.plan_meetings(person, NAME, [plan()])
    with pytest.raises(Refused, match="meeting_not_open"):
        deciding.take_decision(person, decision())
    acts.open_meeting(person, NAME)
    deciding.take_decision(person, decision())
    acts.close_meeting(person, NAME)
    deciding.take_decision(person, decision(bytes(16)))
    Meeting.objects.update(closed_at=timezone.now() - timedelta(days=31))
    with pytest.raises(Refused, match="minutes_stand"):
        deciding.take_decision(person, decision(bytes([1] * 16)))
    with pytest.raises(Refused, match="minutes_stand"):
        deciding.withdraw_decision(person, WITHDRAWN)


def test_a_cancelled_meeting_decides_nothing(assistant):
    acts.plan_meetings(assistant.id.bytes, NAME, [plan()])
    acts.cancel_meeting(assistant.id.bytes, NAME, WHY)
    with pytest.raises(Refused, match="meeting_cancelled"):
        deciding.take_decision(assistant.id.bytes, decision())


def test_a_decision_is_taken_once_and_withdrawn_once(open_meeting):
    with pytest.raises(Refused, match="no_such_decision"):
        deciding.withdraw_decision(open_meeting, WITHDRAWN)
    deciding.take_decision(open_meeting, decision())
    with pytest.raises(Refused, match="decision_known"):
        deciding.take_decision(open_meeting, decision())
    for reason in (Words(), Words(" ")):
        with pytest.raises(Refused, match="reason_missing"):
            deciding.withdraw_decision(open_meeting, DecisionWithdrawn(DECISION, NAME, reason))
    with pytest.raises(Refused, match="text_too_long"):
        deciding.withdraw_decision(open_meeting, DecisionWithdrawn(DECISION, NAME, Words("а" * 4_001)))
    deciding.withdraw_decision(open_meeting, WITHDRAWN)
    with pytest.raises(Refused, match="decision_withdrawn"):
        deciding.withdraw_decision(open_meeting, WITHDRAWN)


def test_only_who_leads_the_meeting_says_what_it_decided(open_meeting, vera, registrar):
    of_osh = Person.objects.create_person("osh", PASSWORD, surname="Ошова", given_name="Нур")
    RoleGrant.objects.create(person=of_osh, role="chair_assistant", site=Site.objects.get(pk=ELSEWHERE), from_on=SINCE)
    deciding.take_decision(open_meeting, decision(bytes(16)))
    for person in (vera, registrar, of_osh):
        with pytest.raises(Refused, match="role_missing"):
            deciding.take_decision(person.id.bytes, decision())
        with pytest.raises(Refused, match="role_missing"):
            deciding.withdraw_decision(person.id.bytes, DecisionWithdrawn(bytes(16), NAME, WHY))
    with pytest.raises(Refused, match="person_missing"):
        deciding.take_decision(NO_PERSON, decision())


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (MeetingSaid(NAME, 1, ()), "said_twice"),
        (MeetingSaid(NAME, 1, (SaidLine("KG-ZZ", 1, "а"),)), "site_unknown"),
        (MeetingSaid(NAME, 1, (SaidLine(CHAIR, 2**62, "а"),)), "start_out_of_range"),
        (MeetingSaid(NAME, 1, (SaidLine(CHAIR, 1, "а\x00"),)), "control_character"),
    ],
)
def test_a_chat_that_cannot_be_kept_keeps_no_meeting_open_unsaid(open_meeting, said, code):
    with pytest.raises(Refused, match=code):
        acts.close_meeting(open_meeting, NAME, said=lambda: [said])
    assert Meeting.objects.get().state == "open"
