"""Everyone sees what the public editor released and counts that point at nobody; nothing else, whatever is stored."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from server_sync.appeals import public
from server_sync.appeals.acts import perform
from server_sync.appeals.models import Appeal, Summary
from server_sync.appeals.small import SMALL, cells, fives
from server_sync.contract.bodies import AppealKind, SummaryPublished, SummaryWithdrawn, Words
from tests.server.appeals.lives import live_a_whole_life
from tests.server.exchange.offices import REQUEST, TODAY

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
    (one,) = public.published_of(published)
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
    assert public.published_of(number) == ()
    assert REQUEST.subject not in nobody.get(f"/a/{number}", follow=True).content.decode()
    perform(bytes(Appeal.objects.get(number=published).hash), SummaryWithdrawn("ката"), person=staff.editor.id.bytes)
    assert public.published_of(published) == ()
    assert public.published() == ((), 0)
    assert not Summary.objects.exists()


def counted(table) -> dict[str, int | None]:
    return {cell.name: cell.count for cell in table}


def test_figures_come_in_full_fives_and_small_ones_not_at_all(ala, chuy):
    for _ in range(31):
        ala.write(REQUEST)
    for _ in range(6):
        ala.write(replace(REQUEST, kind=AppealKind.PROPOSAL))
    for _ in range(2):
        ala.write(replace(REQUEST, kind=AppealKind.THANKS))
    chuy.write(REQUEST)
    ala.exchange()
    chuy.exchange()
    told = public.totals(TODAY)
    assert told.all == 40
    assert counted(told.by_kind) == {"proposal": 5, "application": 0, "complaint": 30, "thanks": 0}
    sites = counted(told.by_site)
    assert (sites["KG-C"], sites["KG-C-ALA"]) == (0, 35)
    assert told.overdue == 0
    assert public.totals(TODAY + timedelta(days=100)).overdue == 35  # of 38: thanks have no term


@pytest.mark.parametrize("few", range(SMALL))
@pytest.mark.parametrize("others", [(100, 7, 50), (5,), (9, 9), (31, 100)])
def test_a_figure_that_is_alone_too_small_has_company(few, others):
    told = cells({"few": few, **{f"other {place}": count for place, count in enumerate(others)}})
    silent = [cell.name for cell in told if not cell.count]
    assert len(silent) == 2
    assert "few" in silent


def consistent(shown: dict[str, int | None], total: int) -> set[int]:
    """All that the smallest cell can be, for somebody who knows the rules, the sum and every other figure."""
    low = high = 0
    for name, count in shown.items():
        if name != "few":
            low += count or 0
            high += (count or 0) + SMALL - 1 if count is not None else 10**6
    return {few for few in range(SMALL) if low + few <= total + SMALL - 1 and high + few >= total}


@pytest.mark.parametrize("others", [(0, 0, 0), (20,), (23, 40), (6, 0, 71), (100, 7, 50, 12)])
def test_nobody_who_combines_tables_days_and_sums_learns_a_small_figure(others):
    """One request after another comes to an office; whoever looks before and after each still cannot tell how many."""
    told: list[set[int]] = []
    for few in range(SMALL):
        counts = {"few": few, **{f"other {place}": count for place, count in enumerate(others)}}
        shown = {cell.name: cell.count for cell in cells(counts)}
        total = fives(sum(counts.values()))
        assert shown["few"] == 0
        told.append(consistent(shown, total))
    for few, possible in enumerate(told):
        assert few in possible
        assert len(possible) > 1
    appeared = [{cell.name for cell in cells({"few": few, "other": 60})} for few in range(SMALL)]
    assert all(names == appeared[0] for names in appeared)  # that a row is there tells nothing either


def test_every_public_table_and_the_map_keep_to_it_in_every_language(ala, chuy, nobody):
    for _ in range(23):
        ala.write(REQUEST)
    chuy.write(REQUEST)
    ala.exchange()
    chuy.exchange()
    for language, few in (("ky", "5 санынан аз"), ("ru", "меньше 5"), ("en", "fewer than 5")):
        pages = [
            nobody.get(f"{path}?language={language}").content.decode().replace("\u00a0", " ")
            for path in ("/totals", "/")
        ]
        for page in pages:
            assert few in page
            figures = {
                int(one) for one in re.findall(r'class="n">(\d+)<|class="figure">(\d+)<', page) for one in one if one
            }
            values = {int(value) for value in re.findall(r"<text[^>]*>(\d+)</text>", page)}
            assert figures | values <= {20}
            assert figures


def test_an_empty_register_says_fewer_than_five_and_not_nothing(centre, nobody):
    page = nobody.get("/totals?language=en").content.decode().replace("\u00a0", " ")
    assert "fewer than 5" in page
    assert not re.search(r'class="n">\d', page)
