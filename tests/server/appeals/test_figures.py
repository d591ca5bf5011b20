"""The figures that are kept are what the register says, whatever happens to requests and however it comes."""

import random
from collections import Counter as Count
from dataclasses import replace
from datetime import date, timedelta

import pytest

from server_sync.appeals import actions, rebuilding
from server_sync.appeals.acts import perform
from server_sync.appeals.counting import About, What, recount_all
from server_sync.appeals.erasing import erase_request
from server_sync.appeals.figures import Of, Period, Share, Sort, by_office, compared, quarter_of, summary
from server_sync.appeals.models import Answer, Appeal, Complaint, Counted, Figure
from server_sync.appeals.rebuilding import rebuild
from server_sync.appeals.routing import route_new
from server_sync.appeals.small import SMALL
from server_sync.contract.bodies import (
    AnswerRated,
    AppealCorrected,
    AppealForm,
    AppealKind,
    AppealWithdrawn,
    ComplaintMade,
    Forwarded,
    Outcome,
    Reopened,
    Solved,
    Words,
)
from server_sync.contract.workflow import State
from tests.server.appeals.lives import answer_of, live_a_whole_life, live_among_others
from tests.server.conftest import BODY
from tests.server.exchange.offices import REQUEST, TODAY, PlainOffice

pytestmark = pytest.mark.django_db

YEAR = Period(2026, 1, 12)


def plainly() -> dict[tuple[str, str, str], int]:
    """Some of the figures counted over all requests, by another way: about, code and what, of all months."""
    told: Count[tuple[str, str, str]] = Count()
    for appeal in Appeal.objects.all():
        official = f"{appeal.addressee_code}@{appeal.addressee_site}" if appeal.addressee_code else ""
        whose = [("p", appeal.site_id), ("b", appeal.body_code), ("o", official)]
        whose += [("t", topic) for topic in {code[:2] for code in appeal.categories}]
        whats = ["given", f"kind:{appeal.kind}", f"state:{appeal.state}"]
        if State(appeal.state) in {State.REGISTERED, State.WITH_BODY, State.RETURNED_TO_OFFICE}:
            whats += ["waiting"] if not appeal.is_erased else []
            whats += [f"due:{appeal.due_on}"] if appeal.due_on and not appeal.is_erased else []
        told.update((about, code, what) for about, code in whose if code for what in whats)
        for answer in Answer.objects.filter(appeal=appeal):
            by = [(about, answer.body_code if about == "b" else code) for about, code in whose]
            said = ["answer", f"outcome:{answer.outcome}"]
            said += [] if answer.is_late else ["in_time"]
            said += [f"rating:{answer.rating}"] if answer.rating else []
            told.update((about, code, what) for about, code in by for what in said)
        for one in Complaint.objects.filter(appeal=appeal):
            by = [(about, one.body_code if about == "b" else code) for about, code in whose]
            what = "complaint:answer" if one.is_of_answer else "complaint:silence"
            told.update((about, code, what) for about, code in by if code)
    return dict(told)


def kept() -> dict[tuple[str, str, str], int]:
    """The same of the figures, months summed and years left out."""
    told: Count[tuple[str, str, str]] = Count()
    strange = ("form:", "by:", "topic:", "days:", "repeat", "collective", "extended")
    for row in Figure.objects.all():
        if (row.month < 100 or row.month % 100) and not row.what.startswith(strange):
            told[row.about, row.code, row.what] += row.n
    return dict(told)


def may_answer(of: bytes) -> bool:
    return Appeal.objects.get(hash=of).state == State.WITH_BODY


def test_figures_are_the_register_after_hundreds_of_events_in_any_batches_and_made_anew(
    ala, chuy, staff, monkeypatch, administrator, second_administrator
):
    drawn = random.Random(12)
    first = live_a_whole_life(ala, staff)
    live_among_others(ala, chuy, staff, first)
    registrar, vera = staff.registrar.id.bytes, staff.vera.id.bytes
    written: list[tuple[PlainOffice, bytes]] = []
    for _ in range(60):
        office = drawn.choice((ala, chuy))
        kind = drawn.choice((AppealKind.APPLICATION, AppealKind.COMPLAINT, AppealKind.THANKS))
        topics = drawn.choice((("11.04",), ("01.01", "11.04"), ("01.01", "01.02")))
        written.append((office, office.write(replace(REQUEST, kind=kind, categories=topics)).hash))
        if drawn.random() < 0.2:
            office.exchange()
    ala.exchange()
    chuy.exchange()
    route_new()
    for _ in range(3):
        for office, of in drawn.sample(written, 25):
            match drawn.randrange(8):
                case 0 | 1 | 2 if may_answer(of):
                    answered = replace(answer_of(staff, Words("Жооп")), outcome=drawn.choice(list(Outcome)))
                    sent = perform(of, answered, person=vera)
                    if drawn.random() < 0.7:
                        office.write(AnswerRated(sent.hash, drawn.choice(list(Solved))), appeal=of)
                case 3:
                    office.write(ComplaintMade("унчукпайт"), appeal=of)
                case 4:
                    office.write(AppealCorrected("тема", categories=("11.04",)), appeal=of)
                case 5:
                    office.write(AppealWithdrawn("чарчадым", AppealForm.ORAL), appeal=of)
                case 6 if may_answer(of):
                    perform(of, Forwarded("PM", BODY, None, Words("жөнөтүү")), person=registrar)
                case 7 if Appeal.objects.get(hash=of).state == State.ANSWERED:
                    perform(of, Reopened(Words("кайра"), BODY), person=vera)
            if drawn.random() < 0.3:
                office.exchange()
    ala.exchange()
    chuy.exchange()
    assert kept() == plainly()
    assert Counted.objects.count() == Appeal.objects.count() > 60
    for chunk, together in ((7, 3), (1_000, 500)):
        monkeypatch.setattr(rebuilding, "CHUNK", chunk)
        monkeypatch.setattr(actions, "BULK", together)
        compared_ = rebuild(keep=False)
        assert compared_.is_equal, (chunk, together, compared_)
    erase_request(written[0][1], "сот", administrator.id.bytes, second_administrator.id.bytes)
    assert kept() == plainly()
    assert rebuild(keep=False).is_equal
    before = sorted(Figure.objects.values_list("about", "month", "code", "what", "site", "n"))
    recount_all()  # as a migration counts what was there before figures were kept
    assert sorted(Figure.objects.values_list("about", "month", "code", "what", "site", "n")) == before
    Figure.objects.filter(about=About.PLACE, what=What.GIVEN).update(n=1_000)
    assert not rebuild(keep=True).is_equal
    assert kept() == plainly()


def test_a_summary_says_the_register_exactly_to_officers_and_in_fives_to_everybody(ala, chuy, staff):
    many = [ala.write(REQUEST).hash for _ in range(33)]
    chuy.write(REQUEST)
    ala.exchange()
    chuy.exchange()
    route_new()
    for at, of in enumerate(many[:26]):
        outcome = Outcome.REFUSED if at < 3 else Outcome.EXPLAINED
        perform(of, replace(answer_of(staff, Words("Жооп")), outcome=outcome), person=staff.vera.id.bytes)
    of = Of(Sort.BODY, BODY)
    exact, told = (summary(of, YEAR, TODAY, is_exact=is_exact) for is_exact in (True, False))
    assert (exact.given, exact.answers, exact.in_time, exact.waiting) == (34, 26, 26, 8)
    assert (told.given, told.answers, told.in_time, told.waiting) == (30, 25, 25, 5)
    assert {cell.name: cell.count for cell in exact.outcomes}["refused"] == 3
    counts = {cell.name: cell.count for cell in told.outcomes}
    assert (counts["refused"], counts["explained"]) == (0, 20)
    assert told.kept == Share.of(25, 25)
    assert (told.median_days, exact.first_answers) == (exact.median_days, 26)
    late = TODAY + timedelta(days=100)
    assert summary(of, YEAR, late, is_exact=True).overdue == 8
    assert BODY in {one.code: one for one in compared(Sort.BODY, YEAR, told.kept)}
    given, kept_ = by_office(Of(), YEAR)
    assert (given["KG-C-ALA"], given["KG-C"]) == (30, 0)
    assert kept_["KG-C"] is None


def test_of_few_nothing_is_said_and_no_figure_shows_what_is_not_a_full_five(ala):
    for _ in range(19):
        ala.write(REQUEST)
    ala.exchange()
    told = summary(Of(Sort.PLACE, "KG-C-ALA"), YEAR, TODAY)
    assert told.kept is None
    assert told.median_days is None
    tables = (told.kinds, told.forms, told.channels, told.topics, told.states, told.outcomes, told.ratings)
    counts = [cell.count for table in tables for cell in table if cell.count]
    assert counts
    assert all(count % SMALL == 0 for count in [told.given, told.waiting, told.overdue, *counts])
    assert summary(Of(Sort.PLACE, "KG-C"), YEAR, TODAY).given == 15  # the province with what lies in it


@pytest.mark.parametrize(
    ("part", "whole", "between"), [(93, 100, (86, 97)), (100, 100, (96, 100)), (0, 20, (0, 17)), (10, 20, (29, 71))]
)
def test_an_interval_is_wilsons(part, whole, between):
    share = Share.of(part, whole)
    assert share is not None
    assert (share.low, share.high) == between


def test_a_difference_is_said_only_where_it_is_one():
    country = Share.of(8_800, 10_000)
    few, many, none = Share.of(16, 20), Share.of(800, 1_000), Share.of(19, 19)
    assert none is None
    assert few is not None
    assert many is not None
    assert (few.beside(country), many.beside(country), many.beside(None)) == (0, -1, 0)


def test_a_period_is_read_from_an_address_and_knows_the_one_before():
    now = quarter_of(date(2026, 11, 30))
    assert now.code == "2026-Q4"
    read = {typed: Period.of(typed, now) for typed in ("2026", "2026-Q1", "2026-03", "2025-Q3-ytd")}
    assert {typed: one.code for typed, one in read.items()} == {typed: typed for typed in read}
    assert {typed: one.before.code for typed, one in read.items()} == {
        "2026": "2025",
        "2026-Q1": "2025-Q4",
        "2026-03": "2026-02",
        "2025-Q3-ytd": "2024-Q3-ytd",
    }
    for typed in ("", "2013", "2027", "2026-Q5", "2026-13", "2026-Q0", "٢٠٢٦", "2026-Q1-", "x" * 99):
        assert Period.of(typed, now) == now
