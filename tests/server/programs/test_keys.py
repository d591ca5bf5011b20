"""Two administrators give a key; it is shown once, kept nowhere, ends with its day and can be revoked at once."""

import io
import re
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from server_sync.contract.workflow import Role
from server_sync.programs import keys
from server_sync.programs.keys import Scope
from server_sync.programs.models import ProgramKey, Stage
from server_sync.workplaces.models import RoleGrant
from tests.server.conftest import SINCE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("centre")]


def proposal(**changes: object) -> dict[str, object]:
    until_on = f"{timezone.localdate() + timedelta(days=30):%d.%m.%Y}"
    told = {"name": "Шаар", "about": "Мэрия", "scopes": ["write:requests"], "until_on": until_on}
    return told | changes


@pytest.fixture
def proposed(administrator, browser_of) -> ProgramKey:
    assert browser_of(administrator).post("/programs", proposal()).status_code == 302
    return ProgramKey.objects.get()


def test_a_key_is_given_by_another_and_shown_once(proposed, administrator, second_administrator, browser_of):
    address = f"/programs/{proposed.pk}/give"
    assert browser_of(administrator).post(address).status_code == 409
    browser = browser_of(second_administrator)
    page = browser.post(address)
    secret = re.search(r"kattar_[\w-]{43}", page.content.decode())
    assert secret is not None
    assert "no-store" in page.headers["Cache-Control"]
    found = keys.known(secret[0])
    assert found is not None
    assert (found.pk, found.given_by, found.until_on) == (proposed.pk, second_administrator, proposed.until_on)
    assert secret[0] not in browser.get("/programs").content.decode()
    assert not any(secret[0] in str(value) for row in ProgramKey.objects.values_list() for value in row)
    assert browser.post(address).status_code == 409


def test_an_administrator_of_one_office_keeps_no_keys(administrator, browser_of):
    RoleGrant.objects.filter(person=administrator).update(site="KG-C-ALA")
    assert browser_of(administrator).get("/programs").status_code == 403
    assert browser_of(administrator).post("/programs", proposal()).status_code == 403


def test_who_proposed_must_hold_the_role_when_it_is_given(proposed, administrator, second_administrator, browser_of):
    RoleGrant.objects.filter(person=administrator).delete()
    assert browser_of(second_administrator).post(f"/programs/{proposed.pk}/give").status_code == 409
    assert ProgramKey.objects.get().stage == Stage.PROPOSED


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "ы" * 121},
        {"about": "а\x00б"},
        {"scopes": []},
        {"scopes": ["read:all"]},
        {"scopes": ["vouch:person"]},
        {"until_on": "01.01.2020"},
        {"until_on": "01.01.2099"},
        {"until_on": "2/3/2027"},
    ],
)
def test_what_is_wrong_in_a_proposal_is_said_and_nothing_is_proposed(administrator, browser_of, wrong):
    page = browser_of(administrator).post("/programs?language=en", proposal(**wrong))
    assert page.status_code == 400
    assert 'class="error"' in page.content.decode()
    assert not ProgramKey.objects.exists()


def test_a_proposal_is_declined_with_a_reason_or_taken_back(proposed, administrator, second_administrator, browser_of):
    second = browser_of(second_administrator)
    field = f"decline-{proposed.pk.hex}-note"
    assert second.post(f"/programs/{proposed.pk}/decline", {field: ""}).status_code == 400
    assert second.post(f"/programs/{proposed.pk}/take-back").status_code == 409
    assert second.post(f"/programs/{proposed.pk}/decline", {field: "кат жок"}).status_code == 302
    assert "кат жок" in browser_of(administrator).get("/programs").content.decode()
    first = browser_of(administrator)
    first.post("/programs", proposal())
    other = ProgramKey.objects.get(stage=Stage.PROPOSED)
    assert first.post(f"/programs/{other.pk}/take-back").status_code == 302
    assert ProgramKey.objects.get(pk=other.pk).stage == Stage.TAKEN_BACK


def test_a_revoked_key_and_one_whose_day_is_over_open_nothing(given, administrator, browser_of):
    revoked, over = given(Scope.READ_OPEN), given(Scope.READ_OPEN)
    first, second = ProgramKey.objects.order_by("proposed_at")
    note = {f"revoke-{first.pk.hex}-note": "уурдалды"}
    assert browser_of(administrator).post(f"/programs/{first.pk}/revoke", note).status_code == 302
    ProgramKey.objects.filter(pk=second.pk).update(until_on=timezone.localdate() - timedelta(days=1))
    for secret in (revoked, over, "kattar_x", "kattar_" + "x" * 200, "none"):
        assert keys.known(secret) is None
        bearer = {"Authorization": f"Bearer {secret}"}
        assert Client().get("/requests.json", headers=bearer).status_code == 401


def test_the_day_of_the_last_use_is_noted(given, browser_of, administrator):
    secret = given(Scope.READ_OPEN)
    assert ProgramKey.objects.get().used_on is None
    assert Client().get("/requests.json", headers={"Authorization": f"Bearer {secret}"}).status_code == 200
    assert ProgramKey.objects.get().used_on == timezone.localdate()


def test_the_command_gives_a_key_in_the_name_of_two_administrators(administrator, second_administrator, vera):
    told = {"name": "Шаар", "about": "Мэрия", "scope": ["write:requests"], "first": administrator.login}
    said = io.StringIO()
    call_command("make_program_key", stdout=said, second=second_administrator.login, **told)
    key = keys.known(said.getvalue().strip())
    assert key is not None
    assert (key.proposed_by, key.given_by) == (administrator, second_administrator)
    for second in (administrator.login, vera.login, "nobody"):
        with pytest.raises(CommandError):
            call_command("make_program_key", stdout=said, second=second, **told)
    RoleGrant.objects.create(person=vera, role=Role.ADMINISTRATOR, site_id="KG-C-ALA", from_on=SINCE)
    with pytest.raises(CommandError):
        call_command("make_program_key", stdout=said, second=vera.login, **told)
