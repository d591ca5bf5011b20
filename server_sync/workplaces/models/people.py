"""People and what they may do, where and when."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from typing_extensions import override

from server_sync.contract.folding import compose
from server_sync.contract.identifiers import uuid7
from server_sync.workplaces.models.territory import Body, Site


def fold_login(login: str) -> str:
    """Give a login the one form it is stored and looked up in: composed, lower case, no spaces around."""
    return compose(login).strip().lower()


class People(BaseUserManager["Person"]):
    """Creates people; there is no password but the one given."""

    def create_person(self, login: str, password: str | None, **fields: Any) -> "Person":
        """Write a new person down; without a password nobody can sign in as them."""
        person = self.model(login=fold_login(login), **fields)
        person.set_password(password)
        person.save(force_insert=True)
        return person

    @override
    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(login=fold_login(username or ""))


class Person(AbstractBaseUser):
    """Somebody who works with the register: clerk, officer, operator. Citizens are not in this table."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    login = models.CharField(max_length=150, unique=True)
    surname = models.CharField(max_length=300)
    given_name = models.CharField(max_length=300)
    patronymic = models.CharField(max_length=300, blank=True, default="")
    language = models.CharField(max_length=2, default="ky")
    email = models.CharField(max_length=254, blank=True, default="")
    """At work; reminders of terms go there."""
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[People] = People()

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["surname", "given_name"]

    class Meta:
        ordering = ("login",)

    @override
    def __str__(self) -> str:
        return self.login

    @property
    def full_name(self) -> str:
        """Surname first, as in documents."""
        return " ".join(part for part in (self.surname, self.given_name, self.patronymic) if part)

    @property
    def two_names(self) -> str:
        """Surname and given name alone, as somebody may take them for a password."""
        return f"{self.surname} {self.given_name}"

    @property
    def two_names_turned(self) -> str:
        """The same in the order of speech."""
        return f"{self.given_name} {self.surname}"


class RoleGrant(models.Model):
    """One role of a person in a territory or body, from a day until a day; an ended one stays as history.

    `site` is the territory it covers (with all below it), `body` the body it acts for; `acting` marks a substitute.
    `ended_at` is when an end was set that was not known at first: what came before it was judged without that end.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="grants")
    role = models.CharField(max_length=40)
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="grants")
    body = models.ForeignKey(Body, models.PROTECT, null=True, blank=True, related_name="grants")
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    acting = models.BooleanField(default=False)
    granted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="grants_made")
    granted_at = models.DateTimeField(default=timezone.now, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ("person", "from_on", "id")
        indexes = (models.Index(fields=["role", "site"], name="grant_role_site"),)

    @override
    def __str__(self) -> str:
        return f"{self.role}@{self.site_id or self.body_id or '*'}"


class Throttle(models.Model):
    """How long somebody who guessed wrong has to wait; `key` is a keyed hash, so that no login typed is kept.

    `is_for_ever`: the wrong attempts at one thing over its whole life; there are no more such rows than things.
    """

    key = models.CharField(max_length=64, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    last_failed_at = models.DateTimeField(db_index=True)
    open_at = models.DateTimeField()
    is_for_ever = models.BooleanField(default=False)

    @override
    def __str__(self) -> str:
        return self.key[:8]
