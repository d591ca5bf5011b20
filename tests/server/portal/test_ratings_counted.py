"""Ratings and complaints in the public figures: in full fives, with shares only of enough, and nothing of a person."""

import pytest
from django.test import Client
from django.utils import timezone

from server_sync.appeals import public
from server_sync.appeals.models import Answer, Complaint
from server_sync.contract.bodies import Outcome, Solved
from server_sync.portal import totals as figures
from tests.server.conftest import BODY, Office
from tests.server.counter import Counter

pytestmark = pytest.mark.django_db


def rate(counter: Counter, *counts: int, unrated: int = 0, complained: int = 0) -> None:
    """Let answers be there that were rated so, as the register has them."""
    ratings = [one for one, count in zip(Solved, counts, strict=True) for _ in range(count)] + [None] * unrated
    appeals = [counter.register() for _ in range(3)]
    for at, rating in enumerate(ratings):
        appeal = appeals[at % 3]
        event = [appeal.event, *[one.event for one in appeals]][0] if at < 3 else None
        if event is None:
            event = counter.register().event
        Answer.objects.create(
            appeal=appeal, event=event, outcome=Outcome.EXPLAINED, body_code=BODY, at=timezone.now(), rating=rating
        )
    for _ in range(complained):
        appeal = counter.register()
        Complaint.objects.create(appeal=appeal, event=appeal.event, body_code=BODY, at=timezone.now())
    public.forget_totals()


@pytest.fixture
def counter(office_a: Office) -> Counter:
    return Counter(office_a)


def test_ratings_are_told_in_full_fives_with_shares_and_the_number_of_all_answers(counter):
    rate(counter, 13, 6, 7, unrated=9, complained=6)
    told = public.totals(timezone.localdate())
    assert [cell.count for cell in told.by_rating] == [10, 5, 5]
    assert (told.answers, told.complained) == (35, 5)
    assert [row.share for row in figures.by_rating(told).rows] == ["50 %", "25 %", "25 %"]
    text = Client().get("/totals?language=en").content.decode()
    assert "Rated: 20 of 35 answers." in text


def test_a_small_figure_alone_keeps_another_back_and_no_share_is_told(counter):
    rate(counter, 22, 6, 1)
    told = public.totals(timezone.localdate())
    assert [cell.count for cell in told.by_rating] == [20, None, 0]
    assert {row.share for row in figures.by_rating(told).rows} == {""}


def test_of_few_ratings_nothing_is_told(counter):
    rate(counter, 1, 1, 2)
    text = Client().get("/totals?language=en").content.decode()
    assert "Too few answers were rated to tell anything." in text
