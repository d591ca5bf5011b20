"""A conversation about a request: asked for at the office, set by its body with a meeting of its own, noted, erased."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from server_sync.appeals import actions, rebuilding, receiving
from server_sync.appeals.erasing import erase_request
from server_sync.appeals.models import Appeal, Reception
from server_sync.appeals.rebuilding import rebuild
from server_sync.casework import receptions
from server_sync.contract.bodies import MeetingPart, ReceptionOutcome, ReceptionSaid, ReceptionWish, Words
from server_sync.contract.events import EventKind
from server_sync.contract.messages import Quarantined, Status
from server_sync.contract.receptions import RECEPTION_KINDS, ReceptionState
from server_sync.contract.workflow import Role
from server_sync.journal.models import Event, FeedRow, Reading
from server_sync.meetings.door_models import GuestLink
from server_sync.meetings.models import Meeting
from server_sync.meetings.receiving import Appointment, set_reception
from server_sync.pages.life import Wanted, life
from server_sync.workplaces.models import Body, Person, Site
from server_sync.workplaces.people import grant_role
from tests.server.appeals.test_erasing import words_in_tables
from tests.server.casework.test_officers import act, said
from tests.server.conftest import BODY, OFFICE_A, SINCE, Office
from tests.server.counter import Counter, routed

pytestmark = pytest.mark.django_db

WISH = ReceptionSaid(ReceptionWish(by_video=True, days=(date(2026, 12, 14),), note="Суу жөнүндө сүйлөшөм"))
DAY = timezone.localdate() + timedelta(days=7)
SET = {"day": f"{DAY:%d.%m.%Y}", "at": "10:30", "minutes": 30, "ky": "Акимдин орун басары", "ru": "Заместитель акима"}
OUTCOME = {"said": "Суу башаты көрсөтүлдү", "promised": "Түтүк", "promised_on": f"{DAY:%d.%m.%Y}"}


@pytest.fixture
def counter(office_a: Office) -> Counter:
    return Counter(office_a)


@pytest.fixture
def as_vera(vera, browser_of):
    return browser_of(vera)


@pytest.fixture
def appeal(counter: Counter) -> Appeal:
    return routed(counter.register())


def says(counter: Counter, appeal: Appeal, body: ReceptionSaid) -> Event:
    """The office says something of a conversation, and it arrives."""
    made = counter.wire.write(body, appeal=bytes(appeal.hash), person=counter.clerk.id.bytes)
    counter.wire.exchange()
    return Event.custody.get(hash=made.hash)


@pytest.fixture
def asked(counter: Counter, appeal: Appeal) -> Appeal:
    says(counter, appeal, WISH)
    return appeal


@pytest.fixture
def appointed(asked: Appeal, as_vera) -> Appeal:
    assert act(as_vera, asked, "reception", **SET).status_code == 302
    return asked


def state(appeal: Appeal) -> str | None:
    row = receiving.newest(appeal)
    return None if row is None else row.state


def taken_back(appeal: Appeal) -> ReceptionSaid:
    """That the newest conversation is not wanted any more."""
    row = receiving.newest(appeal)
    assert row is not None
    return ReceptionSaid(is_taken_back=True, asked=bytes(row.event.hash))


def outcome_of(appeal: Appeal, outcome: ReceptionOutcome) -> ReceptionSaid:
    """What came of the newest conversation."""
    row = receiving.newest(appeal)
    assert row is not None
    return ReceptionSaid(outcome=outcome, meeting=row.meeting)


def page(browser, appeal: Appeal) -> str:
    return str(browser.get(f"/work/a/{appeal.number}").content.decode())


def test_the_officer_sees_the_wish_in_the_list_and_on_the_page(asked, as_vera):
    assert "аңгемелешүү сурайт" in as_vera.get("/work").content.decode()
    assert "Суу жөнүндө сүйлөшөм" in page(as_vera, asked)
    assert state(asked) == ReceptionState.ASKED


def test_a_day_is_set_with_a_meeting_of_few_seats_that_names_nobody(appointed):
    body, header = said(appointed, EventKind.RECEPTION_SET)
    meeting = Meeting.objects.get(pk=body.meeting)
    assert (meeting.seats, meeting.is_public, meeting.is_recorded, meeting.minutes) == (4, False, False, 30)
    assert timezone.localtime(meeting.starts_at) == datetime.combine(
        DAY, datetime.min.time().replace(hour=10, minute=30), timezone.get_current_timezone()
    )
    told = " ".join((meeting.title_ky, meeting.title_ru, meeting.title_en, meeting.note_ky, str(meeting.agenda)))
    assert appointed.surname not in told
    assert appointed.number not in told
    assert list(meeting.invitations.values_list("site_id", "part")) == [(OFFICE_A, MeetingPart.CHAIR)]
    assert header.appeal == bytes(appointed.hash)
    assert state(appointed) == ReceptionState.SET


def test_the_feed_tells_the_office_of_the_request_alone(appointed, office_b):
    kinds = (EventKind.RECEPTION_SET, EventKind.MEETING_PLANNED)
    for kind in kinds:
        event = Event.custody.get(kind=kind)
        assert set(FeedRow.objects.filter(event=event).values_list("site_id", flat=True)) == {OFFICE_A}


def test_the_law_s_term_stays_what_it_was(asked, as_vera):
    before = Appeal.objects.get(pk=asked.pk).due_on
    act(as_vera, asked, "reception", **SET)
    act(as_vera, asked, "outcome", **OUTCOME)
    assert Appeal.objects.get(pk=asked.pk).due_on == before


def test_what_is_set_is_moved_in_the_same_meeting_and_the_same_again_changes_nothing(appointed, as_vera):
    first = Meeting.objects.get()
    assert act(as_vera, appointed, "reception", **SET | {"at": "15:00"}).status_code == 302
    assert Meeting.objects.get().pk == first.pk
    assert timezone.localtime(Meeting.objects.get().starts_at).hour == 15
    count = Event.custody.count()
    assert act(as_vera, appointed, "reception", **SET | {"at": "15:00"}).status_code == 302
    assert Event.custody.count() == count


def test_a_wish_is_declined_with_a_reason_and_can_be_made_anew(counter, asked, as_vera):
    assert act(as_vera, asked, "decline").status_code == 409
    assert act(as_vera, asked, "decline", ru="Нет полномочий").status_code == 302
    assert state(asked) == ReceptionState.DECLINED
    assert act(as_vera, asked, "reception", **SET).status_code == 409
    says(counter, asked, WISH)
    assert state(asked) == ReceptionState.ASKED
    assert Reception.objects.count() == 2


def test_what_was_set_is_called_off_together_with_its_meeting(appointed, as_vera):
    assert act(as_vera, appointed, "decline", ru="Заболел Асанов").status_code == 302
    meeting = Meeting.objects.get()
    assert meeting.state == "cancelled"
    assert "Асанов" not in meeting.cancel_reason_ru
    assert state(appointed) == ReceptionState.CANCELLED


def test_a_citizen_who_does_not_want_it_any_more_is_seen_and_the_meeting_called_off(counter, appointed, as_vera):
    says(counter, appointed, taken_back(appointed))
    assert state(appointed) == ReceptionState.TAKEN_BACK
    assert act(as_vera, appointed, "decline", ru="По желанию заявителя").status_code == 302
    assert Meeting.objects.get().state == "cancelled"


@pytest.mark.parametrize(("name", "typed"), [("reception", SET), ("decline", {"ru": "Нет полномочий"})])
def test_what_was_taken_back_and_asked_for_again_leaves_no_meeting_that_nobody_can_call_off(
    counter, appointed, as_vera, name, typed
):
    first = Meeting.objects.get()
    act(as_vera, appointed, "invite")
    says(counter, appointed, taken_back(appointed))
    says(counter, appointed, WISH)
    assert act(as_vera, appointed, name, **typed).status_code == 302
    assert Meeting.objects.get(pk=first.pk).state == "cancelled"
    others = Meeting.objects.exclude(pk=first.pk).values_list("state", flat=True)
    assert list(others) == (["planned"] if name == "reception" else [])
    assert rebuild(keep=False).is_equal


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"day": "01.01.2020"}, "Бул саат"),
        ({"day": "31.02.2027"}, ""),
        ({"at": "25:00"}, ""),
        ({"minutes": 1}, ""),
        ({"minutes": 9_999}, ""),
        ({"site": "KG-NOWHERE"}, ""),
        ({"ky": "", "ru": ""}, ""),
        ({"ky": "а\u202eб"}, ""),
        ({"day": f"{DAY.replace(year=DAY.year + 5):%d.%m.%Y}"}, ""),
    ],
)
def test_a_day_that_cannot_be_is_refused_beside_its_field_and_nothing_is_written(asked, as_vera, changed, words):
    count = Event.custody.count()
    answer = act(as_vera, asked, "reception", **SET | changed)
    assert answer.status_code in {400, 409}
    assert words in answer.content.decode()
    assert Event.custody.count() == count
    assert not Meeting.objects.exists()


def test_a_link_by_a_browser_is_shown_once_and_bears_the_position(appointed, as_vera):
    answer = act(as_vera, appointed, "invite")
    link = GuestLink.objects.get()
    assert answer.status_code == 200
    assert link.name == "Акимдин орун басары"
    assert link.meeting == bytes(Meeting.objects.get().pk)
    assert "/meetings/guest#" in answer.content.decode()
    assert "/meetings/guest#" not in page(as_vera, appointed)


def test_a_link_that_went_astray_is_taken_back_on_the_request_s_page(appointed, as_vera):
    assert "links-back" not in page(as_vera, appointed)
    act(as_vera, appointed, "invite")
    assert "links-back" in page(as_vera, appointed)
    assert act(as_vera, appointed, "links-back").status_code == 302
    assert GuestLink.objects.get().withdrawn_at is not None
    assert "links-back" not in page(as_vera, appointed)


@pytest.mark.parametrize(
    ("changed", "is_taken_back"), [({"at": "15:00"}, False), ({"ky": "Башка төрага", "ru": "Другой"}, True)]
)
def test_a_link_is_good_for_whom_the_conversation_is_set_with_and_nobody_else(
    appointed, as_vera, changed, is_taken_back
):
    act(as_vera, appointed, "invite")
    assert act(as_vera, appointed, "reception", **SET | changed).status_code == 302
    assert (GuestLink.objects.get().withdrawn_at is not None) is is_taken_back


def test_a_link_of_one_body_opens_nothing_when_another_one_has_the_request(appointed, as_vera):
    act(as_vera, appointed, "invite")
    assert act(as_vera, appointed, "forward", body="PM", ky="Башка орган", ru="Другой орган").status_code == 302
    assert GuestLink.objects.get().withdrawn_at is not None


def test_no_link_is_made_where_nothing_is_set(asked, as_vera):
    assert act(as_vera, asked, "invite").status_code == 409
    assert not GuestLink.objects.exists()


@pytest.mark.parametrize("name", ["reception", "decline", "invite", "outcome", "links-back"])
@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.APPLICANT, Role.EVERYONE}])
def test_only_who_works_on_the_request_acts_on_its_conversation(appointed, role, name, centre, browser_of):
    acts_for_body = role in {Role.CASE_OFFICER, Role.AKIM, Role.PLENIPOTENTIARY}
    elsewhere = Person.objects.create_person("elsewhere", None, surname="Башка")
    here = Person.objects.create_person("here", None, surname="Ушул")
    for person, site, body in ((here, OFFICE_A, BODY), (elsewhere, "KG-O", "PM")):
        grant_role(
            person,
            role,
            from_on=SINCE,
            site=None if acts_for_body else Site.objects.get(pk=site),
            body=Body.objects.get(pk=body) if acts_for_body else None,
        )
    forms: dict[str, dict[str, object]] = {
        "reception": SET | {"at": "16:00"},
        "decline": {"ru": "Нет"},
        "invite": {},
        "links-back": {},
        "outcome": {**OUTCOME},
    }
    typed = forms[name]
    count = Event.custody.count()
    refused = act(browser_of(elsewhere), appointed, name, **typed)
    assert refused.status_code in {403, 404}
    answer = act(browser_of(here), appointed, name, **typed)
    if acts_for_body:
        assert answer.status_code in {200, 302}
        return
    assert answer.status_code in {302, 403, 404, 409}
    assert Event.custody.count() == count
    assert not GuestLink.objects.exists()


def test_the_meeting_stands_in_no_list_of_meetings_and_opens_to_no_assistant(
    appointed, assistant, captioner, browser_of
):
    browser = browser_of(assistant)
    address = Meeting.objects.get().address
    assert address not in browser.get("/meetings").content.decode()
    for path in ("", "/change", "/cancel", "/guests", "/minutes", "/record"):
        assert browser.get(f"/meetings/{address}{path}").status_code == 404, path
    typing = browser_of(captioner)
    assert address not in typing.get("/captions").content.decode()
    assert typing.get(f"/meetings/{address}/captions").status_code == 404


def test_the_applicant_reads_that_it_took_place_and_the_words_only_where_they_are_meant_for_them(appointed, as_vera):
    assert act(as_vera, appointed, "outcome", **OUTCOME, present="Асанов, котормочу").status_code == 302
    assert state(appointed) == ReceptionState.HELD
    assert "Суу башаты көрсөтүлдү" in page(as_vera, appointed)
    lines = [line for one in life(appointed, "ru", Wanted(), for_applicant=True).told for line in one.lines]
    assert "Аңгемелешүү болуп өттү." in lines
    assert not any("Суу башаты" in line for line in lines)
    act(as_vera, appointed, "outcome", **OUTCOME, present="Асанов", is_for_applicant="on")
    lines = [line for one in life(appointed, "ru", Wanted(), for_applicant=True).told for line in one.lines]
    assert any("Суу башаты" in line for line in lines)
    assert not any("Асанов" in line for line in lines)


def test_of_any_number_of_outcomes_the_page_reads_the_newest_few_and_the_lock_none(
    counter, appointed, as_vera, monkeypatch
):
    row = receiving.newest(appointed)
    assert row is not None
    for number in range(12):
        body = ReceptionSaid(outcome=ReceptionOutcome(f"Сөз-{number}"), meeting=row.meeting)
        counter.wire.write(body, appeal=bytes(appointed.hash), person=counter.clerk.id.bytes)
    counter.wire.exchange()
    told = receiving.told(appointed)
    assert told is not None
    assert [one.said for one in told.outcomes] == [f"Сөз-{number}" for number in range(7, 12)]
    assert told.outcomes_said == 12
    section = page(as_vera, appointed).partition('id="reception"')[2].partition("</section>")[0]
    assert [f"Сөз-{number}" in section for number in (6, 7, 11)] == [False, True, True]
    assert "тарыхында: 7" in section
    Reception.objects.update(state=ReceptionState.SET)

    def read(_appeal: Appeal) -> None:
        raise AssertionError("all that was said is read under the lock")

    monkeypatch.setattr(receiving, "told", read)
    wanted = Appointment(timezone.now() + timedelta(days=3), 30, Words("Төрага"))
    set_reception(bytes(16), appointed, wanted, lambda _now: None)


def test_which_conversation_is_the_newest_goes_by_when_it_took_effect_and_not_by_when_it_came(counter, asked, as_vera):
    act(as_vera, asked, "decline", ru="Нет")
    later = says(counter, asked, ReceptionSaid(ReceptionWish(by_video=True, note="экинчи")))
    entries = list(asked.history.filter(kind__in=RECEPTION_KINDS))
    first = Reception.objects.get(event=entries[0].event)
    Reception.objects.filter(pk=first.pk).delete()
    first.pk, first.state = None, ReceptionState.ASKED
    first.save()
    asked.history.filter(pk__in=[entry.pk for entry in entries]).delete()
    for entry in (entries[2], entries[0]):  # the first wish waited, and took effect after the second one
        entry.pk = None
        entry.save()
    newest, told = receiving.newest(asked), receiving.told(asked)
    assert newest is not None
    assert told is not None
    assert later.pk > newest.event_id
    assert (newest.pk, told.asked, told.wish.note) == (first.pk, bytes(entries[0].event.hash), "Суу жөнүндө сүйлөшөм")


def test_the_list_reads_of_the_conversations_that_stand_in_it_and_of_no_others(counter, asked):
    other = routed(counter.register())
    says(counter, other, WISH)
    assert set(receptions.notes([asked])) == {bytes(asked.hash)}
    assert receptions.notes([]) == {}


def test_an_outcome_without_a_word_or_a_day_without_a_promise_is_asked_for(appointed, as_vera):
    assert act(as_vera, appointed, "outcome").status_code == 400
    assert act(as_vera, appointed, "outcome", said="Сөз", promised_on=SET["day"]).status_code == 400
    assert state(appointed) == ReceptionState.SET


def test_the_office_notes_the_outcome_too(counter, appointed):
    says(counter, appointed, outcome_of(appointed, ReceptionOutcome("Сүйлөштүк", is_for_applicant=True)))
    assert state(appointed) == ReceptionState.HELD
    told = receiving.told(appointed)
    assert told is not None
    assert [one.said for one in told.outcomes] == ["Сүйлөштүк"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (ReceptionSaid(), "reception_malformed"),
        (ReceptionSaid(WISH.wish, ReceptionOutcome("а")), "reception_malformed"),
        (ReceptionSaid(ReceptionWish(by_video=False)), "consent_missing"),
        (ReceptionSaid(outcome=ReceptionOutcome(" ")), "outcome_missing"),
    ],
)
def test_what_says_nothing_or_lacks_the_consent_is_quarantined_by_name_and_changes_nothing(
    counter,
    asked,
    as_vera,
    body,
    code,
):
    event = says(counter, asked, body)
    reading = Reading.objects.get(event=event)
    assert (reading.status, reading.code) == (Status.QUARANTINED, code)
    assert any(isinstance(one, Quarantined) and one.event == bytes(event.hash) for one in counter.wire.feed)
    assert state(asked) == ReceptionState.ASKED
    assert Reception.objects.count() == 1
    assert rebuild(keep=False).is_equal


def test_what_an_office_says_of_a_conversation_that_is_over_stands_in_the_history_alone(counter, appeal, as_vera):
    for body in (ReceptionSaid(is_taken_back=True), ReceptionSaid(outcome=ReceptionOutcome("Сүйлөштүк"))):
        assert Reading.objects.get(event=says(counter, appeal, body)).status == Status.REGISTERED
    assert state(appeal) is None
    assert appeal.history.filter(kind=EventKind.RECEPTION_SAID).count() == 2


def test_what_an_office_says_late_of_one_conversation_never_lands_on_the_next_one(counter, appointed, as_vera):
    late = (taken_back(appointed), outcome_of(appointed, ReceptionOutcome("Сүйлөштүк")))
    act(as_vera, appointed, "decline", ru="Заболел")
    says(counter, appointed, WISH)
    for stands in (ReceptionState.ASKED, ReceptionState.SET):
        for body in (*late, ReceptionSaid(is_taken_back=True), ReceptionSaid(outcome=ReceptionOutcome("Ким менен?"))):
            assert Reading.objects.get(event=says(counter, appointed, body)).status == Status.REGISTERED
            assert state(appointed) == stands
        act(as_vera, appointed, "reception", **SET)
    told = receiving.told(appointed)
    assert told is not None
    assert (told.state, told.outcomes) == (ReceptionState.SET, ())
    assert rebuild(keep=False).is_equal


def test_an_outcome_typed_of_one_conversation_is_not_written_of_the_next_one(counter, appointed, as_vera):
    seen = Meeting.objects.get().pk.hex()
    assert f'name="outcome-of" value="{seen}"' in page(as_vera, appointed)
    act(as_vera, appointed, "decline", ru="Заболел")
    says(counter, appointed, WISH)
    act(as_vera, appointed, "reception", **SET)
    assert act(as_vera, appointed, "outcome", **OUTCOME, of=seen).status_code == 409
    assert state(appointed) == ReceptionState.SET


def test_any_batching_gives_the_same_register(counter, appointed, as_vera, monkeypatch):
    act(as_vera, appointed, "outcome", **OUTCOME)
    says(counter, appointed, WISH)
    says(counter, appointed, ReceptionSaid())
    act(as_vera, appointed, "decline", ru="Нет")
    for chunk, together in ((1, 500), (2, 1), (1_000, 500)):
        monkeypatch.setattr(rebuilding, "CHUNK", chunk)
        monkeypatch.setattr(actions, "BULK", together)
        compared = rebuild(keep=False)
        assert compared.is_equal, compared


def test_an_erasure_takes_every_word_of_the_conversation_and_where_it_stands_remains(
    counter,
    appointed,
    as_vera,
    administrator,
    second_administrator,
):
    canary = "канарейка"
    says(counter, appointed, ReceptionSaid(ReceptionWish(by_video=True, note=canary)))
    act(as_vera, appointed, "reception", **SET | {"at": "11:00", "ky": canary, "bring_ky": canary})
    act(as_vera, appointed, "outcome", **dict.fromkeys(("said", "promised", "next_step", "present"), canary))
    says(counter, appointed, outcome_of(appointed, ReceptionOutcome(canary, canary, None, canary, canary)))
    says(counter, appointed, WISH)
    act(as_vera, appointed, "decline", ky=canary)
    states = list(Reception.objects.values_list("state", "meeting"))
    assert words_in_tables(canary)
    erase_request(bytes(appointed.hash), "14", administrator.id.bytes, second_administrator.id.bytes)
    assert not words_in_tables(canary)
    assert list(Reception.objects.values_list("state", "meeting")) == states
    kinds = {EventKind.RECEPTION_SAID, EventKind.RECEPTION_SET, EventKind.RECEPTION_DECLINED, EventKind.RECEPTION_NOTED}
    assert not Event.custody.filter(kind__in=kinds, body__isnull=False).exists()
    assert rebuild(keep=False).is_equal
