"""How long what is kept stands in a table by which the code goes, and everybody reads it."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from server_sync.common import retention
from server_sync.common.retention import kept, rules
from server_sync.contract.territory import Names
from server_sync.portal.models import Draft
from server_sync.portal.writing import drafts
from server_sync.portal.writing.drafts import Said

SERVER = Path(retention.__file__).parents[1]
TODAY = date(2026, 12, 1)
ASKED = re.compile(r'\bkept\("(\w+)"\)')


def rule(days: int, since: date, until: date | None = None) -> retention.Rule:
    words = Names("—", "—", "—")
    return retention.Rule(id="draft", days=days, valid_from_on=since, valid_until_on=until, what=words, then=words)


@pytest.fixture
def ruled(monkeypatch):
    def by(*told: retention.Rule) -> None:
        monkeypatch.setattr(retention, "rules", lambda: told)
        retention._kept.cache_clear()

    yield by
    retention._kept.cache_clear()


def test_every_end_of_the_table_is_one_by_which_the_code_goes_and_the_other_way_round():
    asked = {name for file in SERVER.rglob("*.py") for name in ASKED.findall(file.read_text(encoding="utf-8"))}
    assert asked == {one.id for one in rules() if one.days is not None}


def test_a_rule_holds_from_its_day_on_and_the_one_before_it_until_then(ruled):
    ruled(rule(7, date(2026, 1, 1), TODAY - timedelta(days=1)), rule(3, TODAY))
    assert [kept("draft", TODAY - timedelta(days=1)).days, kept("draft", TODAY).days] == [7, 3]
    assert kept("draft", date(2020, 1, 1)).days == 7


@pytest.mark.django_db
def test_a_shorter_rule_lets_drafts_go_sooner(ruled, centre):
    ruled(rule(2, date(2026, 1, 1)))
    drafts.begin("203.0.113.7", Said())
    assert Draft.objects.get().expires_at - timezone.now() < timedelta(days=2, seconds=1)


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "words"), [("ky", "өчүрүлөт"), ("ru", "стирается"), ("en", "without end")])
def test_everybody_reads_the_table_in_three_languages(centre, language, words):
    nobody = Client()
    nobody.cookies["language"] = language
    page = nobody.get("/kept").content.decode()
    assert words in page
    assert page.count("<dt>") == len(rules())
