"""Doubts of every kind, and the pairs of people who decide them."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import transaction
from django.test import Client

from server_sync.contract.bodies import AppealForm, AppealWithdrawn, SessionOpened
from server_sync.contract.events import Event
from server_sync.contract.workflow import Role
from server_sync.evidence.keys import centre_keys
from server_sync.evidence.log import stand_of_log
from server_sync.workplaces.epochs import revoke_epoch
from server_sync.workplaces.models import Epoch, Person, RoleGrant
from tests.server.appeals.conftest import staff
from tests.server.conftest import SINCE
from tests.server.exchange.conftest import ala, chuy, plain
from tests.server.exchange.offices import REQUEST, PlainOffice

__all__ = ["ala", "chuy", "plain", "staff"]

CANARY = "канарейка"
SPOKEN = replace(REQUEST, subject=f"суу {CANARY}", text=f"Бизде суу жок {CANARY}")
STRANGER = bytes(15) + b"\x07"


@pytest.fixture
def noor(centre) -> Person:
    """A second central operator."""
    person = Person.objects.create_person("noor", None, surname="Осмонова", given_name="Нур")
    RoleGrant.objects.create(person=person, role=Role.CENTRAL_OPERATOR, from_on=SINCE)
    return person


@pytest.fixture
def operators(nur, noor, browser_of) -> tuple[Client, Client]:
    return browser_of(nur), browser_of(noor)


@pytest.fixture
def administrators(administrator, second_administrator, browser_of) -> tuple[Client, Client]:
    return browser_of(administrator), browser_of(second_administrator)


@pytest.fixture(autouse=True)
def _own_notes(monkeypatch, tmp_path):
    monkeypatch.setattr("server_sync.appeals.erasure_notes.noted_file", lambda: tmp_path / "erased")


def by_a_stranger(office: PlainOffice) -> Event:
    """A request whose author the centre does not know."""
    made = office.write(SPOKEN, person=STRANGER)
    office.exchange()
    return made


def session_of_a_stranger(office: PlainOffice) -> Event:
    made = office.write(SessionOpened(role="clerk", program="0.1.0"), person=STRANGER)
    office.exchange()
    return made


def late(office: PlainOffice) -> Event:
    """A request that a withdrawn PC wrote."""
    office.write(SPOKEN)
    office.exchange()
    with transaction.atomic():
        epoch = Epoch.objects.get(pk=office.epoch)
        directory = centre_keys().directory
        revoke_epoch(epoch, 1, directory, by=None, reason="уурдалган", announce=lambda _epoch: None, log=stand_of_log)
    made = office.write(SPOKEN)
    office.post(office.request())
    return made


def twin(office: PlainOffice) -> Event:
    """A request of a cloned PC with the number of another."""
    office.write(SPOKEN)
    office.exchange()
    clone = office.clone()
    office.write(replace(SPOKEN, subject=f"биринчи {CANARY}"), random=5)
    office.exchange()
    made = clone.write(replace(SPOKEN, subject=f"экинчи {CANARY}"), random=5)
    clone.post(clone.request())
    return made


def waiting(office: PlainOffice) -> Event:
    made = office.write(AppealWithdrawn(reason=CANARY, expressed=AppealForm.WRITTEN), appeal=bytes(31) + b"\x09")
    office.exchange()
    return made


def out_of_turn(office: PlainOffice) -> Event:
    """A request that was withdrawn twice."""
    request = office.write(SPOKEN)
    withdrawal = AppealWithdrawn(reason=CANARY, expressed=AppealForm.WRITTEN)
    office.write(withdrawal, appeal=request.hash)
    made = office.write(withdrawal, appeal=request.hash)
    office.exchange()
    return made


def wrong(office: PlainOffice) -> Event:
    """A request with a matter that no list has."""
    made = office.write(replace(SPOKEN, categories=("99.99",)))
    office.exchange()
    return made


MAKERS: dict[str, Callable[[PlainOffice], Event]] = {
    "person_unknown": by_a_stranger,
    "after_revocation": late,
    "number_taken": twin,
    "waiting": waiting,
    "out_of_turn": out_of_turn,
    "category_unknown": wrong,
}
