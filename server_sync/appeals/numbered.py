"""Finds requests by their number: one, or the few that two people let stand under one number beside each other."""

from typing import Any, Final

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BinaryField, F, Func, IntegerField, QuerySet, Value
from django.db.models.sql.compiler import SQLCompiler
from typing_extensions import override

from server_sync.appeals.models import BESIDE, Appeal
from server_sync.appeals.registering import given_number
from server_sync.contract import codec
from server_sync.contract.events import EventKind
from server_sync.contract.numbers import RegistrationNumber
from server_sync.journal.custody import BRANCHES_MOST
from server_sync.journal.models import Event

BEARING_MOST: Final = 1 + BRANCHES_MOST
"""Requests under one number: a number is given once in each history of its PC. Nobody lets in more of them, and what
anybody may ask of a number reads no more."""


def bearing(number: str) -> QuerySet[Appeal]:
    """The requests with a number: the one that had it first, then those let in beside it."""
    return Appeal.objects.filter(number=number).order_by("event_id")


def at(address: str) -> Appeal | None:
    """The request that an address of the staff's pages names (Appeal.address)."""
    number, mark, _fingerprint = address.partition(BESIDE)
    several = bearing(number).filter(is_second=bool(mark)).select_related("last_event")
    return next((appeal for appeal in several if appeal.address == address), None)


def beside(appeal: Appeal) -> list[Appeal]:
    """The other requests with the number of this one."""
    return list(bearing(appeal.number).exclude(pk=appeal.pk))


def given_outside(number: RegistrationNumber) -> list[Event]:
    """The registrations that give a number and are not in the register, in order of custody, without their words.

    The database looks for it in the headers: what a PC brought that was refused may be very much, and only what gives
    this number is read here.
    """
    stated = {7: number.counter, 8: number.random}  # the header's keys; of the year a number shows two digits only
    written = codec.encode({key: part for key, part in stated.items() if part})[1:]  # as it stands in a larger map
    refused = Event.custody.filter(
        kind=EventKind.APPEAL_REGISTERED,
        epoch__site__number_code=number.number_code,
        epoch__slot=number.slot,
        registers__isnull=True,
    )
    giving = refused.alias(place=_PlaceOf(written, "header")).filter(place__gt=0)
    events = giving.select_related("epoch__site").defer("salt", "body", "remains").order_by("leaf")
    return [event for event in events if given_number(event) == str(number)]


class _PlaceOf(Func):
    """Where bytes begin in a column of bytes, counted from 1; 0 where they are not in it."""

    output_field = IntegerField()
    function = "POSITION"
    arg_joiner = " IN "

    def __init__(self, sought: bytes, column: str) -> None:
        super().__init__(Value(sought, BinaryField()), F(column))

    @override
    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> tuple[str, Any]:
        """Write it as SQLite calls it, the column first."""
        turned = self.copy()
        turned.set_source_expressions(self.get_source_expressions()[::-1])
        return turned.as_sql(compiler, connection, function="INSTR", arg_joiner=", ", **context)
