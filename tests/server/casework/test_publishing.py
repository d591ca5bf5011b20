"""The public editor releases a reviewed summary; what points to a person is found before it is public."""

import pytest

from server_sync.appeals.models import Appeal, HistoryEntry, Summary
from server_sync.casework.models import Look
from server_sync.casework.redaction import Trace, traces
from server_sync.contract.events import EventKind
from tests.server.conftest import Office
from tests.server.counter import Counter, routed
from tests.server.refusals import alert_of, ticked

pytestmark = pytest.mark.django_db


@pytest.fixture
def appeal(office_a: Office) -> Appeal:
    return routed(Counter(office_a).register())


@pytest.fixture
def as_editor(editor, browser_of):
    return browser_of(editor)


def publish(browser, appeal: Appeal, **typed: object):
    said = {
        "publish-subject_ky": "Мал уурулугу",
        "publish-text_ky": "Мал уурулугун текшерүү суралат.",
        "publish-is_reviewed": "on",
        **typed,
    }
    return browser.post(f"/work/a/{appeal.number}/publish", {key: value for key, value in said.items() if value})


def test_a_reviewed_summary_becomes_public(appeal, as_editor, nobody):
    assert publish(as_editor, appeal).headers["Location"] == "/work/publish"
    assert "Мал уурулугун текшерүү суралат." in nobody.get(f"/a/{appeal.number}").content.decode()
    assert appeal.number in as_editor.get("/work/publish?show=published").content.decode()


def test_every_look_of_the_editor_is_recorded(appeal, editor, as_editor):
    as_editor.get(f"/work/a/{appeal.number}")
    as_editor.get(f"/work/a/{appeal.number}")
    assert Look.objects.filter(person=editor, role="public_editor").count() == 2


def test_the_editor_sees_the_text_and_neither_name_nor_contacts(appeal, as_editor):
    text = as_editor.get(f"/work/a/{appeal.number}").content.decode()
    assert appeal.text in text
    assert appeal.surname not in text
    assert appeal.pin not in text


@pytest.mark.parametrize("missing", ["publish-is_reviewed", "publish-subject_ky", "publish-text_ky"])
def test_nothing_is_published_half(appeal, as_editor, missing):
    assert publish(as_editor, appeal, **{missing: ""}).status_code in {400, 409}
    assert not Summary.objects.exists()


def test_a_name_left_in_the_text_is_shown_before_it_is_public(appeal, as_editor):
    text = {"publish-text_ky": "Турдубаевага жооп берүү суралат."}
    again = publish(as_editor, appeal, **text)
    assert again.status_code == 409
    assert "<li><bdi>Турдубаевага</bdi></li>" in again.content.decode()
    assert not Summary.objects.exists()
    assert publish(as_editor, appeal, traces_seen=ticked(again), **text).status_code == 302


def test_the_tick_speaks_for_the_traces_that_were_shown_and_for_no_others(appeal, as_editor):
    shown = publish(as_editor, appeal, **{"publish-text_ky": "Турдубаевага жооп берүү суралат."})
    more = {"publish-text_ky": "Турдубаевага, тел. 0555 12-34-56, жооп берүү суралат."}
    again = publish(as_editor, appeal, traces_seen=ticked(shown), **more)
    assert again.status_code == 409
    assert "0555 12-34-56" in again.content.decode()
    assert not Summary.objects.exists()
    fewer = {"publish-text_ky": "Турдубаевага жооп берүү суралат!"}
    assert publish(as_editor, appeal, traces_seen=ticked(again), **fewer).status_code == 302


def test_a_personal_number_is_never_published(appeal, as_editor):
    text = {"publish-text_ky": "ПИН 1 0101 1980 99656"}
    again = publish(as_editor, appeal, traces_seen=ticked(publish(as_editor, appeal, **text)), **text)
    assert again.status_code == 409
    assert not Summary.objects.exists()


def test_a_summary_is_taken_off_with_a_reason(appeal, as_editor, nobody):
    publish(as_editor, appeal)
    as_editor.post(f"/work/a/{appeal.number}/withdraw", {"withdraw-reason": "суранышты"})
    assert "Мал уурулугун" not in nobody.get(f"/a/{appeal.number}").content.decode()


def test_a_summary_that_is_not_there_is_not_taken_off(appeal, as_editor):
    def take_off() -> int:
        typed = {"withdraw-reason": "суранышты"}
        return int(as_editor.post(f"/work/a/{appeal.number}/withdraw", typed).status_code)

    assert take_off() == 409
    publish(as_editor, appeal)
    assert take_off() == 302
    assert take_off() == 409
    assert HistoryEntry.objects.filter(kind=EventKind.SUMMARY_WITHDRAWN).count() == 1


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("чалыңыз 0555 12-34-56", Trace.PHONE),
        ("+996 (799) 409 561", Trace.PHONE),
        ("кат a.b@mail.kg", Trace.EMAIL),
        ("10101198099656", Trace.PIN),
        ("Бактыгулдун арызы", Trace.NAME),
        ("ПИН 1010119\u200b8099656", Trace.PIN),
        ("ПИН 1010119\u00ad8099656", Trace.PIN),
        ("ПИН 1010119\u20118099656", Trace.PIN),
        ("ПИН 1 010119 — 80 / 99656", Trace.PIN),
        ("тел. 0555.12.34.56", Trace.PHONE),
        ("тел. +996\u2013555\u2013123456", Trace.PHONE),
        ("тел. 0555\u200b123456", Trace.PHONE),
        ("2026-жылдын 24-ноябры, 14 жумушчу күн, 67/2007", None),
        ("11.2026 14:30, 2026; 29.11.2026, 12:30, 01.02.2026 14:00", None),
        ("бюджет 1 250 000 сом", None),
    ],
)
def test_traces_of_a_person_are_found_and_dates_and_sums_are_not(appeal, text, found):
    assert {item.trace for item in traces(text, appeal)} == ({found} if found else set())


@pytest.mark.parametrize(
    ("names", "text", "found"),
    [
        ({"surname": "Асанбек уулу", "given_name": "Бакыт"}, "Кечээ Асанбек келди.", ["Асанбек"]),
        ({"surname": "Токтогул кызы", "given_name": "Айгүл"}, "Токтогулкызы келди.", ["Токтогулкызы"]),
        ({"surname": "Иванова-Петрова", "given_name": "Анна"}, "Петрова жазды.", ["Петрова"]),
        ({"surname": "Ли", "given_name": "Анна Мария"}, "Мария жазды.", ["Мария"]),
        ({"surname": "Асанов", "given_name": "Бакыт"}, "Бакыт-аке жана кичүү-Бакыт.", ["Бакыт-аке", "кичүү-Бакыт"]),
        ({"signatories": ["Асанов,Бакытов"]}, "Бакытов кол койду.", ["Бакытов"]),
        ({"surname": "Асанбек уулу", "given_name": "Бакыт"}, "Анын уулу жана кызы.", []),
        ({"pin": "10101198099656"}, "1010; 1198; 0996; 56", ["1******* 99656"]),
        ({"phone": "+996555123456"}, "555, 12, 34, 56", ["555123456"]),
    ],
)
def test_each_word_of_a_name_and_the_own_numbers_of_whoever_asked_are_found(names, text, found):
    asked = Appeal(**{"surname": "Бош", "given_name": "Бош", "signatories": [], "street": "", **names})
    assert [item.words for item in traces(text, asked)] == found


def test_looking_for_traces_takes_time_with_the_length_of_the_text_alone():
    asked = Appeal(surname="Асанов", given_name="Бакыт", signatories=[], street="")
    for text in ("a" * 400_000, "a@" * 200_000, "0 ((((" * 80_000, "a\u0301\u0316" * 10 + "\u0301\u0316" * 200_000):
        assert {item.trace for item in traces(text, asked)} <= {Trace.PHONE}


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"publish-is_reviewed": ""}, "publish-is_reviewed"),
        ({"publish-text_ky": ""}, "publish-subject_ky"),
        ({"publish-taken_out": "а" * 5000}, "publish-taken_out"),
        ({"publish-text_ky": "Турдубаевага жооп берүү суралат."}, "traces_seen"),
    ],
)
def test_what_was_not_published_is_said_at_the_top_and_leads_to_the_field(appeal, as_editor, typed, field):
    words, led_to = alert_of(publish(as_editor, appeal, **typed))
    assert words.startswith("Аткарылган жок: Жарыялоо.")
    assert led_to == field


def test_a_summary_not_taken_off_is_said_at_the_top(appeal, as_editor):
    publish(as_editor, appeal)
    again = as_editor.post(f"/work/a/{appeal.number}/withdraw?language=en", {"withdraw-reason": ""})
    words, led_to = alert_of(again)
    assert words.startswith("Not done: Take it off the public pages.")
    assert led_to == "withdraw-reason"
