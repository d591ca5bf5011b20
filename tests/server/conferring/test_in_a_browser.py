"""The pages of meetings as they are used: by keyboard, on a screen and a telephone, in both themes."""

from dataclasses import replace

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from server_sync.contract.bodies import (
    Attended,
    DecisionWithdrawn,
    Invited,
    MeetingPaperWithdrawn,
    MeetingPart,
    MeetingSaid,
    SaidLine,
    Words,
)
from server_sync.contract.meetings import VoteAsked
from server_sync.meetings import acts, deciding, voting
from server_sync.meetings.models import Meeting
from server_sync.meetings.papers import adding
from server_sync.meetings.papers.adding import NewPaper
from tests.server.conftest import PASSWORD
from tests.server.meetings.pdfs import pdf
from tests.server.meetings.planning import CHAIR, DECISION, NAME, SPEAKER, WHY, decision, plan
from tests.server.meetings.test_repeating import working_day
from tests.server.pages.test_in_a_browser import BROKEN_WORDS, CONTRAST, NARROW, TELEPHONE

pytestmark = pytest.mark.django_db(transaction=True)
HELD = NAME[::-1]
ADDRESSES = (
    "/meetings",
    "/meetings/plan",
    f"/meetings/{NAME.hex()}",
    f"/meetings/{NAME.hex()}/change",
    f"/meetings/{NAME.hex()}/guests",
    f"/meetings/{HELD.hex()}/papers",
    f"/meetings/{NAME.hex()}/papers",
    f"/meetings/{HELD.hex()}",
    f"/meetings/{HELD.hex()}/decisions",
    f"/meetings/{HELD.hex()}/decisions?withdraw={DECISION.hex()}",
    f"/meetings/{HELD.hex()}/minutes",
)


def sign_in(page: Page, language: str = "en") -> None:
    page.goto(f"/sign-in?language={language}")
    page.locator("#login").fill("assistant")
    page.locator("#word").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/meetings")


def hold(assistant) -> None:
    """A meeting that is over, with votes, a decision that holds, one that was withdrawn, and a chat."""
    person = assistant.id.bytes
    invited = (*plan().invited, Invited("KG-C-JAY", MeetingPart.OFFICE))
    acts.plan_meetings(person, HELD, [plan(working_day(10), invited=invited)])
    acts.open_meeting(person, HELD)
    title = Words("Көмүр запасы " * 12, "Запасы угля " * 12, "Coal in stock " * 12)
    for name in (DECISION, NAME):
        adding.add_paper(person, HELD, NewPaper(name, title, 1, pdf(1)))
    adding.withdraw_paper(person, MeetingPaperWithdrawn(NAME, HELD, WHY))
    long = Words("Суу түтүгүн оңдосун " * 12, "Починить водопровод " * 12, "Mend the water main " * 12)
    for name in (DECISION, NAME):
        deciding.take_decision(person, replace(decision(name, text=long), meeting=HELD))
    deciding.withdraw_decision(person, DecisionWithdrawn(NAME, HELD, WHY))
    for vote, is_secret in ((bytes([1] * 16), False), (bytes([2] * 16), True)):
        asked = VoteAsked(Words("Планды кабыл алуу", "Принять план", "Adopt the plan"), is_secret, quorum=2)
        voting.open_vote(person, HELD, vote, asked, 1, timezone.now())
        voting.close_vote(person, vote)
    said = MeetingSaid(HELD, 1, (SaidLine(SPEAKER, 1_780_000_000_000, "Үнү угулбайт " * 20),))
    acts.close_meeting(person, HELD, (Attended(SPEAKER, 1_800),), lambda: [said])


def test_a_meeting_is_planned_by_the_keyboard_alone(assistant, page):
    sign_in(page)
    page.get_by_role("link", name="Plan a meeting").press("Enter")
    page.locator("#id_title_ky").focus()
    page.keyboard.type("Жылытуу мезгили")
    page.locator("#id_day").focus()
    page.keyboard.type(f"{working_day(10):%d.%m.%Y}")
    page.locator("#fill_who").focus()
    page.keyboard.type("Chuy")
    page.get_by_role("button", name="Set").press("Enter")
    expect(page.locator(f"#id_at_{SPEAKER}")).to_have_value("3")
    expect(page.locator("#id_title_ky")).to_have_value("Жылытуу мезгили")
    page.locator("#id_day").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Look over the plan")
    page.keyboard.press("Enter")  # the button that plans it has the focus
    expect(page.get_by_role("status")).to_contain_text("1 meeting is planned.")
    meeting = Meeting.objects.get()
    assert meeting.invitations.count() > 8
    assert meeting.invitations.get(site=CHAIR).part == 3
    assert not page.complaints


def test_a_wrong_field_takes_the_focus_and_says_what_is_wrong(assistant, page):
    sign_in(page)
    page.goto("/meetings/plan")
    page.locator("#id_title_ky").fill("Жыйын")
    page.locator("#id_day").fill("эртең")
    page.get_by_role("button", name="Look over").last.press("Enter")
    expect(page.locator("#id_day")).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("Write day, month and year")
    assert not page.complaints


def test_a_paper_is_added_and_withdrawn_by_the_keyboard(assistant, page, tmp_path):
    acts.plan_meetings(assistant.id.bytes, NAME, [plan(working_day(10))])
    (tmp_path / "coal.pdf").write_bytes(pdf(3))
    (tmp_path / "other.pdf").write_bytes(b"no PDF")
    sign_in(page)
    page.goto(f"/meetings/{NAME.hex()}")
    page.get_by_role("link", name="Papers").press("Enter")
    page.locator("#id_title_ky").fill("Көмүр")
    page.locator("#id_file").set_input_files(tmp_path / "other.pdf")
    page.get_by_role("button", name="Add the paper").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("is no PDF, whatever its name says")
    expect(page.locator("#id_title_ky")).to_have_value("Көмүр")
    page.locator("#id_file").set_input_files(tmp_path / "coal.pdf")
    page.get_by_role("button", name="Add the paper").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("The paper is added.")
    expect(page.get_by_text("3 pages")).to_be_visible()
    page.get_by_role("link", name="Withdraw the paper").press("Enter")
    page.locator("#id_reason_ky").fill("Эски")
    page.get_by_role("button", name="Withdraw the paper").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("The paper is withdrawn.")
    assert not page.complaints


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_every_word_can_be_read_on_a_screen_and_a_telephone(assistant, open_page, theme, language):
    acts.plan_meetings(assistant.id.bytes, NAME, [plan(working_day(10))])
    hold(assistant)
    for options in ({}, TELEPHONE, NARROW):
        page = open_page(color_scheme=theme, **options)
        sign_in(page, language)
        for address in ADDRESSES:
            page.goto(address)
            assert page.evaluate(CONTRAST) == []
            assert page.evaluate(BROKEN_WORDS) == []
            assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), (
                address
            )
        assert not page.complaints


def test_a_plan_is_printed_without_what_is_pressed(assistant, page):
    acts.plan_meetings(assistant.id.bytes, NAME, [plan(working_day(10))])
    sign_in(page)
    page.goto(f"/meetings/{NAME.hex()}")
    page.emulate_media(media="print")
    expect(page.get_by_text("Change the plan")).to_be_hidden()
    expect(page.get_by_role("heading", name="Agenda")).to_be_visible()
