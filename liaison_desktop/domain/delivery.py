"""How far something written here has come on its way to the centre."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum
from typing import Final

from server_sync.contract.events import EventKind

DECIDED_AT_CENTRE: Final = frozenset(
    {
        *("person_missing", "person_unknown", "role_missing", "not_for_offices", "not_for_walls"),
        *("counter_wrong", "year_wrong", "number_taken"),
        *("kept_out", "request_kept_out", "request_erased"),
    }
)
"""Codes of quarantine that no correction of an office lifts: two people at the centre decide, or have decided."""


class DeliveryState(IntEnum):
    """Where the newest event of a request is.

    `SENT` went out and is not answered yet; `STORED` is in the centre's custody; `REGISTERED` is in its register;
    `SEALED` has a signed acknowledgement, a proof from the public log and all its files acknowledged. Beside the way:
    `HELD` waits at the centre for another event or for two people (`after_revocation`), `QUARANTINED` is in custody
    and was not understood, `RETURNED` asks this office to put something right. `PRUNABLE` may be dropped here.
    """

    DRAFT = 0
    REGISTERED_HERE = 1
    SENT = 2
    STORED = 3
    HELD = 4
    REGISTERED = 5
    SEALED = 6
    PRUNABLE = 7
    QUARANTINED = 8
    RETURNED = 9

    @property
    def is_in_custody(self) -> bool:
        """Whether the centre has it durably."""
        return self >= DeliveryState.STORED


class LineState(IntEnum):
    """What is known of the line to the centre."""

    UNKNOWN = 0
    OFFLINE = 1
    WEAK = 2
    ONLINE = 3
    FOREIGN = 4
    """Something answers that is not the centre: a captive portal, a proxy."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What has not reached the centre yet; of what is `quarantined` this office can put right `to_correct`."""

    events: int = 0
    appeals: int = 0
    blobs: int = 0
    bytes: int = 0
    oldest_at: datetime | None = None
    quarantined: int = 0
    to_correct: int = 0
    returned: int = 0


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """One thing on its way, for the list of Delivery; `blob_id` is set for an attachment.

    `number` is empty for an event that belongs to no request (a session). `sent_bytes` of `size_bytes` have arrived.
    `code` and `field` say why the centre could not take an event, and which field it is, where it named one.
    """

    event: bytes
    seq: int
    kind: EventKind
    appeal: bytes | None
    number: str
    subject: str
    state: DeliveryState
    code: str
    since_at: datetime
    size_bytes: int
    sent_bytes: int = 0
    blob_id: bytes | None = None
    name: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class DayOfDelivery:
    """One day of the last week: how many requests were registered here and how many reached the centre."""

    day: date
    registered: int
    delivered: int
    exchanges: int
    line_hours: int


@dataclass(frozen=True, slots=True)
class WeekOfDelivery:
    """The last seven days, oldest first; `usual_delay_s` is the median from number to custody, None when unknown."""

    days: tuple[DayOfDelivery, ...]
    usual_delay_s: int | None
    last_contact_at: datetime | None


@dataclass(frozen=True, slots=True)
class Witnesses:
    """How many other sites were seen to have cosigned the public log in the last 7 days, and how many are wanted.

    `is_settled`: this PC has been at work for long enough to have seen them.
    """

    sites: int
    wanted: int
    is_settled: bool

    @property
    def are_missing(self) -> bool:
        """Whether somebody should ask why: nobody else may be looking at the log that is shown here."""
        return self.is_settled and self.sites < self.wanted
