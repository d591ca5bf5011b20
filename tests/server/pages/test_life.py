"""A history of any length is shown in pages of a bounded size, and every word of it can be read."""

import re
from collections.abc import Callable

import pytest
from django.http import QueryDict
from django.test import Client

from server_sync.appeals.models import Appeal
from server_sync.contract.bodies import AppealSupplemented
from server_sync.pages.life import LINE_CHARACTERS, PAGE, Wanted
from tests.server.conftest import Office
from tests.server.counter import Counter, routed
from tests.server.portal.test_follow import opened

pytestmark = pytest.mark.django_db
MANY = 2 * PAGE + 3
LONG = "Узун сөз. " * 2_000


@pytest.fixture
def appeal(office_a: Office) -> Appeal:
    """A request that an office supplemented again and again, the first time at length."""
    counter = Counter(office_a)
    appeal = routed(counter.register())
    for at in range(MANY):
        text = f"{LONG}БИРИНЧИ" if at == 0 else f"Кошумча {at:03d}"
        counter.wire.write(AppealSupplemented(text), appeal=bytes(appeal.hash), person=counter.clerk.id.bytes)
    counter.wire.exchange()
    return Appeal.objects.get(pk=appeal.pk)


@pytest.fixture(params=["applicant", "officer"])
def page_of(request, appeal, vera, browser_of) -> Callable[[str], str]:
    """Read the page of the request as its applicant, or as an officer."""
    browser: Client = opened(appeal) if request.param == "applicant" else browser_of(vera)
    address = f"/a/{appeal.number}" if request.param == "applicant" else f"/work/a/{appeal.number}"

    def read(query: str) -> str:
        return browser.get(f"{address}{query}").content.decode()

    return read


def test_a_long_history_is_read_page_by_page_and_its_longest_words_whole(page_of):
    numbers = re.compile(r"Кошумча (\d{3})")
    first, second, last = page_of(""), page_of("?page=2"), page_of("?page=9999")
    assert "Кошумча" not in page_of("?entry=1")
    assert numbers.findall(first)[0] == f"{MANY - 1:03d}"
    assert len(numbers.findall(first)) == len(numbers.findall(second)) == PAGE
    told = numbers.findall(first) + numbers.findall(second) + numbers.findall(last)
    assert told == [f"{at:03d}" for at in range(MANY - 1, 0, -1)]
    assert "БИРИНЧИ" not in first + second + last
    assert len(last) < len(first) + 2 * LINE_CHARACTERS
    (place,) = re.findall(r"\?entry=(\d+)", last)
    assert "БИРИНЧИ" in page_of(f"?entry={place}")


@pytest.mark.parametrize("query", ["page=0", "page=-1", "page=x", "page=٣", "page=99999999", "entry=0", "entry=a"])
def test_odd_addresses_ask_for_the_newest_page(query):
    assert Wanted.of(QueryDict(query)) == Wanted()
