"""A centre of its own for the server's tests, and the people who work with it.

SQLite by default, the PostgreSQL of DATABASE_URL when it is set; the same tests run on both.
"""

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from server_sync.common.sqlite import use_sound_sqlite

_home = tempfile.mkdtemp(prefix="liaison-centre-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ["LIAISON_HOME"] = _home
os.environ["LIAISON_PUBLIC_URL"] = "https://kattar.test"
os.environ["LIAISON_ALLOWED_HOSTS"] = "testserver"
os.environ["DJANGO_SETTINGS_MODULE"] = "server_sync.config.settings"
use_sound_sqlite()

import django  # noqa: E402 (the settings read the environment above)

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import hashers  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.db.backends.base.operations import BaseDatabaseOperations  # noqa: E402
from django.test import Client  # noqa: E402

from server_sync.appeals.public import forget_totals  # noqa: E402
from server_sync.contract.signing import PrivateKey  # noqa: E402
from server_sync.contract.workflow import Role  # noqa: E402
from server_sync.evidence import high_water  # noqa: E402
from server_sync.evidence.centre import authority, enrol_centre, open_log  # noqa: E402
from server_sync.evidence.keys import CentreKeys, centre_keys, keys_folder, make_keys  # noqa: E402
from server_sync.evidence.models import Log  # noqa: E402
from server_sync.officials.directory import forget_directory  # noqa: E402
from server_sync.pages import once_a_moment  # noqa: E402
from server_sync.workplaces import given  # noqa: E402
from server_sync.workplaces.decrees import forget_calendar  # noqa: E402
from server_sync.workplaces.epochs import open_epoch  # noqa: E402
from server_sync.workplaces.models import Body, Epoch, Person, RoleGrant, Site, Workplace  # noqa: E402
from server_sync.workplaces.reference import load_reference  # noqa: E402

# Argon2 takes 50 ms a password on purpose; a test of the settings sees that it is what runs outside of tests
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
hashers.get_hashers.cache_clear()  # type: ignore[attr-defined]  # the stubs do not say that it is cached
settings.STORAGES = {
    **settings.STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

OFFICE_A = "KG-C-ALA"
OFFICE_B = "KG-C"
BODY = "AKIM@KG-C-ALA"
PASSWORD = "Kara-Suu-1876"
SINCE = date(2020, 1, 1)


@dataclass(frozen=True, slots=True)
class Centre:
    """A centre that is set up: sites loaded, log open, its own epoch certified."""

    keys: CentreKeys
    log: Log
    epoch: Epoch


@dataclass(frozen=True, slots=True)
class Office:
    """An enrolled PC, with the key that only it has."""

    site: Site
    workplace: Workplace
    epoch: Epoch
    key: PrivateKey


@pytest.fixture(scope="session", autouse=True)
def _keys() -> None:
    if not keys_folder().exists():
        make_keys(keys_folder())


@pytest.fixture(autouse=True)
def _nothing_noted_beside_the_database() -> Iterator[None]:
    """What one test's centre gave out is no business of the next one's, whose tables are empty again."""
    yield
    for name in (given.NOTED_FILE, high_water.NOTED_FILE):
        (Path(_home) / name).unlink(missing_ok=True)


@pytest.fixture(autouse=True)
def _pages_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are shown again for a second; whoever tests what stands on one looks at it as it is now."""
    monkeypatch.setattr(once_a_moment, "KEPT_S", 0.0)


@pytest.fixture(autouse=True)
def _figures_counted_anew() -> None:
    """Figures that took long to count, and the calendar, are kept for a while; no test shall see those of another."""
    forget_totals()
    forget_calendar()
    forget_directory()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker) -> Iterator[None]:
    """Let the test database be emptied between tests although its tables are append-only.

    Sites and bodies stand in it before the first test, so that not every test loads them.
    """
    with django_db_blocker.unblock():
        load_reference()
    with pytest.MonkeyPatch.context() as patched:
        operations = type(connection.ops)  # of every connection: a test with a browser has one of its own
        patched.setattr(operations, "execute_sql_flush", _emptying(operations.execute_sql_flush))
        yield


@pytest.fixture
def centre(db: None) -> Centre:
    if not Body.objects.exists():  # a test before this one emptied the tables
        load_reference()
    log = open_log()
    return Centre(centre_keys(), log, enrol_centre(announce=lambda _epoch: None))


@pytest.fixture
def enrolled(centre: Centre) -> Callable[[str], Office]:
    """Enrol a PC of a site without the ceremony of a code."""

    def enrol(site_code: str) -> Office:
        site = Site.objects.get(pk=site_code)
        workplace = Workplace.objects.create(site=site, name="Терезе 1")
        key = PrivateKey.generate()
        with transaction.atomic():
            epoch = open_epoch(workplace, key.public, authority().directory, centre.log.server_epoch)
        return Office(site, workplace, epoch, key)

    return enrol


@pytest.fixture
def office_a(enrolled: Callable[[str], Office]) -> Office:
    return enrolled(OFFICE_A)


@pytest.fixture
def office_b(enrolled: Callable[[str], Office]) -> Office:
    return enrolled(OFFICE_B)


@pytest.fixture
def alim(centre: Centre) -> Person:
    """Clerk of office A."""
    return _person("alim", "Алимов", "Алим", Role.CLERK, site=OFFICE_A)


@pytest.fixture
def bela(centre: Centre) -> Person:
    """Clerk of office B."""
    return _person("bela", "Белекова", "Бела", Role.CLERK, site=OFFICE_B)


@pytest.fixture
def vera(centre: Centre) -> Person:
    """Case officer of the body that office A's requests are routed to."""
    return _person("vera", "Верина", "Вера", Role.CASE_OFFICER, body=BODY)


@pytest.fixture
def vasil(centre: Centre) -> Person:
    """The second person of Vera's body."""
    return _person("vasil", "Василенко", "Василь", Role.CASE_OFFICER, body=BODY)


@pytest.fixture
def nur(centre: Centre) -> Person:
    """Central operator."""
    return _person("nur", "Нурланова", "Нур", Role.CENTRAL_OPERATOR)


@pytest.fixture
def registrar(centre: Centre) -> Person:
    return _person("registrar", "Рахимова", "Роза", Role.REGISTRAR)


@pytest.fixture
def editor(centre: Centre) -> Person:
    return _person("editor", "Эсенова", "Элмира", Role.PUBLIC_EDITOR)


@pytest.fixture
def second_editor(centre: Centre) -> Person:
    """Who confirms what the editor proposes."""
    return _person("editor-2", "Эгембердиева", "Эльнура", Role.PUBLIC_EDITOR)


@pytest.fixture
def assistant(centre: Centre) -> Person:
    """Assistant of the chair, for meetings of the whole network."""
    return _person("assistant", "Сыдыкова", "Айгүл", Role.CHAIR_ASSISTANT)


@pytest.fixture
def captioner(centre: Centre) -> Person:
    """Who types what is spoken, in meetings of the whole network."""
    return _person("captioner", "Маматова", "Жылдыз", Role.CAPTIONER)


@pytest.fixture
def administrator(centre: Centre) -> Person:
    return _person("administrator", "Абдиев", "Азат", Role.ADMINISTRATOR)


@pytest.fixture
def second_administrator(centre: Centre) -> Person:
    return _person("second", "Жумабаев", "Жакып", Role.ADMINISTRATOR)


@pytest.fixture
def nobody(db: None) -> Client:
    """A browser in which nobody signed in."""
    return Client()


@pytest.fixture
def browser_of() -> Callable[[Person], Client]:
    """A browser in which a person signed in."""

    def sign_in(person: Person) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return sign_in


def _person(login: str, surname: str, given_name: str, role: Role, *, site: str = "", body: str = "") -> Person:
    person = Person.objects.create_person(login, PASSWORD, surname=surname, given_name=given_name)
    RoleGrant.objects.create(
        person=person,
        role=role,
        site=Site.objects.get(pk=site) if site else None,
        body=Body.objects.get(pk=body) if body else None,
        from_on=SINCE,
    )
    return person


def _emptying(empty: Callable[[BaseDatabaseOperations, Sequence[str]], None]) -> Callable[..., None]:
    def empty_all(operations: BaseDatabaseOperations, statements: Sequence[str]) -> None:
        if operations.connection.vendor == "postgresql":
            as_replica = [
                "SET session_replication_role = replica",
                *statements,
                "SET session_replication_role = DEFAULT",
            ]
            empty(operations, as_replica)
            return
        with operations.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
        dropped = [f'DROP TRIGGER "{name}"' for name, _ in triggers]
        empty(operations, [*dropped, *statements, *(sql for _, sql in triggers)])

    return empty_all
