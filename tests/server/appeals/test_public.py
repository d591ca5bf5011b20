"""Everyone sees what the public editor released and counts that point at nobody; nothing else, whatever is stored."""

from dataclasses import replace
from datetime import date

import pytest
from django.utils import timezone

from server_sync.appeals import public
from server_sync.appeals.acts import perform
from server_sync.appeals.models import Appeal, Summary
from server_sync.contract.bodies import AppealKind, SummaryPublished, SummaryWithdrawn, Words
from tests.server.appeals.lives import live_a_whole_life
from tests.server.exchange.offices import REQUEST

pytestmark = pytest.mark.django_db
CANARY = "канарейка"
PRIVATE = (CANARY, "10101198099656", "0555", "Асанова", "Айнура", "Көк-Жар", "Төкөлдөш", "Верина", "Биринчи жооп")
RELEASED = SummaryPublished(Words("Суу жөнүндө", "О воде"), Words("Айылда суу жок", "В селе нет воды"), "аты-жөнү")


@pytest.fixture
def published(ala, staff) -> str:
    """A request full of private words, with a summary that has none; its number."""
    request = live_a_whole_life(ala, staff, CANARY)
    perform(request.hash, RELEASED, person=staff.editor.id.bytes)
    return Appeal.objects.get().number


def test_no_public_function_gives_a_private_word(published):
    found, count = public.published()
    assert count == 1
    one = public.one_published(published)
    assert one is not None
    assert one.subject.best("ru") == "О воде"
    told = repr((found, one, public.totals(timezone.localdate())))
    assert [word for word in PRIVATE if word in told] == []
    for word in PRIVATE:
        assert public.published(word) == ((), 0)


def test_no_public_page_shows_a_private_word(published, nobody):
    pages = ["/", "/requests", "/requests?q=суу", f"/requests?q={CANARY}", "/totals", "/offices", "/verify"]
    pages += [f"/a/{published}", f"/a?number={published}", "/log/checkpoint"]
    for language in ("ky", "ru", "en"):
        for page in pages:
            answer = nobody.get(page, follow=True, headers={"Accept-Language": language})
            text = answer.content.decode()
            shown = text.replace(f'value="{CANARY}"', "").replace(f"«{CANARY}»", "").replace(f"“{CANARY}”", "")
            assert [word for word in PRIVATE[1:] if word in shown] == [], page
            if CANARY not in page:
                assert CANARY not in text, page


def test_an_unpublished_or_withdrawn_request_is_not_there(published, ala, staff, nobody):
    other = ala.write(REQUEST)
    ala.exchange()
    number = Appeal.objects.get(hash=other.hash).number
    assert public.one_published(number) is None
    assert REQUEST.subject not in nobody.get(f"/a/{number}", follow=True).content.decode()
    perform(bytes(Appeal.objects.get(number=published).hash), SummaryWithdrawn("ката"), person=staff.editor.id.bytes)
    assert public.one_published(published) is None
    assert public.published() == ((), 0)
    assert not Summary.objects.exists()


def test_small_counts_are_kept_back_and_cannot_be_computed(ala, chuy):
    for _ in range(30):
        ala.write(REQUEST)
    for _ in range(6):
        ala.write(replace(REQUEST, kind=AppealKind.PROPOSAL))
    for _ in range(2):
        ala.write(replace(REQUEST, kind=AppealKind.THANKS))
    chuy.write(REQUEST)
    ala.exchange()
    chuy.exchange()
    told = public.totals(date(2026, 11, 24))
    assert told.all == 39
    by_kind = {cell.name: cell.count for cell in told.by_kind}
    assert by_kind == {"complaint": None, "proposal": None, "thanks": None}  # 2 + 6 hidden alone would be 8 of 39
    assert {cell.name: cell.count for cell in told.by_site} == {"KG-C": None, "KG-C-ALA": None}
    assert (told.overdue, told.answered) == (0, 0)
    late = public.totals(date(2027, 3, 1))
    assert late.overdue == 39
    for count in range(1, public.SMALL):
        cells = public._cells([("a", count), ("b", 100), ("c", 7), ("d", 50)])
        assert [cell.name for cell in cells if cell.count is None] == (
            ["a", "c"] if count + 7 >= 10 else ["a", "c", "d"]
        )
