"""The big screen of a hall: which meeting it goes to by itself, and who lets it begin with nobody there.

Its computer is enrolled by a code of its own kind; the centre sends it meetings alone, and its store never held a
citizen. That is why its key may lie in a file.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from liaison_desktop.domain.errors import NotAllowed
from liaison_desktop.domain.meetings import MeetingSeen
from liaison_desktop.domain.people import Person
from liaison_desktop.services.desk import Desk
from liaison_desktop.services.opening import Place
from liaison_desktop.services.signing_in import signed_in_person
from liaison_desktop.store import meetings
from liaison_desktop.workplace.wall_key import drop_wall_key, keep_wall_key, read_wall_key
from server_sync.contract.meetings import LATE_S, MeetingState
from server_sync.contract.workflow import Role

WALL_LANGUAGE: Final = "wall_language"
WALL_THEME: Final = "wall_theme"
"""Settings in `workplace.json`: how the wall speaks and looks, whatever the people do who look after it."""
MAY_TURN: Final = frozenset(
    {Role.AKIM, Role.PLENIPOTENTIARY, Role.CHAIR_ASSISTANT, Role.CENTRAL_OPERATOR, Role.ADMINISTRATOR}
)
"""Who says whether a hall's screen begins by itself."""
BEFORE: Final = timedelta(minutes=10)
"""So long before its hour a meeting is gone to: what does not work is seen while there is time."""

Visited = tuple[bytes, int]
"""A meeting and the hour it was planned for: one that is moved is another one."""


@dataclass(frozen=True, slots=True)
class WallLook:
    """How the wall speaks and looks."""

    language: str
    theme: str


def is_wall(place: Place) -> bool:
    """Whether this computer was enrolled as that of a hall's big screen."""
    enrolment = place.file.read().enrolment
    return enrolment is not None and enrolment.is_wall


def begins_by_itself(place: Place) -> bool:
    """Whether the screen shows meetings with nobody there."""
    return is_wall(place) and read_wall_key(place.home.wall_key) is not None


def may_turn(person: Person, today: date) -> bool:
    """Whether a person says if the screen begins by itself."""
    return any(one.role in MAY_TURN and one.holds_on(today) for one in person.roles)


def demand_may_turn_on(desk: Desk) -> None:
    """Raise NotAllowed unless this is a wall's PC, its store has no request, and the person may; as `turn_on`.

    What `workplace.json` says of the kind is guarded by nothing; what the store holds is.
    """
    if not desk.enrolment.is_wall or has_requests(desk):
        raise NotAllowed("not_of_wall")
    _demand(desk)


def has_requests(desk: Desk) -> bool:
    """Whether the store has, or is about to have, a citizen in it."""
    asked = "SELECT EXISTS (SELECT 1 FROM appeals) OR EXISTS (SELECT 1 FROM drafts)"
    return bool(desk.store.connection.execute(asked).fetchone()[0])


def let_go_of_register(place: Place, desk: Desk) -> bool:
    """Take the key away from a store that has a citizen in it, however it came there; says whether it did."""
    if not has_requests(desk):
        return False
    drop_wall_key(place.home.wall_key)
    return True


def turn_on(place: Place, desk: Desk) -> None:
    """Let the screen begin by itself from now on; raises NotAllowed `not_of_wall`, `no_role_here`, DiskFull."""
    demand_may_turn_on(desk)
    keep_wall_key(place.home.wall_key, desk.store.key)


def turn_off(place: Place, desk: Desk) -> None:
    """Let the store be opened by people alone again; raises NotAllowed `no_role_here`."""
    _demand(desk)
    drop_wall_key(place.home.wall_key)


def wall_look(place: Place) -> WallLook:
    """How the wall speaks and looks: as was chosen, else as the program does, and dark."""
    description = place.file.read()
    kept = description.settings
    return WallLook(kept.get(WALL_LANGUAGE, description.language), kept.get(WALL_THEME, "dark"))


def visit_of(seen: MeetingSeen) -> Visited:
    """What tells one visit to a meeting from the next."""
    return seen.meeting, seen.plan.starts_at_ms


def coming(desk: Desk) -> tuple[MeetingSeen, ...]:
    """The meetings to come of this office, the next first; others are no matter of a wall."""
    found = meetings.coming(desk.store.connection, desk.held().time_ms)
    return tuple(one for one in found if one.part_of(desk.enrolment.site_code) is not None)


def choose(known: Iterable[MeetingSeen], now: datetime, been: Collection[Visited]) -> MeetingSeen | None:
    """The meeting that the wall goes to now: one that runs before one that is about to begin, of several the latest."""
    due = [one for one in known if is_due(one, now) and visit_of(one) not in been]
    return max(due, key=lambda one: (one.state is MeetingState.OPEN, one.starts_at, one.meeting), default=None)


def is_due(seen: MeetingSeen, now: datetime) -> bool:
    """Whether a meeting runs, or begins within some minutes and is not cancelled."""
    if seen.state is MeetingState.OPEN:
        return now <= seen.ends_at + timedelta(seconds=LATE_S)
    return seen.state is MeetingState.PLANNED and seen.starts_at - BEFORE <= now < seen.ends_at


def next_ones(known: Iterable[MeetingSeen], now: datetime, most: int) -> tuple[MeetingSeen, ...]:
    """What stands on the wall while nothing runs: what is to come, cancelled ones until their time has passed."""
    return tuple(one for one in known if one.ends_at > now and one.state is not MeetingState.CLOSED)[:most]


def _demand(desk: Desk) -> None:
    if not may_turn(signed_in_person(desk), desk.today()):
        raise NotAllowed("no_role_here")
