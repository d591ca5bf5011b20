"""A citizen writes on the portal without an account, and gets a number and a receipt as at a counter."""

import re
import threading
from contextlib import closing
from datetime import timedelta

import pypdfium2
import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from server_sync.appeals.erasing import erase_request
from server_sync.appeals.models import Appeal, HistoryEntry
from server_sync.appeals.public import forget_totals
from server_sync.appeals.rebuilding import rebuild
from server_sync.appeals.routing import route_new
from server_sync.contract.bodies import AppealForm, AppealKind
from server_sync.contract.deadlines import compute_due
from server_sync.contract.errors import InvalidField
from server_sync.contract.events import read_header
from server_sync.contract.evidence.receipt import to_base32
from server_sync.contract.numbers import RegistrationNumber
from server_sync.contract.reference import ReferenceBook
from server_sync.evidence.centre import enrol_centre
from server_sync.evidence.keys import forget_keys_read, keys_folder
from server_sync.evidence.rotation import renew_centre_key
from server_sync.journal.models import Event, FeedRow
from server_sync.letters.models import Letter
from server_sync.portal.models import CodeSent, Draft
from server_sync.portal.receipts import Finding, check
from server_sync.portal.writing import choosing, confirming, drafts
from server_sync.workplaces.decrees import working_calendar
from server_sync.workplaces.models import CENTRE
from server_sync.workplaces.reference import reference_book
from tests.server.conftest import BODY, Centre
from tests.server.portal.writers import MAIL, MATTER, OFFICIAL, WRITER, Citizen, text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mail(settings, centre: Centre) -> None:
    settings.LIAISON_MAIL = MAIL


@pytest.fixture
def citizen() -> Citizen:
    return Citizen()


def receipt_in(answer) -> str:
    """The code of the receipt that the page draws, taken from the row that signed it."""
    assert "<svg" in text(answer)
    return to_base32(bytes(Draft.objects.exclude(receipt=b"")[0].receipt))


class TestRegistering:
    def test_what_is_written_is_registered_to_the_letter_with_number_term_and_receipt(self, citizen):
        appeal = citizen.submit()
        number = RegistrationNumber.parse(appeal.number)
        assert (number.number_code, number.counter, number.slot) == (CENTRE, 1, appeal.epoch.slot)
        assert number.year == timezone.localdate().year
        assert (appeal.subject, appeal.text) == (MATTER["subject"], MATTER["text"])
        assert (appeal.surname, appeal.settlement, appeal.phone) == (
            WRITER["surname"], WRITER["settlement"], WRITER["phone"],
        )  # fmt: skip
        assert appeal.form == AppealForm.ELECTRONIC
        assert appeal.language == "ru"
        due = compute_due(appeal.registered_on, AppealKind.APPLICATION, working_calendar(), reference_book().terms)
        assert (appeal.due_on, appeal.due_working_days) == (due.due_on, due.working_days)
        assert appeal.clerk is None

    def test_the_receipt_is_good_in_the_log_and_its_code_opens_the_request(self, citizen):
        appeal = citizen.submit()
        page = citizen.get("receipt")
        assert appeal.number in text(page)
        checked = check(receipt_in(page))
        assert checked.finding is Finding.IN_LOG
        assert checked.receipt is not None
        assert checked.receipt.number == appeal.number
        code = re.search(r'figure number">(\d{6})<', text(page))
        assert code is not None
        stranger = Citizen("198.51.100.9").browser
        assert stranger.post(f"/a/{appeal.number}", {"code": code[1]}).status_code == 302
        assert MATTER["subject"] in text(stranger.get(f"/a/{appeal.number}"))

    def test_the_paper_is_a_pdf_of_the_same_receipt(self, citizen):
        appeal = citizen.submit()
        paper = citizen.get("receipt.pdf")
        assert paper.headers["Content-Type"] == "application/pdf"
        assert paper.headers["Content-Disposition"] == f'attachment; filename="{appeal.number}.pdf"'
        said = pypdfium2.PdfDocument(paper.content)[0].get_textpage().get_text_bounded()
        assert appeal.number in said
        assert WRITER["surname"] in said
        assert "<" not in said
        assert MATTER["subject"] not in said

    def test_numbers_of_the_portal_follow_each_other_without_a_gap(self):
        numbers = [RegistrationNumber.parse(Citizen(f"203.0.113.{n}").submit().number) for n in range(1, 4)]
        assert [number.counter for number in numbers] == [1, 2, 3]

    def test_a_refused_registration_takes_no_number(self, citizen, monkeypatch):
        citizen.submit()
        other = Citizen("203.0.113.9")
        other.fill()
        code = other.ask_for_code()
        monkeypatch.setattr("server_sync.appeals.content.check_registration", _no_text)
        assert other.send("confirm", {"code": code}).status_code == 409
        assert Event.custody.filter(epoch__site=CENTRE, kind=1).count() == 1
        monkeypatch.undo()
        assert other.send("check", {}).headers["Location"] == "/write/receipt"
        assert [RegistrationNumber.parse(one.number).counter for one in Appeal.objects.order_by("pk")] == [1, 2]

    def test_a_new_key_of_the_centre_counts_anew_in_a_slot_of_its_own(self, citizen):
        first = RegistrationNumber.parse(citizen.submit().number)
        key = keys_folder() / "centre.key"
        before = key.read_bytes()
        try:
            renew_centre_key(keys_folder())
            enrol_centre(announce=lambda _epoch: None)
            second = RegistrationNumber.parse(Citizen("203.0.113.9").submit().number)
        finally:
            key.unlink()
            key.write_bytes(before)
            key.chmod(0o600)
            forget_keys_read()
        assert second.counter == 1
        assert second.slot != first.slot
        assert {check(receipt).finding for receipt in _receipts()} == {Finding.IN_LOG}

    def test_it_goes_to_the_body_of_the_rules_and_the_register_made_anew_is_the_same(self, citizen):
        appeal = citizen.submit()
        route_new()
        appeal.refresh_from_db()
        assert appeal.body_code
        result = rebuild(keep=False)
        assert (result.only_stored, result.only_rebuilt) == ((), ())

    def test_a_request_to_a_national_official_goes_by_where_its_citizen_lives_or_to_the_whole_country(self):
        Citizen("203.0.113.1").submit(addressee="MIN-HEALTH", category="08.01", territory="")
        route_new()
        assert Appeal.objects.get().body_code

    def test_no_feed_tells_of_it(self, citizen):
        citizen.submit()
        route_new()
        assert not FeedRow.objects.filter(site=CENTRE).exists()

    def test_sent_twice_it_is_registered_once(self, citizen):
        citizen.fill()
        code = citizen.ask_for_code()
        for _ in range(3):
            assert citizen.send("confirm", {"code": code}).headers["Location"] == "/write/receipt"
        assert citizen.send("check", {}).headers["Location"] == "/write/receipt"
        assert Appeal.objects.count() == 1

    def test_the_letter_about_it_has_number_link_and_code_and_no_word_of_the_request(self, citizen):
        appeal = citizen.submit()
        letter = Letter.objects.order_by("-queued_at", "-pk")[0]
        assert f"https://kattar.test/a/{appeal.number}" in letter.text
        said = letter.subject + letter.text
        assert not any(word in said for word in (MATTER["subject"], "автобус", WRITER["surname"]))

    def test_a_full_mail_keeps_no_request_from_its_number(self, citizen, monkeypatch):
        citizen.fill()
        code = citizen.ask_for_code()
        monkeypatch.setattr("server_sync.letters.queue.WAITING_MOST", 0)
        assert citizen.send("confirm", {"code": code}).headers["Location"] == "/write/receipt"

    def test_nothing_of_what_was_typed_stays_beside_the_register(self, citizen):
        citizen.submit()
        row = Draft.objects.get()
        assert (bytes(row.sealed), row.code, row.confirmed) == (b"", "", "")

    def test_the_history_begins_with_the_portal(self, citizen):
        appeal = citizen.submit()
        assert HistoryEntry.objects.get(appeal=appeal).person is None
        assert read_header(bytes(appeal.event.header)).counter == 1

    def test_no_officer_can_return_it_to_an_office_and_the_page_does_not_offer_it(self, citizen, vera, browser_of):
        appeal = citizen.submit(category="03.03")
        route_new()
        appeal.refresh_from_db()
        assert appeal.body_code == BODY
        officer = browser_of(vera)
        page = text(officer.get(f"/work/a/{appeal.number}"))
        assert MATTER["subject"] in page
        assert f"/work/a/{appeal.number}/return" not in page
        refused = officer.post(f"/work/a/{appeal.number}/return", {"return-ky": "Дарек"})
        assert refused.status_code == 409
        appeal.refresh_from_db()
        assert appeal.state == "with_body"

    def test_it_is_counted_as_the_portals_and_on_the_map_of_no_office(self):
        for n in range(5):
            Citizen(f"203.0.113.{n}").submit()
        forget_totals()
        page = text(Citizen().browser.get("/totals"))
        assert re.search(r'<th scope="row">Портал</th>', page)

    def test_erased_its_words_are_gone_everywhere_and_the_receipt_says_so(
        self, citizen, administrator, second_administrator
    ):
        appeal = citizen.submit()
        assert Letter.objects.filter(text__contains=appeal.number).exists()
        erase_request(bytes(appeal.hash), "14", administrator.id.bytes, second_administrator.id.bytes)
        assert not Letter.objects.filter(text__contains=appeal.number).exists()
        page = text(citizen.get("receipt"))
        assert "figure number" not in page
        assert not FeedRow.objects.filter(site=CENTRE).exists()
        result = rebuild(keep=False)
        assert (result.only_stored, result.only_rebuilt) == ((), ())

    @pytest.mark.django_db(transaction=True)
    def test_sent_by_several_at_the_same_moment_it_is_registered_once(self, citizen):
        citizen.fill()
        citizen.ask_for_code()
        Draft.objects.update(confirmed=F("code_to"))
        answers: list[str] = []

        def send() -> None:
            with closing(connection):
                answers.append(citizen.browser.post("/write/check").headers["Location"])

        several = [threading.Thread(target=send) for _ in range(4)]
        for one in several:
            one.start()
        for one in several:
            one.join(60)
        assert set(answers) == {"/write/receipt"}
        assert Appeal.objects.count() == 1


class TestDrafts:
    def test_a_closed_browser_goes_on_where_it_was(self, citizen):
        citizen.send("matter", MATTER)
        assert MATTER["subject"] in text(citizen.get())
        assert MATTER["text"].splitlines()[1] in text(citizen.get("matter"))

    def test_what_is_typed_and_wrong_is_kept_too(self, citizen):
        answer = citizen.send("matter", MATTER | {"subject": "", "kind": "nonsense"})
        assert answer.status_code == 400
        assert MATTER["text"].splitlines()[0] in text(answer)
        assert MATTER["text"].splitlines()[0] in text(citizen.get("matter"))

    def test_leaving_keeps_what_is_typed_without_asking_for_the_rest(self, citizen):
        answer = citizen.send("matter", {"text": "Жарым", "leave": "1"})
        assert (answer.status_code, answer.headers["Location"]) == (302, "/write")
        assert "Жарым" in text(citizen.get("matter"))

    def test_the_tables_show_nobody_what_was_typed(self, citizen):
        citizen.send("matter", MATTER)
        sealed = bytes(Draft.objects.get().sealed)
        assert MATTER["subject"].encode() not in sealed
        assert citizen.browser.cookies["__Host-writing"].value.encode() not in bytes(Draft.objects.get().id)

    def test_another_browser_and_a_guessed_secret_open_nothing(self, citizen):
        citizen.send("matter", MATTER)
        stranger = Citizen()
        for secret in ("", "x", "x" * 5_000, "%00", "é" * 30):
            stranger.browser.cookies["__Host-writing"] = secret
            answer = stranger.get("writer")
            assert (answer.status_code, answer.headers["Location"]) == (302, "/write")

    def test_what_nobody_went_on_with_is_forgotten(self, citizen):
        citizen.send("matter", MATTER)
        Draft.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        assert MATTER["subject"] not in text(citizen.get())
        assert drafts.forget_old() == 1

    def test_thrown_away_it_is_gone_and_still_counted(self, citizen):
        citizen.send("matter", MATTER)
        citizen.browser.post("/write/throw-away")
        assert bytes(Draft.objects.get().sealed) == b""
        assert citizen.get("check").headers["Location"] == "/write"

    def test_one_place_begins_so_many_and_others_go_on(self, citizen, monkeypatch):
        monkeypatch.setattr(drafts, "BEGUN_MOST", 3)
        answers = [Citizen().send("matter", MATTER) for _ in range(5)]
        assert [answer.status_code for answer in answers] == [302, 302, 302, 429, 429]
        assert MATTER["text"].splitlines()[0] in text(answers[-1])
        assert Citizen("198.51.100.9").send("matter", MATTER).status_code == 302

    def test_where_all_room_is_taken_what_was_given_up_goes_where_most_is_and_nothing_that_somebody_writes_on(
        self, monkeypatch
    ):
        monkeypatch.setattr(drafts, "DRAFTS_MOST", 5)
        few, confirmed = Citizen("198.51.100.9"), Citizen("203.0.113.7")
        few.send("matter", MATTER)
        confirmed.fill()
        confirmed.ask_for_code()
        for _ in range(3):
            Citizen("203.0.113.7").send("matter", MATTER)
        late = Citizen("192.0.2.1")
        assert late.send("matter", MATTER).status_code == 429
        assert Draft.objects.count() == 5
        Draft.objects.update(expires_at=F("expires_at") - drafts.IN_USE)
        for _ in range(2):
            assert Citizen("192.0.2.1").send("matter", MATTER).status_code == 302
        assert Draft.objects.count() == 5
        for one in (few, confirmed):
            assert MATTER["subject"] in text(one.get())

    @pytest.mark.parametrize("step", ["matter", "addressee", "writer"])
    def test_what_is_typed_into_a_draft_that_is_gone_begins_another(self, citizen, step):
        citizen.fill()
        Draft.objects.all().delete()
        form = {"matter": MATTER, "addressee": OFFICIAL, "writer": WRITER}[step]
        answer = citizen.send(step, form)
        assert answer.status_code == 302
        kept = next(value for value in form.values() if len(value) > 7)
        assert kept.splitlines()[0] in text(citizen.get(step)) or step == "addressee"
        citizen.submit()

    @pytest.mark.parametrize("moment", ["keep", "send", "confirm", "register"])
    def test_a_draft_that_goes_at_any_moment_is_begun_anew_with_all_that_was_typed(self, citizen, monkeypatch, moment):
        citizen.fill()
        code = "" if moment in ("keep", "send") else citizen.ask_for_code()
        if moment == "register":
            Draft.objects.update(confirmed=F("code_to"))
        real = drafts.find

        def found_and_gone(secret: str):
            opened = real(secret)
            Draft.objects.all().delete()
            return opened

        monkeypatch.setattr(drafts, "find", found_and_gone)
        if moment == "confirm":
            monkeypatch.setattr(confirming, "awaits_code", lambda _opened: True)
        step, form = {
            "keep": ("writer", WRITER),
            "send": ("check", {}),
            "confirm": ("confirm", {"again": "1"}),
            "register": ("confirm", {"code": code}),
        }[moment]
        Draft.objects.update(code_sent_at=None)
        assert citizen.send(step, form).headers["Location"] == "/write/check"
        monkeypatch.undo()
        assert MATTER["subject"] in text(citizen.get("check"))
        assert citizen.send("confirm", {"code": citizen.ask_for_code()}).headers["Location"] == "/write/receipt"

    @pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps long values beside their rows")
    def test_how_much_room_is_taken_is_counted_without_reading_what_is_sealed(self, citizen):
        citizen.send("matter", MATTER)
        names = [field.name for field in Draft._meta.fields]
        assert names[-2:] == ["sealed", "receipt"]
        with connection.cursor() as cursor, CaptureQueriesContext(connection) as asked:
            drafts._demand_room(Draft.objects.filter(place="x"), 1)
            counting = [one["sql"] for one in asked.captured_queries if "SUM" in one["sql"].upper()]
            plans = []
            for sql in counting:
                cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
                plans.append(str(cursor.fetchall()))
        assert len(plans) == 2
        assert all("COVERING INDEX drafts_by_size" in plan for plan in plans), plans

    def test_one_place_fills_no_more_than_its_share_of_bytes(self, citizen, monkeypatch):
        monkeypatch.setattr(drafts, "OF_A_PLACE_MOST_BYTES", 3_000)
        citizen.send("matter", MATTER)
        answer = citizen.send("matter", MATTER | {"text": "о" * 3_000})
        assert answer.status_code == 429
        assert "о" * 3_000 in text(answer)
        assert Citizen("198.51.100.9").send("matter", MATTER).status_code == 302


class TestCodes:
    def test_nothing_is_registered_without_the_code(self, citizen):
        citizen.fill()
        assert citizen.send("confirm", {"code": "000000"}).status_code == 409
        citizen.ask_for_code()
        assert citizen.get("receipt").headers["Location"] == "/write"
        assert not Appeal.objects.exists()

    def test_guesses_at_a_code_are_few_and_a_new_one_lets_the_applicant_go_on(self, citizen, monkeypatch):
        citizen.fill()
        code = citizen.ask_for_code()
        wrong = "000000" if code != "000000" else "000001"
        answers = [citizen.send("confirm", {"code": wrong}).status_code for _ in range(confirming.WRONG_MOST)]
        assert answers == [403] * (confirming.WRONG_MOST - 1) + [409]
        assert citizen.send("confirm", {"code": code}).status_code == 409
        Draft.objects.update(code_sent_at=timezone.now() - confirming.AGAIN_AFTER)
        assert citizen.send("confirm", {"again": "1"}).status_code == 302
        assert citizen.send("confirm", {"code": citizen.code()}).headers["Location"] == "/write/receipt"

    def test_a_code_that_grew_old_opens_nothing(self, citizen):
        citizen.fill()
        code = citizen.ask_for_code()
        Draft.objects.update(code_sent_at=timezone.now() - confirming.CODE_HOLDS - timedelta(seconds=1))
        assert citizen.send("confirm", {"code": code}).status_code == 409
        assert not Appeal.objects.exists()

    def test_the_code_of_one_draft_opens_no_other(self, citizen):
        citizen.fill()
        code = citizen.ask_for_code()
        other = Citizen("198.51.100.9")
        other.fill()
        if other.ask_for_code() != code:
            assert other.send("confirm", {"code": code}).status_code == 403

    def test_another_address_has_to_be_confirmed_anew(self, citizen):
        citizen.fill()
        code = citizen.ask_for_code()
        citizen.send("writer", citizen.writer | {"email": "other@example.org"})
        assert citizen.send("confirm", {"code": code}).status_code == 409
        assert not Appeal.objects.exists()

    def test_a_code_may_be_typed_with_spaces_and_in_any_digits(self, citizen):
        citizen.fill()
        code = citizen.ask_for_code()
        assert citizen.send("confirm", {"code": f" {code[:3]} {code[3:]} "}).headers["Location"] == "/write/receipt"

    def test_a_second_code_waits_a_minute(self, citizen):
        citizen.fill()
        citizen.ask_for_code()
        answer = citizen.send("confirm", {"again": "1"})
        assert answer.status_code == 429
        assert Letter.objects.count() == 1

    def test_strangers_who_fill_a_mailbox_do_not_keep_its_owner_from_writing(self, monkeypatch):
        monkeypatch.setattr(confirming, "TO_AN_ADDRESS", 3)
        for n in range(4):
            stranger = Citizen(f"198.51.100.{n}")
            stranger.fill()
            stranger.ask_for_code()
        same_place = Citizen("198.51.100.1")
        same_place.fill()
        assert same_place.send("check", {}).status_code == 429
        assert Citizen("203.0.113.7").submit().pk

    def test_letters_to_an_address_count_though_a_draft_was_turned_to_another_or_is_gone(self):
        for n in range(3):
            attacker = Citizen(email="victim@example.org")
            attacker.fill()
            for to in ("victim@example.org", f"other{n}@example.org") * 2:
                attacker.send("writer", attacker.writer | {"email": to})
                attacker.send("check", {})
            Draft.objects.all().delete()
        assert Letter.objects.filter(to="victim@example.org").count() == confirming.TO_AN_ADDRESS_HERE

    def test_codes_of_a_place_are_few_however_many_drafts_they_are_for(self, monkeypatch):
        monkeypatch.setattr(confirming, "OF_A_PLACE_MOST", 3)
        for n in range(3):
            one = Citizen()
            one.fill()
            for to in ("a", "b"):
                one.send("writer", one.writer | {"email": f"{to}{n}@example.org"})
                one.send("check", {})
        assert Letter.objects.count() == 3

    def test_a_mailbox_is_not_buried_from_however_many_places(self, monkeypatch):
        monkeypatch.setattr(confirming, "TO_AN_ADDRESS_EVER", 3)
        for n in range(5):
            one = Citizen(f"198.51.100.{n}")
            one.fill()
            one.send("check", {})
        assert Letter.objects.count() == 3

    def test_marks_after_a_plus_are_one_mailbox(self, monkeypatch):
        monkeypatch.setattr(confirming, "TO_AN_ADDRESS_HERE", 2)
        for n in range(4):
            one = Citizen()
            one.fill()
            one.send("writer", one.writer | {"email": f"victim+{n}@example.org"})
            one.send("check", {})
        assert Letter.objects.count() == 2

    def test_one_network_of_ipv6_is_one_place(self, monkeypatch):
        monkeypatch.setattr(confirming, "TO_AN_ADDRESS_HERE", 2)
        for n in range(4):
            one = Citizen(f"2001:db8:7:{n}::1")
            one.fill()
            one.send("check", {})
        assert Letter.objects.count() == 2
        Citizen("2001:db8:8::1").submit()

    def test_guesses_at_an_address_are_few_over_all_drafts_of_a_place_and_lock_nobody_out_elsewhere(self):
        answers = []
        for _ in range(3):
            attacker = Citizen()
            attacker.fill()
            code = attacker.ask_for_code()
            wrong = "000000" if code != "000000" else "000001"
            answers += [attacker.send("confirm", {"code": wrong}).status_code for _ in range(confirming.WRONG_MOST)]
        assert answers.count(429) == 3 * confirming.WRONG_MOST - confirming.GUESSES_HERE
        assert Citizen("203.0.113.9").submit().pk

    def test_what_no_bound_counts_any_more_is_forgotten(self, citizen):
        citizen.fill()
        citizen.ask_for_code()
        assert confirming.forget_old() == 0
        CodeSent.objects.update(sent_at=timezone.now() - confirming.HOUR)
        assert confirming.forget_old() == 1

    def test_one_place_sends_few_letters_to_one_address(self, monkeypatch):
        monkeypatch.setattr(confirming, "TO_AN_ADDRESS_HERE", 2)
        for _ in range(2):
            one = Citizen()
            one.fill()
            one.ask_for_code()
        again = Citizen()
        again.fill()
        assert again.send("check", {}).status_code == 429
        other = Citizen(email="other@example.org")
        other.fill()
        other.ask_for_code()

    def test_one_place_registers_so_many_and_others_go_on(self, monkeypatch):
        monkeypatch.setattr(drafts, "REGISTERED_MOST", 2)
        for n in range(2):
            Citizen(email=f"one{n}@example.org").submit()
        third = Citizen(email="three@example.org")
        third.fill()
        answer = third.send("confirm", {"code": third.ask_for_code()})
        assert answer.status_code == 429
        assert Appeal.objects.count() == 2
        assert Citizen("198.51.100.9", email="four@example.org").submit().pk
        Draft.objects.filter(registered_at__isnull=False).update(registered_at=timezone.now() - drafts.WINDOW)
        assert third.send("check", {}).headers["Location"] == "/write/receipt"  # its address stays confirmed


BAD = {
    "empty": "",
    "blank": " \u200b\u2060 ",
    "long": "ы" * 25_000,
    "control": "жол\x00\x07\x1bсуу",
    "html": "<script>alert(1)</script>'\"--; DROP TABLE",
    "turned": "\u202eabc",
    "pictures": "💩" * 30,
    "alphabet": "ⰀⰁ漢字عربى",
}


class TestBadInput:
    @pytest.mark.parametrize("bad", BAD)
    @pytest.mark.parametrize(
        ("step", "form"),
        [("matter", MATTER), ("addressee", OFFICIAL), ("writer", WRITER)],
        ids=("matter", "to", "writer"),
    )
    def test_every_field_is_answered_in_words_whatever_is_in_it(self, citizen, step, form, bad):
        citizen.fill()
        for field in (
            {**form, "pin": "", "document": "", "patronymic": "", "territory": ""} if step == "writer" else form
        ):
            answer = citizen.send(step, form | {field: BAD[bad]})
            assert answer.status_code in (302, 400), (field, answer.status_code)
            shown = text(citizen.get(step))
            assert "<script>alert" not in shown
            if answer.status_code == 400:
                assert 'role="alert"' in text(answer)
            citizen.send(step, form)

    def test_what_is_unusual_is_warned_of_and_registered_to_the_letter(self, citizen):
        citizen.writer |= {"pin": "12-34", "phone": "жок", "surname": "Сaпарова"}
        citizen.fill()
        warned = text(citizen.get("check"))
        assert 'role="status"' in warned
        answer = citizen.send("confirm", {"code": citizen.ask_for_code()})
        assert answer.headers["Location"] == "/write/receipt"
        appeal = Appeal.objects.get()
        assert (appeal.pin, appeal.phone, appeal.surname) == ("12-34", "жок", "Сaпарова")

    def test_ten_megabytes_are_turned_away_before_they_are_read(self, citizen):
        answer = citizen.send("matter", MATTER | {"text": "a" * 10_000_000})
        assert answer.status_code == 413

    def test_an_address_that_no_letter_reaches_is_asked_about(self, citizen):
        citizen.fill()
        for wrong in (
            "nobody",
            "a@b",
            "a@b.kg\nBcc: x@y.kg",
            "a b@c.kg",
            "почта@пример.кг",
            "a@b.kg,c@d.kg",
            "a@" + "x" * 70 + ".kg",
        ):
            assert citizen.send("writer", WRITER | {"email": wrong}).status_code == 400, wrong

    def test_an_official_who_is_no_more_is_asked_again_and_all_that_was_typed_stays(self, citizen, monkeypatch):
        citizen.fill()
        code = citizen.ask_for_code()
        monkeypatch.setattr(choosing, "of_today", lambda _code, _on: None)
        assert citizen.send("confirm", {"code": code}).headers["Location"] == "/write/check"
        assert citizen.get("check").headers["Location"] == "/write/addressee?again=1"
        assert not Appeal.objects.exists()
        monkeypatch.undo()
        assert citizen.send("check", {}).headers["Location"] == "/write/receipt"
        assert Appeal.objects.get().text == MATTER["text"]

    def test_of_a_body_that_has_ended_the_one_after_it_is_offered(self, citizen):
        ended = next(
            body for body in reference_book().bodies if body.has_ended(timezone.localdate()) and body.successor
        )
        citizen.fill()
        answer = citizen.send("addressee", {"addressee": ended.code})
        assert answer.status_code == 400
        assert f'value="{reference_book().body_on(ended, timezone.localdate()).code}"' in text(answer)

    def test_a_thousand_submissions_from_one_address_leave_the_register_unharmed(self, monkeypatch):
        monkeypatch.setattr(drafts, "BEGUN_MOST", 20)
        answers = [Citizen().send("matter", MATTER).status_code for _ in range(100)]
        assert answers.count(302) == 20
        assert set(answers) == {302, 429}
        assert Draft.objects.count() == 20
        assert Citizen("198.51.100.9").submit().pk


class TestChoosing:
    def test_officials_are_found_by_position_and_place_without_special_letters(self, citizen):
        citizen.send("matter", MATTER)
        for query in ("ала бука", "министр здравоохранения", "саламаттык", "президент"):
            assert 'type="radio"' in text(citizen.get("addressee", f"?q={query}")), query

    def test_a_matter_finds_who_answers_it(self):
        offers, _ = choosing.search("пенсия", "KG-C-ALA", "ru", timezone.localdate())
        assert any(offer.code.startswith("SOCFUND") for offer in offers)

    def test_the_rule_of_the_matter_and_place_is_advised_with_its_reason(self, citizen):
        citizen.send("matter", MATTER)
        advice = choosing.by_rule(drafts.Said(**MATTER), "ru", timezone.localdate())
        assert advice is not None
        assert advice.about
        assert f'value="{advice.code}" checked' in text(citizen.get("addressee"))


class TestWithoutMail:
    def test_without_a_mail_server_the_pages_say_where_requests_are_taken(self, citizen, settings):
        settings.LIAISON_MAIL = None
        assert "/offices" in text(citizen.get())
        assert citizen.get("matter").headers["Location"] == "/write"
        home = text(citizen.browser.get("/"))
        assert 'class="button primary" href="/write"' not in home
        assert "/offices" in home

    def test_with_one_the_first_page_lets_write(self, citizen):
        assert 'class="button primary" href="/write"' in text(citizen.browser.get("/"))


def _receipts() -> list[str]:
    return [to_base32(bytes(row.receipt)) for row in Draft.objects.exclude(receipt=b"")]


def _no_text(_body: object, _book: ReferenceBook):
    return (InvalidField("text_empty", field="text"),)
