"""Checks and sets people's passwords; the only place that does."""

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext

from server_sync.common.refusals import Refused
from server_sync.contract.passwords import is_hollow
from server_sync.workplaces.models import Person
from server_sync.workplaces.models.people import fold_login
from server_sync.workplaces.throttle import Guesser, Secret, Turn, has_guessed_much, take_turn

SIGN_IN: Final = Secret("sign_in", "sign_in_wait", free_here=3, free_anywhere=15)
NOWHERE: Final = Guesser()
LONGEST_PASSWORD: Final = 1_000
WAITING_MOST: Final = 2
PATIENCE_S: Final = 3.0
COME_AGAIN_S: Final = 5

_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits that are not taken for one another."""


class Desk:
    """Where one password at a time is checked and a few wait, each for one person or address; others come again.

    Argon2 takes 100 MB and half a second for each on purpose. Whoever guesses with many hands must take neither all of
    the memory nor all threads of the server, on which offices and readers wait. Places from which much was guessed wait
    in a line of their own, and are heard while nobody else waits.
    """

    def __init__(self) -> None:
        self._is_checking = False
        self._here: dict[bool, set[str]] = {False: set(), True: set()}
        self._moved_on = threading.Condition()

    @contextmanager
    def taken(self, who: str, *, has_guessed: bool = False) -> Iterator[None]:
        """Check a password inside, or raise Refused `sign_in_wait` with `busy`.

        `who` has one place: nobody keeps others out by coming with many hands, be the password right.
        """
        line = self._here[has_guessed]
        with self._moved_on:
            if who in line or len(line) > WAITING_MOST:
                raise _busy()
            line.add(who)
        try:
            with self._moved_on:
                if not self._moved_on.wait_for(lambda: self._may_come(has_guessed=has_guessed), PATIENCE_S):
                    raise _busy()
                self._is_checking = True
            try:
                yield
            finally:
                with self._moved_on:
                    self._is_checking = False
        finally:
            with self._moved_on:
                line.remove(who)
                self._moved_on.notify_all()

    def _may_come(self, *, has_guessed: bool) -> bool:
        return not self._is_checking and not (has_guessed and self._here[False])


def _busy() -> Refused:
    return Refused("sign_in_wait", permanent=False, wait_s=COME_AGAIN_S, busy=1)


_for_strangers, _for_the_known = Desk(), Desk()
"""Who signed in there before, or sits at an enrolled PC, does not queue with those who try."""


def check_password(login: str, password: str, caller: Guesser = NOWHERE) -> Person:
    """Say who signs in, or raise Refused: `sign_in_wrong`, `sign_in_wait` (with `wait_s`), `person_inactive`.

    An unknown login takes as long and is answered like a wrong password. `caller` says from where, and whether this
    person signed in there before: then nobody else's wrong guesses make them wait.
    """
    folded = fold_login(login)[:150]
    has_guessed = has_guessed_much(SIGN_IN, caller)
    turn = take_turn(SIGN_IN, folded, caller)
    # PostgreSQL takes no NUL in a text, and nobody has one in their login
    person = None if "\x00" in folded else Person.objects.filter(login=folded).first()
    desk = _for_the_known if caller.known_as or caller.is_enrolled else _for_strangers
    who = folded if caller.known_as else caller.place or folded
    with _given_back_if_refused(turn), desk.taken(who, has_guessed=has_guessed):
        if person is None or len(password) > LONGEST_PASSWORD:
            make_password(password[:LONGEST_PASSWORD])  # the time a check takes must not tell who exists
            raise Refused("sign_in_wrong")
        if not person.check_password(password):
            raise Refused("sign_in_wrong")
    turn.start_anew()
    if not person.is_active:
        raise Refused("person_inactive")
    Person.objects.filter(pk=person.pk).update(last_login=timezone.now())
    return person


@contextmanager
def _given_back_if_refused(turn: Turn) -> Iterator[None]:
    """Who was not even heard has not guessed."""
    try:
        yield
    except Refused as refused:
        if refused.code == "sign_in_wait":
            turn.give_back()
        raise


def change_password(person: Person, old: str, new: str, caller: Guesser = NOWHERE) -> None:
    """Let a person choose another password, or raise Refused `sign_in_wrong`, `password_weak`, `password_same`."""
    known = check_password(person.login, old, caller)
    if old == new:
        raise Refused("password_same")
    try:
        validate_password(new, known)
    except ValidationError as weak:
        raise Refused("password_weak", reasons=", ".join(str(part.code) for part in weak.error_list)) from weak
    known.set_password(new)
    known.must_change_password = False
    known.save(update_fields=["password", "must_change_password"])


def give_one_time_password(person: Person) -> str:
    """Put a drawn password in the place of a person's own; gives it. Browsers that are signed in are so no more."""
    password = generate_password()
    person.set_password(password)
    person.must_change_password = True
    person.save(update_fields=["password", "must_change_password"])
    return password


class NotHollow:
    """Refuses passwords that are long and hold nothing; one of AUTH_PASSWORD_VALIDATORS."""

    def validate(self, password: str, _user: object = None) -> None:
        """Raise ValidationError `password_hollow`."""
        if is_hollow(password):
            raise ValidationError(self.get_help_text(), code="password_hollow")

    def get_help_text(self) -> str:
        """Say what is asked."""
        return gettext("Take at least four different letters, digits or signs; spaces do not count.")


def generate_password() -> str:
    """Draw a password of four groups of four that can be read aloud: 79 bits."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))
