"""The conversation about a request on the officer's page: what the citizen wishes, when it is, what came of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from server_sync.appeals import receiving as read
from server_sync.appeals.models import Appeal, Reception
from server_sync.casework import acts
from server_sync.casework.access import may
from server_sync.casework.reception_forms import LinkToReception, NoReception, NoteReception, SetReception
from server_sync.casework.telling import tell
from server_sync.common.refusals import Refused
from server_sync.contract import receptions
from server_sync.contract.bodies import MeetingPart, ReceptionNoted, ReceptionOutcome, Words
from server_sync.contract.events import EventKind
from server_sync.contract.meetings import GUEST_NAME_CHARACTERS, MeetingState
from server_sync.contract.receptions import ReceptionState
from server_sync.meetings import receiving
from server_sync.meetings.receiving import Appointment
from server_sync.meetings.receptions import has_links, take_back_links
from server_sync.pages.access import Standing
from server_sync.pages.appeal_words import Badge, best
from server_sync.pages.receptions import when
from server_sync.pages.typed import Typed
from server_sync.pages.wording import named_day

STATES: Final[dict[ReceptionState, tuple[Promise, str, str]]] = {
    ReceptionState.ASKED: (pgettext_lazy("conversation", "asked for, waits for your word"), "warn", "clock"),
    ReceptionState.SET: (pgettext_lazy("conversation", "set"), "good", "calendar"),
    ReceptionState.DECLINED: (pgettext_lazy("conversation", "declined"), "", "cross"),
    ReceptionState.CANCELLED: (pgettext_lazy("conversation", "called off"), "", "cross"),
    ReceptionState.TAKEN_BACK: (pgettext_lazy("conversation", "not wanted any more"), "", "cross"),
    ReceptionState.HELD: (pgettext_lazy("conversation", "held"), "good", "check"),
}

REFUSALS: Final[dict[str, Promise]] = {
    "reception_not_asked": _("Nothing was done: no conversation is asked for now."),
    "reception_not_set": _("Nothing was done: no conversation is set now."),
    "reception_begun": _("Nothing was done: the conversation has begun or is over."),
    "starts_in_the_past": _("This hour has passed already. Choose one to come."),
    "too_far_ahead": _("This is more than two years ahead. Look at the year."),
    "changed_meanwhile": _("Nothing was done: a colleague changed it meanwhile. Here is how it stands now."),
    "length_out_of_range": _("A conversation takes from 5 minutes to 4 hours."),
    "site_unknown": _("There is no such office. Choose one of the list."),
    "too_many_guests": _("So many links were made for this conversation that there are no more."),
    "meeting_over": _("Nothing was done: the conversation is over."),
    "meeting_cancelled": _("Nothing was done: the conversation was called off."),
}
BLAMED: Final = {"starts_in_the_past": "day", "too_far_ahead": "day", "length_out_of_range": "minutes"}

KINDS: Final = {
    "reception": EventKind.RECEPTION_SET,
    "decline": EventKind.RECEPTION_DECLINED,
    "invite": EventKind.RECEPTION_SET,
    "links-back": EventKind.RECEPTION_SET,
    "outcome": EventKind.RECEPTION_NOTED,
}
"""Acts on a conversation by the events that they become, or that give the right to them."""

NAMES: Final[dict[str, Promise]] = {
    "reception": _("Set day and hour"),
    "decline": _("There is no conversation"),
    "invite": _("Make the link for a browser"),
    "links-back": _("Take the links back"),
    "outcome": _("Write down what came of it"),
}


@dataclass(frozen=True, slots=True)
class OutcomeShown:
    """What came of a conversation, in words."""

    said: str
    promised: str
    promised_on: str
    next_step: str
    present: str
    is_for_applicant: bool


@dataclass(frozen=True, slots=True)
class ReceptionShown:
    """A conversation as the officer sees it; `acts` are those that fit now, by their names in addresses."""

    badge: Badge
    days: tuple[str, ...]
    note: str
    needs_interpreter: bool
    is_recording_agreed: bool
    when: str
    by_whom: str
    bring: str
    reason: str
    outcomes: tuple[OutcomeShown, ...]
    outcomes_more: int
    acts: frozenset[str]
    is_set: bool


@dataclass(frozen=True, slots=True)
class LinkMade:
    """A way in that was just made; it is shown once."""

    name: str
    address: str
    secret: str


def shown(standing: Standing, appeal: Appeal, language: str) -> ReceptionShown | None:
    """The newest conversation of a request; None when nobody ever asked for one."""
    told = read.told(appeal)
    if told is None:
        return None
    appointment = told.appointment
    words, look, icon = STATES[told.state]
    return ReceptionShown(
        badge=Badge(str(words), look, icon),
        days=tuple(named_day(day) for day in told.wish.days),
        note=told.wish.note,
        needs_interpreter=told.wish.needs_interpreter,
        is_recording_agreed=told.wish.is_recording_agreed,
        when="" if appointment is None else when(read.moment_of(appointment), appointment.minutes),
        by_whom="" if appointment is None else best(appointment.by_whom, language),
        bring="" if appointment is None else best(appointment.bring, language),
        reason=best(told.reason, language),
        outcomes=tuple(_outcome(one) for one in told.outcomes),
        outcomes_more=told.outcomes_said - len(told.outcomes),
        acts=_acts(standing, appeal, told),
        is_set=told.state is ReceptionState.SET,
    )


def _outcome(said: ReceptionOutcome) -> OutcomeShown:
    return OutcomeShown(
        said=said.said,
        promised=said.promised,
        promised_on="" if said.promised_on is None else named_day(said.promised_on),
        next_step=said.next_step,
        present=said.present,
        is_for_applicant=said.is_for_applicant,
    )


def _acts(standing: Standing, appeal: Appeal, told: receptions.Reception) -> frozenset[str]:
    fitting: set[str] = set()
    match told.state:
        case ReceptionState.ASKED:
            fitting = {"reception", "decline"}
        case ReceptionState.SET | ReceptionState.HELD:
            meeting = receiving.meeting_of(appeal)
            state = None if meeting is None else MeetingState(meeting.state)
            fitting = {"outcome"}
            if told.state is ReceptionState.SET and state is not MeetingState.OPEN:
                fitting |= {"decline"}
            if told.state is ReceptionState.SET and state is MeetingState.PLANNED:
                fitting |= {"reception"}
            if state in {MeetingState.PLANNED, MeetingState.OPEN}:
                fitting |= {"invite"}
            if meeting is not None and state in {MeetingState.PLANNED, MeetingState.OPEN} and has_links(meeting):
                fitting |= {"links-back"}
        case ReceptionState.TAKEN_BACK if told.appointment is not None:
            fitting = {"decline"}
        case _:
            pass
    return frozenset(act for act in fitting if may(standing, KINDS[act], appeal))


def forms_of(appeal: Appeal) -> dict[str, Typed]:
    """The forms of the acts, as they begin: an appointment that stands is moved from where it is."""
    row = read.newest(appeal)
    set_for = None if row is None else read.appointment(row)
    of = "" if set_for is None else set_for.meeting.hex()
    initial: dict[str, Any] = {"minutes": 30}
    if set_for is not None:
        at = timezone.localtime(read.moment_of(set_for))
        by_whom, bring = set_for.by_whom, set_for.bring
        initial = {
            "day": f"{at:%d.%m.%Y}",
            "at": f"{at:%H:%M}",
            "minutes": set_for.minutes,
            "ky": by_whom.ky,
            "ru": by_whom.ru,
            "bring_ky": bring.ky,
            "bring_ru": bring.ru,
            "site": _speaks_from(appeal),
        }
    return {
        "reception": SetReception(prefix="reception", initial=initial),
        "decline": NoReception(prefix="decline"),
        "invite": LinkToReception(prefix="invite"),
        "outcome": NoteReception(prefix="outcome", initial={"of": of}),
    }


def _speaks_from(appeal: Appeal) -> str:
    meeting = receiving.meeting_of(appeal)
    if meeting is None:
        return ""
    others = meeting.invitations.exclude(part=MeetingPart.CHAIR)
    return others.values_list("site_id", flat=True).first() or ""


def set_day(standing: Standing, appeal: Appeal, form: SetReception) -> None:
    """Give the conversation its day and hour, or another one; with somebody else, earlier links open nothing more."""
    wanted = Appointment(
        form.starts_at, form.cleaned_data["minutes"], form.words, form.bring, form.cleaned_data["site"]
    )
    expect = acts.expected(standing, appeal, EventKind.RECEPTION_SET)
    row = read.newest(appeal)
    before = None if row is None else read.appointment(row)
    receiving.set_reception(standing.person.id.bytes, appeal, wanted, expect)
    tell(appeal, EventKind.RECEPTION_SET)
    if before is not None and before.by_whom != form.words:
        take_back_links(appeal, timezone.now())


def decline(standing: Standing, appeal: Appeal, reason: Words) -> None:
    """Say that there is no conversation: a wish is declined, what was set is called off."""
    row = read.newest(appeal)
    expect = acts.expected(standing, appeal, EventKind.RECEPTION_DECLINED)
    if row is not None and row.state == ReceptionState.ASKED:
        receiving.decline_reception(standing.person.id.bytes, appeal, reason, expect)
    else:
        receiving.cancel_reception(standing.person.id.bytes, appeal, reason, expect)
    tell(appeal, EventKind.RECEPTION_SET)


def note(standing: Standing, appeal: Appeal, outcome: ReceptionOutcome, meeting: str = "") -> None:
    """Write down what came of the conversation of a meeting, as the page named it.

    Raises Refused `reception_not_set`, `changed_meanwhile` when the conversation is another one by now.
    """
    row = read.newest(appeal)
    if row is None or row.meeting is None:
        raise Refused("reception_not_set")
    if meeting and meeting != bytes(row.meeting).hex():
        raise Refused("changed_meanwhile")
    acts.say(standing, appeal, ReceptionNoted(bytes(row.meeting), outcome))


def make_link(standing: Standing, appeal: Appeal, language: str) -> LinkMade:
    """Make the way in by a browser for whom the citizen speaks with; raises Refused `reception_not_set`."""
    from server_sync.meetings import guests  # the media server's client takes a second to load

    row, meeting = read.newest(appeal), receiving.meeting_of(appeal)
    set_for = None if row is None else read.appointment(row)
    if not may(standing, EventKind.RECEPTION_SET, appeal):
        raise Refused("not_allowed")
    if set_for is None or meeting is None:
        raise Refused("reception_not_set")
    name = " ".join(best(set_for.by_whom, language).split())[:GUEST_NAME_CHARACTERS]
    link, secret = guests.make_link(standing.person, meeting, name, MeetingPart.SPEAKER, timezone.now())
    address = f"{settings.LIAISON_PUBLIC_URL}{reverse('guest')}#{secret}"
    return LinkMade(link.name, address, secret)


def withdraw_links(standing: Standing, appeal: Appeal) -> None:
    """Take back every way in by a browser; raises Refused `not_allowed`, `reception_not_set`."""
    from server_sync.meetings import guests  # as in `make_link`

    if not may(standing, EventKind.RECEPTION_SET, appeal):
        raise Refused("not_allowed")
    meeting = receiving.meeting_of(appeal)
    if meeting is None:
        raise Refused("reception_not_set")
    guests.withdraw_all(meeting, timezone.now())


def notes(listed: Iterable[Appeal]) -> dict[bytes, str]:
    """What a list says of the conversations about the requests that stand in it."""
    hashes = {appeal.pk: bytes(appeal.hash) for appeal in listed}
    awaited = Reception.objects.filter(appeal__in=hashes, state__in=(ReceptionState.ASKED, ReceptionState.SET))
    rows = awaited.filter(appeal__is_erased=False).only("appeal_id", "state", "starts_at").order_by("pk")
    return {hashes[row.appeal_id]: _note_of(row) for row in rows}


def _note_of(row: Reception) -> str:
    if row.state == ReceptionState.ASKED or row.starts_at is None:
        return gettext("asks for a conversation")
    return gettext("conversation: %(when)s") % {"when": f"{timezone.localtime(row.starts_at):%d.%m, %H:%M}"}
