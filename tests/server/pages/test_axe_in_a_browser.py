"""No page breaks a rule of WCAG 2.2 AA that axe-core knows, and none is scrolled sideways, however large it is shown.

All rules are asked in Kyrgyz, in the others those alone whose answer may change with the words.
"""

import hashlib
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from django.test import Client
from playwright.sync_api import Page

from server_sync.casework import acts
from server_sync.contract.bodies import Outcome, Words
from server_sync.contract.evidence.receipt import short_code
from server_sync.pages.access import Standing
from tests.server.conftest import PASSWORD
from tests.server.counter import Counter, days_ago, routed
from tests.server.pages.test_in_a_browser import chromium, in_doubt, open_page  # noqa: F401 (fixtures)

pytestmark = pytest.mark.django_db(transaction=True)

ROOT: Final = Path(__file__).resolve().parents[3]
LOCK: Final = ROOT / "tests" / "browser" / "package-lock.json"
AXE: Final = ROOT / ".browser" / f"tests-{hashlib.sha256(LOCK.read_bytes()).hexdigest()[:16]}" / "axe.js"
"""`./liaison test` fetches it once, by npm."""
ASKED: Final = """async (tags) => {
  const found = await axe.run(document, { runOnly: tags, resultTypes: ["violations"] });
  return found.violations.map((rule) => `${rule.id}: ${rule.nodes.slice(0, 3).map((node) => node.html.slice(0, 120))}`);
}"""
ALL: Final = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
OF_WORDS: Final = {
    "type": "rule",
    "values": ["html-has-lang", "html-lang-valid", "valid-lang", "document-title", "link-name", "button-name", "label"],
}
PORTAL: Final = (
    "/",
    "/write",
    "/requests",
    "/totals",
    "/offices",
    "/verify",
    "/log",
    "/a",
    "/api",
    "/sign-in",
    "/nothing",
)
FIRST_VIEW_BYTES: Final = 100_000
SCRIPT_BYTES: Final = 30_000


@pytest.fixture
def axe() -> str:
    if not AXE.is_file():
        pytest.skip("axe-core was not fetched: npm is missing or has no line")
    return AXE.read_text(encoding="utf-8")


def asked(page: Page, axe: str, rules: dict[str, Any]) -> list[str]:
    """What axe says against a page, asked beside the page's own policy for scripts, which lets nothing else in."""
    page.evaluate(axe)
    found: list[str] = page.evaluate(ASKED, rules)
    return found


def languages() -> Iterator[tuple[str, dict[str, Any]]]:
    yield "ky", ALL
    yield "ru", OF_WORDS
    yield "en", OF_WORDS


def signed_in(page: Page, login: str) -> None:
    page.goto("/sign-in")
    page.locator("#login").fill(login)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "/sign-in" not in address)


def test_axe_finds_nothing_on_the_pages_of_the_portal(office_a, editor, open_page, axe):  # noqa: F811
    appeal = routed(Counter(office_a).register(on=days_ago(2)))
    acts.publish(Standing.of(editor), appeal, Words("Жол", "Дорога"), Words("Жол оңдоо", "Ремонт дороги"), "")
    page, bad = open_page(), []
    for language, rules in languages():
        for address in (*PORTAL, f"/a/{appeal.number}"):
            page.goto(f"{address}?language={language}")
            bad += [f"{address} {language}: {one}" for one in asked(page, axe, rules)]
    page.goto(f"/a/{appeal.number}?language=ky")
    page.locator("#code").fill(short_code(bytes(appeal.event.salt or b"")))
    page.keyboard.press("Enter")
    page.locator(".next").wait_for()
    bad += [f"own case: {one}" for one in asked(page, axe, ALL)]
    page.goto(f"/a/{appeal.number}/data")
    bad += [f"own data: {one}" for one in asked(page, axe, ALL)]
    for address in PORTAL:
        page.goto(f"{address}?sight=large&language=ky")
        bad += [f"{address} large: {one}" for one in asked(page, axe, ALL)]
    assert bad == []


def test_axe_finds_nothing_on_the_pages_of_staff(
    nur,
    vera,
    vasil,
    editor,
    registrar,
    administrator,
    office_a,
    open_page,  # noqa: F811
    axe,
):
    counter = Counter(office_a)
    appeal, unrouted = routed(counter.register(text="Кошунам Асанов Бакыт, тел. 0555 12-34-56.")), counter.register()
    answer = acts.AnswerText(Outcome.SATISFIED, "Жооп", "Ответ", "7-12")
    acts.write_draft(Standing.of(vasil), appeal, answer, 0, is_ready=True)
    case, bad = f"/work/a/{appeal.number}", []
    for login, addresses in (
        ("nur", ("/board?show=all", "/board/KG-C-ALA", "/doubts", in_doubt(counter), "/me")),
        ("vera", ("/work", "/work?show=closed", "/work?show=complaints", "/work/check", "/work/templates", case)),
        ("editor", ("/work/publish", case)),
        (registrar.login, ("/work/route", f"/work/a/{unrouted.number}")),
        ("administrator", ("/erasures", f"/erasures/{bytes(appeal.hash).hex()}", "/password", "/programs")),
    ):
        page = open_page()
        signed_in(page, login)
        for language, rules in languages():
            for address in addresses:
                page.goto(f"{address}{'&' if '?' in address else '?'}language={language}")
                bad += [f"{address} {language}: {one}" for one in asked(page, axe, rules)]
    assert bad == []


def test_nothing_of_the_portal_is_scrolled_sideways_when_shown_large_or_with_letters_twice_as_large(
    office_a,
    open_page,  # noqa: F811
):
    page, wide = open_page(viewport={"width": 320, "height": 640}, is_mobile=True), []
    for query, size, width in (("sight=large", "", 320), ("sight=usual", "200%", 640)):
        page.set_viewport_size({"width": width, "height": 640})
        for language in ("ky", "ru", "en"):
            for address in PORTAL:
                page.goto(f"{address}?{query}&language={language}")
                page.evaluate("(size) => { document.documentElement.style.fontSize = size; }", size)
                seen = page.evaluate("document.documentElement.scrollWidth")
                wide += [f"{address} {language} {query}: {seen}"] if seen > width else []
    assert wide == []


def test_a_first_view_is_at_most_100_kb_and_its_scripts_30_kb_compressed(office_a):
    routed(Counter(office_a).register())
    browser = Client()
    for address in PORTAL:
        page = browser.get(address).content
        sizes = {"page": len(zlib.compress(page, 6))}
        for name in re.findall(rb'(?:href|src)="/static/([^"]+\.(?:css|js|svg))"', page):
            sizes[name.decode()] = len(zlib.compress(static(name.decode()), 6))
        assert sum(sizes.values()) <= FIRST_VIEW_BYTES, (address, sizes)
        assert sum(size for name, size in sizes.items() if name.endswith(".js")) <= SCRIPT_BYTES, (address, sizes)


def static(name: str) -> bytes:
    from django.contrib.staticfiles import finders

    found = finders.find(name)
    assert found is not None, name
    return Path(found).read_bytes()
