"""A citizen signs in by a letter, finds the own requests, and is nobody among those who work here."""

import json
from datetime import timedelta

import pytest
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.utils import timezone

from server_sync.appeals.erasing import erase_request
from server_sync.common.retention import kept
from server_sync.contract.evidence.receipt import short_code
from server_sync.letters.models import Letter
from server_sync.portal.accounts import codes, keeping, requests, sessions
from server_sync.portal.models import Account, AccountSession, CodeSent, Draft, OwnRequest, SigningIn
from server_sync.portal.writing import drafts, views
from server_sync.portal.writing.registering import register
from tests.server.conftest import Centre
from tests.server.portal.writers import MAIL, MATTER, WRITER, Citizen, code_of, signed_in_as, text

pytestmark = pytest.mark.django_db
EMAIL = WRITER["email"]


@pytest.fixture(autouse=True)
def _mail(settings, centre: Centre) -> None:
    settings.LIAISON_MAIL = MAIL


@pytest.fixture
def citizen() -> Citizen:
    return Citizen(language="en")


def ask(browser: Client, email: str = EMAIL, **more: str):
    return browser.post("/my/sign-in", {"email": email, **more})


def sign_in(browser: Client, email: str = EMAIL, **more: str) -> None:
    assert ask(browser, email, **more).headers["Location"] == "/my/code"
    assert browser.post("/my/code", {"code": code_of(email)}).headers["Location"] == "/my"


def short_code_of(appeal) -> str:
    return short_code(bytes(appeal.event.salt))


class TestSigningIn:
    def test_a_code_that_comes_by_letter_opens_an_account_which_the_first_makes(self, citizen):
        sign_in(citizen.browser)
        assert EMAIL in text(citizen.browser.get("/my"))
        again = Client()
        sign_in(again)
        assert Account.objects.count() == 1
        assert AccountSession.objects.count() == 2

    def test_who_has_an_account_and_who_has_none_are_answered_alike(self):
        keeping.account_of(EMAIL)
        known, new = Client(), Client()
        answers = [ask(known), ask(new, "new@example.org")]
        assert len({(one.status_code, one.headers["Location"]) for one in answers}) == 1
        pages = [text(one.get("/my/code")) for one in (known, new)]
        assert pages[0].count("<form") == pages[1].count("<form")
        assert Letter.objects.count() == 2

    def test_a_code_opens_in_the_browser_alone_that_asked_for_it_and_once(self, citizen):
        ask(citizen.browser)
        code = code_of(EMAIL)
        other = Client()
        assert other.post("/my/code", {"code": code}).headers["Location"] == "/my/sign-in"
        kept = citizen.browser.cookies["__Host-signing"].value
        assert citizen.browser.post("/my/code", {"code": code}).headers["Location"] == "/my"
        other.cookies["__Host-signing"] = kept
        assert other.post("/my/code", {"code": code}).headers["Location"] == "/my/sign-in"

    def test_five_wrong_codes_end_a_code_and_ten_guesses_an_hour_end_all(self, citizen):
        ask(citizen.browser)
        statuses = [citizen.browser.post("/my/code", {"code": "1"}).status_code for _ in range(6)]
        assert statuses == [403] * 4 + [409] * 2
        assert citizen.browser.post("/my/code", {"code": code_of(EMAIL)}).status_code == 409
        for _ in range(2):
            SigningIn.objects.update(sent_at=F("sent_at") - timedelta(minutes=2))
            citizen.browser.post("/my/code", {"again": "1"})
            for _ in range(4):
                citizen.browser.post("/my/code", {"code": "1"})
        assert citizen.browser.post("/my/code", {"code": code_of(EMAIL)}).status_code == 429
        assert not Account.objects.exists()

    def test_letters_of_signing_in_and_of_writing_are_counted_together(self, citizen):
        for _ in range(5):
            assert ask(Client(REMOTE_ADDR="203.0.113.7")).status_code == 302
        assert ask(Client(REMOTE_ADDR="203.0.113.7")).status_code == 429
        citizen.fill()
        assert citizen.send("check", {}).status_code == 429
        assert CodeSent.objects.count() == 5

    @pytest.mark.parametrize("email", ["", "nobody", "a@b\r\nBcc: c@d", "ж@example.org", "a" * 300 + "@example.org"])
    def test_what_is_no_address_gets_no_letter_and_is_said(self, email):
        assert ask(Client(), email).status_code == 400
        assert not Letter.objects.exists()
        assert not SigningIn.objects.exists()

    def test_a_shared_device_forgets_with_its_browser_and_an_own_one_after_a_month(self):
        shared, own = Client(), Client()
        sign_in(shared)
        sign_in(own, "other@example.org", keep="1")
        assert shared.cookies["__Host-citizen"]["max-age"] == ""
        assert own.cookies["__Host-citizen"]["max-age"] == 30 * 24 * 3600
        assert own.cookies["__Host-citizen"]["httponly"]
        AccountSession.objects.update(expires_at=timezone.now())
        assert [one.get("/my").status_code for one in (shared, own)] == [302, 302]
        sessions.forget_old()
        assert not AccountSession.objects.exists()

    def test_whoever_fills_the_table_of_those_who_wait_makes_room_themselves(self, monkeypatch):
        monkeypatch.setattr(codes, "WAITING_MOST", 4)
        careful = Client(REMOTE_ADDR="198.51.100.7")
        ask(careful)
        crowd = [Client(REMOTE_ADDR="203.0.113.7") for _ in range(4)]
        for n, one in enumerate(crowd):
            assert ask(one, f"crowd{n}@example.org").headers["Location"] == "/my/code"
        assert SigningIn.objects.count() == 4
        assert careful.post("/my/code", {"code": code_of(EMAIL)}).headers["Location"] == "/my"
        assert crowd[0].get("/my/code").headers["Location"] == "/my/sign-in"
        assert crowd[-1].get("/my/code").status_code == 200

    def test_without_a_mail_server_nobody_is_asked_for_an_address(self, settings):
        settings.LIAISON_MAIL = None
        page = text(Client().get("/my/sign-in?language=en"))
        assert 'name="email"' not in page
        assert ask(Client()).status_code == 409


class TestOwnRequests:
    def test_what_is_written_while_signed_in_stands_in_the_list_and_opens_without_its_code(self, citizen):
        sign_in(citizen.browser)
        citizen.fill()
        assert citizen.send("check", {}).headers["Location"] == "/write/receipt"  # the address was proved by signing in
        own = OwnRequest.objects.get()
        page = text(citizen.browser.get("/my"))
        assert MATTER["subject"] in page
        elsewhere = signed_in_as(EMAIL)
        opened = elsewhere.post(f"/my/open/{own.pk}")
        assert MATTER["text"].splitlines()[0] in text(elsewhere.get(opened.headers["Location"]))

    def test_another_address_than_the_own_one_is_confirmed_by_a_letter_and_joins_the_list_when_asked(self, citizen):
        sign_in(citizen.browser, "account@example.org")
        appeal = citizen.submit()
        assert not OwnRequest.objects.exists()  # somebody else at the same telephone wrote it, perhaps
        shown = text(citizen.get("receipt"))
        assert "Put it into the list of account@example.org" in shown
        form = {"number": appeal.number, "code": short_code_of(appeal)}
        assert all(f'value="{value}"' in shown for value in form.values())
        assert citizen.browser.post("/my/add", form).headers["Location"] == "/my"
        assert OwnRequest.objects.count() == 1
        assert "Put it into the list" not in text(citizen.get("receipt"))

    def test_a_request_written_before_is_added_by_number_and_code_and_by_nothing_else(self, citizen):
        appeal = citizen.submit()
        assert not OwnRequest.objects.exists()
        later = signed_in_as(EMAIL)
        for number, code, status in ((appeal.number, "000000", 403), ("x", short_code_of(appeal), 400)):
            assert later.post("/my/add", {"number": number, "code": code}).status_code == status
        assert not OwnRequest.objects.exists()
        for _ in range(2):
            assert later.post("/my/add", {"number": appeal.number, "code": short_code_of(appeal)}).status_code == 302
        assert OwnRequest.objects.count() == 1

    def test_nobody_opens_or_removes_what_is_anothers(self, citizen):
        sign_in(citizen.browser)
        citizen.fill()
        citizen.send("check", {})
        own = OwnRequest.objects.get()
        for stranger in (signed_in_as("other@example.org"), Client()):
            for act in ("open", "remove"):
                assert stranger.post(f"/my/{act}/{own.pk}").status_code in {302, 404}
        assert OwnRequest.objects.count() == 1
        assert citizen.browser.post(f"/my/remove/{own.pk}").status_code == 302
        assert not OwnRequest.objects.exists()

    def test_a_list_holds_so_many_and_no_more(self, citizen, monkeypatch):
        monkeypatch.setattr(requests, "MOST", 1)
        account = keeping.account_of(EMAIL)
        requests.add(account, bytes(32))
        appeal = citizen.submit()
        full = signed_in_as(EMAIL).post("/my/add", {"number": appeal.number, "code": short_code_of(appeal)})
        assert full.status_code == 409

    def test_an_erased_request_leaves_the_list(self, citizen, administrator, second_administrator):
        sign_in(citizen.browser)
        citizen.fill()
        citizen.send("check", {})
        own = OwnRequest.objects.get()
        erase_request(bytes(own.appeal), "14", administrator.id.bytes, second_administrator.id.bytes)
        assert not OwnRequest.objects.exists()


class TestAccount:
    def test_name_and_address_are_offered_again_if_the_writer_says_so_and_pin_and_document_never(self, citizen):
        sign_in(citizen.browser)
        citizen.writer |= {"details": "1", "pin": "20101199950017", "document": "AN1234567"}
        citizen.fill()
        citizen.send("check", {})
        citizen.send("matter", MATTER)
        page = text(citizen.get("writer"))
        assert WRITER["surname"] in page
        assert "20101199950017" not in page
        row = Account.objects.get()
        assert EMAIL.encode() not in bytes(row.sealed)
        assert WRITER["surname"].encode() not in bytes(row.sealed)
        citizen.browser.post("/my/details/forget")
        assert keeping.read(Account.objects.get()).details is None

    def test_sessions_are_seen_and_ended_each_or_all_but_ones_own(self):
        here, there, third = (signed_in_as(EMAIL) for _ in range(3))
        names = [one.name for one in AccountSession.objects.order_by("begun_at")]
        here.post("/my/sessions/end", {"session": str(names[1])})
        assert [one.get("/my").status_code for one in (here, there, third)] == [200, 302, 200]
        stranger = signed_in_as("other@example.org")
        stranger.post("/my/sessions/end", {"session": str(names[2])})
        assert third.get("/my").status_code == 200
        here.post("/my/sessions/end", {"all": "1"})
        assert [one.get("/my").status_code for one in (here, third, stranger)] == [200, 302, 200]
        here.post("/my/sign-out")
        assert here.get("/my").status_code == 302
        assert AccountSession.objects.count() == 1

    @pytest.mark.parametrize("way", ["/my/sign-out", "/my/delete"])
    def test_who_leaves_leaves_no_receipt_no_draft_and_no_code_to_the_next_at_the_browser(self, citizen, way):
        browser = citizen.browser
        sign_in(browser)
        citizen.fill()
        citizen.send("check", {})
        assert citizen.get("receipt").status_code == 200
        browser.post(way)
        assert citizen.get("receipt").headers["Location"] == "/write"
        sign_in(browser, "second@example.org")
        citizen.fill()
        (kept,) = Draft.objects.exclude(sealed=b"")
        waiting = codes.send_code("203.0.113.7", "third@example.org", None, is_kept=False)
        browser.cookies["__Host-signing"] = waiting
        browser.post(way)
        assert citizen.get("check").headers["Location"] == "/write"
        assert browser.get("/my/code").headers["Location"] == "/my/sign-in"
        assert not browser.cookies["__Host-writing"].value
        kept.refresh_from_db()
        assert not kept.sealed

    def test_over_tls_no_other_site_of_the_domain_gives_a_browser_an_account_or_a_draft(self, citizen):
        ask(citizen.browser)
        citizen.send("matter", MATTER)
        given = citizen.browser.cookies
        assert {"__Host-signing", "__Host-writing"} <= given.keys()
        for name in ("__Host-signing", "__Host-writing"):
            assert (given[name]["path"], given[name]["domain"], given[name]["secure"]) == ("/", "", True)
        planted = Client()
        for name in ("signing", "writing"):
            planted.cookies[name] = given[f"__Host-{name}"].value
        assert planted.get("/my/code").headers["Location"] == "/my/sign-in"
        assert planted.get("/write/check").headers["Location"] == "/write"
        citizen.browser.post("/my/code", {"code": code_of(EMAIL)})
        planted.cookies["citizen"] = given["__Host-citizen"].value
        assert planted.get("/my").headers["Location"] == "/my/sign-in"
        citizen.browser.post("/my/sign-out")
        assert given["__Host-citizen"].value == ""

    def test_what_is_exported_is_all_that_the_account_holds(self, citizen):
        sign_in(citizen.browser)
        citizen.writer |= {"details": "1"}
        citizen.fill()
        citizen.send("check", {})
        told = json.loads(citizen.browser.get("/my/account.json").content)
        assert told["email"] == EMAIL
        assert told["for_the_next_request"]["surname"] == WRITER["surname"]
        assert [one["subject"] for one in told["requests"]] == [MATTER["subject"]]
        assert len(told["sessions"]) == 1

    def test_a_deleted_account_leaves_nothing_but_the_request_which_its_code_opens(self, citizen):
        sign_in(citizen.browser)
        citizen.fill()
        citizen.send("check", {})
        (appeal,) = [requests.find(one.account, one.pk) for one in OwnRequest.objects.all()]
        assert appeal is not None
        assert citizen.browser.get("/my/delete").status_code == 200
        assert citizen.browser.post("/my/delete").status_code == 200
        for model in (Account, AccountSession, OwnRequest, SigningIn):
            assert not model.objects.exists()
        opened = Client().post(f"/a/{appeal.number}", {"code": short_code_of(appeal)})
        assert opened.status_code == 302

    def test_an_account_that_is_deleted_in_another_browser_meanwhile_breaks_nothing(self, citizen, monkeypatch):
        sign_in(citizen.browser)
        citizen.writer |= {"details": "1"}
        keep = drafts.keep

        def deleted_first(opened, said):
            if said.surname:  # the step whose box keeps it with the account
                Account.objects.all().delete()
            return keep(opened, said)

        with monkeypatch.context() as patched:
            patched.setattr(drafts, "keep", deleted_first)
            citizen.fill()
        sign_in(citizen.browser)

        def deleted_after(*args, **more):
            registered = register(*args, **more)
            Account.objects.all().delete()
            return registered

        monkeypatch.setattr(views, "register", deleted_after)
        assert citizen.send("check", {}).headers["Location"] == "/write/receipt"
        assert citizen.get("receipt").status_code == 200
        response = HttpResponse()
        sessions.begin(response, HttpRequest(), Account(address="gone"), is_kept=False)
        assert not response.cookies
        for model in (Account, AccountSession, OwnRequest):
            assert not model.objects.exists()

    def test_an_account_that_nobody_uses_is_deleted(self):
        keeping.account_of(EMAIL)
        Account.objects.update(seen_at=timezone.now() - kept("account") - timedelta(days=1))
        assert keeping.forget_old() == 1

    def test_an_account_closed_by_a_lost_key_says_nothing_and_breaks_nothing(self, settings):
        browser = signed_in_as(EMAIL)
        Account.objects.update(sealed=b"\x00" * 40)
        assert browser.get("/my/account").status_code == 200
        assert codes.find("") is None


def test_an_officer_who_is_signed_in_is_no_citizen_and_keeps_the_own_session(vera, browser_of):
    browser = browser_of(vera)
    assert browser.get("/my").status_code == 302
    signed_in_as(EMAIL, browser)
    assert browser.get("/my").status_code == 200
    browser.post("/my/sign-out")
    assert browser.get("/work").status_code == 200
