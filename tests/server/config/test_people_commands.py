"""People are written down by commands without any default password."""

import errno
import io
import json
import os
import stat
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError

from server_sync.contract.workflow import Role
from server_sync.workplaces.models import Body, Person, RoleGrant, Site
from server_sync.workplaces.passwords import check_password
from server_sync.workplaces.people import has_role, local_today, roles_of
from server_sync.workplaces.reference import load_reference, reference_book


def said(*arguments: str, **options: Any) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def demo_file():
    path = settings.LIAISON_HOME / "demo_people.json"
    yield path
    path.unlink(missing_ok=True)


def test_a_generated_password_is_printed_once_and_must_be_changed(db):
    out = said("make_administrator", login="azat", surname="Абдиев", given_name="Азат", generate=True)
    password = out.splitlines()[-1].split(": ")[1]
    person = check_password("azat", password)
    assert person.must_change_password
    assert has_role(person, Role.ADMINISTRATOR)
    assert password not in person.password


@pytest.mark.parametrize("field", ["login", "surname", "given_name", "patronymic"])
@pytest.mark.parametrize("letter", ["\x00", "\x1b", "\x07", "\x85", "\n"])
def test_nobody_is_written_down_with_a_control_character(db, field, letter):
    names = {"login": "azat", "surname": "Абдиев", "given_name": "Азат", "patronymic": "Уулу"}
    with pytest.raises(CommandError, match="control_character"):
        said("make_administrator", **(names | {field: f"А{letter}зат"}), generate=True)
    assert not Person.objects.exists()


@pytest.mark.parametrize("damaged", ["[" * 100_000, "{", "\x00"])
def test_a_damaged_file_of_invented_people_is_told_in_words(db, demo_file, damaged):
    demo_file.write_text(damaged)
    with pytest.raises(CommandError, match="cannot be read"):
        said("make_demo_data")


def test_a_taken_login_is_told(alim):
    with pytest.raises(CommandError, match="Alim"):
        said("make_administrator", login="Alim", surname="А", given_name="А", generate=True)


def test_a_typed_password_is_checked(db, monkeypatch):
    typed = iter(
        ["one thing 2026", "another thing 2026", "1234567890", "1234567890", "Чоң-Кемин-2026", "Чоң-Кемин-2026"]
    )
    monkeypatch.setattr("getpass.getpass", lambda _prompt: next(typed))
    for _ in range(2):
        with pytest.raises(CommandError):
            said("make_administrator", login="azat", surname="А", given_name="А")
    said("make_administrator", login="azat", surname="А", given_name="А")
    assert not check_password("azat", "Чоң-Кемин-2026").must_change_password


def test_without_a_terminal_one_sentence_says_what_to_do(db, monkeypatch, capfd):
    with Path(os.devnull).open() as nothing, monkeypatch.context() as patched:
        patched.setattr("sys.stdin", nothing)
        patched.setattr("os.open", _without_a_terminal(os.open))
        with pytest.raises(CommandError, match="There is no terminal to type a password in"):
            said("make_administrator", login="azat", surname="А", given_name="А")
    assert capfd.readouterr() == ("", "")
    assert not Person.objects.exists()


def _without_a_terminal(open_: Callable[..., int]) -> Callable[..., int]:
    """Open files as a service does that has no terminal of its own."""

    def opened(path: Any, *arguments: Any, **options: Any) -> int:
        if path == "/dev/tty":
            raise OSError(errno.ENXIO, "no terminal")
        return open_(path, *arguments, **options)

    return opened


def test_the_reference_data_has_63_sites_and_the_centre(db):
    loaded = load_reference()
    assert loaded.sites == Site.objects.count() == 64
    assert loaded.bodies == Body.objects.count() == len(reference_book().bodies)
    assert Site.objects.get(pk="KG-C-ALA").parent_id == "KG-C"


def test_loading_again_changes_only_what_differs(db):
    load_reference()
    assert load_reference().changed == 0
    Site.objects.filter(pk="KG-C-ALA").update(name_ky="Эски ат")
    Body.objects.filter(pk="MIN-HEALTH").delete()
    assert load_reference().changed == 2
    assert Site.objects.get(pk="KG-C-ALA").name_ky != "Эски ат"


def test_demo_people_hold_every_role_that_a_request_or_a_meeting_needs(db, demo_file):
    said("make_demo_data")
    needed = {
        Role.CLERK,
        Role.CASE_OFFICER,
        Role.REGISTRAR,
        Role.CENTRAL_OPERATOR,
        Role.PUBLIC_EDITOR,
        Role.ADMINISTRATOR,
        Role.CHAIR_ASSISTANT,
        Role.CAPTIONER,
    }
    assert set(RoleGrant.objects.values_list("role", flat=True)) == needed
    for site in ("KG-C-ALA", "KG-C"):
        assert RoleGrant.objects.filter(role=Role.CLERK, site=site).count() == 2


def test_every_body_of_the_demonstration_has_two_people(db, demo_file):
    said("make_demo_data")
    for body in Body.objects.filter(grants__isnull=False).distinct():
        assert body.grants.values("person").distinct().count() == 2, body.code


def test_demo_passwords_are_generated_and_in_a_private_file(db, demo_file):
    said("make_demo_data")
    assert stat.S_IMODE(demo_file.stat().st_mode) == 0o600
    told = json.loads(demo_file.read_text())
    assert len({one["password"] for one in told}) == len(told) == Person.objects.count()
    assert check_password(told[0]["login"], told[0]["password"]).id.hex == told[0]["person"]


def test_making_demo_data_again_changes_nobody(db, demo_file):
    said("make_demo_data")
    before = json.loads(demo_file.read_text())
    said("make_demo_data")
    assert json.loads(demo_file.read_text()) == before
    assert Person.objects.count() == len(before)


def clerk(**changed: Any) -> str:
    options = {
        "login": "ayna",
        "surname": "А",
        "given_name": "Айна",
        "role": "clerk",
        "site": "KG-C-ALA",
        "generate": True,
    }
    return said("make_person", **(options | changed))


def test_a_person_is_written_down_with_a_role_a_place_and_dates(db):
    assert "One-time password" in clerk(until_on="2027-06-30")
    grant = RoleGrant.objects.get(person__login="ayna")
    assert (grant.role, grant.site_id, str(grant.until_on)) == ("clerk", "KG-C-ALA", "2027-06-30")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"site": "KG-X"}, "no site KG-X"),
        ({"site": ""}, "--site"),
        ({"role": "case_officer"}, "--body"),
        ({"role": "case_officer", "body": "AKIM@KG-X"}, "no body"),
        ({"until_on": "soon"}, "YYYY-MM-DD"),
        ({"from_on": "2027-06-30", "until_on": "2027-06-29"}, "before it begins"),
        ({"until_on": "2126-06-30"}, "Look at the year"),
        ({"from_on": "0206-06-30"}, "Look at the year"),
    ],
)
def test_a_role_that_cannot_be_is_told_and_nobody_is_written_down(db, changed, words):
    with pytest.raises(CommandError, match=words):
        clerk(**changed)
    assert not Person.objects.exists()


def test_a_role_ends_at_once_or_with_a_day_and_the_others_stay(alim, browser_of):
    said("grant_role", login="alim", role="registrar", from_on="2026-01-05")
    said("grant_role", login="alim", role="akim", body="AKIM@KG-C-ALA", from_on="2026-01-05", until_on="2036-01-05")
    yesterday = local_today() - timedelta(days=1)
    assert said("end_role", login="alim", role="registrar") == f"alim is registrar until {yesterday:%Y-%m-%d}.\n"
    assert not has_role(alim, Role.REGISTRAR)
    assert has_role(alim, Role.AKIM)
    last = local_today() + timedelta(days=30)
    out = said("end_role", login="ALIM", body="AKIM@KG-C-ALA", last_day=last.isoformat())
    assert out == f"alim is akim until {last:%Y-%m-%d}.\n"
    with pytest.raises(CommandError, match="Nothing was changed"):
        said("end_role", login="alim", role="akim", last_day=(last + timedelta(days=1)).isoformat())
    said("end_role", login="alim")
    assert not roles_of(alim, local_today() + timedelta(days=1))


def test_a_new_password_closes_the_browsers_and_is_changed_at_the_first_sign_in(administrator, browser_of):
    browser = browser_of(administrator)
    assert browser.get("/me").status_code == 200
    password = said("new_password", login=administrator.login).strip().rpartition(": ")[2]
    assert browser.get("/me").status_code == 302
    assert check_password(administrator.login, password).must_change_password
    with pytest.raises(CommandError, match="nobody"):
        said("new_password", login="nobody")


def test_a_substitute_gets_a_role_for_some_days(alim):
    out = said(
        "grant_role", login="ALIM", role="akim", body="AKIM@KG-C-ALA", from_on="2026-12-01", until_on="2026-12-14",
        acting=True,
    )  # fmt: skip
    assert out == "alim is akim from 2026-12-01 until 2026-12-14.\n"
    with pytest.raises(CommandError, match="nobody"):
        said("grant_role", login="nobody", role="registrar")
