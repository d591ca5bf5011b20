"""Officers see what is theirs and act on it; an answer needs a second person; every act is an event."""

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone

from server_sync.appeals.erasing import erase_request
from server_sync.appeals.models import Appeal
from server_sync.blobs.storage import path_of, take_piece
from server_sync.casework import queues
from server_sync.casework.forms import ToBody, resolve_body
from server_sync.casework.models import AnswerDraft, Look
from server_sync.contract import bodies
from server_sync.contract.blobs import blob_id, new_blob_key, seal
from server_sync.contract.bodies import Outcome
from server_sync.contract.deadlines import Decree
from server_sync.contract.events import EventKind, read_body, read_header
from server_sync.contract.territory import Names
from server_sync.contract.workflow import Role, State
from server_sync.journal.models import Event, FeedRow
from server_sync.pages.appeal_words import STATE_ICONS, body_name, outcome_badge
from server_sync.pages.icons import icon
from server_sync.workplaces.decrees import decree
from server_sync.workplaces.models import CENTRE, Body, Person, RoleGrant
from server_sync.workplaces.people import grant_role
from server_sync.workplaces.reference import reference_book
from tests.server.conftest import BODY, OFFICE_A, SINCE, Office
from tests.server.counter import Counter, days_ago, routed
from tests.server.refusals import alert_of
from tests.trials.lines import SOUGHT, lines_of, stored

pytestmark = pytest.mark.django_db

MISSED = {**lines_of("demo-names-and-marks"), **lines_of("search-misses")}
"""People as they came to other offices, by their line among the small inputs."""


@pytest.fixture
def counter(office_a: Office) -> Counter:
    return Counter(office_a)


@pytest.fixture
def appeal(counter):
    return routed(counter.register())


@pytest.fixture
def as_vera(vera, browser_of):
    return browser_of(vera)


@pytest.fixture
def as_vasil(vasil, browser_of):
    return browser_of(vasil)


def act(browser, appeal: Appeal, name: str, /, **typed: object):
    """Send the form of an act as the page has it: fields begin with the act's name, empty ones are left out."""
    prefixed = {f"{name}-{field}" if field not in {"ready", "keep"} else field: value
                for field, value in typed.items()}  # fmt: skip
    return browser.post(
        f"/work/a/{appeal.number}/{name}", {key: value for key, value in prefixed.items() if value != ""}
    )


def said(appeal: Appeal, kind: EventKind):
    """What the newest event of a kind says about a request, and who wrote it."""
    event = Event.custody.filter(appeal=bytes(appeal.hash), kind=kind).latest("leaf")
    header = read_header(bytes(event.header))
    assert event.epoch.site_id == CENTRE
    return read_body(header, bytes(event.body or b"")), header


def answer(browser, appeal: Appeal, version: int = 0, **typed: object):
    text = {"outcome": Outcome.SATISFIED.value, "ky": "Жооп", "ru": "Ответ", "version": version, "ready": "1"}
    return act(browser, appeal, "answer", **{**text, **typed})


def test_the_work_list_is_ordered_by_due_date_and_grouped(counter, vera, as_vera):
    late = routed(counter.register(on=days_ago(60), subject="Кечиккен"))
    fresh = routed(counter.register(subject="Жаңы"))
    text = as_vera.get("/work").content.decode()
    assert text.index(late.number) < text.index(fresh.number)
    assert "Мөөнөтү өткөн" in text


def test_a_long_work_list_has_pages_and_every_request_stands_on_one(counter, as_vera, monkeypatch):
    monkeypatch.setattr(queues, "PAGE", 2)
    wanted = [routed(counter.register(on=days_ago(ago))).number for ago in (60, 50, 40, 30, 20)]
    pages = [as_vera.get("/work", {"page": page}).content.decode() for page in (1, 2, 3)]
    listed = [re.findall(r'href="/work/a/([^"]+)"', page) for page in pages]
    assert [number for page in listed for number in dict.fromkeys(page)] == wanted
    assert ['href="?page=2"' in page for page in pages] == [True, False, True]
    assert as_vera.get("/work", {"page": "9"}).content.decode().count(wanted[-1])


def test_the_list_is_searched_without_special_letters(counter, as_vera):
    appeal = routed(counter.register(subject="Өзөн боюндагы жол"))
    other = routed(counter.register(subject="Мектеп"))
    text = as_vera.get("/work", {"q": "озон"}).content.decode()
    assert appeal.number in text
    assert other.number not in text


@pytest.mark.parametrize("asked", [one for one in MISSED.values() if one.id in SOUGHT], ids=lambda one: one.id)
def test_an_officer_finds_everybody_by_plain_letters_and_by_each_of_their_telephones(counter, as_vera, asked):
    right = stored(asked)
    person = bodies.Applicant(right["surname"], right["given_name"], phone=right["phone"])
    appeal = routed(counter.register(applicant=person, subject=right["subject"]))
    other = routed(counter.register(applicant=bodies.Applicant("Башка", "Адам", phone="0312 99 88 77")))
    for words in SOUGHT[asked.id]:
        text = as_vera.get("/work", {"q": words}).content.decode()
        assert appeal.number in text, words
        assert other.number not in text, words


def test_nobody_finds_by_name_or_telephone_what_is_shown_to_them_without_its_applicant(counter, registrar, browser_of):
    person = bodies.Applicant("Турдубаева", "Бактыгүл", phone="0312 99 88 77")
    appeal = counter.register(subject="Жол", applicant=person)
    browser = browser_of(registrar)
    assert appeal.number in browser.get("/work/route", {"q": "жол"}).content.decode()
    for words in (person.surname, person.given_name, person.phone):
        assert appeal.number not in browser.get("/work/route", {"q": words}).content.decode()


def test_a_case_shows_text_applicant_history_and_the_arithmetic_of_its_term(appeal, as_vera):
    text = as_vera.get(f"/work/a/{appeal.number}").content.decode()
    for shown in (appeal.text, "Турдубаева Бактыгүл", "Катталды", "Мөөнөт кантип эсептелди", "Эмне үчүн сизде"):
        assert shown in text


MANY = tuple(f"Асанов Эрлан {place}" for place in range(1, 13))


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ky", "жамааттык, 38 адам кол койгон"),
        ("ru", "коллективное, подписали 38 человек"),
        ("en", "collective, 38 people signed"),
    ],
)
def test_a_collective_request_says_so_in_its_case_and_in_every_list(counter, as_vera, language, words):
    appeal = routed(counter.register(is_collective=True, signatories_count=38, signatories=MANY))
    seen = as_vera.get(f"/work/a/{appeal.number}", {"language": language}).content.decode()
    assert words in seen.split("<h1>")[1]
    assert words in as_vera.get("/work").content.decode()
    act(as_vera, appeal, "return", ru="Уточните")
    assert words in as_vera.get("/work?show=closed").content.decode()


def test_those_who_signed_are_numbered_under_the_applicant(counter, as_vera):
    two = ("Асанов Эрлан", "Маматова Гүл")
    few = routed(counter.register(is_collective=True, signatories_count=3, signatories=two))
    text = as_vera.get(f"/work/a/{few.number}").content.decode()
    side = text[text.index("Турдубаева") :]
    assert re.search(r"<details [^>]*open><summary>Кол койгондор: 2</summary><ol", side)
    assert side.index("Асанов Эрлан") < side.index("Маматова Гүл")
    many = routed(counter.register(is_collective=True, signatories_count=38, signatories=MANY))
    text = as_vera.get(f"/work/a/{many.number}").content.decode()
    assert re.search(r"<details [^>]*data-printed><summary>Кол койгондор: 12</summary>", text)
    assert all(name in text for name in MANY)


def test_those_who_signed_since_are_counted_and_named(counter, as_vera):
    appeal = routed(counter.register(is_collective=True, signatories_count=2, signatories=MANY[:2]))
    counter.wire.write(
        bodies.AppealSupplemented("", signatories=MANY[2:5]), appeal=bytes(appeal.hash), person=counter.clerk.id.bytes
    )
    counter.wire.exchange()
    text = as_vera.get(f"/work/a/{appeal.number}?language=ru").content.decode()
    assert "коллективное, подписали 5 человек" in text
    assert MANY[4] in text
    history = text[text.index('id="history"') :]
    assert "Подписались также: " in history
    assert all(name in history for name in MANY[2:5])
    assert MANY[1] not in history


def test_a_request_of_one_person_says_nothing_of_those_who_signed(appeal, as_vera):
    text = as_vera.get(f"/work/a/{appeal.number}?language=en").content.decode()
    assert "collective" not in text
    assert "signed" not in text.split("How the term")[0].replace("Signed by", "")


def test_who_signed_is_told_only_to_those_who_see_the_applicant(
    counter, registrar, editor, browser_of, as_vera, as_vasil
):
    appeal = counter.register(is_collective=True, signatories_count=12, signatories=MANY)
    seen = browser_of(registrar).get(f"/work/a/{appeal.number}?language=en").content.decode()
    assert "collective, 12 people signed" in seen
    assert MANY[0] not in seen
    assert appeal.surname not in browser_of(registrar).get("/work/route").content.decode()
    answer(as_vera, routed(appeal))
    act(as_vasil, appeal, "approve", version=1)
    seen = browser_of(editor).get(f"/work/a/{appeal.number}?language=en").content.decode()
    assert "collective, 12 people signed" in seen
    assert MANY[0] not in seen
    listed = browser_of(editor).get("/work/publish").content.decode()
    assert appeal.number in listed
    assert appeal.surname not in listed


def test_an_erased_request_shows_nobody_who_signed(counter, as_vera, administrator, second_administrator):
    appeal = routed(counter.register(is_collective=True, signatories_count=12, signatories=MANY))
    erase_request(bytes(appeal.hash), "Ground", administrator.id.bytes, second_administrator.id.bytes)
    assert as_vera.get(f"/work/a/{appeal.number}").status_code == 404
    assert MANY[0] not in as_vera.get("/work?show=closed").content.decode() + as_vera.get("/work").content.decode()


@pytest.mark.parametrize(("language", "name"), [("ky", "Кыргызча"), ("ru", "Русский")])
def test_a_case_says_in_which_language_its_answer_is_owed(counter, as_vera, language, name):
    appeal = routed(counter.register(language=language))
    assert f"Язык ответа: {name}" in as_vera.get(f"/work/a/{appeal.number}?language=ru").content.decode()


def test_lists_of_the_own_body_name_who_asks(counter, as_vera, as_vasil):
    one = routed(counter.register(applicant=bodies.Applicant("Чоробаева", "Нуриза")))
    other = routed(counter.register(applicant=bodies.Applicant("Чоробаева", "Гүлзат")))
    text = as_vera.get("/work", {"q": "чоробаева"}).content.decode()
    assert "Чоробаева Нуриза" in text
    assert "Чоробаева Гүлзат" in text
    answer(as_vera, one)
    assert "Чоробаева Нуриза" in as_vasil.get("/work/check").content.decode()
    act(as_vera, other, "return", ru="Уточните")
    assert "Чоробаева Гүлзат" in as_vera.get("/work?show=closed").content.decode()


def test_accepting_is_an_event_of_the_centre_by_this_person_and_reaches_the_office(appeal, vera, as_vera):
    before = FeedRow.objects.filter(site=OFFICE_A).count()
    assert act(as_vera, appeal, "accept", note="Каралат").status_code == 302
    body, header = said(appeal, EventKind.ACCEPTED_BY_BODY)
    assert body == bodies.AcceptedByBody(BODY, appeal.due_on, "Каралат")
    assert header.person == vera.id.bytes
    assert FeedRow.objects.filter(site=OFFICE_A).count() == before + 1


def test_accepting_twice_is_told_and_changes_nothing(appeal, as_vera, as_vasil):
    act(as_vera, appeal, "accept")
    again = act(as_vasil, appeal, "accept")
    assert again.status_code == 409
    assert "кабыл алган" in again.content.decode()
    assert Event.custody.filter(kind=EventKind.ACCEPTED_BY_BODY).count() == 1


def test_forwarding_moves_the_case_out_of_sight_and_tells_the_new_body(appeal, as_vera):
    answer(as_vera, appeal, ready="")
    done = act(as_vera, appeal, "forward", body="MIN-SOCIAL", ky="Тиешелүү органга")  # its name until 2025
    assert done.headers["Location"] == "/work"
    body, _ = said(appeal, EventKind.FORWARDED)
    assert (body.from_body, body.to_body) == (BODY, "MIN-LABOUR-26")
    assert as_vera.get(f"/work/a/{appeal.number}").status_code == 404
    assert not AnswerDraft.objects.exists()


@pytest.mark.parametrize(
    ("typed", "words"),
    [("Мин", "Бир нече орган"), ("Жок нерсе ъъ", "Мындай аталыштагы орган жок"), ("", "милдеттүү")],
)
def test_a_body_typed_vaguely_is_asked_about(appeal, as_vera, typed, words):
    again = act(as_vera, appeal, "forward", body=typed, ky="Себеби")
    assert again.status_code == 400
    if typed:
        assert words in again.content.decode()
    assert not Event.custody.filter(kind=EventKind.FORWARDED).exists()


def test_only_bodies_of_today_are_offered_and_an_old_name_says_that_it_is_old(appeal, as_vera):
    offered = as_vera.get("/work/bodies", {"q": "Премьер-министр"}).json()["bodies"]
    assert [one["code"] for one in offered][:1] == ["CAB-CHAIR"]
    assert "мурда: Премьер-министр" in offered[0]["label"]
    assert "Премьер-министр" not in offered[0]["name"]
    done = act(as_vera, appeal, "forward", body="Премьер-министр", ky="Тиешелүү органга")
    assert done.headers["Location"] == "/work"
    assert said(appeal, EventKind.FORWARDED)[0].to_body == "CAB-CHAIR"


@pytest.mark.parametrize("typed", ["транспорт", "вице-премьер"])
def test_a_part_of_a_name_that_fits_one_body_is_confirmed_by_its_whole_name(appeal, as_vera, typed):
    offered = as_vera.get("/work/bodies", {"q": typed, "here": BODY}).json()["bodies"]
    assert len(offered) == 1
    again = act(as_vera, appeal, "forward", body=typed, ky="Себеби")
    assert again.status_code == 400
    text = again.content.decode()
    assert "Бир орган туура келет" in text
    assert f'value="{offered[0]["name"]}"' in text
    assert f'value="{typed}"' in text
    assert not Event.custody.filter(kind=EventKind.FORWARDED).exists()
    act(as_vera, appeal, "forward", body=offered[0]["name"], ky="Себеби")
    assert said(appeal, EventKind.FORWARDED)[0].to_body == offered[0]["code"]


@pytest.mark.parametrize(
    ("language", "words"), [("ky", "органга жөнөтүлдү"), ("ru", "Передано"), ("en", "Forwarded to")]
)
def test_whoever_forwards_is_told_to_whom(appeal, as_vera, language, words):
    name = body_name("MIN-LABOUR-26", language)
    typed = {"forward-body": "MIN-LABOUR-26", "forward-ky": "Себеби"}
    done = as_vera.post(f"/work/a/{appeal.number}/forward?language={language}", typed, follow=True).content.decode()
    assert words in done
    assert f"{name}." in done


def test_the_body_that_has_the_request_is_not_offered_for_it(appeal, as_vera):
    page = as_vera.get(f"/work/a/{appeal.number}").content.decode()
    assert f'data-here="{BODY}"' in page
    offered = as_vera.get("/work/bodies", {"q": "аким", "near": OFFICE_A, "here": BODY}).json()["bodies"]
    assert offered
    assert BODY not in {one["code"] for one in offered}
    again = act(as_vera, appeal, "forward", body="аким", ky="Себеби").content.decode()
    assert f'value="{body_name(BODY, "ky")}"' not in again


def test_where_only_the_body_that_has_the_request_fits_that_is_said(centre):
    (found,) = resolve_body("транспорт", OFFICE_A, "ky").found
    typed = {"forward-body": "транспорт", "forward-ky": "Себеби"}
    form = ToBody(typed, prefix="forward", near=OFFICE_A, here=found.body.code, language="ky")
    assert form.errors["body"] == ["Кайрылуу ушул органда турат. Башкасын тандаңыз."]
    assert not form.candidates


def test_bodies_near_the_request_s_office_are_offered_first(appeal, as_vera):
    page = as_vera.get(f"/work/a/{appeal.number}").content.decode()
    assert f'data-near="{appeal.addressee_site or appeal.site_id}"' in page
    offered = as_vera.get("/work/bodies", {"q": "аким", "near": "KG-C-SOK"}).json()["bodies"]
    assert offered[0]["code"] == "AKIM@KG-C-SOK"


def test_a_body_is_chosen_by_its_whole_name(appeal, as_vera):
    offered = as_vera.get("/work/bodies", {"q": "мэр бишк"}).json()["bodies"]
    assert offered
    done = act(as_vera, appeal, "forward", body=offered[0]["name"], ky="Себеби")
    assert done.status_code == 302
    assert said(appeal, EventKind.FORWARDED)[0].to_body == offered[0]["code"]


def test_a_reason_is_needed_in_one_of_the_two_languages(appeal, as_vera):
    again = act(as_vera, appeal, "return", ky=" ")
    assert "Эки тилдин бирөөндө" in again.content.decode()
    assert act(as_vera, appeal, "return", ru="Уточните адрес").status_code == 302
    assert said(appeal, EventKind.RETURNED_TO_OFFICE)[0].what.ru == "Уточните адрес"


@pytest.mark.parametrize("day", ["2020-01-01", "", "32.13.2026", "9999-99-99"])
def test_a_term_is_not_extended_to_an_impossible_day(appeal, as_vera, day):
    again = act(as_vera, appeal, "extend", due_on=day, article="8", ky="Себеби")
    assert again.status_code in {400, 409}
    appeal.refresh_from_db()
    assert not appeal.is_extended


def test_a_term_is_extended_with_reason_and_article(appeal, as_vera):
    later = working_day(appeal.due_on + timedelta(days=7))
    assert act(as_vera, appeal, "extend", due_on=later.isoformat(), article="8-берене", ky="Себеби").status_code == 302
    appeal.refresh_from_db()
    assert (appeal.due_on, appeal.is_extended) == (later, True)
    assert "Мөөнөт узартылган" in as_vera.get(f"/work/a/{appeal.number}").content.decode()


@pytest.mark.parametrize(
    "form", ["{0:%d.%m.%Y}", "{0.day}.{0.month}.{0.year}", "{0:%d %m %Y}", "{0:%d,%m,%Y}", "{0:%Y-%m-%d}"]
)
def test_a_day_is_read_as_day_month_year_and_named_with_its_weekday(appeal, as_vera, form):
    later = working_day(appeal.due_on + timedelta(days=7))
    as_vera.cookies["language"] = "en"
    page = as_vera.post(
        f"/work/a/{appeal.number}/extend",
        {"extend-due_on": form.format(later), "extend-article": "8", "extend-ky": "Себеби"},
        follow=True,
    )
    assert said(appeal, EventKind.EXTENDED)[0].due_on == later
    assert f"the last day is {later:%d.%m.%Y}, {later:%A}" in str(next(iter(page.context["messages"])))


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("05/12/2026", "Write day, month and year in this order, with dots: today is "),
        ("12/31/2026", "Write day, month and year in this order, with dots: today is "),
        ("05.12.26", "Write day, month and year in this order, with dots: today is "),
        ("05-12-2026", "Write day, month and year in this order, with dots: today is "),
        ("жума", "Write day, month and year in this order, with dots: today is "),
        ("31.02.2027", "There is no such day in the calendar."),
        ("12.31.2026", "There is no such day in the calendar."),
        ("2026-13-01", "There is no such day in the calendar."),
        ("01.01.0000", "There is no such day in the calendar."),
    ],
)
def test_a_day_that_could_mean_two_or_none_is_asked_about_beside_its_field(appeal, as_vera, typed, words):
    as_vera.cookies["language"] = "en"
    again = act(as_vera, appeal, "extend", due_on=typed, article="8", ky="Себеби")
    assert again.status_code == 400
    told, led_to = alert_of(again)
    assert words in told
    assert led_to == "extend-due_on"
    page = again.content.decode()
    assert f'value="{typed}"' in page
    assert f"Day.month.year; now it is {appeal.due_on:%d.%m.%Y}" in page
    assert not Event.custody.filter(kind=EventKind.EXTENDED).exists()


def test_a_term_that_would_end_on_a_decreed_day_off_is_asked_about(appeal, as_vera, administrator):
    later = working_day(appeal.due_on + timedelta(days=7))
    decree({later: Decree.OFF}, Names("Токтом", "Распоряжение", "Decree"), administrator, lambda _: None)
    asked = act(as_vera, appeal, "extend", due_on=later.isoformat(), article="8", ky="Себеби")
    assert asked.status_code == 409
    appeal.refresh_from_db()
    assert not appeal.is_extended


def working_day(day: date, step: int = 1) -> date:
    """The first day of work from a day on, or, backwards, up to it."""
    while not reference_book().calendar.is_working(day):
        day += timedelta(days=step)
    return day


def extended(browser, appeal: Appeal, day: date, **further: object):
    typed = {"due_on": day.isoformat(), "article": "8", "ky": "Себеби"}
    prefixed = {f"extend-{name}": value for name, value in typed.items()} | further
    return browser.post(f"/work/a/{appeal.number}/extend?language=en", prefixed)


def test_a_day_more_than_a_year_away_is_a_slip_of_the_year_and_refused(appeal, as_vera):
    far = working_day(appeal.due_on + timedelta(days=400))
    for seen in ({}, {"day_seen": far.isoformat()}):
        again = extended(as_vera, appeal, far, **seen)
        assert again.status_code == 409
        assert "Look at the year." in again.content.decode()
    assert not Event.custody.filter(kind=EventKind.EXTENDED).exists()


def test_a_term_more_than_doubled_is_asked_about_and_written_when_that_very_day_was_looked_at_again(appeal, as_vera):
    long, other = working_day(appeal.due_on + timedelta(days=60)), working_day(appeal.due_on + timedelta(days=70))
    again = extended(as_vera, appeal, long)
    assert again.status_code == 409
    text = again.content.decode()
    assert "more than double the term" in text
    assert f'name="day_seen" value="{long.isoformat()}"' in text
    assert extended(as_vera, appeal, other, day_seen=long.isoformat()).status_code == 409
    assert not Event.custody.filter(kind=EventKind.EXTENDED).exists()
    assert extended(as_vera, appeal, long, day_seen=long.isoformat()).status_code == 302
    appeal.refresh_from_db()
    assert appeal.due_on == long


def test_a_day_on_which_nobody_works_is_asked_about(appeal, as_vera):
    off = appeal.due_on + timedelta(days=1)
    while reference_book().calendar.is_working(off):
        off += timedelta(days=1)
    again = extended(as_vera, appeal, off)
    assert again.status_code == 409
    assert "nobody works on this day" in again.content.decode()
    assert extended(as_vera, appeal, off, day_seen=off.isoformat()).status_code == 302


def test_bodies_that_fit_are_offered_by_their_names_and_the_year_since_when(appeal, as_vera):
    again = as_vera.post(
        f"/work/a/{appeal.number}/forward?language=ru", {"forward-body": "министр", "forward-ru": "Причина"}
    )
    text = again.content.decode()
    assert re.search(r'value="Министр [а-я]', text)
    assert re.search(r"с 20\d\d года", text)
    assert 'value="MIN-' not in text


@pytest.mark.parametrize("mark", ["\u202e", "\u202d", "\u2066", "\u2069"])
def test_a_mark_that_turns_the_words_of_staff_is_told_beside_the_field(appeal, as_vera, mark):
    again = act(as_vera, appeal, "return", ru=f"Проверено {mark}по телефону")
    assert again.status_code == 400
    assert f"U+{ord(mark):04X}" in again.content.decode()
    assert not Event.custody.filter(kind=EventKind.RETURNED_TO_OFFICE).exists()


def test_a_closed_request_says_its_state_once(counter, as_vera):
    appeal = counter.register()
    withdrawn(counter, appeal)
    routed(appeal)
    Appeal.objects.filter(pk=appeal.pk).update(body_code=BODY)
    head = as_vera.get(f"/work/a/{appeal.number}?language=en").content.decode().split('<div class="columns">')[0]
    assert head.count("withdrawn</span>") == 1


def withdrawn(counter: Counter, appeal: Appeal) -> None:
    """Let the applicant take a request back at the counter."""
    said_so = bodies.AppealWithdrawn(reason="Чечилди", expressed=bodies.AppealForm.WRITTEN)
    counter.wire.write(said_so, appeal=bytes(appeal.hash), person=counter.clerk.id.bytes)
    counter.wire.exchange()
    appeal.refresh_from_db()


def test_the_writer_cannot_approve_the_own_answer(appeal, vera, as_vera):
    answer(as_vera, appeal)
    again = act(as_vera, appeal, "approve", version=1)
    assert again.status_code == 409
    assert "Бул жоопту сиз жаздыңыз" in again.content.decode()
    assert not Event.custody.filter(kind=EventKind.ANSWERED).exists()


def test_a_second_person_approves_and_the_answer_is_an_event_with_both_names(appeal, vera, vasil, as_vera, as_vasil):
    answer(as_vera, appeal, reference="7-12")
    assert appeal.number in as_vasil.get("/work/check").content.decode()
    assert appeal.number not in as_vera.get("/work/check").content.decode()
    assert act(as_vasil, appeal, "approve", version=1).status_code == 302
    body, header = said(appeal, EventKind.ANSWERED)
    assert (body.text.ky, body.text.ru, body.reference) == ("Жооп", "Ответ", "7-12")
    assert (header.person, body.approved_by, body.signed_by) == (vera.id.bytes, vasil.id.bytes, vasil.full_name)
    appeal.refresh_from_db()
    assert appeal.state == "answered"
    assert not AnswerDraft.objects.exists()


def test_approving_twice_answers_once(appeal, as_vera, as_vasil):
    answer(as_vera, appeal)
    act(as_vasil, appeal, "approve", version=1)
    assert act(as_vasil, appeal, "approve", version=1).status_code == 409
    assert Event.custody.filter(kind=EventKind.ANSWERED).count() == 1


def test_what_is_approved_is_what_was_read(appeal, as_vera, as_vasil):
    answer(as_vera, appeal)
    act(as_vera, appeal, "take-back", version=1)
    answer(as_vera, appeal, version=2, ky="Башка жооп")
    stale = act(as_vasil, appeal, "approve", version=1)
    assert stale.status_code == 409
    assert not Event.custody.filter(kind=EventKind.ANSWERED).exists()
    assert act(as_vasil, appeal, "approve", version=3).status_code == 302
    assert said(appeal, EventKind.ANSWERED)[0].text.ky == "Башка жооп"


def test_two_officers_writing_at_once_lose_neither_text(appeal, as_vera, as_vasil):
    answer(as_vera, appeal, ready="", ky="Веранын тексти")
    late = answer(as_vasil, appeal, ky="Василдин тексти")
    assert late.status_code == 409
    text = late.content.decode()
    assert "Веранын тексти" in text
    assert "Василдин тексти" in text
    assert AnswerDraft.objects.get().text_ky == "Веранын тексти"


def test_an_answer_sent_back_carries_its_note_and_goes_on(appeal, as_vera, as_vasil):
    answer(as_vera, appeal)
    act(as_vasil, appeal, "back", version=1, note="Мөөнөтүн жазыңыз")
    text = as_vera.get(f"/work/a/{appeal.number}").content.decode()
    assert "Мөөнөтүн жазыңыз" in text
    assert answer(as_vera, appeal, version=2, ky="Мөөнөтү менен").status_code == 302
    assert act(as_vasil, appeal, "approve", version=3).status_code == 302


def test_a_note_of_what_to_change_stays_while_the_answer_is_written_again(appeal, as_vera, as_vasil):
    answer(as_vera, appeal)
    act(as_vasil, appeal, "back", version=1, note="Мөөнөтүн жазыңыз")
    typed = {"answer-outcome": 3, "answer-ky": "Мөөнөтү", "answer-version": 2}
    kept = as_vera.post(f"/work/a/{appeal.number}/keep", typed).json()
    assert kept["version"] == 3
    assert "Мөөнөтүн жазыңыз" in as_vera.get(f"/work/a/{appeal.number}").content.decode()
    assert answer(as_vera, appeal, version=3, ky="Мөөнөтү менен").status_code == 302
    assert act(as_vasil, appeal, "approve", version=4).status_code == 302


def test_a_colleagues_draft_is_taken_over_by_a_press_only(appeal, as_vera, as_vasil):
    answer(as_vera, appeal, ready="", keep="1")
    assert f'data-keep="/work/a/{appeal.number}/keep"' in as_vera.get(f"/work/a/{appeal.number}").content.decode()
    assert f'data-keep="/work/a/{appeal.number}/keep"' not in as_vasil.get(f"/work/a/{appeal.number}").content.decode()


def test_what_is_kept_while_typing_says_no_word_on_the_next_page(appeal, as_vera):
    typed = {"answer-outcome": 3, "answer-ky": "Жооп", "answer-version": 0}
    assert "version" in as_vera.post(f"/work/a/{appeal.number}/keep", typed).json()
    assert 'role="status"' not in as_vera.get("/work").content.decode()


def test_an_empty_answer_is_not_sent_to_be_checked_but_kept_as_a_draft(appeal, as_vera):
    assert answer(as_vera, appeal, ky="", ru=" ").status_code == 409
    assert not AnswerDraft.objects.exists()
    assert answer(as_vera, appeal, ky="", ru="", ready="").status_code == 302
    assert AnswerDraft.objects.get().stage == AnswerDraft.Stage.WRITING


def test_no_outcome_is_chosen_beforehand_and_none_goes_to_be_checked(appeal, as_vera, as_vasil):
    page = as_vera.get(f"/work/a/{appeal.number}?language=en").content.decode()
    outcomes = page[page.index('<select name="answer-outcome"') :].split("</select>")[0]
    assert re.findall(r'<option value="(\d*)" selected', outcomes) == [""]
    again = answer(as_vera, appeal, outcome="")
    assert again.status_code == 409
    words, led_to = alert_of(again)
    assert "Choose the outcome of the answer" in words
    assert led_to == "answer-outcome"
    assert not AnswerDraft.objects.exists()
    kept = as_vera.post(f"/work/a/{appeal.number}/keep", {"answer-ky": "Жооп", "answer-version": 0}).json()
    assert kept["version"] == 1
    assert AnswerDraft.objects.get().outcome is None
    assert "Жооп" in as_vera.get(f"/work/a/{appeal.number}").content.decode()
    assert answer(as_vera, appeal, version=1, outcome=Outcome.REFUSED.value).status_code == 302
    assert act(as_vasil, appeal, "approve", version=2).status_code == 302
    assert said(appeal, EventKind.ANSWERED)[0].outcome == Outcome.REFUSED


def test_the_article_of_an_extension_is_not_filled_in_beforehand(appeal, as_vera):
    page = as_vera.get(f"/work/a/{appeal.number}").content.decode()
    field = re.search(r'<input [^>]*name="extend-article"[^>]*>', page)
    assert field is not None
    assert "value=" not in field[0]


def test_no_two_outcomes_have_one_icon_and_a_refusal_is_not_dressed_as_good():
    badges = [outcome_badge(outcome) for outcome in Outcome]
    assert len({badge.icon for badge in badges}) == len(Outcome)
    assert len({badge.words for badge in badges}) == len(Outcome)
    assert outcome_badge(Outcome.REFUSED).look == "bad"
    assert outcome_badge(Outcome.SATISFIED).look == "good"
    assert STATE_ICONS[State.ANSWERED] != outcome_badge(Outcome.SATISFIED).icon


@pytest.mark.parametrize("outcome", list(Outcome))
def test_an_outcome_is_told_by_word_colour_and_icon_while_it_is_checked_and_when_it_is_sent(
    appeal, as_vera, as_vasil, outcome
):
    answer(as_vera, appeal, outcome=outcome.value)
    badge = outcome_badge(outcome)
    look = f'<span class="chip{" " if badge.look else ""}{badge.look}">{icon(badge.icon)}{badge.words}</span>'
    assert look in as_vasil.get(f"/work/a/{appeal.number}").content.decode()
    act(as_vasil, appeal, "approve", version=1)
    page = as_vera.get(f"/work/a/{appeal.number}").content.decode()
    assert look in page
    assert page.count(str(icon("check"))) == (outcome is Outcome.SATISFIED)


@pytest.mark.parametrize(
    ("language", "head", "words"),
    [
        ("ky", "жооп текшерүүнү күтүүдө", "Бул жооп эмес, каралама: ал жөнөтүлгөн жок."),
        ("ru", "ответ ждёт проверки", "Это черновик, а не ответ: он не отправлен."),
        ("en", "an answer waits to be checked", "This is a draft, not an answer: it was not sent."),
    ],
)
def test_a_case_whose_answer_waits_says_so_to_both_people(appeal, as_vera, as_vasil, language, head, words):
    assert head not in as_vera.get(f"/work/a/{appeal.number}?language={language}").content.decode()
    answer(as_vera, appeal)
    for browser in (as_vera, as_vasil):
        page = browser.get(f"/work/a/{appeal.number}?language={language}").content.decode()
        assert head in page
        assert words in page
    act(as_vasil, appeal, "approve", version=1)
    page = as_vera.get(f"/work/a/{appeal.number}?language={language}").content.decode()
    assert head not in page
    assert words not in page


@pytest.mark.parametrize(
    ("language", "sent", "considered"),
    [
        ("ky", "жооптуу органда", "каралууда"),
        ("ru", "в ответственном органе", "на рассмотрении"),
        ("en", "with the responsible body", "under consideration"),
    ],
)
def test_a_request_is_under_consideration_from_the_day_its_body_accepted_it(
    counter, vera, as_vera, browser_of, centre, language, sent, considered
):
    appeal = routed(counter.register())

    def state() -> str:
        page: str = as_vera.get(f"/work/a/{appeal.number}?language={language}").content.decode()
        return page[page.index('<div class="end">') :].split("</div>", maxsplit=1)[0]

    assert sent in state()
    assert considered not in state()
    act(as_vera, appeal, "accept")
    assert considered in state()
    assert sent not in state()
    other = next(body.code for body in reference_book().bodies if body.code != BODY)
    act(as_vera, appeal, "forward", body=other, ky="Себеби")
    grant_role(vera, Role.CASE_OFFICER, from_on=SINCE, body=Body.objects.get(pk=other))
    assert sent in state()


def test_the_answer_of_a_writer_who_left_the_body_is_not_sent(appeal, vera, as_vera, as_vasil):
    answer(as_vera, appeal)
    RoleGrant.objects.filter(person=vera).update(until_on="2020-12-31")
    again = act(as_vasil, appeal, "approve", version=1)
    assert again.status_code == 409
    assert "ролу жок" in again.content.decode()


def test_the_head_of_the_body_approves_too(appeal, as_vera, browser_of, centre):
    head = Person.objects.create_person("akim", None, surname="Акимов", given_name="Аким")
    RoleGrant.objects.create(person=head, role="akim", body_id=BODY, from_on=SINCE)
    answer(as_vera, appeal)
    assert act(browser_of(head), appeal, "approve", version=1).status_code == 302


def test_html_and_formulas_in_a_request_are_shown_as_they_were_said(counter, as_vera):
    told = '<script>alert("1")</script> =1+1 🙂 \u202eedoc'
    appeal = routed(counter.register(text=told, subject="<b>Тема</b>"))
    text = as_vera.get(f"/work/a/{appeal.number}").content.decode()
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; =1+1 🙂 \u202eedoc" in text


def test_an_attachment_is_opened_for_the_body_and_damaged_ones_are_not(counter, as_vera, tmp_path):
    plain, key = "Сүрөт".encode() * 1000, new_blob_key()
    sealed = seal(plain, key)
    file = bodies.Attachment(blob_id(sealed), key, "сүрөт.jpg", "image/jpeg", len(plain))
    appeal = routed(counter.register(attachments=(file,)))
    row = appeal.attachments.get()
    address = f"/work/a/{appeal.number}/file/{row.pk}"
    assert as_vera.get(address).status_code == 404
    assert "келе жатат" in as_vera.get(f"/work/a/{appeal.number}").content.decode()
    store(OFFICE_A, sealed)
    answer = as_vera.get(address)
    assert b"".join(answer.streaming_content) == plain
    for close in answer._resource_closers:
        close()
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["Content-Security-Policy"] == "sandbox"
    path_of(OFFICE_A, blob_id(sealed)).write_bytes(sealed[:-1] + bytes(1))
    assert as_vera.get(address).status_code == 404


def store(site_code: str, sealed: bytes) -> None:
    """Bring a ciphertext to the centre, as the office does."""
    take_piece(site_code, blob_id(sealed), len(sealed), 0, sealed, timezone.now())


def test_the_registrar_sees_the_rules_suggestion_and_routes_with_it(counter, registrar, browser_of):
    appeal = counter.register()
    browser = browser_of(registrar)
    text = browser.get(f"/work/a/{appeal.number}").content.decode()
    assert "Эреже сунуштайт" in text
    assert "Аламүдүн районунун акими" in text
    done = act(browser, appeal, "route", body=BODY, ky="Өзү")
    assert done.headers["Location"] == "/work/route"
    body, header = said(appeal, EventKind.ROUTED)
    assert body.body_code == BODY
    assert body.rule
    assert header.person == registrar.id.bytes


def test_the_registrar_sees_text_to_route_by_and_no_applicant_and_the_look_is_recorded(counter, registrar, browser_of):
    appeal = counter.register()
    text = browser_of(registrar).get(f"/work/a/{appeal.number}").content.decode()
    assert appeal.text in text
    assert appeal.surname not in text
    look = Look.objects.get()
    assert (bytes(look.appeal), look.person, look.role) == (bytes(appeal.hash), registrar, "registrar")


def test_a_look_by_the_own_body_is_no_look_from_outside(appeal, as_vera):
    as_vera.get(f"/work/a/{appeal.number}")
    assert not Look.objects.exists()


LATER = (timezone.localdate() + timedelta(days=40)).isoformat()


@pytest.mark.parametrize(
    ("name", "typed", "field", "status"),
    [
        ("forward", {"body": "министр", "ky": "Себеби"}, "forward-body", 400),
        ("forward", {"body": "", "ky": ""}, "forward-body", 400),
        ("forward", {"body": BODY, "ky": "Себеби"}, "forward-body", 409),
        ("forward", {"body": "MIN-HEALTH"}, "forward-ky", 409),
        ("return", {}, "return-ky", 409),
        ("return", {"ru": "а" * 5000}, "return-ru", 400),
        ("accept", {"note": "а" * 5000}, "accept-note", 400),
        ("extend", {"due_on": "x", "article": "8", "ky": "а"}, "extend-due_on", 400),
        ("extend", {"due_on": LATER, "ky": "а"}, "extend-article", 400),
        ("extend", {"due_on": LATER, "article": "8"}, "extend-ky", 409),
        ("extend", {"due_on": "2020-01-06", "article": "8", "ky": "а"}, "extend-due_on", 409),
        ("answer", {"outcome": 99, "version": 0}, "answer-outcome", 400),
        ("answer", {"outcome": 1, "version": 0, "ready": "1"}, "answer-ky", 409),
    ],
)
def test_what_was_not_done_is_said_at_the_top_and_leads_to_the_field(appeal, as_vera, name, typed, field, status):
    if name == "forward" and typed["body"] == "MIN-HEALTH":
        typed = {"body": next(body.code for body in reference_book().bodies if body.code != BODY)}
    act_in_words = {
        "forward": "Forward to another body",
        "return": "Return to the office",
        "accept": "Accept for consideration",
        "extend": "Extend the term",
        "answer": "Answer",
    }
    as_vera.cookies["language"] = "en"
    again = as_vera.post(
        f"/work/a/{appeal.number}/{name}?language=en",
        {(key if key == "ready" else f"{name}-{key}"): value for key, value in typed.items()},
    )
    assert again.status_code == status
    words, led_to = alert_of(again)
    assert words.startswith(f"Not done: {act_in_words[name]}.")
    assert led_to == field


def test_an_act_whose_form_is_gone_is_said_at_the_top_and_leads_nowhere(appeal, as_vera, as_vasil):
    answer(as_vera, appeal)
    again = act(as_vasil, appeal, "approve", version="x")
    assert again.status_code == 400
    words, led_to = alert_of(again)
    assert led_to == ""
    assert "Баракты кайра ачып" in words
    sent_back = act(as_vasil, appeal, "back", version=1)
    assert alert_of(sent_back)[1] == "back-note"


def test_what_goes_on_to_a_list_is_named_by_its_number(counter, as_vera):
    appeal = routed(counter.register())
    other = next(body.code for body in reference_book().bodies if body.code != BODY)
    page = as_vera.post(
        f"/work/a/{appeal.number}/forward", {"forward-body": other, "forward-ky": "Себеби"}, follow=True
    )
    said = [str(message) for message in page.context["messages"]]
    assert len(said) == 1
    assert said[0].startswith(f"{appeal.number}. ")
    assert appeal.subject not in said[0]
    appeal = routed(counter.register())
    page = as_vera.post(f"/work/a/{appeal.number}/return", {"return-ky": "Толуктоо"}, follow=True)
    assert next(str(message) for message in page.context["messages"]).startswith(f"{appeal.number}. ")


@pytest.mark.parametrize(
    ("language", "words"),
    [("ky", r"\d+ жумушчу күн<"), ("ru", r"\d+ раб\. (день|дня|дней)<"), ("en", r"\d+ working days?<")],
)
def test_the_narrow_list_counts_working_days_and_says_so(appeal, as_vera, language, words):
    page = as_vera.get(f"/work?language={language}").content.decode()
    assert re.search(rf'<span class="when[^"]*">{words}', page)
