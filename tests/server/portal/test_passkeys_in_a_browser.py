"""A passkey that a real browser makes opens its own account, answers each question once, and none of another server."""

import json
import os
from collections.abc import Callable
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from playwright.sync_api import Page, expect

from server_sync.common.refusals import Refused
from server_sync.pages.cookies import named
from server_sync.portal.accounts import passkeys, sessions
from server_sync.portal.accounts.keeping import account_of
from server_sync.portal.models import Account, Passkey
from tests.server.pages.test_in_a_browser import BROKEN_WORDS, CONTRAST, NARROW, chromium, open_page, page
from tests.server.portal.writers import cookie_of, signed_in_as

__all__ = ["chromium", "open_page", "page"]

pytestmark = pytest.mark.django_db(transaction=True)
PICTURES = os.environ.get("LIAISON_PICTURES")
EMAIL = "gulnara@example.org"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def device(open_page, settings, live_server, centre) -> Callable[..., Page]:
    """A browser with a device that holds keys; signed in as somebody, or not."""
    settings.LIAISON_PUBLIC_URL = live_server.url

    def open_one(*, email: str = "", **changes: Any) -> Page:
        shown: Page = open_page()
        if email:
            shown.context.add_cookies([cookie_of(email, live_server.url)])
        line = shown.context.new_cdp_session(shown)
        line.send("WebAuthn.enable")
        line.send("WebAuthn.addVirtualAuthenticator", {"options": {**DEVICE, **changes}})
        return shown

    return open_one


def use(shown: Page) -> None:
    shown.locator("#passkey button").click()


def add(shown: Page) -> None:
    shown.goto("/my/account?language=ky")
    use(shown)
    expect(shown.locator("form[action$='/passkeys/remove']")).to_be_visible()


def test_a_passkey_that_was_added_signs_in_without_a_letter_until_it_is_taken_out(device):
    shown = device(email=EMAIL)
    add(shown)
    for screen, size in {"wide": {"width": 1366, "height": 768}, "narrow": NARROW["viewport"]}.items():
        shown.set_viewport_size(size)
        if PICTURES:
            shown.screenshot(path=f"{PICTURES}/passkeys-{screen}.png", full_page=True)
        assert shown.evaluate(CONTRAST) == []
        assert shown.evaluate(BROKEN_WORDS) == []
    shown.locator("form[action$='/sign-out'] button").click()
    shown.wait_for_url("**/my/sign-in")
    for _ in range(2):
        shown.context.clear_cookies(name=named(sessions.COOKIE))
        shown.goto("/my/sign-in")
        use(shown)
        shown.wait_for_url("**/my")
        expect(shown.locator("main")).to_contain_text(EMAIL)
    shown.goto("/my/account")
    shown.locator("form[action$='/passkeys/remove'] button").click()
    expect(shown.locator("form[action$='/passkeys/remove']")).to_have_count(0)
    assert not Passkey.objects.exists()
    assert Account.objects.count() == 1


def test_an_answer_opens_once_and_none_to_a_question_of_another_moment_server_or_purpose(device, settings):
    shown = device(email=EMAIL)
    add(shown)
    shown.context.clear_cookies(name=named(sessions.COOKIE))
    shown.goto("/my/sign-in")
    shown.route("**/my/passkey", lambda route: route.fulfill(body="held back"))
    with shown.expect_request("**/my/passkey") as sent:
        use(shown)
    answer = QueryDict(sent.value.post_data)["answer"]
    state = next(one["value"] for one in shown.context.cookies() if one["name"] == named("passkey"))
    other = passkeys.ask()
    wrong = [(answer, other.state), (answer, ""), (answer + " x", state), ("[]", state), ("{}", state)]
    told = json.loads(answer)
    broken = {**told, "response": {**told["response"], "signature": told["response"]["signature"][:-8] + "AAAAAAAA"}}
    wrong += [(json.dumps(broken), state), ("[" * 15_000, state), ("x" * 20_000, state)]
    for given, asked in wrong:
        with pytest.raises(Refused) as refused:
            passkeys.open_by(given, asked)
        assert refused.value.code == "passkey_wrong"
    public = settings.LIAISON_PUBLIC_URL
    for elsewhere in ("https://kattar.example.org", public.replace("http:", "https:")):
        settings.LIAISON_PUBLIC_URL = elsewhere
        with pytest.raises(Refused):
            passkeys.open_by(answer, state)
    settings.LIAISON_PUBLIC_URL = public
    with pytest.raises(Refused):
        passkeys.add(account_of(EMAIL), answer, state, "")
    assert passkeys.open_by(answer, state) == account_of(EMAIL)
    with pytest.raises(Refused):
        passkeys.open_by(answer, state)


def test_a_device_that_asks_for_no_finger_face_or_code_gets_no_passkey(device):
    shown = device(email=EMAIL, hasUserVerification=False, isUserVerified=False)
    shown.goto("/my/account")
    use(shown)
    expect(shown.locator("#passkey [data-trouble]")).to_be_visible(timeout=30_000)
    assert not Passkey.objects.exists()


def test_nobody_takes_out_anothers_passkey_and_an_address_without_a_name_offers_none(device, settings):
    add(device(email=EMAIL))
    named = str(Passkey.objects.get().name)
    signed_in_as("other@example.org").post("/my/passkeys/remove", {"passkey": named})
    assert Passkey.objects.count() == 1
    settings.LIAISON_PUBLIC_URL = "http://192.0.2.1:8000"
    assert 'id="passkey"' not in Client().get("/my/sign-in").content.decode()
    assert Client().post("/my/passkey/ask").status_code == 409
    signed_in_as(EMAIL).post("/my/passkeys/remove", {"passkey": named})
    assert not Passkey.objects.exists()
