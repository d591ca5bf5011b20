"""The public editor releases a reviewed summary; what points to a person is found before it is public."""

import pytest
from django.test import Client
from django.utils import timezone

from server_sync.appeals.erasing import erase_request
from server_sync.appeals.models import Appeal, HistoryEntry, Summary
from server_sync.appeals.public import forget_totals, totals
from server_sync.appeals.small import SMALL
from server_sync.casework import acts, publishing, redaction
from server_sync.casework.models import Look, Proposal, Redaction, SecondLook
from server_sync.casework.never_published import take_off
from server_sync.casework.redaction import PLACES, REASONS, WHYS, Why, review
from server_sync.common.refusals import Refused
from server_sync.contract.bodies import Words
from server_sync.contract.events import NO_PERSON, EventKind, read_header
from server_sync.pages.access import Standing
from server_sync.privacy.finding import Finding, Kind, Reason
from server_sync.workplaces.models import Person
from tests.server.conftest import Office
from tests.server.counter import Counter, routed
from tests.server.refusals import alert_of, answered

pytestmark = pytest.mark.django_db


@pytest.fixture
def appeal(office_a: Office) -> Appeal:
    return routed(Counter(office_a).register())


@pytest.fixture
def as_editor(editor, browser_of):
    return browser_of(editor)


@pytest.fixture(autouse=True)
def as_second(second_editor, browser_of):
    return browser_of(second_editor)


def mark_of(words: str, kind: Kind = Kind.NAME) -> str:
    return Finding(kind, 0, 0, words, Reason.OF_REQUEST).mark


def propose(browser, appeal: Appeal, **typed: object):
    said = {
        "publish-subject_ky": "Мал уурулугу",
        "publish-text_ky": "Мал уурулугун текшерүү суралат.",
        "publish-is_reviewed": "on",
        **typed,
    }
    return browser.post(f"/work/a/{appeal.number}/publish", {key: value for key, value in said.items() if value})


def confirm(browser, appeal: Appeal, version: int = 1, **typed: object):
    said = {"confirm-version": version, "confirm-is_reviewed": "on", **typed}
    return browser.post(f"/work/a/{appeal.number}/confirm", {key: value for key, value in said.items() if value})


def publish(browser, appeal: Appeal, **typed: object):
    """Propose a summary and let the other editor confirm it."""
    proposed = propose(browser, appeal, **typed)
    if proposed.status_code == 302:
        second = Client()
        second.force_login(Person.objects.get(login="editor-2"))
        assert confirm(second, appeal).status_code == 302
    return proposed


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


NAMED = {"publish-text_ky": "Турдубаевага жооп берүү суралат. Аким Садыров айтты."}


def test_a_name_left_in_the_text_is_shown_in_its_sentence_with_its_reason_before_it_is_public(appeal, as_editor):
    again = publish(as_editor, appeal, **NAMED)
    assert again.status_code == 409
    page = again.content.decode()
    assert "<mark><bdi>Турдубаевага</bdi></mark><bdi> жооп берүү суралат." in page
    assert str(REASONS[Reason.OF_REQUEST]) in page
    assert not Summary.objects.exists()
    assert not Redaction.objects.exists()


def test_what_is_to_be_struck_out_is_not_published_and_the_history_tells_of_it_without_the_words(
    appeal, as_editor, nobody, vera, browser_of
):
    shown = publish(as_editor, appeal, **NAMED)
    answers = answered(shown, "nobody") | {f"of-{mark_of('Турдубаевага')}": "strike"}
    assert publish(as_editor, appeal, **NAMED, **answers).status_code == 302
    public = nobody.get(f"/a/{appeal.number}").content.decode()
    assert "[…] жооп берүү суралат. Аким Садыров айтты." in public
    for rows in (Redaction.objects.filter(field="text_ky"),):
        assert {(row.kind, row.is_struck, row.why) for row in rows} == {("name", True, ""), ("name", False, "nobody")}
    for browser in (as_editor, browser_of(vera)):
        page = browser.get(f"/work/a/{appeal.number}").content.decode()
        assert str(PLACES["text_ky"]) in page
        history = page[page.index(str(WHYS[Why.NOBODY]) + "</li>") :]
        assert "Турдубаевага" not in history.split("</ul>")[0]


def test_what_was_taken_out_of_the_request_by_hand_stands_in_the_history(office_a, as_editor):
    appeal = routed(Counter(office_a).register(text="Кошунам Асанов Бакыт, тел. 0555 12-34-56, жерди тосту."))
    assert publish(as_editor, appeal).status_code == 302
    rows = Redaction.objects.filter(field="original", is_struck=True)
    assert {"name", "phone"} <= {row.kind for row in rows}
    assert not any("Асанов" in str(value) for row in rows for value in vars(row).values())


def test_what_was_answered_for_once_speaks_for_those_words_and_for_no_others(appeal, as_editor):
    kept = answered(publish(as_editor, appeal, **NAMED), "agreed")
    more = {"publish-text_ky": "Турдубаевага, тел. 0555 12-34-56, жооп берүү суралат."}
    again = publish(as_editor, appeal, **kept, **more)
    assert again.status_code == 409
    assert "0555 12-34-56" in again.content.decode()
    assert publish(as_editor, appeal, **kept, **{"publish-text_ky": "Турдубаевага жооп!"}).status_code == 302


@pytest.mark.parametrize("how", ["nobody", "agreed", "other", ""])
def test_a_personal_number_is_struck_out_and_never_published(appeal, as_editor, how):
    text = {"publish-text_ky": "ПИН 1 0101 1980 99656"}
    shown = publish(as_editor, appeal, **text)
    assert publish(as_editor, appeal, **text, **answered(shown, how)).status_code == 409
    assert not Summary.objects.exists()
    assert publish(as_editor, appeal, **text, **answered(shown, "strike")).status_code == 302
    assert Summary.objects.get().text_ky == "ПИН […]"


def test_all_that_is_serious_is_struck_out_by_one_button_and_read_before_it_is_published(appeal, as_editor):
    again = publish(as_editor, appeal, **NAMED, strike_all="1", **{"publish-is_reviewed": ""})
    assert again.status_code == 409
    page = again.content.decode()
    assert not Summary.objects.exists()
    assert "[…] жооп берүү суралат. Аким Садыров айтты.</textarea>" in page
    assert 'class="open"' not in page


def test_of_what_must_not_be_known_nothing_is_published_and_it_is_counted_like_others(office_a, as_editor):
    counter = Counter(office_a)
    appeal = routed(counter.register(categories=("11.05",)))
    page = as_editor.get(f"/work/a/{appeal.number}?language=en").content.decode()
    assert "Nothing is published of this request" in page
    assert "/publish" not in page.split("<main")[1]
    assert publish(as_editor, appeal).status_code == 409
    assert not Summary.objects.exists()
    for _more in range(SMALL - 1):
        counter.register(categories=("11.05",))
    forget_totals()
    assert totals(timezone.localdate()).all == SMALL


def test_words_about_what_was_taken_out_are_looked_at_too(appeal, as_editor):
    assert publish(as_editor, appeal, **{"publish-taken_out": "тел. 0555 12-34-56"}).status_code == 409


def test_the_applicants_own_words_are_looked_at_as_soon_as_the_page_opens(office_a, as_editor):
    appeal = routed(Counter(office_a).register(text="Кошунам Асанов Бакыт жерди тосту."))
    assert "<mark><bdi>Асанов Бакыт</bdi></mark>" in as_editor.get(f"/work/a/{appeal.number}").content.decode()


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
    ("typed", "field"),
    [
        ({"publish-is_reviewed": ""}, "publish-is_reviewed"),
        ({"publish-text_ky": ""}, "publish-subject_ky"),
        ({"publish-taken_out": "а" * 5000}, "publish-taken_out"),
        ({"publish-text_ky": "Турдубаевага жооп берүү суралат."}, f"of-{mark_of('Турдубаевага')}"),
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


def test_a_persons_name_is_asked_about_though_an_official_has_the_same(appeal):
    said = "Депутат Петрова Мария обещала помочь. Моя соседка Петрова Мария лежит в больнице."
    reviewed = review({"text_ru": said}, appeal, {})
    assert [one.finding.is_serious for one in reviewed.open] == [True]
    assert "соседка" in reviewed.open[0].before


def test_a_text_full_of_traces_opens_to_the_editor_and_is_published_by_nobody(appeal, editor):
    said = " ".join(f"0555{place:06}," for place in range(400))
    reviewed = review({"text_ru": said}, appeal, {})
    assert reviewed.is_cut
    with pytest.raises(Refused) as refused:
        acts.publish(Standing.of(editor), appeal, Words("т", "т"), Words("", said), "")
    assert refused.value.code == "too_many_traces"


def test_what_one_editor_proposes_is_public_when_another_confirms_it_and_not_before(
    appeal, editor, second_editor, as_editor, as_second, nobody
):
    assert propose(as_editor, appeal).status_code == 302
    assert not Summary.objects.exists()
    assert "Мал уурулугун" not in nobody.get(f"/a/{appeal.number}").content.decode()
    as_editor.get("/work/publish")  # where it is said once what was done
    assert appeal.number in as_second.get("/work/publish?show=proposed").content.decode()
    assert appeal.number not in as_editor.get("/work/publish?show=proposed").content.decode()
    assert "Мал уурулугун текшерүү суралат." in as_second.get(f"/work/a/{appeal.number}").content.decode()
    assert confirm(as_second, appeal).status_code == 302
    event = HistoryEntry.objects.get(kind=EventKind.SUMMARY_PUBLISHED).event
    assert read_header(bytes(event.header)).person == editor.id.bytes
    assert SecondLook.objects.get(event=bytes(event.hash)).person == second_editor
    assert not Proposal.objects.exists()


def test_nobody_confirms_what_they_proposed_themselves(appeal, as_editor):
    propose(as_editor, appeal)
    assert confirm(as_editor, appeal).status_code == 409
    assert "/confirm" not in as_editor.get(f"/work/a/{appeal.number}").content.decode().split("<main")[1]
    assert not Summary.objects.exists()


def test_what_was_proposed_otherwise_since_it_was_read_is_not_confirmed(appeal, as_editor, as_second):
    propose(as_editor, appeal)
    other = {"publish-version": "1", "publish-text_ky": "Башка текст."}
    assert propose(as_editor, appeal, **other).status_code == 302
    assert confirm(as_second, appeal, 1).status_code == 409
    assert not Summary.objects.exists()
    assert propose(as_second, appeal).status_code == 409  # it would write over what nobody showed them
    assert confirm(as_second, appeal, 2).status_code == 302
    assert Summary.objects.get().text_ky == "Башка текст."


def test_a_proposal_given_back_shows_why_and_waits_for_nobody(appeal, as_editor, as_second):
    propose(as_editor, appeal)
    back = {"give-back-version": 1, "give-back-note": "Айыл аталып калган"}
    assert as_second.post(f"/work/a/{appeal.number}/give-back", back).status_code == 302
    assert confirm(as_second, appeal, 2).status_code == 409
    assert "Айыл аталып калган" in as_editor.get(f"/work/a/{appeal.number}").content.decode()
    assert propose(as_editor, appeal, **{"publish-version": "2"}).status_code == 302
    assert confirm(as_second, appeal, 3).status_code == 302


def test_what_is_confirmed_is_looked_at_by_the_rules_of_that_day(appeal, as_editor, as_second):
    propose(as_editor, appeal)
    Appeal.objects.filter(pk=appeal.pk).update(categories=["11.05"])
    assert confirm(as_second, appeal).status_code == 409
    assert not Summary.objects.exists()
    assert Proposal.objects.exists()


def test_where_the_rule_of_the_day_asks_for_one_editor_one_is_enough(appeal, as_editor, monkeypatch):
    monkeypatch.setattr(publishing, "asks_for_two", lambda _day: False)
    assert propose(as_editor, appeal).status_code == 302
    assert Summary.objects.exists()


def test_an_erasure_takes_what_was_proposed(appeal, as_editor, administrator, second_administrator):
    propose(as_editor, appeal)
    erase_request(bytes(appeal.hash), "Ground", administrator.id.bytes, second_administrator.id.bytes)
    assert not Proposal.objects.exists()


def test_what_became_a_matter_of_which_nothing_is_published_is_taken_off_by_rule(
    office_a, as_editor, nobody, monkeypatch
):
    counter = Counter(office_a)
    appeal, other = routed(counter.register(categories=("11.05",))), routed(counter.register())
    monkeypatch.setattr(acts, "why_never", lambda _appeal, _day: None)
    publish(as_editor, appeal)
    publish(as_editor, other)
    assert take_off() == 1
    assert take_off() == 0
    assert [bytes(one.appeal.hash) for one in Summary.objects.all()] == [bytes(other.hash)]
    entry = HistoryEntry.objects.get(kind=EventKind.SUMMARY_WITHDRAWN)
    assert read_header(bytes(entry.event.header)).person == NO_PERSON
    assert "Үй-бүлөдөгү зомбулук" in as_editor.get(f"/work/a/{appeal.number}").content.decode()
    assert "Мал уурулугун" not in nobody.get(f"/a/{appeal.number}").content.decode()


def test_what_is_left_after_something_was_struck_out_is_looked_at_again(appeal, monkeypatch):
    below = Finding(Kind.NAME, 0, 5, "Бакыт", Reason.GIVEN_NAME)

    def found(text: str, _known: object, _today: object) -> tuple[Finding, ...]:
        if "0555" in text:
            return (Finding(Kind.PHONE, 6, 10, "0555", Reason.PHONE_SHAPE),)
        return (below,) if text.startswith("Бакыт") else ()

    monkeypatch.setattr(redaction, "find", found)
    phone = Finding(Kind.PHONE, 6, 10, "0555", Reason.PHONE_SHAPE).mark
    looked = review({"text_ru": "Бакыт 0555"}, appeal, {phone: "strike"})
    assert [one.mark for one in looked.open] == [below.mark]
    settled = review({"text_ru": "Бакыт 0555"}, appeal, {phone: "strike", below.mark: "strike"})
    assert settled.texts == {"text_ru": "[…] […]"}
    assert not settled.open
