"""Invents the people of a demonstration: everybody who is needed to see a request through, in all roles."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from django.contrib.auth.hashers import make_password
from django.db import transaction

from server_sync.common.home import write_private
from server_sync.contract.workflow import Role
from server_sync.workplaces.models import Person, RoleGrant
from server_sync.workplaces.passwords import generate_password
from server_sync.workplaces.people import local_today
from server_sync.workplaces.reference import reference_book

SINCE: Final = timedelta(days=365)
"""Roles begin a year before the demonstration, so that older invented requests find their people too."""


STAFF: Final = (
    "registrar",
    "operator",
    "operator-2",
    "editor",
    "editor-2",
    "administrator",
    "administrator-2",
    "assistant",
    "captioner",
    "ministry-1",
)
"""Logins that are invented for every demonstration."""


@dataclass(frozen=True, slots=True)
class Invented:
    """One invented person and what they are; `bodies` for those who act for bodies, `site` for clerks."""

    login: str
    surname: str
    given_name: str
    role: Role
    site: str = ""
    bodies: tuple[str, ...] = ()
    language: str = "ky"


def invent_people(site_codes: Sequence[str]) -> tuple[Invented, ...]:
    """Think up two clerks and two local case officers for each office, and the staff of the centre.

    What two people decide together has two of their role.
    """
    people = [
        Invented("registrar", "Рахимова", "Роза", Role.REGISTRAR),
        Invented("operator", "Нурланова", "Нур", Role.CENTRAL_OPERATOR, language="ru"),
        Invented("operator-2", "Ниязов", "Нурбек", Role.CENTRAL_OPERATOR),
        Invented("editor", "Эсенова", "Элмира", Role.PUBLIC_EDITOR),
        Invented("editor-2", "Эгембердиева", "Эльнура", Role.PUBLIC_EDITOR, language="ru"),
        Invented("assistant", "Сыдыкова", "Айгүл", Role.CHAIR_ASSISTANT),
        Invented("captioner", "Бейшеналиева", "Каныкей", Role.CAPTIONER),
        Invented("administrator", "Абдиев", "Азат", Role.ADMINISTRATOR, language="ru"),
        Invented("administrator-2", "Акматова", "Анара", Role.ADMINISTRATOR),
    ]
    national = _national_bodies()
    people += [
        Invented("ministry-1", "Верина", "Вера", Role.CASE_OFFICER, bodies=national, language="ru"),
        Invented("ministry-2", "Василенко", "Василь", Role.CASE_OFFICER, bodies=national, language="ru"),
    ]
    for code, names in zip(site_codes, _NAMES, strict=False):
        site = reference_book().site(code)
        short = site.number_code.lower() if site else code.lower()
        clerk_1, clerk_2, officer_1, officer_2 = names
        local = _local_bodies(code)
        people += [
            Invented(f"clerk-{short}-1", *clerk_1, Role.CLERK, site=code),
            Invented(f"clerk-{short}-2", *clerk_2, Role.CLERK, site=code, language="ru"),
            Invented(f"officer-{short}-1", *officer_1, Role.CASE_OFFICER, bodies=local),
            Invented(f"officer-{short}-2", *officer_2, Role.CASE_OFFICER, bodies=local),
        ]
    return tuple(people)


def has_invented_people() -> bool:
    """Whether the staff of a demonstration are in the register, all of them."""
    return Person.objects.filter(login__in=STAFF).count() == len(STAFF)


def write_people_down(people: Iterable[Invented], file: Path) -> list[dict[str, object]]:
    """Make those who are not there yet, each with a generated password, and note all of them in a private file.

    The file is the only place that knows the passwords; people noted there keep theirs.
    """
    noted = {str(one["login"]): one for one in read_people(file)}
    since = local_today() - SINCE
    for one in people:
        if one.login not in noted or not Person.objects.filter(login=one.login).exists():
            noted[one.login] = _make(one, since)
    told = list(noted.values())
    write_private(file, json.dumps(told, ensure_ascii=False, indent=1).encode(), replace=True)
    return told


def read_people(file: Path) -> list[dict[str, object]]:
    """Read who was noted by an earlier run; nobody when there was none."""
    if not file.exists():
        return []
    told: list[dict[str, object]] = json.loads(file.read_text(encoding="utf-8"))
    return told


def _make(one: Invented, since: date) -> dict[str, object]:
    password = generate_password()
    hashed = make_password(password)  # takes a while on purpose, so it is done before the database is held
    names = {"surname": one.surname, "given_name": one.given_name, "language": one.language, "password": hashed}
    with transaction.atomic():
        person, is_new = Person.objects.update_or_create(login=one.login, defaults=names)
        if is_new:
            RoleGrant.objects.bulk_create(
                RoleGrant(person=person, role=one.role, site_id=one.site or None, body_id=body or None, from_on=since)
                for body in one.bodies or ("",)
            )
    return {
        "login": one.login,
        "password": password,
        "name": person.full_name,
        "person": person.id.hex,
        "role": one.role.value,
        "site": one.site,
        "bodies": list(one.bodies),
    }


def _local_bodies(site_code: str) -> tuple[str, ...]:
    return tuple(body.code for body in reference_book().bodies if body.site_code == site_code)


def _national_bodies() -> tuple[str, ...]:
    return tuple(body.code for body in reference_book().bodies if not body.site_code)


_NAMES: Final = (
    (("Алимов", "Алим"), ("Токтогулова", "Айгүл"), ("Осмонов", "Бакыт"), ("Жээнбекова", "Чолпон")),
    (("Белекова", "Бела"), ("Иванова", "Мария"), ("Сыдыков", "Данияр"), ("Ким", "Сергей")),
    (("Өмүрбеков", "Үсөн"), ("Асанова", "Жылдыз"), ("Мамытов", "Эркин"), ("Петрова", "Ольга")),
    (("Турдубаева", "Гүлнара"), ("Усенов", "Талант"), ("Кадыров", "Нурлан"), ("Бекова", "Асель")),
)
