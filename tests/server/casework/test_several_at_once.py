"""Several requests are marked and routed or accepted at once, with a word on each."""

import pytest

from server_sync.appeals.models import Appeal
from server_sync.casework import bulk
from server_sync.contract.workflow import State
from tests.server.casework.test_officers import act
from tests.server.conftest import BODY, Office
from tests.server.counter import Counter, routed

pytestmark = pytest.mark.django_db


@pytest.fixture
def counter(office_a: Office) -> Counter:
    return Counter(office_a)


@pytest.fixture
def as_vera(vera, browser_of):
    return browser_of(vera)


@pytest.fixture
def as_registrar(registrar, browser_of):
    return browser_of(registrar)


def route(browser, *addresses: str, **typed: str):
    fields = {"route-body": BODY, "route-ky": "Ушул органга", **typed}
    return browser.post("/work/route/several", {"one": list(addresses), **fields})


def results(answer) -> str:
    text: str = answer.content.decode().split('id="results"')[1].split("</section>")[0]
    return text


def test_those_marked_are_routed_and_each_has_its_line(counter, as_registrar):
    first, second, third = (counter.register(subject=f"Суу {n}") for n in range(3))
    assert f'value="{first.number}"' in as_registrar.get("/work/route").content.decode()
    done = results(route(as_registrar, first.number, second.number))
    assert first.number in done
    assert second.number in done
    assert [State(one.state) for one in Appeal.objects.order_by("pk")] == [
        State.WITH_BODY,
        State.WITH_BODY,
        State.REGISTERED,
    ]
    assert third.number not in done


def test_what_a_colleague_did_meanwhile_is_said_and_the_others_are_done(counter, as_registrar, as_vera):
    first, second = (counter.register() for _ in range(2))
    act(as_registrar, first, "route", body=BODY, ky="Жол")
    assert "Тизмеңизде жок" in results(route(as_registrar, first.number, second.number))
    second.refresh_from_db()
    assert second.body_code == BODY
    act(as_vera, first, "accept")
    answered = as_vera.post("/work/accept/several", {"one": [first.number, second.number]})
    text = results(answered)
    assert "кабыл алган" in text
    second.refresh_from_db()
    assert second.accepted_at is not None


def test_a_form_that_lacks_something_comes_back_with_its_marks(counter, as_registrar):
    first = counter.register()
    back = route(as_registrar, first.number, **{"route-body": "Жок орган"})
    assert back.status_code == 400
    assert f'value="{first.number}" form="several" checked' in back.content.decode()
    assert route(as_registrar).status_code == 400
    first.refresh_from_db()
    assert first.state == State.REGISTERED


def test_nobody_acts_on_more_than_so_many_at_once(counter, as_vera, monkeypatch):
    monkeypatch.setattr(bulk, "AT_ONCE", 1)
    appeals = [routed(counter.register()) for _ in range(2)]
    refused = as_vera.post("/work/accept/several", {"one": [one.number for one in appeals]})
    assert refused.status_code == 400
    assert not Appeal.objects.filter(accepted_at__isnull=False).exists()


@pytest.mark.parametrize("address", ["", "x", "%00", "ALA-26-A-00001-0000", "~" * 200])
def test_what_is_no_address_of_the_own_list_is_not_here(counter, as_vera, address):
    assert as_vera.post("/work/accept/several", {"one": [address]}).status_code == 404


def test_what_is_accepted_already_bears_no_mark(counter, as_vera):
    appeal = routed(counter.register())
    assert f'value="{appeal.number}" form="several"' in as_vera.get("/work").content.decode()
    act(as_vera, appeal, "accept")
    assert f'value="{appeal.number}" form="several"' not in as_vera.get("/work").content.decode()
