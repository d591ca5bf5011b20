"""Links of guests: who makes them, what opens by them, what they cannot do, and how long."""

import secrets
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from server_sync.common.refusals import Refused
from server_sync.common.retention import kept
from server_sync.contract.bodies import MeetingPart, Words
from server_sync.contract.meetings import GUESTS_MOST, MeetingAct, MeetingState, read_stage, who_of
from server_sync.contract.workflow import Role
from server_sync.meetings import conducting, guests, seats
from server_sync.meetings.acts import cancel_meeting, plan_meetings
from server_sync.meetings.door_models import GuestLink
from server_sync.meetings.models import Attendance, Meeting, Present
from server_sync.workplaces.models import Person
from tests.server.guessing import clock
from tests.server.meetings.live.calling import LEADS, somebody
from tests.server.meetings.planning import NAME, plan

__all__ = ["clock"]
pytestmark = pytest.mark.django_db
PAGE, COME, ACT = "/meetings/guest", "/meetings/guest/come", "/meetings/guest/act"
SPEAKER, VIEWER = MeetingPart.SPEAKER, MeetingPart.VIEWER


def make(assistant: Person, name: str = "Асан", part: MeetingPart = SPEAKER) -> tuple[str, str]:
    link, secret = guests.make_link(assistant, Meeting.objects.get(pk=NAME), name, part, timezone.now())
    return who_of("guest", link.guest), secret


def come(secret: str) -> Client:
    client = Client()
    assert client.post(COME, {"secret": secret}).status_code == 200
    return client


def act(client: Client, name: str, **more: object) -> tuple[int, dict[str, Any]]:
    answer = client.post(ACT, {"act": name, "act_id": secrets.token_hex(16), **more})
    return answer.status_code, answer.json()


def code(told: tuple[int, dict[str, Any]]) -> tuple[int, str]:
    return told[0], told[1]["code"]


# making


def test_the_secret_stands_in_no_address_is_shown_once_and_kept_as_a_hash(planned, assistant):
    client = Client()
    client.force_login(assistant)
    address = f"/meetings/{NAME.hex()}/guests"
    answer = client.post(f"{address}?language=en", {"name": "Асан  Усөнов", "part": str(SPEAKER.value)})
    assert "no-store" in answer["Cache-Control"]
    text = answer.content.decode()
    secret = text.split('id="secret">')[1].split("<")[0]
    assert f"/meetings/guest#{secret}" in text
    raw = guests.read_secret(secret)
    assert raw is not None
    assert len(raw) * 8 >= 128
    again = client.get(address).content.decode()
    assert secret not in again
    assert "Асан Усөнов" in again
    kept = GuestLink.objects.get()
    for field in GuestLink._meta.fields:
        value = getattr(kept, field.attname)
        assert secret not in str(value)
        assert raw not in (value if isinstance(value, bytes) else b"")


@pytest.mark.parametrize(
    "typed",
    [
        {"name": "", "part": "2"},
        {"name": "ы" * 81, "part": "2"},
        {"name": "а\u202eб", "part": "2"},
        {"name": "а\x00б", "part": "2"},
        {"name": "Асан", "part": "1"},
        {"name": "Асан", "part": "3"},
        {"name": "Асан", "part": "x"},
        {},
    ],
)
def test_a_guest_without_a_name_or_with_a_part_that_is_none_gets_no_link(planned, assistant, typed):
    client = Client()
    client.force_login(assistant)
    assert client.post(f"/meetings/{NAME.hex()}/guests", typed).status_code == 400
    assert not GuestLink.objects.exists()


def test_a_name_with_markup_is_shown_as_it_was_typed(planned, assistant):
    client = Client()
    client.force_login(assistant)
    text = client.post(f"/meetings/{NAME.hex()}/guests", {"name": "<b>Асан</b>", "part": "2"}).content.decode()
    assert "&lt;b&gt;Асан&lt;/b&gt;" in text
    assert "<b>Асан" not in text


def test_a_meeting_has_at_most_twenty_guests_and_a_link_taken_back_makes_room(planned, assistant):
    links = [make(assistant, f"Конок {n}") for n in range(GUESTS_MOST)]
    with pytest.raises(Refused, match="too_many_guests"):
        make(assistant)
    guests.withdraw(Meeting.objects.get(pk=NAME), GuestLink.objects.all()[0].pk, timezone.now())
    make(assistant)
    assert len({who for who, _ in links}) == GUESTS_MOST


def test_links_made_and_taken_back_again_and_again_are_bounded(planned, assistant):
    meeting = Meeting.objects.get(pk=NAME)
    for n in range(2 * GUESTS_MOST):
        make(assistant, f"Конок {n}")
        guests.withdraw(meeting, GuestLink.objects.order_by("-pk")[0].pk, timezone.now())
    with pytest.raises(Refused, match="too_many_guests"):
        make(assistant)


def test_a_meeting_that_is_over_or_cancelled_gets_no_guest(planned, assistant):
    cancel_meeting(assistant.id.bytes, NAME, Words("Себеп"))
    with pytest.raises(Refused, match="meeting_cancelled"):
        make(assistant)


# coming


def test_a_guest_is_not_let_in_by_itself_and_is_told_nothing_of_the_stage(begun, assistant):
    who, secret = make(assistant)
    client = come(secret)
    status, told = act(client, "enter")
    assert (status, told["token"], told["url"]) == (200, "", "")
    assert read_stage(told["stage"]).seats == ()
    assert begun.stage().seats, "somebody sits there"
    for name in ("here", "raise_hand", "lower_hand"):
        assert code(act(client, name)) == (409, "not_let_in")
    begun.call(MeetingAct.LET_IN, who=who)
    status, told = act(client, "enter")
    assert status == 200
    assert told["token"]
    assert read_stage(told["stage"]).seats
    assert [one.name for one in read_stage(told["stage"]).guests] == ["Асан"]


@pytest.mark.parametrize(
    "name", ["open", "close", "call", "thank", "silence", "put_out", "let_in", "go_to_item", "show", "fly", "", "ENTER"]
)
def test_a_guest_does_nothing_of_the_desk_and_nothing_that_is_no_act(begun, assistant, name):
    who, secret = make(assistant)
    client = come(secret)
    act(client, "enter")
    begun.call(MeetingAct.LET_IN, who=who)
    status, told = act(client, name, who=begun.who)
    assert (status, told["code"] in {"not_of_guests", "act_unknown"}) == (403, True)
    assert Meeting.objects.get(pk=NAME).state == MeetingState.OPEN


@pytest.mark.parametrize("more", [{"act_id": "zz"}, {"act_id": ""}, {"item": "-1"}, {"item": "999"}, {"item": "٣"}])
def test_what_is_no_act_is_refused_by_name(begun, assistant, more):
    _who, secret = make(assistant)
    assert code(act(come(secret), "look", **more)) == (403, "act_unknown")


def test_a_guest_who_watches_raises_no_hand(begun, assistant):
    who, secret = make(assistant, part=VIEWER)
    client = come(secret)
    act(client, "enter")
    begun.call(MeetingAct.LET_IN, who=who)
    assert code(act(client, "raise_hand")) == (403, "viewer_only")


def test_guests_are_no_office_when_it_is_written_who_was_there(begun, assistant):
    who, secret = make(assistant)
    client = come(secret)
    act(client, "enter")
    begun.call(MeetingAct.LET_IN, who=who)
    act(client, "here")
    Present.objects.filter(meeting=NAME).update(there_s=60)
    assert [one.site_code for one in seats.attended(NAME)] == [LEADS]
    begun.call(MeetingAct.CLOSE)
    assert list(Attendance.objects.values_list("site_id", flat=True)) == [LEADS]


def test_each_guest_has_the_time_of_their_own_in_the_queue(begun, assistant):
    for name, spoken in (("Асан", 30), ("Бакыт", 5)):
        who, secret = make(assistant, name)
        client = come(secret)
        act(client, "enter")
        begun.call(MeetingAct.LET_IN, who=who)
        Present.objects.filter(who=who).update(spoken_s=spoken)
        act(client, "raise_hand")
    assert [hand.spoken_s for hand in begun.stage().hands] == [30, 5]


def test_a_link_that_is_used_again_asks_the_desk_anew_and_the_first_browser_is_nobody(begun, assistant):
    who, secret = make(assistant)
    first = come(secret)
    act(first, "enter")
    begun.call(MeetingAct.LET_IN, who=who)
    begun.call(MeetingAct.CALL, who=who)
    second = come(secret)
    assert code(act(first, "look")) == (401, "guest_unknown")
    assert act(second, "enter")[1]["token"] == ""
    stage = begun.stage()
    assert who not in {seat.who for seat in stage.seats}
    assert stage.guests == ()


def test_the_browser_before_has_no_way_back_by_the_token_it_has(begun, assistant):
    who, secret = make(assistant)
    act(come(secret), "enter")
    begun.call(MeetingAct.LET_IN, who=who)
    act(come(secret), "enter")
    (now,) = (one.who for one in begun.desk().present if one.who.startswith("guest-"))
    assert now != who
    begun.call(MeetingAct.LET_IN, who=now)
    assert who not in conducting.welcome(NAME)
    assert now in conducting.welcome(NAME)


def test_who_was_put_out_does_not_come_back_by_using_the_link_again(begun, assistant):
    who, secret = make(assistant)
    client = come(secret)
    act(client, "enter")
    begun.call(MeetingAct.LET_IN, who=who)
    begun.call(MeetingAct.PUT_OUT, who=who)
    assert code(act(client, "enter")) == (403, "put_out")
    assert code(act(come(secret), "enter")) == (403, "put_out")
    begun.call(MeetingAct.LET_IN, who=who)


def test_a_link_taken_back_opens_nothing_and_takes_the_seat(begun, assistant):
    who, secret = make(assistant)
    client = come(secret)
    act(client, "enter")
    begun.call(MeetingAct.LET_IN, who=who)
    begun.call(MeetingAct.CALL, who=who)
    browser = Client()
    browser.force_login(assistant)
    link = GuestLink.objects.get().pk
    assert browser.post(f"/meetings/{NAME.hex()}/guests/withdraw", {"link": link}).status_code == 302
    assert code(act(client, "enter")) == (403, "link_withdrawn")
    answer = Client().post(COME, {"secret": secret})
    assert (answer.status_code, answer.json()["code"]) == (403, "link_withdrawn")
    assert who not in {seat.who for seat in begun.stage().seats}
    for wrong in ("", "zz", "0" * 32, "9" * 18):
        assert browser.post(f"/meetings/{NAME.hex()}/guests/withdraw", {"link": wrong}).status_code == 400


def test_a_link_ends_with_its_meeting_and_is_forgotten_some_days_later(begun, assistant):
    _who, secret = make(assistant)
    client = come(secret)
    begun.call(MeetingAct.CLOSE)
    assert code(act(client, "enter")) == (403, "meeting_over")
    assert Client().post(COME, {"secret": secret}).json()["code"] == "meeting_over"
    guests.forget_old(timezone.now())
    assert GuestLink.objects.exists()
    guests.forget_old(timezone.now() + kept("guest") + timedelta(hours=1))
    assert not GuestLink.objects.exists()


def test_a_guest_who_is_early_is_told_so_and_may_ask_again(centre, assistant):
    plan_meetings(assistant.id.bytes, NAME, [plan(timezone.now() + timedelta(hours=5))])
    _who, secret = make(assistant)
    status, told = act(come(secret), "enter")
    assert (status, told["code"], told["again"]) == (409, "not_begun", True)


# guessing


def test_whoever_guesses_codes_waits_longer_and_longer_and_a_guest_elsewhere_does_not(planned, assistant, clock):
    _who, secret = make(assistant)
    stranger = Client(REMOTE_ADDR="203.0.113.7")
    codes = [stranger.post(COME, {"secret": guests.write_secret(secrets.token_bytes(20))}) for _ in range(12)]
    assert codes[0].json()["code"] == "link_unknown"
    assert (codes[-1].status_code, codes[-1].json()["code"]) == (429, "guest_wait")
    assert Client(REMOTE_ADDR="203.0.113.8").post(COME, {"secret": secret}).status_code == 200
    clock.let_pass(timedelta(minutes=16))
    assert stranger.post(COME, {"secret": secret}).status_code == 200


@pytest.mark.parametrize(
    "typed", ["", "x", "ы" * 32, "-" * 100, "A" * 32_000, "=" * 32, "\x00" * 32, "A" * 31, "A" * 33]
)
def test_what_is_no_code_opens_nothing(planned, assistant, typed):
    make(assistant)
    answer = Client().post(COME, {"secret": typed})
    assert (answer.status_code, answer.json()["code"]) == (403, "link_unknown")


def test_a_code_is_read_however_it_is_typed():
    secret = bytes(range(20))
    written = guests.write_secret(secret)
    for typed in (written, written.lower(), written.replace("-", ""), f"  {written.replace('-', ' ')}\n"):
        assert guests.read_secret(typed) == secret
    assert guests.read_secret(written.replace("O", "0").replace("I", "1").replace("B", "8")) == secret


@pytest.mark.parametrize("cookie", ["", "x", "x" * 43, "ы" * 43, "x" * 4_000])
def test_a_browser_that_used_no_link_is_told_to_open_one(planned, cookie):
    client = Client()
    client.cookies["guest"] = cookie.encode("ascii", "replace").decode()
    assert code(act(client, "look")) == (401, "guest_unknown")


@pytest.mark.expects_log("django.security.csrf")
def test_a_page_of_another_site_neither_comes_nor_acts(begun, assistant):
    _who, secret = make(assistant)
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(COME, {"secret": secret}).status_code == 403
    strict.cookies = come(secret).cookies
    assert strict.post(ACT, {"act": "look", "act_id": "0" * 32}).status_code == 403
    cookie = come(secret).cookies["guest"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", PAGE)
    assert bool(cookie["secure"]), "this centre stands behind TLS"


def test_the_page_may_call_the_media_server_and_no_other_page_may(planned, media_server):
    policy = Client().get(PAGE)["Content-Security-Policy"]
    connect = next(part for part in policy.split(";") if "connect-src" in part).split()
    assert connect[1] == "'self'"
    assert all(host.startswith(("ws://127.0.0.1:", "http://127.0.0.1:")) for host in connect[2:])
    assert len(connect) == 4
    assert "ws" not in Client().get("/requests")["Content-Security-Policy"]


def test_without_a_media_server_the_page_says_that_nobody_comes_by_a_browser(centre, settings):
    settings.LIAISON_MEDIA = type(settings.LIAISON_MEDIA)()
    text = Client().get(f"{PAGE}?language=en").content.decode()
    assert "cannot be joined by a browser" in text
    assert "guest.js" not in text


def test_a_captioner_or_an_assistant_of_another_office_makes_no_link(planned, assistant):
    for person, status in (
        (somebody("captioner", Role.CAPTIONER, LEADS), 403),
        (somebody("elsewhere", Role.CHAIR_ASSISTANT, "KG-O"), 404),
    ):
        client = Client()
        client.force_login(person)
        for address in ("guests", "guests/withdraw"):
            assert client.post(f"/meetings/{NAME.hex()}/{address}", {"name": "А", "part": "2"}).status_code == status
    assert not GuestLink.objects.exists()
