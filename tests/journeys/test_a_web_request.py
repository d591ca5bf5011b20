"""A citizen abroad writes to an akim in Kyrgyz, through a real server, a real mail server and Debian's Chromium."""

import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest
import requests
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from proving.mailbox import Mailbox, mail_server, surroundings_of_mail
from proving.world import Centre, ended

SITE: Final = "KG-C-ALA"
SCRIPT: Final = Path(__file__).parents[2] / "docs" / "verify_receipt.py"
QUIET: Final = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking")
TELEPHONE: Final[ViewportSize] = {"width": 360, "height": 740}
SCREEN: Final[ViewportSize] = {"width": 1366, "height": 768}
ADDRESS: Final = "gulnara@example.org"
SUBJECT: Final = "Айылда таза суу жок"
LETTERS_S: Final = 60


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def centre(tmp_path: Path, mailbox: Mailbox) -> Iterator[Centre]:
    with mail_server(mailbox) as server:
        environment = {
            "DATABASE_URL": "",
            "LIAISON_MEDIA_SERVER": "off",
            **surroundings_of_mail(server.port),
        }
        found = Centre(tmp_path / "centre", environment=environment)
        found.prepare([SITE])
        with ended(found):
            found.start()
            yield found


@pytest.fixture
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium")
    assert path, "These tests drive Debian's browser: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield browser
        browser.close()


@pytest.mark.parametrize("has_script", [True, False], ids=["with_script", "without"])
def test_a_citizen_abroad_writes_is_confirmed_and_followed_and_an_officer_accepts(
    centre: Centre, mailbox: Mailbox, chromium: Browser, tmp_path: Path, has_script: bool
) -> None:
    look = _looking(tmp_path)
    citizen = chromium.new_context(java_script_enabled=has_script, viewport=TELEPHONE, locale="ky")
    page = citizen.new_page()
    page.goto(f"{centre.address}/?language=ky")
    look(page, "home")
    page.locator('main a[href="/write"]').click()
    look(page, "start")
    page.locator('main a[href="/write/matter"]').click()
    page.locator("#id_subject").fill(SUBJECT)
    page.locator("#id_text").fill("Айылда үч айдан бери таза суу жок. Түтүктү оңдоп бериңиздер.")
    page.locator("#id_category").select_option("03.03")
    page.locator("#id_place").select_option(SITE)
    page.locator('input[name="kind"][value="application"]').check()
    look(page, "matter")
    _go_on(page)
    page.locator("#q").fill("аламудун акими")
    page.locator("form[role=search] button").click()
    look(page, "addressee")
    page.locator(f'input[name="addressee"][value="AKIM@{SITE}"]').check()
    _go_on(page)
    page.locator("#id_surname").fill("Өмүрбекова")
    page.locator("#id_given_name").fill("Гүлнара")
    page.locator("#id_email").fill(ADDRESS)
    page.locator("#id_phone").fill("+49 30 901820")
    page.locator("#id_territory").select_option("")
    page.locator("#id_settlement").fill("Германия, Берлин")
    page.locator('input[name="answer_by"][value="email"]').check()
    look(page, "writer")
    _go_on(page)
    look(page, "files")
    page.locator('main a.primary[href="/write/check"]').click()
    look(page, "check")
    page.reload()
    page.locator("main form button.primary").click()
    code = _code(mailbox, 1)
    look(page, "confirm")
    page.locator("#code").fill(code)
    page.locator("main form button.primary").click()
    expect(page).to_have_url(f"{centre.address}/write/receipt")
    look(page, "receipt")
    number = page.locator("h1.given").inner_text().strip()
    assert number.startswith("WEB-")
    opens = page.locator(".figure.number").inner_text().strip()
    paper = citizen.request.get(f"{centre.address}/write/receipt.pdf")
    assert paper.headers["content-type"] == "application/pdf"
    (tmp_path / "receipt.pdf").write_bytes(paper.body())
    told = _letter(mailbox, 2)
    assert number in told
    assert SUBJECT not in told

    assert _verified(centre, tmp_path) == 0

    officer = chromium.new_context(viewport=SCREEN).new_page()
    _sign_in(officer, centre, centre.person("case_officer", body=f"AKIM@{SITE}"))
    _waited(lambda: number in officer.goto(f"{centre.address}/work").text())  # type: ignore[union-attr]
    officer.goto(f"{centre.address}/work/a/{number}")
    look(officer, "case")
    assert SUBJECT in officer.content()
    officer.locator('details:has(form[action$="/accept"]) > summary').click()
    officer.locator('form[action$="/accept"] button').click()

    stranger = chromium.new_context(java_script_enabled=has_script, viewport=TELEPHONE).new_page()
    stranger.goto(f"{centre.address}/a/{number}?language=ky")
    assert SUBJECT not in stranger.content()
    stranger.locator("#code").fill(opens)
    stranger.locator("main form button.primary").click()
    expect(stranger.locator("h1")).to_contain_text(SUBJECT)
    look(stranger, "followed")
    assert "is what the events say" in centre.manage("rebuild_projections", "--compare")


def _go_on(page: Page) -> None:
    page.locator("main form button.primary").last.click()


def _looking(folder: Path) -> Callable[[Page, str], None]:
    """Keep a picture of each page, and see that nothing of it stands out at the side."""

    def look(page: Page, name: str) -> None:
        page.screenshot(path=folder / f"{name}.png", full_page=True)
        assert page.locator("html").evaluate("e => e.scrollWidth <= e.clientWidth"), name

    return look


def _letter(mailbox: Mailbox, count: int) -> str:
    _waited(lambda: len(mailbox.letters) >= count)
    assert mailbox.to[count - 1] == ADDRESS
    return str(mailbox.letters[count - 1].get_content())


def _code(mailbox: Mailbox, count: int) -> str:
    found = re.search(r"\b\d{6}\b", _letter(mailbox, count))
    assert found is not None
    return found[0]


def _waited(is_there: Callable[[], bool]) -> None:
    until = time.monotonic() + LETTERS_S
    while not is_there():
        assert time.monotonic() < until
        time.sleep(0.2)


def _verified(centre: Centre, folder: Path) -> int:
    """Check the receipt with a stranger's program and the portal's public answers alone."""
    told = centre.manage(
        "shell",
        "--no-imports",
        "-c",
        "from server_sync.portal.models import Draft; from server_sync.contract.evidence.receipt import qr_text; "
        "from django.conf import settings; row = Draft.objects.exclude(receipt=b'').get(); "
        "print(qr_text(bytes(row.receipt), settings.LIAISON_PUBLIC_URL), bytes(row.appeal).hex())",
    )
    square, event_hash = told.split()
    for name, address in (("keys", "/log/keys"), ("proof", f"/log/proof/inclusion?hash={event_hash}")):
        answer = requests.get(centre.address + address, timeout=30)
        (folder / f"{name}.json").write_bytes(answer.content)
    assert json.loads((folder / "proof.json").read_text(encoding="utf-8"))
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--keys", "keys.json", "--proof", "proof.json", square],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    return done.returncode


def _sign_in(page: Page, centre: Centre, person: dict[str, str]) -> None:
    page.goto(f"{centre.address}/sign-in?language=ky")
    page.locator("#login").fill(person["login"])
    page.locator("#word").fill(person["password"])
    page.locator("main form button.primary").click()
