"""The pages as people use them: a real server, Debian's Chromium, keyboard, telephone, both themes."""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, expect, sync_playwright

from server_sync.appeals.models import Appeal
from server_sync.casework import acts
from server_sync.casework.models import AnswerDraft
from server_sync.contract.bodies import Outcome
from server_sync.contract.events import EventKind
from server_sync.contract.evidence.receipt import short_code
from server_sync.journal.models import Event
from server_sync.pages.access import Standing
from server_sync.workplaces.models import Contact
from server_sync.workplaces.reference import reference_book
from tests.server.conftest import PASSWORD, Office
from tests.server.counter import Counter, days_ago, routed

pytestmark = pytest.mark.django_db(transaction=True)

QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)
PUBLIC = (
    "/",
    "/write",
    "/requests",
    "/totals",
    "/figures",
    "/figures/place/KG-C",
    "/report",
    "/offices",
    "/verify",
    "/log",
    "/kept",
    "/a",
    "/api",
    "/sign-in",
    "/nothing",
)
EARLIER = timedelta(days=9)
SCREEN = {"width": 1280, "height": 900}
TELEPHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
NARROW = {"viewport": {"width": 320, "height": 640}, "is_mobile": True}

CONTRAST = """() => {
  const parse = (colour) => { const m = colour.match(/[\\d.]+/g).map(Number); return m.length === 3 ? [...m, 1] : m; };
  const light = ([r, g, b]) => {
    const f = (v) => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
    return 0.2126 * f(r) + 0.7152 * f(g) + 0.0722 * f(b);
  };
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour[3] === 1) return colour;
    }
    return parse(getComputedStyle(document.body).backgroundColor);
  };
  const bad = [];
  for (const element of document.body.querySelectorAll("*")) {
    if (element.closest("svg") || !element.offsetParent) continue;
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own) continue;
    const style = getComputedStyle(element);
    if (style.clipPath !== "none") continue;
    const [a, b] = [light(parse(style.color)), light(ground(element))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 600);
    if (ratio < (large ? 3 : 4.5)) bad.push(`${element.tagName} ${element.textContent.trim().slice(0, 30)} ${ratio}`);
  }
  return bad;
}"""
"""Every text that can be seen against the ground it stands on; those below WCAG 2.2 AA are given back."""


BROKEN_WORDS = """() => [...document.querySelectorAll("h1, h2, button, .button, nav a")].filter((element) => {
  if (!element.offsetParent) return false;
  element.style.overflowWrap = "normal";
  return element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== "inline";
}).map((element) => element.textContent.trim())"""
"""Headings, buttons and entries of the menu with a word that is too long for its line."""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium")
    assert path, "These tests drive Debian's browser: apt-get install chromium"
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's loop runs in this thread; nothing here is async
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield browser
        browser.close()
        connections.close_all()  # the loop has had connections of its own
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def open_page(chromium: Browser, live_server) -> Iterator[Callable[..., Page]]:
    """Open a page of a browser of its own, as wide as a screen or as a telephone; all are closed after the test."""
    opened: list[BrowserContext] = []

    def open_one(**options: Any) -> Page:
        context = chromium.new_context(base_url=live_server.url, **{"viewport": SCREEN, **options})
        opened.append(context)
        return watched(context.new_page())

    yield open_one
    for context in opened:
        context.close()


@pytest.fixture
def page(open_page) -> Page:
    page: Page = open_page()
    return page


def watched(page: Page) -> Page:
    """Keep what the browser complains of, a breach of the policy for scripts and styles above all."""
    complaints: list[str] = []

    def hear_error(error: Error) -> None:
        complaints.append(str(error))

    def hear_console(told: ConsoleMessage) -> None:
        if told.type == "error" and "status of" not in told.text:
            complaints.append(told.text)

    page.on("pageerror", hear_error)
    page.on("console", hear_console)
    page.complaints = complaints  # type: ignore[attr-defined]  # a page of these tests
    return page


def sign_in(page: Page, login: str, language: str = "en") -> None:
    page.goto(f"/sign-in?language={language}")
    page.locator("#login").fill(login)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/work" if login.startswith("v") else "**/board")


def in_doubt(counter: Counter) -> str:
    """A request with a matter that no list has: the address of its doubt."""
    made = counter.write(categories=("99.99",))
    counter.wire.exchange()
    return f"/doubts/{made.hash.hex()}"


def called(office: Office, ago: timedelta) -> None:
    Contact.objects.update_or_create(
        workplace=office.workplace, defaults={"last_contact_at": timezone.now() - ago, "version": "0.1.0"}
    )


def test_a_person_signs_in_by_the_keyboard_alone(vera, page):
    sign_in(page, "vera")
    expect(page.get_by_role("heading", level=1)).to_have_text("My cases")
    assert not page.complaints


def test_the_board_follows_the_offices_without_a_reload_and_keeps_the_focus(nur, office_a, page, settings):
    settings.LIAISON_BOARD_REFRESH_S = 1
    called(office_a, timedelta(minutes=1))
    sign_in(page, "nur")
    page.goto("/board?show=all")
    expect(page.get_by_role("heading", level=1)).to_have_text("1 office in order")
    page.evaluate("window.stayed = true")
    link = page.locator('#list a[href="/board/KG-C-ALA"]')
    link.focus()
    called(office_a, EARLIER)
    expect(page.get_by_role("heading", level=1)).to_have_text("0 offices in order, 1 silent")
    expect(page.locator('svg a[href="/board/KG-C-ALA"]')).to_have_class("bad")
    assert page.evaluate("window.stayed")
    expect(link).to_be_focused()
    assert not page.complaints


def test_a_board_without_an_answer_says_so_and_goes_on_by_itself(nur, office_a, page, settings):
    settings.LIAISON_BOARD_REFRESH_S = 1
    called(office_a, timedelta(minutes=1))
    sign_in(page, "nur")
    expect(page.locator("#stale")).to_be_hidden()
    page.route("**/board/live*", lambda route: route.abort())
    expect(page.locator("#stale")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("1 office in order")
    page.unroute("**/board/live*")
    expect(page.locator("#stale")).to_be_hidden()


def test_the_board_lives_without_scripts_too(nur, office_a, open_page):
    called(office_a, EARLIER)
    page = open_page(java_script_enabled=False)
    sign_in(page, "nur")
    expect(page.get_by_role("heading", level=1)).to_have_text("0 offices in order, 1 silent")
    assert page.locator('meta[http-equiv="refresh"][content="60"]').count() == 1


def test_an_officer_answers_and_a_second_person_sends_it(vera, vasil, office_a, open_page):
    appeal = routed(Counter(office_a).register())
    page = open_page()
    sign_in(page, "vera")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/work/a/{appeal.number}")
    page.keyboard.press("a")
    page.keyboard.type("Каралат")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status")).to_contain_text("Accepted for consideration.")
    page.get_by_label("Outcome").select_option("satisfied")
    page.get_by_label("Кыргызча").first.fill("Саламатсызбы. Маселе чечилди.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status")).to_contain_text("waits for another officer")
    expect(page.get_by_text("Approve and send")).to_have_count(0)

    second = open_page()
    sign_in(second, "vasil")
    second.get_by_role("link", name="To check").click()
    second.get_by_role("link", name=appeal.subject).click()
    second.get_by_role("button", name="Approve and send").click()
    expect(second.get_by_role("status")).to_contain_text("The answer is sent.")
    assert not page.complaints
    assert not second.complaints
    assert Event.custody.filter(kind=EventKind.ANSWERED).count() == 1
    assert Appeal.objects.get().state == "answered"


def test_an_answer_is_kept_while_it_is_typed(vera, office_a, page):
    appeal = routed(Counter(office_a).register())
    sign_in(page, "vera")
    page.goto(f"/work/a/{appeal.number}")
    page.get_by_label("Кыргызча").first.fill("Саламатсызбы. Маселе")
    expect(page.locator("#answer [data-kept]")).to_contain_text("Kept")
    page.reload()
    expect(page.get_by_label("Кыргызча").first).to_have_value("Саламатсызбы. Маселе")
    assert not page.complaints


def test_a_session_that_ends_while_typing_loses_nothing_that_was_typed(vera, office_a, page):
    appeal = routed(Counter(office_a).register())
    sign_in(page, "vera")
    page.goto(f"/work/a/{appeal.number}")
    page.context.clear_cookies(name="sessionid")
    page.get_by_label("Outcome").select_option("explained")
    page.get_by_label("Кыргызча").first.fill("Саламатсызбы. Маселе чечилди.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("Your session has ended.")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in in a new tab").click()
    other = opened.value
    other.locator("#login").fill("vera")
    other.locator("#word").fill(PASSWORD)
    other.keyboard.press("Enter")
    other.wait_for_url("**/work")
    page.get_by_label("Кыргызча").first.focus()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status")).to_contain_text("waits for another officer")
    assert AnswerDraft.objects.get().text_ky == "Саламатсызбы. Маселе чечилди."
    assert not page.complaints


def test_an_answer_that_a_colleague_changed_meanwhile_is_not_written_over_by_itself(vera, vasil, office_a, open_page):
    appeal = routed(Counter(office_a).register())
    first, second = open_page(), open_page()
    for page, login in ((first, "vera"), (second, "vasil")):
        sign_in(page, login)
        page.goto(f"/work/a/{appeal.number}")
    first.get_by_label("Кыргызча").first.fill("Веранын сөзү")
    expect(first.locator("#answer [data-kept]")).to_contain_text("Kept")
    second.get_by_label("Кыргызча").first.fill("Василдин сөзү")
    expect(second.get_by_role("alert")).to_contain_text("a colleague changed this answer meanwhile")
    expect(second.get_by_label("Кыргызча").first).to_have_value("Василдин сөзү")
    assert AnswerDraft.objects.get().text_ky == "Веранын сөзү"


def test_a_body_is_offered_while_its_name_is_typed(vera, office_a, page):
    appeal = routed(Counter(office_a).register())
    sign_in(page, "vera")
    page.goto(f"/work/a/{appeal.number}?language=ru")
    page.keyboard.press("f")
    page.keyboard.type("мэр бишк")
    offered = page.locator("#bodies option").first
    offered.wait_for(state="attached")
    name = offered.get_attribute("value")
    assert name
    page.locator("#id_forward-body").fill(name)
    page.locator("#id_forward-ru").fill("По принадлежности")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/work")
    assert Event.custody.filter(kind=EventKind.FORWARDED).count() == 1
    assert not page.complaints


def test_the_one_body_that_fits_is_chosen_and_named_when_the_request_is_sent(vera, office_a, page):
    appeal = routed(Counter(office_a).register())
    sign_in(page, "vera")
    page.goto(f"/work/a/{appeal.number}?language=ru")
    page.keyboard.press("f")
    page.keyboard.type("транспорт")
    page.locator("#id_forward-ru").fill("По принадлежности")
    page.keyboard.press("Control+Enter")
    offered = page.locator("[data-choose]")
    expect(offered).to_have_count(1)
    expect(page.locator("#id_forward-body")).to_have_value("транспорт")
    assert not Event.custody.filter(kind=EventKind.FORWARDED).exists()
    name = offered.get_attribute("value") or ""
    offered.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#id_forward-body")).to_have_value(name)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/work")
    expect(page.get_by_role("status")).to_contain_text(name)
    assert not page.complaints


def test_all_who_signed_stand_on_the_printed_case(vera, office_a, page):
    names = tuple(f"Асанов Эрлан {place}" for place in range(1, 114))
    appeal = routed(Counter(office_a).register(is_collective=True, signatories_count=113, signatories=names))
    sign_in(page, "vera")
    page.goto(f"/work/a/{appeal.number}")
    last = page.get_by_text(names[-1], exact=True)
    expect(last).to_be_hidden()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(last).to_be_visible()
    assert not page.complaints


def test_on_paper_a_case_without_an_answer_has_no_block_for_one_and_no_link(vera, office_a, page):
    appeal = routed(Counter(office_a).register())
    sign_in(page, "vera")
    page.goto(f"/work/a/{appeal.number}")
    expect(page.locator("#answer")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator("#answer")).to_be_hidden()
    lined = "links => links.filter((link) => getComputedStyle(link).textDecorationLine !== 'none').length"
    assert page.locator("main a").evaluate_all(lined) == 0


def test_on_paper_a_case_whose_answer_waits_says_that_it_is_a_draft(vera, vasil, office_a, open_page):
    appeal = routed(Counter(office_a).register())
    draft = acts.AnswerText(Outcome.REFUSED, "Жооптун каралама тексти", "", "")
    acts.write_draft(Standing.of(vera), appeal, draft, 0, is_ready=True)
    for login in ("vera", "vasil"):
        page = open_page()
        sign_in(page, login)
        page.goto(f"/work/a/{appeal.number}")
        page.emulate_media(media="print")
        expect(page.get_by_text("Жооптун каралама тексти")).to_be_visible()
        expect(page.get_by_text("This is a draft, not an answer: it was not sent.")).to_be_visible()
        expect(page.get_by_text("an answer waits to be checked")).to_be_visible()
        expect(page.locator("#answer").get_by_role("button")).to_have_count(0)
        assert page.locator(".chip").evaluate_all(
            "all => all.every((one) => getComputedStyle(one).borderTopWidth !== '0px')"
        )


@pytest.mark.parametrize("scripts", [True, False])
def test_a_refused_act_is_said_on_top_and_the_field_has_the_focus(vera, office_a, open_page, scripts):
    appeal = routed(Counter(office_a).register())
    page = open_page(java_script_enabled=scripts)
    sign_in(page, "vera")
    page.goto(f"/work/a/{appeal.number}")
    page.get_by_text("Forward to another body").click()
    field = page.locator("#id_forward-body")
    field.fill("министр")
    page.get_by_role("button", name="Forward").click()
    alert = page.locator("#not-done")
    expect(alert).to_contain_text("Not done: Forward to another body.")
    expect(field).to_be_focused()
    expect(field).to_be_in_viewport()
    alert.scroll_into_view_if_needed()
    alert.get_by_role("link").click()
    expect(page.locator("#id_forward-body-error")).to_be_in_viewport()


@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_what_stands_in_a_tile_of_the_board_is_not_wider_than_it(nur, office_a, page, language):
    called(office_a, timedelta(minutes=1))
    Contact.objects.update(stopped_code="clerk_said_no", stop=bytes(16))
    sign_in(page, "nur")
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto(f"/board?language={language}")
    expect(page.locator(".map .v")).to_have_count(1)
    assert page.locator(".map .v").evaluate_all("all => all.filter((one) => one.getBBox().width > 44).length") == 0


def test_a_citizen_opens_the_own_case_with_number_and_code(office_a, page):
    appeal = routed(Counter(office_a).register(on=days_ago(2)))
    page.goto("/?language=ru")
    page.locator("#number").fill(appeal.number.lower().replace("-", " "))
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/a/{appeal.number}")
    page.get_by_label("Код").fill(short_code(bytes(appeal.event.salt or b"")))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(appeal.subject)
    page.get_by_role("button", name="Закрыть страницу").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Это обращение не опубликовано")
    assert not page.complaints


def test_the_camera_of_a_telephone_opens_the_check_of_a_receipt(office_a, open_page):
    counter = Counter(office_a)
    appeal = counter.register()
    page = open_page(**TELEPHONE)
    page.goto(f"/Q/{counter.receipt(counter.wire.events[0], appeal.number, 1)}")
    expect(page.get_by_role("heading", level=2).first).to_have_text("Чыныгы: кайрылуу ачык журналда турат")
    with page.expect_download() as download:
        page.get_by_role("link", name="Далил файл катары").click()
    assert download.value.suggested_filename == f"{appeal.number}-proof.json"


@pytest.mark.parametrize("language", ["ky", "ru", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_public_pages_fit_a_narrow_telephone_and_can_be_read(office_a, open_page, language, scheme):
    routed(Counter(office_a).register())
    page = open_page(color_scheme=scheme, **NARROW)
    for address in PUBLIC:
        page.goto(f"{address}?language={language}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
        assert page.evaluate(BROKEN_WORDS) == [], address
        assert page.evaluate(CONTRAST) == [], address
    assert not page.complaints


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_staff_can_be_read_in_both_themes(nur, vera, office_a, open_page, scheme):
    appeal = routed(Counter(office_a).register(on=days_ago(40)))
    called(office_a, EARLIER)
    for login, addresses in (
        ("nur", ("/board?show=all", "/board/KG-C-ALA")),
        ("vera", ("/work", "/work/check", f"/work/a/{appeal.number}", "/me")),
    ):
        page = open_page(color_scheme=scheme)
        sign_in(page, login)
        for address in addresses:
            page.goto(address)
            assert page.evaluate(CONTRAST) == [], address
        assert not page.complaints


@pytest.mark.parametrize("language", ["ky", "ru", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_two_people_decide_fits_a_narrow_telephone_and_can_be_read(
    nur, administrator, office_a, open_page, language, scheme
):
    counter = Counter(office_a)
    appeal = counter.register()
    for login, addresses in (
        ("nur", ("/doubts", in_doubt(counter))),
        ("administrator", ("/erasures", f"/erasures/{bytes(appeal.hash).hex()}", "/programs")),
    ):
        page = open_page(color_scheme=scheme, **NARROW)
        sign_in(page, login)
        for address in addresses:
            page.goto(f"{address}?language={language}")
            assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
            assert page.evaluate(CONTRAST) == [], address
        assert not page.complaints


def staff_pages(counter: Counter, appeal: Appeal) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Who opens what of the pages behind the sign-in."""
    return (
        ("nur", ("/board?show=all", "/board/KG-C-ALA", "/doubts", in_doubt(counter), "/me")),
        ("vera", ("/work", "/work?show=closed", "/work/check", f"/work/a/{appeal.number}", "/password", "/board")),
        ("editor", ("/work/publish", f"/work/a/{appeal.number}")),
        ("administrator", ("/erasures", f"/erasures/{bytes(appeal.hash).hex()}", "/programs")),
    )


OUTSIDE = """() => {
  const bad = [];
  const parts = "table, th, td, caption, .term li, .lines li, .cases li, .segments a, ul, .number";
  for (const element of document.querySelector("main").querySelectorAll(parts)) {
    const box = element.getBoundingClientRect();
    if (!box.width || element.closest(".unseen")) continue;
    const card = element.parentElement.closest(".card, main").getBoundingClientRect();
    const words = element.textContent.trim().slice(0, 40);
    if (box.right > card.right + 1 || box.left < card.left - 1) bad.push(`outside: ${words}`);
    if (element.matches(".term li, .number") && element.scrollWidth > element.clientWidth) bad.push(`cut: ${words}`);
    if (element.matches(".number") && element.getClientRects().length > 1) bad.push(`broken: ${words}`);
  }
  const sign = document.querySelector(".sign").getBoundingClientRect();
  if (sign.top < 4) bad.push(`sign at ${sign.top}`);
  return bad;
}"""
"""Tables, cells, lines and numbers that stand outside the card they belong to; days of a term and numbers that are cut
or broken; the cut sign."""


@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_nothing_on_the_pages_of_staff_stands_outside_its_card(
    nur, vera, vasil, editor, administrator, office_a, open_page, language
):
    counter = Counter(office_a)
    appeal = routed(counter.register())
    called(office_a, EARLIER)
    waiting = acts.AnswerText(Outcome.SATISFIED, "Жооп", "Ответ", "7-12")
    acts.write_draft(Standing.of(vasil), appeal, waiting, 0, is_ready=True)
    approved = routed(counter.register())
    acts.write_draft(Standing.of(vasil), approved, waiting, 0, is_ready=True)
    acts.approve(Standing.of(vera), approved, 1)
    for login, addresses in staff_pages(counter, appeal):
        page = open_page()
        page.goto(f"/sign-in?language={language}")
        page.locator("#login").fill(login)
        page.locator("#word").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "sign-in" not in url)
        for address in addresses:
            page.goto(address)
            for width in (360, 911, 1366):
                page.set_viewport_size({"width": width, "height": 768})
                assert page.evaluate("document.documentElement.scrollWidth") <= width, (address, width)
                assert page.evaluate(OUTSIDE) == [], (address, width)


@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_the_own_request_can_be_read_on_a_telephone(office_a, open_page, language):
    appeal = routed(Counter(office_a).register(on=days_ago(2), text="узунсөз" * 60))
    page = open_page(viewport={"width": 360, "height": 740})
    page.goto(f"/a/{appeal.number}?language={language}")
    page.locator("#code").fill(short_code(bytes(appeal.event.salt or b"")))
    page.keyboard.press("Enter")
    page.locator(".next").wait_for()
    assert page.evaluate("document.querySelector('.next dd').getBoundingClientRect().width") > 250
    assert page.evaluate(OUTSIDE) == []
    for width in (360, 911, 1366):
        page.set_viewport_size({"width": width, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/")
    seen = page.locator("#number")
    seen.fill(appeal.number)
    assert seen.evaluate("field => field.scrollWidth <= field.clientWidth")
    assert page.evaluate(NAMES_OF_THE_MAP)


NAMES_OF_THE_MAP = """() => {
  const map = document.querySelector("svg.map");
  const box = map.viewBox.baseVal;
  return [...map.querySelectorAll(".names text")].every((text) => text.getBBox().y >= box.y);
}"""
"""Whether the names of the provinces stand inside the map, at the size that a telephone gives them."""


def test_what_was_typed_into_any_form_survives_a_session_that_has_ended(vera, office_a, page):
    appeal = routed(Counter(office_a).register())
    sign_in(page, "vera")
    page.goto(f"/work/a/{appeal.number}")
    page.keyboard.press("r")
    field = page.locator("#id_return-ru")
    field.fill("Уточните адрес дома")
    page.context.clear_cookies(name="sessionid")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("Your session has ended.")
    expect(field).to_have_value("Уточните адрес дома")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in in a new tab").click()
    other = opened.value
    other.locator("#login").fill("vera")
    other.locator("#word").fill(PASSWORD)
    other.keyboard.press("Enter")
    other.wait_for_url("**/work")
    field.focus()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status")).to_contain_text("Returned to the office.")
    assert not page.complaints


def test_a_body_chosen_among_several_stands_in_its_field_by_its_name(vera, office_a, page):
    appeal = routed(Counter(office_a).register())
    sign_in(page, "vera")
    page.goto(f"/work/a/{appeal.number}?language=ru")
    page.keyboard.press("f")
    page.locator("#id_forward-body").fill("министр")
    page.locator("#id_forward-ru").fill("По принадлежности")
    page.keyboard.press("Control+Enter")
    offered = page.locator("[data-choose]").first
    name = offered.get_attribute("value")
    offered.click()
    assert name is not None
    assert name.startswith("Министр ")
    expect(page.locator("#id_forward-body")).to_have_value(name)
    page.locator("#id_forward-ru").focus()
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/work")
    chosen = reference_book().body(Appeal.objects.get().body_code)
    assert chosen is not None
    assert chosen.names.ru == name
    assert not page.complaints


def test_two_operators_decide_a_doubt_by_the_keyboard(nur, office_a, open_page):
    address = in_doubt(Counter(office_a))
    page = open_page()
    sign_in(page, "nur")
    page.goto(address)
    page.get_by_role("radio", name="Keep out").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("The paper is not there")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Proposed.")
    expect(page.get_by_role("button", name="Confirm and carry out")).to_have_count(0)
    assert not page.complaints


def test_the_focus_is_always_seen(centre, page):
    page.goto("/")
    for _ in range(12):
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none"


def test_the_tiles_can_be_walked_by_keyboard_and_say_office_and_value(nur, office_a, page):
    called(office_a, EARLIER)
    sign_in(page, "nur")
    tile = page.get_by_role("group", name="Map of the offices").get_by_role("link", name="Alamudun")
    tile.focus()
    expect(tile).to_have_accessible_name("Alamudun District: silent for 9 days")
    page.keyboard.press("Enter")
    page.wait_for_url("**/board/KG-C-ALA")
