"""A meeting is planned, changed and cancelled on pages, each step looked at before it is made."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone, translation

from server_sync.conferring import wording
from server_sync.contract.bodies import Attended, Invited, MeetingPart
from server_sync.journal.models import FeedRow
from server_sync.meetings import acts
from server_sync.meetings.models import Meeting
from server_sync.meetings.remarking import Remark, Remarked
from server_sync.workplaces.models import Person, RoleGrant, Site
from tests.server.conftest import PASSWORD, SINCE
from tests.server.meetings.planning import CHAIR, NAME, SPEAKER, WHY, coming, plan
from tests.server.meetings.test_repeating import working_day

pytestmark = pytest.mark.django_db
Typed = dict[str, str]


@pytest.fixture
def browser(assistant: Person, browser_of: Callable[[Person], Client]) -> Client:
    client = browser_of(assistant)
    client.cookies["language"] = "en"
    return client


def typed(**changes: str) -> Typed:
    """A whole form; a test changes what it likes."""
    said = {
        "name": NAME.hex(),
        "items": "3",
        "title_ky": "Жылытуу мезгили",
        "title_ru": "Отопительный сезон",
        "day": f"{working_day(10):%d.%m.%Y}",
        "at": "10:00",
        "minutes": "90",
        "seats": "20",
        "repeat": "once",
        "times": "1",
        "on_day_off": "next",
        f"at_{CHAIR}": "1",
        f"at_{SPEAKER}": "2",
        "item_0_ky": "Көмүр",
        "item_0_speaker": SPEAKER,
        "item_0_minutes": "25",
    }
    return said | changes


def text(response) -> str:
    return str(response.content.decode())


def make(browser: Client, said: Typed, address: str = "/meetings/plan"):
    """Look a form over and press the last button."""
    looked = browser.post(address, said | {"look": "1"})
    assert looked.status_code == 200, text(looked)
    return browser.post(address, said | {"do": "1", "remarks_seen": looked.context["look"].marks})


def test_a_meeting_is_planned_after_it_was_looked_over(browser):
    looked = browser.post("/meetings/plan", typed(look="1"))
    assert "Look over the plan" in text(looked)
    assert not Meeting.objects.exists()
    done = make(browser, typed())
    assert done.status_code == 302
    meeting = Meeting.objects.get()
    assert (meeting.title_ru, meeting.minutes, meeting.starts_at) == ("Отопительный сезон", 90, working_day(10))
    assert dict(meeting.invitations.values_list("site_id", "part")) == {CHAIR: 1, SPEAKER: 2}
    assert FeedRow.objects.filter(site__in=(CHAIR, SPEAKER)).count() == 2
    page = browser.get(done["Location"])
    assert "Жылытуу мезгили" in text(page)  # of the languages that there are, the state's comes first
    assert "1 meeting is planned." in text(page)


def test_a_form_sent_twice_plans_one_meeting(browser):
    for _ in range(2):
        assert make(browser, typed())["Location"] == f"/meetings/{NAME.hex()}"
    assert Meeting.objects.count() == 1


def test_a_form_that_planned_a_meeting_plans_no_other_one_and_says_so(browser):
    make(browser, typed())
    again = make(browser, typed(title_ru="Другое совещание"))
    assert again.status_code == 409
    assert "This form has planned a meeting already" in text(again)
    assert Meeting.objects.get().title_ru == "Отопительный сезон"


def test_a_title_that_shows_nothing_is_none(browser):
    unseen = dict.fromkeys(("title_ky", "title_ru", "title_en"), "\u200b")
    looked = browser.post("/meetings/plan", typed(look="1") | unseen)
    assert "Write the title in at least one of the languages." in text(looked)


def test_a_day_off_is_remarked_on_and_planned_when_it_was_seen(browser):
    sunday = typed(day=f"{working_day(10) + timedelta(days=4):%d.%m.%Y}", on_day_off="keep")
    unseen = browser.post("/meetings/plan", sunday | {"do": "1"})
    assert "nobody works on this day" in text(unseen)
    assert not Meeting.objects.exists()
    assert make(browser, sunday).status_code == 302


def test_one_meeting_on_a_day_off_is_held_as_the_planner_chose(browser):
    sunday = working_day(10) + timedelta(days=4)
    make(browser, typed(day=f"{sunday:%d.%m.%Y}"))
    assert timezone.localtime(Meeting.objects.get().starts_at) == sunday + timedelta(days=1)


def test_offices_that_became_busy_after_the_look_are_shown_before_anything_is_planned(browser, assistant):
    looked = browser.post("/meetings/plan", typed(look="1"))
    acts.plan_meetings(assistant.id.bytes, bytes(16), [plan(working_day(10))])
    again = browser.post("/meetings/plan", typed(do="1", remarks_seen=looked.context["look"].marks))
    assert "already invited to another meeting" in text(again)
    assert Meeting.objects.count() == 1


def test_a_series_shows_each_of_its_days_and_which_of_them_moved(browser):
    friday = working_day(10) + timedelta(days=4)  # a Sunday: every one of them moves
    said = typed(day=f"{friday:%d.%m.%Y}", repeat="weekly", times="4")
    looked = browser.post("/meetings/plan", said | {"look": "1"})
    assert [bool(one.moved_from) for one in looked.context["look"].days] == [True] * 4
    assert make(browser, said).status_code == 302
    assert Meeting.objects.filter(series=NAME).count() == 4
    assert {timezone.localtime(one.starts_at).weekday() for one in Meeting.objects.all()} <= {0, 1, 2, 3, 4}
    page = browser.get(f"/meetings/{NAME.hex()}")
    assert len(page.context["page"].series) == 3


def test_a_series_whose_days_all_fall_out_is_not_planned(browser):
    sunday = working_day(10) + timedelta(days=4)
    said = typed(day=f"{sunday:%d.%m.%Y}", repeat="weekly", times="2", on_day_off="skip", look="1")
    refused = browser.post("/meetings/plan", said)
    assert refused.status_code == 400
    assert "All days fall out" in text(refused)


def test_a_meeting_is_recorded_and_shown_on_the_site_when_the_planner_says_so(browser):
    make(browser, typed(is_recorded="on", is_public="on"))
    meeting = Meeting.objects.get()
    assert (meeting.is_recorded, meeting.is_public) == (True, True)
    change = text(browser.get(f"/meetings/{NAME.hex()}/change"))
    assert change.count("checked") == 2


def test_a_closed_meeting_is_planned_says_so_and_is_neither_recorded_nor_shown(browser):
    both = browser.post("/meetings/plan", typed(is_closed="on", is_recorded="on"))
    assert both.status_code == 400
    assert "neither recorded nor shown" in text(both)
    make(browser, typed(is_closed="on"))
    meeting = Meeting.objects.get()
    assert (meeting.is_recorded, meeting.is_public, meeting.is_closed) == (False, False, True)
    assert text(browser.get(f"/meetings/{NAME.hex()}/change")).count("checked") == 1
    assert "encrypted from office to office" in text(browser.get(f"/meetings/{NAME.hex()}"))


WRONG = {
    "Choose which office leads": {f"at_{CHAIR}": "3"},
    "Only one office can lead": {f"at_{SPEAKER}": "1"},
    "Write the title": {"title_ky": "", "title_ru": " "},
    "not invited. Invite it": {f"at_{SPEAKER}": ""},
    "has no title": {"item_1_minutes": "5"},
    "with a colon": {"at": "10-00"},
    "day, month and year": {"day": "next week"},
    "how many times": {"repeat": "weekly", "times": ""},
    "No calendar has this day": {"day": "01.01.2999"},
}


@pytest.mark.parametrize("words", WRONG)
def test_what_is_wrong_is_said_and_what_was_typed_stays(browser, words):
    refused = browser.post("/meetings/plan", typed(look="1") | WRONG[words])
    assert refused.status_code == 400
    assert words in text(refused)
    assert "Көмүр" in text(refused)
    assert not Meeting.objects.exists()


def test_a_moment_that_has_passed_is_refused_in_words(browser):
    yesterday = timezone.localtime() - timedelta(days=1)
    refused = browser.post("/meetings/plan", typed(day=f"{yesterday:%d.%m.%Y}", look="1"))
    assert refused.status_code == 400
    assert "has passed already" in text(refused)


@pytest.mark.parametrize(
    "nonsense", [{"items": "10000"}, {"items": "x"}, {"name": "x"}, {f"at_{CHAIR}": "9"}, {"repeat": "daily"}, {}]
)
def test_a_damaged_form_is_answered_in_words(browser, nonsense):
    said = (typed(look="1") | nonsense) if nonsense else {"do": "1"}
    assert browser.post("/meetings/plan", said).status_code == 400


def test_a_province_is_invited_at_once_and_who_leads_stays(browser):
    turned = browser.post("/meetings/plan", typed(fill="1", fill_who="all", fill_part="3"))
    assert turned.status_code == 200
    chosen = {name: value for name, value in turned.context["form"].initial.items() if name.startswith("at_")}
    assert len(chosen) == 63
    assert [name for name, value in chosen.items() if value == "1"] == [f"at_{CHAIR}"]
    assert set(chosen.values()) == {"1", "3"}
    cleared = browser.post("/meetings/plan", typed(fill="1", fill_who="KG-C", fill_part=""))
    assert cleared.context["form"].initial[f"at_{SPEAKER}"] == ""


def test_matters_are_moved_and_added_without_losing_what_was_typed(browser):
    said = typed(item_1_ky="Суу", item_1_minutes="5")
    moved = browser.post("/meetings/plan", said | {"up": "1"}).context["form"].initial
    assert (moved["item_0_ky"], moved["item_1_ky"]) == ("Суу", "Көмүр")
    assert (moved["item_0_minutes"], moved["item_1_minutes"]) == ("5", "25")
    more = browser.post("/meetings/plan", said | {"more": "1"})
    assert more.context["form"].items_shown == 6
    assert "Көмүр" in text(more)


def test_whoever_goes_on_writing_finds_what_was_typed(browser):
    back = browser.post("/meetings/plan", typed(back="1", remarks_seen=""))
    assert "Отопительный сезон" in text(back)
    assert back.status_code == 200


@pytest.fixture
def planned(assistant: Person) -> Meeting:
    acts.plan_meetings(assistant.id.bytes, NAME, [plan(working_day(10))])
    return Meeting.objects.get()


def changed(browser: Client, **changes: str) -> Typed:
    """The form of a meeting as it stands, with changes."""
    form = browser.get(f"/meetings/{NAME.hex()}/change").context["form"]
    initial = {name: str(value) for name, value in form.initial.items() if value is not False}
    return initial | {"reason_ru": "Причина"} | changes


def test_a_plan_is_changed_with_a_reason_and_the_office_left_out_is_told(browser, planned):
    rows = FeedRow.objects.filter(site=SPEAKER).count()
    said = changed(browser, at="15:00", **{f"at_{SPEAKER}": "", "item_0_speaker": ""})
    assert make(browser, said, f"/meetings/{NAME.hex()}/change").status_code == 302
    meeting = Meeting.objects.get()
    assert timezone.localtime(meeting.starts_at).hour == 15
    assert list(meeting.invitations.values_list("site_id", flat=True)) == [CHAIR]
    assert FeedRow.objects.filter(site=SPEAKER).count() == rows + 1


def test_a_change_without_a_reason_is_not_made(browser, planned):
    refused = browser.post(f"/meetings/{NAME.hex()}/change", changed(browser, reason_ru="", look="1"))
    assert refused.status_code == 400
    assert "Write why" in text(refused)


def test_a_plan_that_a_colleague_changed_is_shown_anew_and_not_overwritten(browser, planned, assistant):
    said = changed(browser, minutes="30")
    acts.change_meeting(assistant.id.bytes, NAME, plan(working_day(10), minutes=45), WHY)
    refused = make(browser, said, f"/meetings/{NAME.hex()}/change")
    assert refused.status_code == 409
    assert "a colleague changed the plan" in text(refused)
    assert Meeting.objects.get().minutes == 45


def test_a_meeting_is_cancelled_with_a_reason_that_stands_on_its_page(browser, planned):
    form = browser.get(f"/meetings/{NAME.hex()}/cancel").context["form"]
    nothing = browser.post(f"/meetings/{NAME.hex()}/cancel", {"seen": form.initial["seen"]})
    assert nothing.status_code == 400
    browser.post(f"/meetings/{NAME.hex()}/cancel", {"seen": form.initial["seen"], "reason_ky": "Себеби бар"})
    page = browser.get(f"/meetings/{NAME.hex()}")
    assert "The meeting is not held." in text(page)
    assert "Себеби бар" in text(page)
    assert browser.get(f"/meetings/{NAME.hex()}/change").status_code == 409
    assert browser.get(f"/meetings/{NAME.hex()}/cancel").status_code == 409
    assert "cancelled" in text(browser.get("/meetings?show=past"))


def test_a_meeting_that_is_over_shows_who_was_there(browser, planned, assistant):
    acts.open_meeting(assistant.id.bytes, NAME)
    acts.close_meeting(assistant.id.bytes, NAME, (Attended(CHAIR, 3_600),))
    page = text(browser.get(f"/meetings/{NAME.hex()}"))
    assert "60 minutes" in page
    assert "was not there" in page


def test_an_assistant_of_a_province_sees_and_plans_the_meetings_that_its_offices_lead(browser_of, assistant):
    acts.plan_meetings(assistant.id.bytes, NAME, [plan(coming())])
    own = (Invited("KG-O", MeetingPart.CHAIR), Invited(SPEAKER, MeetingPart.SPEAKER))
    acts.plan_meetings(assistant.id.bytes, bytes(16), [plan(coming(), invited=own)])
    of_osh = Person.objects.create_person("osh", PASSWORD, surname="Ошова", given_name="Нур")
    RoleGrant.objects.create(person=of_osh, role="chair_assistant", site=Site.objects.get(pk="KG-O"), from_on=SINCE)
    client = browser_of(of_osh)
    client.cookies["language"] = "en"
    assert [line.address for line in client.get("/meetings").context["lines"]] == [bytes(16).hex()]
    assert client.get(f"/meetings/{NAME.hex()}").status_code == 404
    assert client.get(f"/meetings/{NAME.hex()}/cancel").status_code == 404
    refused = make(client, typed(name=b"\x07".hex() * 16))
    assert refused.status_code == 409
    assert "does not reach the office" in text(refused)


@pytest.mark.parametrize("address", ["x", NAME.hex().upper()[:-1] + "G", NAME.hex()[:-2], "0" * 32])
def test_an_address_of_no_meeting_is_not_here(browser, address):
    assert browser.get(f"/meetings/{address}").status_code == 404


@pytest.mark.parametrize("language", ["ky", "ru"])
def test_the_pages_speak_the_language_that_was_chosen(browser, planned, language):
    browser.cookies["language"] = language
    for address in ("/meetings", "/meetings/plan", f"/meetings/{NAME.hex()}", f"/meetings/{NAME.hex()}/change"):
        page = text(browser.get(address))
        assert f'lang="{language}"' in page
        for english in ("Plan a meeting", "Agenda", "Seats on stage", "Who is invited", "Look over", "Bishkek time"):
            assert english not in page


@pytest.mark.django_db
def test_offices_that_are_asked_elsewhere_are_named_up_to_six_and_counted_further(centre):
    sites = tuple(Site.objects.order_by("code").values_list("pk", flat=True)[:20])
    with translation.override("en"):
        told = wording.remark(Remarked(Remark.ELSEWHERE, timezone.now(), sites))
        few = wording.remark(Remarked(Remark.ELSEWHERE, timezone.now(), sites[:6]))
    assert told.endswith("and 14 more.")
    assert told.count(",") < 12
    assert "more" not in few
