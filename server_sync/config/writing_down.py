"""Writes people down from the command line: names, a password that is asked for or generated, a first role."""

import getpass
import warnings
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final, TypeVar

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.db import IntegrityError, transaction

from server_sync.common.refusals import Refused
from server_sync.contract.bodies import SHORT_CHARACTERS
from server_sync.contract.limits import check_text
from server_sync.contract.workflow import Role
from server_sync.letters.queue import deliverable
from server_sync.workplaces.models import Body, Person, RoleGrant, Site
from server_sync.workplaces.models.people import fold_login
from server_sync.workplaces.passwords import generate_password
from server_sync.workplaces.people import grant_role, local_today

Place = TypeVar("Place", Site, Body)
FARTHEST: Final = timedelta(days=3_653)
"""No role is given for so long; a day that lies farther away is a mistyped year."""
STAFF = tuple(sorted(role.value for role in set(Role) - {Role.APPLICANT, Role.EVERYONE}))


def ask_for_names(parser: ArgumentParser) -> None:
    """Let a command take what is needed to write a person down."""
    parser.add_argument("--login", required=True)
    parser.add_argument("--surname", required=True)
    parser.add_argument("--given-name", required=True)
    parser.add_argument("--patronymic", default="")
    parser.add_argument("--language", choices=["ky", "ru", "en"], default="ky")
    parser.add_argument("--email", default="", metavar="ADDRESS", help="at work; reminders of terms go there")
    parser.add_argument(
        "--generate", action="store_true", help="print a one-time password, to be changed at the first sign-in"
    )


def ask_for_role(parser: ArgumentParser) -> None:
    """Let a command take a role with its place and dates."""
    parser.add_argument("--role", required=True, choices=STAFF)
    parser.add_argument("--site", default="", metavar="CODE", help="where it holds, such as KG-C-ALA")
    parser.add_argument("--body", default="", metavar="CODE", help="the body it acts for, such as AKIM@KG-C-ALA")
    parser.add_argument("--from", dest="from_on", metavar="YYYY-MM-DD", help="its first day (default: today)")
    parser.add_argument("--until", dest="until_on", metavar="YYYY-MM-DD", help="its last day (default: none)")
    parser.add_argument("--acting", action="store_true", help="as a substitute")


def ask_for_author(parser: ArgumentParser) -> None:
    """Let a command take who writes something down for everybody."""
    parser.add_argument("--by", default="", metavar="LOGIN", help="the administrator who writes it down")


def author_from(options: dict[str, Any]) -> Person:
    """Find who writes it down, or say in words that somebody must."""
    author = Person.objects.filter(login=fold_login(options["by"]), is_active=True).first()
    if author is None:
        raise CommandError("Name the administrator who writes it down: --by LOGIN.")
    return author


def person_from(login: str) -> Person:
    """Find somebody who is written down, or say in words that nobody is."""
    person = Person.objects.filter(login=fold_login(login)).first()
    if person is None:
        raise CommandError(f"There is nobody with the login {login}.")
    return person


def work_email(typed: str) -> str:
    """Read a work e-mail, empty for none, or say in words that no letter can be sent there."""
    try:
        return deliverable(typed) if typed else ""
    except Refused as malformed:
        raise CommandError(f"No letter can be sent to {typed}.") from malformed


def write_down(options: dict[str, Any], give_role: Callable[[Person], RoleGrant]) -> tuple[Person, str]:
    """Write a person down with a first role; returns the generated password, or nothing when it was typed."""
    for name in ("login", "surname", "given_name", "patronymic"):
        for breach in check_text(name, options[name], SHORT_CHARACTERS):
            raise CommandError(f"--{name.replace('_', '-')} cannot be kept: {breach.code}.")
    email = work_email(options["email"])
    password = generate_password() if options["generate"] else _typed_password()
    try:
        with transaction.atomic():
            person = Person.objects.create_person(
                options["login"],
                password,
                surname=options["surname"],
                given_name=options["given_name"],
                patronymic=options["patronymic"],
                language=options["language"],
                email=email,
                must_change_password=options["generate"],
            )
            give_role(person)
    except IntegrityError as taken:
        raise CommandError(f"There is somebody with the login {options['login']} already.") from taken
    return person, password if options["generate"] else ""


def role_from(options: dict[str, Any], person: Person) -> RoleGrant:
    """Give a person the role that the command line names, or say in words what is wrong with it."""
    role = Role(options["role"])
    site = _found(Site.objects.filter(pk=options["site"]).first(), options["site"], "site")
    body = _found(Body.objects.filter(pk=options["body"]).first(), options["body"], "body")
    try:
        return grant_role(
            person,
            role,
            site=site,
            body=body,
            from_on=read_day(options["from_on"]) or local_today(),
            until_on=read_day(options["until_on"]),
            acting=options["acting"],
        )
    except Refused as refused:
        raise CommandError(_WORDS[refused.code]) from refused


def _typed_password() -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", getpass.GetPassWarning)  # nobody types a password that is seen
            password = getpass.getpass("Password: ")
            again = getpass.getpass("The same password again: ")
    except (EOFError, getpass.GetPassWarning) as nobody:
        raise CommandError("There is no terminal to type a password in. Use --generate.") from nobody
    if password != again:
        raise CommandError("The two passwords differ.")
    try:
        validate_password(password)
    except ValidationError as weak:
        raise CommandError(" ".join(weak.messages)) from weak
    return password


def _found(place: Place | None, code: str, kind: str) -> Place | None:
    if code and place is None:
        raise CommandError(f"There is no {kind} {code}.")
    return place


def read_day(text: str | None) -> date | None:
    """Read a day of the command line, or say in words what is wrong with it."""
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError as wrong:
        raise CommandError(f"A day is written YYYY-MM-DD; {text} is none.") from wrong
    if abs(day - local_today()) > FARTHEST:
        raise CommandError(f"{text} is more than ten years away. Look at the year.")
    return day


_WORDS = {
    "role_needs_body": "This role acts for a body: name it with --body.",
    "role_needs_site": "A clerk works at one site: name it with --site.",
    "role_ends_before_it_begins": "The role would end before it begins.",
}
