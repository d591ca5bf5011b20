"""A citizen rates and complains in a browser; the body above has it, accepts and answers, and the office knows of it.

A real centre, a real office's program and Debian's Chromium, in which everybody signs in and types.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from proving.asked import SAMPLES
from proving.demo.pages import chromium
from proving.world import Centre, Office, ended
from server_sync.contract.bodies import Solved
from server_sync.contract.events import EventKind

SITE = "KG-C-ALA"
PASSWORD = "алты-сан 77"
BELOW, ABOVE = "AKIM@KG-C-ALA", "PLENIPOT-PRES@KG-C"
COMPLAINT = "Жооп маани боюнча эмес, суу дагы эле жок"
PICTURES = os.environ.get("LIAISON_PICTURES")
TELEPHONE = {"viewport": {"width": 360, "height": 780}, "is_mobile": True, "java_script_enabled": False}
"""The citizen's, on which no script runs."""

SCREEN = {"viewport": {"width": 1366, "height": 768}}

PEOPLE = f"""
from datetime import timedelta
from django.utils import timezone
from server_sync.contract.workflow import Role
from server_sync.workplaces.models import Body, Person, RoleGrant, Site
since = timezone.localdate() - timedelta(days=1)
def person(login, role, **where):
    one = Person.objects.create_person(login, "{PASSWORD}", surname=login.title(), given_name="Айгүл")
    RoleGrant.objects.create(person=one, role=role, from_on=since, **where)
person("clerk", Role.CLERK, site=Site.objects.get(pk="{SITE}"))
for login, body in (("vera", "{BELOW}"), ("vasil", "{BELOW}"), ("gul", "{ABOVE}"), ("jan", "{ABOVE}")):
    person(login, Role.CASE_OFFICER, body=Body.objects.get(pk=body))
"""
ROUTE = f"""
import json
from server_sync.appeals.acts import perform
from server_sync.appeals.models import Appeal
from server_sync.appeals.routing import route_new
from server_sync.contract.bodies import Forwarded, Words
from server_sync.contract.evidence.receipt import short_code
from server_sync.workplaces.models import Person
route_new()
appeal = Appeal.objects.select_related("event").get()
if appeal.body_code != "{BELOW}":
    forwarded = Forwarded(appeal.body_code, "{BELOW}", None, Words("жол"))
    perform(bytes(appeal.hash), forwarded, person=Person.objects.get(login="vera").id.bytes)
print(json.dumps([appeal.number, short_code(bytes(appeal.event.salt))]))
"""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[tuple[Centre, Office]]:
    centre = Centre(tmp_path / "centre", environment={"DATABASE_URL": "", "LIAISON_MEDIA_SERVER": "off"})
    centre.prepare([SITE])
    with ended(centre):
        centre.start()
        office = Office(SITE, SITE, tmp_path / SITE, centre.address)
        with ended(office):
            yield centre, office


@contextmanager
def browsing(browser: Browser, centre: Centre, **options: object) -> Iterator[Page]:
    context = browser.new_context(base_url=centre.address, **options)  # type: ignore[arg-type]
    yield context.new_page()
    context.close()


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


def sign_in(page: Page, login: str) -> None:
    page.goto("/sign-in?language=ru")
    page.locator("#login").fill(login)
    page.locator("#word").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/work")


def answer(browser: Browser, centre: Centre, number: str, writer: str, second: str, words: str) -> None:
    """One officer writes, another approves."""
    with browsing(browser, centre, **SCREEN) as page:
        sign_in(page, writer)
        page.goto(f"/work/a/{number}")
        page.locator("#id_answer-outcome").select_option("3")
        page.locator("#id_answer-ky").fill(words)
        page.locator('button[name="ready"]').click()
        expect(page.get_by_role("status")).to_be_visible()
    with browsing(browser, centre, **SCREEN) as page:
        sign_in(page, second)
        page.goto(f"/work/a/{number}")
        page.locator('form[action$="/approve"] button').first.click()
        expect(page.get_by_role("status")).to_be_visible()


def say(page: Page, number: str, act: str) -> None:
    """From the case to the form of an act, by what the page offers."""
    page.goto(f"/a/{number}?language=ky")
    page.locator(f'a[href="/a/{number}/say/{act}"]').click()


def test_a_complaint_goes_up_by_itself_is_decided_there_and_comes_home(world: tuple[Centre, Office]) -> None:
    centre, office = world
    centre.manage("shell", "--no-imports", "-c", PEOPLE)
    office.start()
    office.ask("enrol", code=centre.enrolment_code(SITE))
    office.ask("sign_in", login="clerk", password=PASSWORD)
    (row,) = office.ask("register", file=str(SAMPLES), run="complaint", rows=[0], by="services")["rows"]
    appeal = row["event"]
    assert office.ask("exchange")["drained"]
    number, code = json.loads(centre.manage("shell", "--no-imports", "-c", ROUTE))
    with chromium() as browser:
        answer(browser, centre, number, "vera", "vasil", "Биринчи жооп")
        with browsing(browser, centre, **TELEPHONE) as page:
            page.goto(f"/a/{number}?language=ky")
            page.locator("#code").fill(code)
            page.keyboard.press("Enter")
            expect(page.locator(".own-acts")).to_be_visible()
            picture(page, "own-case-360-ky")
            say(page, number, "rate")
            page.locator('input[name="solved"][value="3"]').check()
            page.locator("#id_comment").fill("Суу жок")
            picture(page, "rate-360-ky")
            page.locator("button.primary").click()
            page.locator('button[name="send"]').click()
            expect(page.get_by_role("status")).to_be_visible()
            say(page, number, "complain")
            page.locator("#id_text").fill(COMPLAINT)
            picture(page, "complain-360-ky")
            page.locator("button.primary").click()
            picture(page, "look-over-360-ky")
            page.locator('button[name="send"]').dblclick()
            expect(page.get_by_role("status")).to_be_visible()
            expect(page.locator("#history")).to_contain_text(COMPLAINT)
            picture(page, "complained-360-ky")
        with browsing(browser, centre, **SCREEN) as page:
            sign_in(page, "gul")
            page.goto("/work?show=complaints")
            picture(page, "complaints-1366-ru")
            page.locator(f'a[href="/work/a/{number}"]').click()
            expect(page.locator("article")).to_contain_text(COMPLAINT)
            picture(page, "complaint-case-1366-ru")
            page.locator('details[data-key="a"] summary').click()
            page.locator('form[action$="/accept"] button').click()
            expect(page.get_by_role("status")).to_be_visible()
        with browsing(browser, centre, **SCREEN) as page:
            sign_in(page, "vera")
            page.goto("/work?show=complaints")
            expect(page.locator("main")).to_contain_text(number)
            picture(page, "complaints-below-1366-ru")
            assert page.goto(f"/work/a/{number}").status == 404  # type: ignore[union-attr]
        assert office.ask("exchange")["drained"]
        told = office.ask("life", appeal=appeal)
        assert (told["state"], told["body"], told["accepted"]) == ("with_body", ABOVE, True)
        assert told["ratings"] == [Solved.NO]
        assert told["kinds"].count(EventKind.COMPLAINT_MADE) == 1
        answer(browser, centre, number, "gul", "jan", "Экинчи жооп")
    assert office.ask("exchange")["drained"]
    told = office.ask("life", appeal=appeal)
    assert told["state"] == "answered"
    assert told["kinds"][-1] == EventKind.ANSWERED
    assert [one["text"] for one in office.ask("answers")["answers"]] == ["Экинчи жооп"]
    assert "is what the events say" in centre.manage("rebuild_projections", "--compare")
