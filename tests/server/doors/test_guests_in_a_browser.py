"""A guest in a real browser, with a camera that is none: at the door, let in, called to the stage, seen and heard."""

import os
import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from server_sync.contract.bodies import MeetingPart, Words
from server_sync.contract.meetings import MeetingAct, who_of
from server_sync.meetings import guests
from server_sync.meetings.models import Meeting
from server_sync.meetings.papers import adding
from server_sync.meetings.papers.adding import NewPaper
from server_sync.workplaces.models import Person
from tests.server.meetings.live.calling import Window
from tests.server.meetings.live.guests import Hall, hall, wait_until
from tests.server.meetings.pdfs import pdf
from tests.server.meetings.planning import NAME
from tests.server.pages.test_in_a_browser import BROKEN_WORDS, CONTRAST

pytestmark = pytest.mark.django_db(transaction=True)
TELEPHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}
SCREEN = {"viewport": {"width": 1366, "height": 768}}
SECONDS = 20_000


@pytest.fixture(scope="module")
def place() -> Iterator[Hall]:
    with hall() as opened:
        yield opened


Invited = Callable[..., tuple[str, str]]


@pytest.fixture
def invite(assistant: Person) -> Invited:
    """Make a link; gives what the guest is called in the room, and the secret."""

    def make(name: str = "Асан Усөнов", part: MeetingPart = MeetingPart.SPEAKER) -> tuple[str, str]:
        link, secret = guests.make_link(assistant, Meeting.objects.get(pk=NAME), name, part, timezone.now())
        return who_of("guest", link.guest), secret

    return make


def come(page: Page, secret: str, language: str = "en") -> None:
    page.goto(f"/meetings/guest?language={language}#{secret}")


def enter(page: Page, desk: Window, who: str, secret: str) -> None:
    """Come by the link, be let in, and be in the room."""
    come(page, secret)
    page.get_by_role("button", name="Join").click()
    expect(page.locator("#wait-said")).to_contain_text("lets you in")
    desk.call(MeetingAct.LET_IN, who=who)
    expect(page.locator("#room")).to_be_visible(timeout=SECONDS)


def as_called_now(desk: Window) -> str:
    """Who stands at the door or is in, of the one guest there is; each browser is called otherwise."""
    guests_there = [one.who for one in desk.desk().present if one.who.startswith("guest-")]
    return guests_there[0] if len(guests_there) == 1 else ""


def waits(desk: Window, who: str) -> bool:
    return any(one.who == who and one.is_waiting for one in desk.desk().present)


def test_a_guest_is_let_in_called_seen_and_heard_and_sees_an_office(begun, speaker, invite, open_page, place):
    who, secret = invite()
    page = open_page(**TELEPHONE)
    come(page, secret)
    assert secret not in page.url
    expect(page.locator("#name")).to_have_text("Асан Усөнов")
    page.get_by_role("button", name="Try camera and microphone").click()
    wait_until(lambda: page.evaluate("document.getElementById('preview').videoWidth > 0"), "the own picture is shown")
    wait_until(lambda: page.evaluate("document.getElementById('loudness').value > 0"), "the own sound is shown")
    page.get_by_role("button", name="Join").click()
    wait_until(lambda: waits(begun, who), "the desk sees the guest at the door")
    present = next(one for one in begun.desk().present if one.who == who)
    assert (present.name, present.is_let_in) == ("Асан Усөнов", False)
    expect(page.locator("#room")).to_be_hidden()
    begun.call(MeetingAct.LET_IN, who=who)
    expect(page.locator("#room")).to_be_visible(timeout=SECONDS)
    expect(page.locator("#sign")).to_contain_text("watching")
    expect(page.get_by_role("button", name="Turn the camera on")).to_be_hidden()

    way_in = speaker.call(MeetingAct.ENTER)
    seat = place.join(way_in.url, way_in.token)
    speaker.call(MeetingAct.HERE)
    begun.call(MeetingAct.CALL, who=speaker.who)
    wait_until(lambda: seat.may_publish, "the office is on stage")
    assert seat.publish()
    expect(page.locator(f"figure[data-who='{speaker.who}'] figcaption")).not_to_be_empty()
    of_office = f"document.querySelector(`figure[data-who='{speaker.who}'] video`).srcObject?.getVideoTracks().length"
    wait_until(lambda: page.evaluate(of_office), "the guest has the office's picture")

    page.get_by_role("button", name="Raise the hand").click()
    expect(page.locator("#sign")).to_contain_text("Your hand is raised")
    begun.call(MeetingAct.CALL, who=who)
    page.get_by_role("button", name="Turn the camera on").click(timeout=SECONDS)
    page.get_by_role("button", name="Turn the microphone on").click()
    expect(page.locator("#sign")).to_have_text("You are heard and seen.", timeout=SECONDS)
    wait_until(lambda: seat.sends(who) and seat.sends(who, sound=True), "the office has the guest's picture and sound")
    assert [one.name for one in seat.stage.guests] == ["Асан Усөнов"]

    begun.call(MeetingAct.THANK, who=who)
    wait_until(lambda: not seat.sends(who), "nobody has the guest's picture any more")
    expect(page.get_by_role("button", name="Turn the camera off")).to_be_hidden(timeout=SECONDS)
    page.get_by_role("button", name="Leave").last.click()
    expect(page.locator("#end-said")).to_have_text("You have left the meeting.")
    wait_until(lambda: who not in seat.room.remote_participants, "the guest has left the room")
    assert not page.complaints


def test_a_code_that_is_typed_by_hand_opens_the_same_door(begun, invite, page):
    _who, secret = invite()
    page.goto("/meetings/guest?language=en")
    page.locator("#code").fill(secret.replace("-", " ").lower())
    page.keyboard.press("Enter")
    expect(page.locator("#name")).to_have_text("Асан Усөнов")
    page.reload()
    expect(page.locator("#name")).to_have_text("Асан Усөнов")
    assert not page.complaints


def test_whoever_uses_a_link_again_is_at_the_door_and_the_one_before_is_out(begun, invite, open_page):
    who, secret = invite()
    first, second = open_page(), open_page()
    enter(first, begun, who, secret)
    come(second, secret)
    second.get_by_role("button", name="Join").click()
    expect(second.locator("#wait-said")).to_contain_text("lets you in")
    expect(first.locator("#end-said")).to_contain_text("Open your link again", timeout=SECONDS)
    assert not waits(begun, who)
    assert waits(begun, as_called_now(begun))


def test_a_guest_who_is_put_out_or_whose_link_is_taken_back_is_gone_and_told(begun, invite, open_page, assistant):
    who, secret = invite()
    page = open_page()
    enter(page, begun, who, secret)
    begun.call(MeetingAct.PUT_OUT, who=who)
    expect(page.locator("#end-said")).to_contain_text("asked you to leave", timeout=SECONDS)
    other, secret = invite("Бакыт")
    page = open_page()
    enter(page, begun, other, secret)
    link = next(one for one in guests.links_of(Meeting.objects.get(pk=NAME)) if one.name == "Бакыт")
    guests.withdraw(Meeting.objects.get(pk=NAME), link.pk, timezone.now())
    expect(page.locator("#end-said")).to_contain_text("taken back", timeout=SECONDS)
    come(page, secret)
    expect(page.locator("#door-said")).to_contain_text("taken back")


def test_a_guest_is_told_when_the_meeting_is_over(begun, invite, page):
    who, secret = invite()
    enter(page, begun, who, secret)
    begun.call(MeetingAct.CLOSE)
    expect(page.locator("#end-said")).to_contain_text("over", timeout=SECONDS)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_every_word_of_the_guests_page_can_be_read(begun, invite, open_page, theme, language):
    _who, secret = invite()
    for options in (TELEPHONE, SCREEN):
        page = open_page(color_scheme=theme, **options)
        page.goto(f"/meetings/guest?language={language}")
        expect(page.locator("#code")).to_be_visible()
        demand_readable(page)
        come(page, secret, language)
        expect(page.locator("#lobby")).to_be_visible()
        page.locator("#allow").click()
        expect(page.locator("#choice")).to_be_visible()
        demand_readable(page)
        page.locator("#join").click()
        expect(page.locator("#wait")).to_be_visible()
        demand_readable(page)
        wait_until(lambda: waits(begun, as_called_now(begun)), "the desk sees the guest")
        who = as_called_now(begun)
        begun.call(MeetingAct.LET_IN, who=who)
        expect(page.locator("#room")).to_be_visible(timeout=SECONDS)
        begun.call(MeetingAct.CALL, who=who)
        page.locator("#turn-camera").click(timeout=SECONDS)
        expect(page.locator("#turn-camera")).to_have_attribute("aria-pressed", "true", timeout=SECONDS)
        demand_readable(page)
        page.locator("#room .go").click()
        demand_readable(page)
        assert not page.complaints


def demand_readable(page: Page) -> None:
    assert page.evaluate(CONTRAST) == []
    assert page.evaluate(BROKEN_WORDS) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert not re.search(r"undefined|\{\w+\}", page.locator("main").inner_text())


def test_a_guest_interprets_unseen_and_is_heard_by_whoever_chose_the_language(begun, invite, open_page):
    (first, one), (second, two) = invite("Асел Которова"), invite("Бакыт Угарман")
    page, listener = open_page(**SCREEN), open_page(**TELEPHONE)
    come(page, one)
    page.get_by_role("button", name="Join").click()
    wait_until(lambda: waits(begun, first), "the interpreter stands at the door")
    come(listener, two)
    listener.get_by_role("button", name="Join").click()
    wait_until(lambda: waits(begun, second), "the listener stands at the door")
    for who in (first, second):
        begun.call(MeetingAct.LET_IN, who=who)
    for shown in (page, listener):
        expect(shown.locator("#room")).to_be_visible(timeout=SECONDS)
    expect(listener.locator("#channels")).to_be_hidden()
    begun.call(MeetingAct.INTERPRET, who=first, into="ru")
    expect(page.locator("#direction")).to_be_visible(timeout=SECONDS)
    expect(page.locator("#turn-camera")).to_be_hidden()
    expect(page.locator("#turn-hand")).to_be_hidden()
    expect(page.locator("#channels")).to_be_hidden()
    page.get_by_role("button", name="Turn the microphone on").click()
    expect(page.locator("#sign")).to_contain_text("You interpret and are heard")
    expect(listener.locator("#interpreters")).to_contain_text("into Russian: Асел Которова")

    def heard() -> list[str]:
        return list(listener.evaluate("[...document.getElementById('sound').children].map((one) => one.dataset.who)"))

    assert first not in heard(), "an interpreter is no part of what is spoken"
    listener.locator("#channel").select_option("ru")
    wait_until(lambda: first in heard(), "the interpreter is heard by choice")
    page.get_by_role("button", name="Russian → Kyrgyz").click()
    wait_until(lambda: begun.stage().interpreters[0].into == "ky", "the direction is turned")
    wait_until(lambda: first not in heard(), "another language than the one that was chosen is not heard")
    expect(listener.locator("#interpreters")).to_contain_text("Nobody interprets into this language now.")
    cough = page.locator("#cough")
    cough.dispatch_event("pointerdown")
    expect(page.locator("#sign")).to_contain_text("Turn the microphone on to be heard")
    cough.dispatch_event("pointerup")
    expect(page.locator("#sign")).to_contain_text("You interpret and are heard")
    begun.call(MeetingAct.INTERPRET, who=first)
    expect(page.locator("#direction")).to_be_hidden(timeout=SECONDS)
    expect(page.locator("#turn-microphone")).to_be_hidden()
    assert listener.evaluate("localStorage.getItem('liaison.channel')") == "ru"
    for shown in (page, listener):
        assert shown.evaluate("document.documentElement.scrollWidth <= innerWidth")
        shown.get_by_role("button", name="Leave").last.click()
        expect(shown.locator("#end-said")).to_have_text("You have left the meeting.")
    wait_until(lambda: not any(one.is_connected for one in begun.desk().present if one.name), "both have left")


PAPER = bytes(range(48, 64))
DRAWN = """() => {
  const page = document.getElementById("paper-page");
  return page.hidden ? "" : `${page.src.split("?")[0].split("/").pop()} ${page.naturalWidth > 0}`;
}"""


def is_drawn(page: Page, number: int) -> bool:
    return bool(page.evaluate(DRAWN) == f"{number} true")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_the_page_that_the_desk_shows_stands_beside_the_pictures_and_goes_with_it(
    begun, assistant, invite, open_page, theme, language
):
    title = Words("Айылдарды ичүүчү суу менен камсыздоо", "Обеспечение сёл питьевой водой", "Drinking water")
    adding.add_paper(assistant.id.bytes, NAME, NewPaper(PAPER, title, 1, pdf(3)))
    pages = []
    for n in range(2):
        who, secret = invite(f"Конок {n}")
        page = open_page(color_scheme=theme, **(SCREEN if n else TELEPHONE))
        come(page, secret, language)
        page.locator("#join").click()
        wait_until(partial(waits, begun, who), "the guest is at the door")
        begun.call(MeetingAct.LET_IN, who=who)
        expect(page.locator("#room")).to_be_visible(timeout=SECONDS)
        expect(page.locator("#paper")).to_be_hidden()
        pages.append(page)
    begun.call(MeetingAct.SHOW_PAPER, paper=PAPER, page=2)
    for n, page in enumerate(pages):
        wait_until(partial(is_drawn, page, 2), "the page is shown", 60)
        expect(page.locator("#paper-title")).to_have_text(getattr(title, language))
        expect(page.locator("#paper-place")).to_contain_text("2")
        keep(page, f"guest-paper-{language}-{theme}-{n}")
        assert page.evaluate(CONTRAST) == []
        assert page.evaluate(BROKEN_WORDS) == []
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        page.locator("#paper-size").click()
        assert page.evaluate(
            "(sheet => sheet.scrollHeight > sheet.clientHeight)(document.querySelector('#paper .sheet'))"
        ), "a page that is larger is moved"
    begun.call(MeetingAct.SHOW_PAPER, paper=PAPER, page=3)
    for page in pages:
        wait_until(partial(is_drawn, page, 3), "the next page is shown", 60)
    begun.call(MeetingAct.SHOW_PAPER)
    for page in pages:
        expect(page.locator("#paper")).to_be_hidden(timeout=SECONDS)
        assert not page.complaints


def keep(page: Page, name: str) -> None:
    """Where somebody wants to look at pages, they are kept."""
    folder = os.environ.get("LIAISON_PICTURES")
    if folder:
        (Path(folder) / f"{name}.png").write_bytes(page.screenshot())
