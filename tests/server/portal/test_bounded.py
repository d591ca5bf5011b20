"""What anybody may ask for costs no more in a large register than in a small one, and is answered in words."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connections
from django.db.backends.utils import CursorDebugWrapper
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from typing_extensions import override

from server_sync.appeals import public
from server_sync.appeals.facets import official_of, words_of
from server_sync.appeals.models import Appeal, Summary
from server_sync.appeals.rebuilding import rebuild
from server_sync.common.word_index import indexed
from server_sync.evidence.log import current_log
from server_sync.evidence.models import Cosignature
from server_sync.portal import open_data
from tests.server.conftest import Office
from tests.server.counter import Counter

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 29)

FEW, MANY = 50, 150
"""Published requests: both fill more than a page."""
GROWTH = 12
"""Rows and queries that may come with a hundred more requests: the log's proofs grow by a step for each doubling."""

HOSTILE = (
    "%00", "%00%00жол", "%22", "%27%20OR%201%3D1", "*", "%22%22*", "-", "%25", "_", "a_b", "NEAR(a%20b)", "жол%00суу",
    "%ED%A0%80", "%FF%FE", "%F0%9F%92%A9", "(((((((", "AND%20OR%20NOT", "%5C", "a%27b", ":%2A", "%C0%80", "%E2%80%AE",
    "x" * 3_000, "ы%20" * 200, "%D0%96" * 500,
)  # fmt: skip


class _Counted(CursorDebugWrapper):
    """Counts what is asked of the database and how many rows come of it."""

    queries = 0
    rows = 0

    @override
    def execute(self, *args: Any, **kwargs: Any) -> Any:
        _Counted.queries += 1
        return super().execute(*args, **kwargs)

    def fetchone(self) -> Any:
        row = self.cursor.fetchone()
        _Counted.rows += row is not None
        return row

    def fetchmany(self, *args: Any) -> Any:
        rows = self.cursor.fetchmany(*args)
        _Counted.rows += len(rows)
        return rows

    def fetchall(self) -> Any:
        rows = self.cursor.fetchall()
        _Counted.rows += len(rows)
        return rows


@pytest.fixture
def cost_of(monkeypatch) -> Callable[[str], tuple[int, int]]:
    """Ask for an address as nobody, and say how many queries and rows it took."""
    wrapper = connections["default"]
    monkeypatch.setattr(wrapper, "make_debug_cursor", lambda cursor: _Counted(cursor, wrapper))
    monkeypatch.setattr(wrapper, "force_debug_cursor", True)

    def cost(address: str) -> tuple[int, int]:
        Client().get(address)  # whatever is read once and kept
        public.forget_totals()
        _Counted.queries = _Counted.rows = 0
        answer = Client().get(address)
        assert answer.status_code < 500, address
        return _Counted.queries, _Counted.rows

    return cost


@pytest.fixture
def counter(office_a: Office) -> Counter:
    return Counter(office_a)


def publish(counter: Counter, count: int) -> None:
    """Publish so many more requests, as if an editor had released each."""
    for _ in range(count):
        counter.write()
    counter.wire.exchange()
    for appeal in Appeal.objects.filter(summary=None):
        subject, text = f"Жол жана суу {appeal.pk}", "Көчөдө суу жок, жол бузулган."
        Summary.objects.create(
            appeal=appeal,
            event=appeal.event,
            subject_ky=subject,
            text_ky=text,
            published_at=appeal.taken_at,
            words=words_of(appeal, (subject, text)),
        )


def witness(counter: Counter, days: int) -> None:
    """Let a PC have cosigned the log on so many more days, each time another size and the newest too."""
    log, before = current_log(), Cosignature.objects.count()
    for at in range(before, before + days):
        for size in (log.size, at):
            signed_at = timezone.now() - timedelta(hours=at)
            line = {"epoch_id": counter.wire.epoch, "site": counter.office.site, "line": f"— {at}"}
            Cosignature(log=log, size=size, signed_at=signed_at, **line).save()


def patterns(found: Any, before: str = "") -> Iterator[tuple[str, str]]:
    """Every address pattern of the server by its name and its whole pattern."""
    for one in found.url_patterns:
        if isinstance(one, URLResolver):
            yield from patterns(one, before + str(one.pattern))
        elif isinstance(one, URLPattern):
            yield one.name or str(one.pattern), before + str(one.pattern)


def addresses(counter: Counter) -> dict[str, list[str]]:
    """What to ask for of each pattern that takes something; a new one must be given an example here."""
    appeal = Appeal.objects.select_related("event").order_by("pk")[0]
    event = counter.wire.events[0]
    receipt = counter.receipt(event, appeal.number, appeal.event.seq)
    return {
        "requests": [
            "/requests",
            "/requests?q=жол",
            "/requests?q=жол+суу&page=2",
            "/requests?page=3",
            "/requests?q=ко",
            "/requests?period=2026&outcome=none",
            "/requests?q=жол&place=KG-C&page=2",
        ],
        "requests_feed": ["/requests.atom", "/requests.atom?q=жол&outcome=none"],
        "requests_json": ["/requests.json", "/requests.json?q=жол&place=KG-C"],
        "requests_csv": ["/requests.csv", "/requests.csv?outcome=none"],
        "officials": ["/officials", "/officials?q=аким", "/officials?place=KG-C"],
        "official": ["/officials/AKIM@KG-C-ALA", "/officials/AO-HEAD@KG-C-ALA?village=x"],
        "write_file_piece": ["/write/files/00000000-0000-0000-0000-000000000000"],
        "subscribe_confirm": [f"/subscribe/confirm/{'A' * 43}"],
        "subscription": [f"/subscriptions/{'A' * 43}"],
        "subscription_stop": [f"/subscriptions/{'A' * 43}/stop"],
        "my_open": ["/my/open/1", f"/my/open/{10**30}"],
        "my_remove": ["/my/remove/1"],
        "directory_file": ["/directory/1", f"/directory/{10**30}"],
        "figures": ["/figures", "/figures?q=аким&period=2026-Q4&show=kept"],
        "figures_of": [
            "/figures/place/KG-C",
            "/figures/body/AKIM@KG-C-ALA?show=kept",
            f"/figures/official/{official_of(appeal.addressee_code, appeal.addressee_site)}",
            f"/figures/topic/{appeal.categories[0][:2]}",
        ],
        "figures_csv": ["/figures.csv?about=official", "/figures.csv?about=place&code=KG-C"],
        "figures_json": ["/figures.json", "/figures.json?about=topic"],
        "report": ["/report", "/report?about=place&code=KG-C&period=2026-Q4-ytd"],
        "case": [f"/a/{appeal.number}"],
        "case_file": [f"/a/{appeal.number}/file/1", f"/a/{appeal.number}/file/{10**30}"],
        "case_data": [f"/a/{appeal.number}/data"],
        "case_data_json": [f"/a/{appeal.number}/data.json"],
        "close_case": [f"/a/{appeal.number}/close"],
        "guide": ["/guides/follow"],
        "lesson": ["/lessons/delivery"],
        "lesson_file": ["/lessons/delivery/ky/thin.mp4"],
        "own_act": [f"/a/{appeal.number}/say/{act}" for act in ("rate", "complain", "add", "withdraw")],
        "find": ["/a", f"/a?number={appeal.number}"],
        "receipt": [f"/Q/{receipt}", "/Q/AAAA"],
        "receipt_proof": [f"/Q/{receipt}/proof.json"],
        "log_inclusion": ["/log/proof/inclusion", f"/log/proof/inclusion?hash={event.hash.hex()}"],
        "log_consistency": ["/log/proof/consistency?from=1", "/log/proof/consistency?from=3&to=40"],
        "log_checkpoint": ["/log/checkpoint", "/log/checkpoint?size=10", "/log/checkpoint?cosigned=1"],
        "open311_discovery": ["/open311/discovery.json"],
        "open311_services": ["/open311/v2/services.json", "/open311/v2/services.xml?locale=ru"],
        "open311_service": ["/open311/v2/services/09.01.json"],
        "open311_requests": [
            "/open311/v2/requests.json",
            "/open311/v2/requests.xml?status=open&page=2",
            f"/open311/v2/requests.json?service_code={appeal.categories[0]},01.01&status=closed",
            f"/open311/v2/requests.json?service_request_id={appeal.number}",
        ],
        "open311_request": [f"/open311/v2/requests/{appeal.number}.json"],
        "open311_token": [f"/open311/v2/tokens/{'a' * 32}.json"],
        "open311_nothing": ["/open311", "/open311/v2/anything"],
        "program_key_act": ["/programs/00000000-0000-0000-0000-000000000000/give"],
        "blob": ["/sync/v1/blob/" + "0" * 64],
        "reference": ["/sync/v1/reference/terms.csv"],
        "unknown": ["/sync/anything"],
        "board_site": ["/board/KG-C-ALA"],
        "doubt": ["/doubts/1"],
        "doubt_act": ["/doubts/1/propose"],
        "stop": ["/stops/" + "0" * 32],
        "stop_act": ["/stops/" + "0" * 32 + "/propose"],
        "erasure": [f"/erasures/{appeal.hash.hex()}"],
        "erasure_act": [f"/erasures/{appeal.hash.hex()}/propose"],
        "meeting": ["/meetings/" + "0" * 32],
        "meeting_record": ["/meetings/" + "0" * 32 + "/record"],
        "meeting_change": ["/meetings/" + "0" * 32 + "/change"],
        "meeting_cancel": ["/meetings/" + "0" * 32 + "/cancel"],
        "meeting_decisions": ["/meetings/" + "0" * 32 + "/decisions"],
        "meeting_minutes": ["/meetings/" + "0" * 32 + "/minutes", "/meetings/" + "0" * 32 + "/minutes?as=pdf"],
        "meeting_papers": ["/meetings/" + "0" * 32 + "/papers"],
        "meeting_paper": ["/meetings/" + "0" * 32 + "/papers/" + "0" * 32],
        "meeting_guests": ["/meetings/" + "0" * 32 + "/guests"],
        "meeting_guest_withdraw": ["/meetings/" + "0" * 32 + "/guests/withdraw"],
        "meeting_captions": ["/meetings/" + "0" * 32 + "/captions"],
        "meeting_captions_lines": ["/meetings/" + "0" * 32 + "/captions/lines"],
        "live": ["/live/" + "0" * 32],
        "live_state": ["/live/" + "0" * 32 + "/state"],
        "live_page": ["/live/" + "0" * 32 + "/page/" + "0" * 32 + "/1"],
        "guest_page": ["/meetings/guest/page/" + "0" * 32 + "/1"],
        "live_file": ["/live/" + "0" * 32 + "/hls/index.m3u8"],
        "work_case": [f"/work/a/{appeal.number}"],
        "work_case_pdf": [f"/work/a/{appeal.number}/case.pdf"],
        "work_file": [f"/work/a/{appeal.number}/file/1"],
        "work_answer_file": [f"/work/a/{appeal.number}/draft/00000000-0000-0000-0000-000000000000"],
        "work_act": [f"/work/a/{appeal.number}/answer"],
        "work_template": ["/work/templates/00000000-0000-0000-0000-000000000000"],
        "work_keep_paper": [f"/work/a/{appeal.number}/keep/contribute"],
        "work_keep": [f"/work/a/{appeal.number}/keep"],
    }


def test_no_address_reads_more_for_nobody_when_the_register_is_larger(counter, cost_of, monkeypatch):
    monkeypatch.setattr(public, "FOUND_MOST", 2 * public.PAGE)
    monkeypatch.setattr(public, "OF_MONTH_MOST", 2 * public.PAGE)
    monkeypatch.setattr(open_data, "PAGE", public.PAGE)
    publish(counter, FEW)
    witness(counter, FEW)
    examples = addresses(counter)
    asked = []
    for name, pattern in patterns(get_resolver()):
        takes_something = re.search(r"[<(]", pattern)
        assert name in examples or not takes_something, f"{pattern} is new: give an example of it in addresses()"
        asked += examples.get(name) or ["/" + pattern]
    costs = {address: cost_of(address) for address in asked}
    publish(counter, MANY - FEW)
    witness(counter, MANY - FEW)
    for address, (queries, rows) in costs.items():
        more_queries, more_rows = cost_of(address)
        assert more_queries <= queries + GROWTH, (address, queries, more_queries)
        assert more_rows <= rows + GROWTH, (address, rows, more_rows)


def test_a_search_reads_at_most_what_can_be_paged_through(counter, cost_of, monkeypatch):
    publish(counter, FEW)
    monkeypatch.setattr(public, "FOUND_MOST", 30)
    _, rows = cost_of("/requests?q=жол&page=2&language=en")
    assert rows < 30 + 2 * public.PAGE
    text = Client().get("/requests?q=жол&language=en").content.decode()
    assert "more than 30" in text


def test_pages_of_a_search_follow_one_another_without_a_gap(counter):
    publish(counter, FEW)
    seen = [one.number for page in (1, 2, 3) for one in public.published("жол", page)[0]]
    newest_first = [appeal.number for appeal in Appeal.objects.order_by("-pk")]
    assert seen == newest_first
    assert public.published("жол", 99)[0] == public.published("жол", 3)[0]


@pytest.mark.parametrize(
    ("query", "finds"),
    [
        ("жол", True),
        ("ЖОЛ бузул", True),
        ("суу 1", False),
        ("олу", False),
        ("көчө", True),
        ("кочо", True),
        ("жо", False),
    ],
)
def test_words_are_found_by_how_they_begin(counter, query, finds):
    publish(counter, 1)
    Summary.objects.update(words=indexed("Жолду көчөдө бузулган, сууну 12 жыл"))
    assert bool(public.published(query)[1]) is finds


def test_a_number_is_found_whole_or_in_part(counter):
    publish(counter, 3)
    number = Appeal.objects.order_by("pk")[1].number
    assert [one.number for one in public.published(number)[0]] == [number]


def test_what_was_withdrawn_or_made_anew_is_indexed_as_it_stands(counter):
    publish(counter, 2)
    first = Summary.objects.order_by("pk")[0]
    Summary.objects.filter(pk=first.pk).update(words=indexed("такыр башка"))
    assert public.published("башка")[1] == 1
    assert public.published("жол")[1] == 1
    first.delete()
    assert public.published("башка")[1] == 0
    rebuild(keep=True)  # nothing was published by an event
    assert public.published("жол") == ((), 0)


def test_what_was_published_before_there_was_an_index_is_found_too(counter):
    publish(counter, 3)
    kept = sorted(Summary.objects.values_list("words", flat=True))
    Summary.objects.update(words="")
    assert public.published("жол")[1] == 0
    import_module("server_sync.appeals.migrations.0003_summary_words").fill(apps, None)
    import_module("server_sync.appeals.migrations.0009_published_by_facts").find_by_facts(apps, None)
    assert sorted(Summary.objects.values_list("words", flat=True)) == kept
    assert public.published("жол")[1] == 3


@pytest.mark.parametrize("query", HOSTILE)
def test_hostile_questions_are_answered_in_words(counter, query):
    publish(counter, 1)
    for address in ("/requests?q={}", "/requests?page={}", "/a?number={}", "/verify?receipt={}", "/a/{}", "/Q/{}"):
        answer = Client().get(address.format(query))
        assert answer.status_code < 500, address
    for field in ("hash", "size", "origin"):
        assert Client().get(f"/log/proof/inclusion?{field}={query}").status_code in {400, 404}


@pytest.mark.parametrize(
    "path",
    [
        "/sign-in",
        "/sign-out",
        "/a/ALA-26-A-00001-0181",
        "/a/ALA-26-A-00001-0181/close",
        "/write/matter",
        "/write/check",
        "/write/files",
        "/my/sign-in",
        "/my/add",
    ],
)
def test_a_stranger_sends_no_large_form(centre, path):
    large = Client().post(path, {"code": "ы" * 100_000})
    assert large.status_code == 413
    assert Client().post(path, {"code": "123456"}).status_code < 413


def test_who_is_signed_in_may_send_a_long_answer(centre, vera):
    client = Client()
    client.force_login(vera)
    assert client.post("/sign-out", {"text": "ы" * 100_000}).status_code == 302


def test_large_figures_are_counted_seldom(counter, monkeypatch):
    publish(counter, 6)
    monkeypatch.setattr(public, "CHEAP_S", 0.0)
    monkeypatch.setattr(public, "KEPT_FOR", 1e9)
    before = public.totals(TODAY)
    publish(counter, 6)
    assert public.totals(TODAY) == before
    public.forget_totals()
    assert public.totals(TODAY).all == before.all + 5
