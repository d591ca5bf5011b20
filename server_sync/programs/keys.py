"""Gives keys to programs, by two administrators of the whole network, and knows them again.

A key is drawn when the second of them gives it, shown once, and kept as its hash alone. Raises Refused `key_gone`
(decided meanwhile), `second_person_needed`, `not_yours`, `role_missing`, `key_ends_too_soon`.
"""

import hashlib
import secrets
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from server_sync.common.refusals import Refused
from server_sync.contract.workflow import Role
from server_sync.pages.access import Standing
from server_sync.programs.models import ProgramKey, Stage, WrittenBy
from server_sync.workplaces.models import Person

MARK: Final = "kattar_"
"""How every key begins, so that whoever finds one in a file knows what it is."""
SECRET_BYTES: Final = 32
LETTERS_MOST: Final = 100
LONGEST: Final = timedelta(days=731)
"""A key that nobody gives anew ends."""


class Scope(StrEnum):
    """What a key lets a program do."""

    READ_OPEN = "read:open"
    WRITE_REQUESTS = "write:requests"
    VOUCH_PERSON = "vouch:person"


def is_keeper(standing: Standing) -> bool:
    """Whether somebody administers the whole network: keys hold for all of it."""
    return standing.has(Role.ADMINISTRATOR) and standing.reach(Role.ADMINISTRATOR).offices is None


def count_to_give(standing: Standing) -> int:
    """How many proposals of others wait for this person."""
    return ProgramKey.objects.filter(stage=Stage.PROPOSED).exclude(proposed_by=standing.person).count()


def propose(standing: Standing, name: str, about: str, scopes: list[Scope], until_on: date) -> ProgramKey:
    """Propose a key; it opens nothing before another administrator gives it."""
    _demand_keeper(standing)
    today = timezone.localdate()
    if not today < until_on <= today + LONGEST:
        raise Refused("key_ends_too_soon")
    named = sorted(scope.value for scope in scopes)
    return ProgramKey.objects.create(
        name=name, about=about, scopes=named, until_on=until_on, proposed_by=standing.person
    )


def give(standing: Standing, key_id: UUID) -> str:
    """Give what another proposed; returns the key itself, which nobody can be shown again."""
    _demand_keeper(standing)
    secret = MARK + secrets.token_urlsafe(SECRET_BYTES)
    with transaction.atomic():
        key = _proposed(key_id)
        if key.proposed_by_id == standing.person.pk:
            raise Refused("second_person_needed")
        _demand_keeper(Standing.of(key.proposed_by))
        _step(
            key_id, Stage.PROPOSED, Stage.GIVEN, hash=_hash(secret), given_by=standing.person, given_at=timezone.now()
        )
    return secret


def decline(standing: Standing, key_id: UUID, note: str) -> None:
    """Turn down what another proposed, saying why."""
    _demand_keeper(standing)
    if _proposed(key_id).proposed_by_id == standing.person.pk:
        raise Refused("second_person_needed")
    _end(standing.person, key_id, Stage.PROPOSED, Stage.DECLINED, note)


def take_back(standing: Standing, key_id: UUID) -> None:
    """Take back what one proposed."""
    if _proposed(key_id).proposed_by_id != standing.person.pk:
        raise Refused("not_yours")
    _end(standing.person, key_id, Stage.PROPOSED, Stage.TAKEN_BACK, "")


def revoke(standing: Standing, key_id: UUID, note: str) -> None:
    """End a key at once. One person is enough: what is shut too early can be given anew."""
    _demand_keeper(standing)
    _end(standing.person, key_id, Stage.GIVEN, Stage.REVOKED, note)


def end_all(note: str) -> list[str]:
    """End all keys that were given, which no person did; says which.

    For a database that comes from a backup: in it stand keys that were revoked since.
    """
    given = ProgramKey.objects.filter(stage=Stage.GIVEN)
    names = list(given.filter(until_on__gte=timezone.localdate()).order_by("name").values_list("name", flat=True))
    given.update(stage=Stage.REVOKED, ended_at=timezone.now(), note=note)
    return names


def known(secret: str) -> ProgramKey | None:
    """The key that a program showed, if it holds today; notes that it was used on this day."""
    if not secret.startswith(MARK) or len(secret) > LETTERS_MOST:
        return None
    today = timezone.localdate()
    key = ProgramKey.objects.filter(hash=_hash(secret), stage=Stage.GIVEN, until_on__gte=today).first()
    if key is not None and key.used_on != today:
        ProgramKey.objects.filter(pk=key.pk).update(used_on=today)
    return key


def may(key: ProgramKey | None, scope: Scope) -> bool:
    """Whether a key lets its program do something."""
    return key is not None and scope.value in key.scopes


def forget_request(appeal: bytes) -> None:
    """Forget by which program a request came whose words are erased."""
    WrittenBy.objects.filter(appeal=appeal).delete()


def _demand_keeper(standing: Standing) -> None:
    if not is_keeper(standing):
        raise Refused("role_missing", role=Role.ADMINISTRATOR.value)


def _proposed(key_id: UUID) -> ProgramKey:
    key = ProgramKey.objects.select_related("proposed_by").filter(pk=key_id, stage=Stage.PROPOSED).first()
    if key is None:
        raise Refused("key_gone")
    return key


def _end(person: Person, key_id: UUID, before: Stage, now: Stage, note: str) -> None:
    _step(key_id, before, now, ended_by=person, ended_at=timezone.now(), note=note)


def _step(key_id: UUID, before: Stage, now: Stage, **noted: Any) -> None:
    if ProgramKey.objects.filter(pk=key_id, stage=before).update(stage=now, **noted) != 1:
        raise Refused("key_gone")


def _hash(secret: str) -> bytes:
    return hashlib.sha256(b"liaison program key\x00" + secret.encode("utf-8", "replace")).digest()
