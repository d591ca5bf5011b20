"""What is only fit for a trial is never served to the public; what a centre is for is settled by its first command."""

import os
import runpy
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from django.core.checks import INFO
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from server_sync.common.addresses import read_proxies
from server_sync.common.home import private_folder, write_private
from server_sync.config.demo_people import STAFF
from server_sync.config.fitness import (
    address_troubles,
    fit_for_the_public,
    is_trial,
    troubles_of_register,
    troubles_of_surroundings,
)
from server_sync.evidence.centre import keep_address, kept_address
from server_sync.evidence.keys import keys_folder, make_keys
from server_sync.evidence.models import Log
from server_sync.letters.wanted import MailServer
from server_sync.workplaces.models import Person

ROOT = Path(__file__).resolve().parents[3]
TIMEOUT_S = 60
PUBLIC = "https://kattar.gov.kg"
IN_PRODUCTION = {"LIAISON_PUBLIC_URL": PUBLIC, "LIAISON_TLS": "proxy", "LIAISON_TRUSTED_PROXIES": "127.0.0.1"}
ANYWHERE = ("run", "--bind", "0.0.0.0:0")
HERE = ("run", "--bind", "127.0.0.1:0")

Manage = Callable[..., tuple[int, str, str]]


def surroundings(home: Path, **settings: str) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("LIAISON_", "DATABASE_"))}
    return {**ours, "LIAISON_HOME": str(home), "PYTHONUNBUFFERED": "1", "PYTHONPATH": str(ROOT), **settings}


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-W", "error", "-m", "server_sync", *arguments]


@pytest.fixture
def manage(tmp_path: Path) -> Manage:
    """Runs a command of a centre of its own to its end."""

    def run(*arguments: str, **settings: str) -> tuple[int, str, str]:
        done = subprocess.run(
            command(*arguments),
            cwd=ROOT,
            env=surroundings(tmp_path / "centre", **settings),
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done.returncode, done.stdout, done.stderr

    return run


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Callable[..., tuple[str, subprocess.Popen[str]]]]:
    """Serves the centre and gives its address; ends it afterwards."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str, **settings: str) -> tuple[str, subprocess.Popen[str]]:
        process = subprocess.Popen(
            command(*(arguments or (*HERE, "--without-worker"))),
            cwd=ROOT,
            env=surroundings(tmp_path / "centre", **settings),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("listening on "), process.communicate()[1]
        return line.removeprefix("listening on ").strip(), process

    yield start
    for process in started:
        process.kill()
        process.communicate(timeout=TIMEOUT_S)


def stopped(process: subprocess.Popen[str]) -> str:
    process.terminate()
    return process.communicate(timeout=TIMEOUT_S)[1]


@pytest.mark.parametrize(
    "address",
    [
        *("http://localhost:8000", "http://127.0.0.1:8000", "http://[::1]:8000", "https://localhost"),
        *("https://kattar.test", "https://kattar.example", "https://www.example.com", "https://a.localhost."),
    ],
)
def test_this_computers_own_addresses_and_names_kept_for_examples_are_trials(address):
    assert is_trial(address)


@pytest.mark.parametrize(
    "address",
    [
        *("http://kattar.gov.kg", "kattar.gov.kg", "https://", "", "ftp://kattar.gov.kg", "https://kattar.gov.kg/x"),
        *("https://me@kattar.gov.kg", "https://kattar.gov.kg:0", "https://kattar.gov.kg:x", "https://0.0.0.0"),
        *("https://[::]", "https://kattar", "https://kattar.gov.kg?x", "https://[:"),
    ],
)
def test_an_address_that_no_receipt_should_carry_is_refused_in_words(address):
    assert list(address_troubles(address))


@pytest.mark.parametrize("address", [PUBLIC, "https://kattar.gov.kg:8443", "https://10.1.2.3", "http://localhost:8000"])
def test_an_address_that_can_be_opened_is_taken(address):
    assert not list(address_troubles(address))


def test_a_trial_is_called_one_and_is_not_reached_by_others(manage, served):
    code, out, _ = manage("make_keys")
    assert code == 0
    assert "This is a trial" in out
    code, out, err = manage(*ANYWHERE)
    assert (code != 0, out) == (True, "")
    assert "LIAISON_PUBLIC_URL" in err
    assert "http://localhost:8000" in err
    address, process = served()
    assert requests.get(f"{address}/healthz", timeout=TIMEOUT_S).status_code == 200
    assert "This is a trial" in stopped(process)


def test_a_centre_begun_for_a_trial_never_serves_the_public(manage):
    manage("make_keys")
    code, out, err = manage(*HERE, **IN_PRODUCTION)
    assert (code != 0, out) == (True, "")
    assert "begun for a trial" in err


@pytest.fixture
def production(settings, tmp_path):
    """The settings of a centre for the public, with a folder of its own."""
    home = private_folder(tmp_path / "home")
    make_keys(home / "keys")
    write_private(home / "secret_key", b"x" * 80)
    settings.LIAISON_HOME, settings.LIAISON_PUBLIC_URL, settings.LIAISON_TLS = home, PUBLIC, "proxy"
    settings.DEBUG, settings.SECRET_KEY, settings.ALLOWED_HOSTS = False, "x" * 80, ["kattar.gov.kg"]
    settings.LIAISON_TRUSTED_PROXIES = read_proxies("127.0.0.1")
    settings.LIAISON_MAIL = MailServer("mail.gov.kg", 587, "kattar@gov.kg")
    return settings


def test_a_centre_that_sends_no_letters_serves_and_is_told_what_to_set_for_the_portal(production):
    production.LIAISON_MAIL = None
    (told,) = fit_for_the_public(None)
    assert (told.level, "LIAISON_MAIL_HOST" in told.msg) == (INFO, True)


@pytest.mark.parametrize("bind", [None, "127.0.0.1:8000", "0.0.0.0:8000", "[::]:8000", ":8000", "10.1.2.3:443"])
def test_nothing_speaks_against_a_centre_that_is_set_up_for_the_public(production, bind):
    assert troubles_of_surroundings(bind) == []
    assert fit_for_the_public(None) == []


@pytest.mark.parametrize("bind", ["0.0.0.0:8000", "[::]:8000", ":8000", "10.1.2.3:443", "kattar:80"])
def test_a_trial_listens_to_its_own_computer_alone(settings, bind):
    settings.LIAISON_PUBLIC_URL = "http://localhost:8000"
    assert len(troubles_of_surroundings(bind)) == 1
    for own in ("127.0.0.1:8000", "localhost:80", "[::1]:8000", "127.8.8.8:1"):
        assert troubles_of_surroundings(own) == []


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("LIAISON_PUBLIC_URL", "http://kattar.gov.kg", "http://"),
        ("LIAISON_TLS", "", "LIAISON_TLS=proxy"),
        ("LIAISON_TLS", "none", "LIAISON_TLS=proxy"),
        ("DEBUG", True, "LIAISON_DEBUG"),
        ("ALLOWED_HOSTS", ["kattar.gov.kg", "*"], "LIAISON_ALLOWED_HOSTS"),
        ("SECRET_KEY", "secret", "secret_key"),
        ("SECRET_KEY", "django-insecure-" + "x" * 60, "secret_key"),
    ],
)
@pytest.mark.parametrize("bind", [None, "127.0.0.1:8000", "0.0.0.0:8000"])
def test_what_is_only_fit_for_a_trial_is_named_wherever_the_centre_listens(production, bind, name, value, words):
    setattr(production, name, value)
    (told,) = troubles_of_surroundings(bind)
    assert words in told
    assert [check.id for check in fit_for_the_public(None)] == ["liaison.E001"]


def test_another_server_is_not_let_in_by_the_back_door(production):
    production.DEBUG = True
    with pytest.raises(ImproperlyConfigured, match="LIAISON_DEBUG"):
        runpy.run_module("server_sync.config.wsgi")


@pytest.mark.parametrize("opened", [".", "keys", "keys/log.key", "keys/certificates", "secret_key"])
def test_files_that_others_can_read_are_named(production, opened):
    (production.LIAISON_HOME / opened).chmod(0o755)
    (told,) = troubles_of_surroundings()
    assert "chmod -R go=" in told


def test_the_people_of_a_demonstration_are_named(production, centre):
    keep_address(keys_folder(), PUBLIC)
    Log.objects.update(origin="kattar.gov.kg/log/1")
    assert troubles_of_register() == []
    Person.objects.bulk_create(Person(login=login) for login in STAFF)
    (told,) = troubles_of_register()
    assert "invented people" in told
    with pytest.raises(CommandError, match="invented people"):
        call_command("make_demo_data")


def test_keys_are_not_made_for_an_address_that_no_receipt_should_carry(production):
    production.LIAISON_PUBLIC_URL = "http://kattar.gov.kg"
    with pytest.raises(CommandError, match="https://"):
        call_command("make_keys")


def test_a_centre_for_the_public_is_served_behind_its_proxy(manage, served, tmp_path):
    code, out, _ = manage("make_keys", **IN_PRODUCTION)
    assert code == 0
    assert PUBLIC in out
    assert "kattar.gov.kg/log/1" in out
    assert manage("check", "--deploy", "--fail-level", "WARNING", **IN_PRODUCTION)[0] == 0
    address, process = served(**IN_PRODUCTION)
    assert requests.get(f"{address}/healthz", timeout=TIMEOUT_S).status_code == 200
    named = {"Host": "kattar.gov.kg"}
    plain = requests.get(f"{address}/sign-in", headers=named, timeout=TIMEOUT_S, allow_redirects=False)
    assert (plain.status_code, plain.headers["Location"]) == (301, f"{PUBLIC}/sign-in")
    page = requests.get(f"{address}/sign-in", headers=named | {"X-Forwarded-Proto": "https"}, timeout=TIMEOUT_S)
    assert page.status_code == 200
    assert "secure" in page.headers["Set-Cookie"].lower()
    assert "max-age=" in page.headers["Strict-Transport-Security"]
    proxied = named | {"X-Forwarded-Proto": "https"}
    checkpoint = requests.get(f"{address}/log/checkpoint", headers=proxied, timeout=TIMEOUT_S)
    assert checkpoint.text.splitlines()[0] == "kattar.gov.kg/log/1"
    stopped(process)


def test_a_changed_address_is_refused_until_it_is_known_what_it_means(production, centre):
    keep_address(keys_folder(), PUBLIC)
    Log.objects.update(origin="kattar.gov.kg/log/1")
    production.LIAISON_PUBLIC_URL = "https://kat.gov.kg"
    (told,) = troubles_of_register()
    assert f"Receipts already printed lead to {PUBLIC}" in told
    assert "--accept-new-address" in told
    assert troubles_of_register(is_new_address=True) == []
    keep_address(keys_folder(), "https://kat.gov.kg")
    assert troubles_of_register() == []


def test_a_centre_for_the_public_does_not_start_as_a_trial_by_mistake(production, centre):
    keep_address(keys_folder(), PUBLIC)
    production.LIAISON_PUBLIC_URL = "http://localhost:8000"
    (told,) = troubles_of_register()
    assert f"LIAISON_PUBLIC_URL={PUBLIC}" in told
    assert troubles_of_register(is_new_address=True) == [told]


@pytest.mark.parametrize("origin", ["localhost:8000/log/1", "127.0.0.1:8001/log/1", "kattar.example/log/1"])
def test_a_log_that_was_opened_in_a_trial_is_never_the_publics(production, centre, origin):
    Log.objects.update(origin=origin)
    assert not kept_address(keys_folder())
    (told,) = troubles_of_register(is_new_address=True)
    assert "begun for a trial" in told


def test_keys_from_before_the_address_was_kept_are_held_against_the_log(production, centre):
    Log.objects.update(origin="kattar.gov.kg/log/1")
    assert troubles_of_register() == []
    production.LIAISON_PUBLIC_URL = "https://kat.gov.kg"
    assert "Receipts already printed" in troubles_of_register()[0]
