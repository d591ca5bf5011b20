"""Says doubts in words: what happened, what it means and what to do; what each decision leads to; refusals."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from server_sync.appeals.applying import Decision
from server_sync.common.refusals import Refused
from server_sync.contract.events import BODY_OF, EventKind
from server_sync.contract.messages import CLERK_SAID_NO, Status
from server_sync.journal.models import Reading
from server_sync.oversight.doubts import Doubt, Kind
from server_sync.oversight.models import Proposal
from server_sync.oversight.stops import Stopped
from server_sync.pages.access import Standing
from server_sync.pages.appeal_words import ACTS
from server_sync.pages.quarantine_words import Told, quarantine, reason
from server_sync.pages.typed import NotDone, Typed

KINDS: Final[dict[Kind, Promise]] = {
    Kind.QUARANTINED: _("Quarantine"),
    Kind.AFTER_REVOCATION: _("After withdrawal of the PC"),
    Kind.WAITING: _("Waits for another event"),
    Kind.KIND_UNKNOWN: _("Of an unknown kind"),
    Kind.FORK: _("Two branches of one PC"),
    Kind.OUT_OF_TURN: _("Out of turn"),
    Kind.DOUBTFUL: _("A date or term is doubtful"),
    Kind.UNREAD: _("Not read yet"),
    Kind.KEPT_OUT: _("Kept out by decision"),
}

ICONS: Final[dict[Kind, str]] = {
    Kind.QUARANTINED: "quarantine",
    Kind.AFTER_REVOCATION: "lock",
    Kind.WAITING: "clock",
    Kind.KIND_UNKNOWN: "file",
    Kind.FORK: "route",
    Kind.OUT_OF_TURN: "warning",
    Kind.DOUBTFUL: "calendar",
    Kind.UNREAD: "unsent",
    Kind.KEPT_OUT: "cross",
}

_OF_KIND: Final[dict[Kind, Told]] = {
    Kind.AFTER_REVOCATION: Told(
        _("Written after the PC was withdrawn"),
        _(
            "The PC went on after it had been withdrawn. Whoever holds it may be a clerk who did not know, or a "
            "thief. Ring the office: does it have the paper? If so, release it; if not, keep it out."
        ),
    ),
    Kind.WAITING: Told(
        _("Builds on an event that is not here"),
        _(
            "It is applied by itself as soon as the other event is entered. See whether that one stands in this "
            "list, or is still unsent on the PC of the office. If nobody can say what it waits for, keep it out."
        ),
    ),
    Kind.KIND_UNKNOWN: Told(
        _("This server does not know such events yet"),
        _(
            "The PC has a newer program than the centre. It is applied by itself after the update of the server. If no "
            "program of ours writes such events, keep it out and have the PC examined."
        ),
    ),
    Kind.FORK: Told(
        _("The history of this PC has two branches"),
        _(
            "Its store was copied, or put back from a copy, and both went on. Both branches are kept and entered; "
            "numbers of the second that lie ahead of the first are held. The PC gives no numbers any more: have it "
            "enrolled anew. When that is done, let it stand."
        ),
    ),
    Kind.OUT_OF_TURN: Told(
        _("The state of the request did not expect this"),
        _(
            "Two people did something to one request without knowing of each other. What was said is kept, the state "
            "did not change. The body or the office puts right what is wrong; then let it stand."
        ),
    ),
    Kind.UNREAD: Told(
        _("Taken in and not read by the server"),
        _("The server was stopped between the two. It goes on by itself; if it does not, ring the duty engineer."),
    ),
    Kind.KEPT_OUT: Told(
        _("Two people kept it out of the register"),
        _("It stays in custody. If that was a mistake, it can be released."),
    ),
}

_OF_MARK: Final[dict[str, Told]] = {
    "day_doubtful": Told(
        _("The date it names cannot be true"),
        _(
            "It lies before the PC last heard from the centre, or after the event came. The register goes by the "
            "nearest day that is possible, and a request is given its term by the law. Have the clock of the PC set, "
            "tell the office which date holds; then let it stand."
        ),
    ),
    "term_doubtful": Told(
        _("The term it claims is not the one of the law"),
        _(
            "The working days or the due date are not what the rules of that day give. The due date is counted by the "
            "law and told to the office. Have the program of the PC updated; then let it stand."
        ),
    ),
    "clock_doubtful": Told(
        _("The clock of the PC was wrong"),
        _(
            "By its clock it was made before the PC last heard from the centre, or after it came. Its date is possible "
            "and holds. Have the clock set; then let it stand."
        ),
    ),
}


_STOPPED_BY_CLERK: Final = Told(
    _("A clerk said that the last paper has a later number"),
    _(
        "The office gives no numbers; drafts can be written there. Ring it and have its last receipt read "
        "out. If its number is the one the office's program shows, the clerk was mistaken: let the PC number on. If "
        "the paper has a later one, its store lost requests: have the PC enrolled anew, and those papers registered."
    ),
)
_STOPPED: Final = Told(
    _("The store of the PC is not what it was"),
    _(
        "It was copied, put back, damaged or moved, and numbers could repeat. What it holds is delivered. Nobody "
        "can lift this: have the PC enrolled anew as a new workplace."
    ),
)


_STOP_REASONS: Final[dict[str, Promise]] = {
    "mirror_ahead": _("its second medium holds more than it does"),
    "mirror_differs": _("its second medium holds another history"),
    "mirror_missing": _("its second medium lost what was written there"),
    "home_copied": _("its folder was copied on the same computer"),
    "other_machine": _("its folder comes from another computer"),
    "store_damaged": _("its file is damaged"),
    "epoch_differs": _("its file and its folder belong to two workplaces"),
    "rolled_back": _("an earlier state of it was put back"),
    "forked": _("two copies of it went on"),
}


def stopped_exactly(one: Stopped) -> str:
    """What the PC says is wrong with its store; empty where the title says it, or the word is not known here."""
    return str(_STOP_REASONS.get(one.code, ""))


def stopped(one: Stopped) -> Told:
    """Why a PC gives no numbers, and what to do."""
    return _STOPPED_BY_CLERK if one.code == CLERK_SAID_NO else _STOPPED


@dataclass(frozen=True, slots=True)
class Choice:
    """A decision as it is offered: its word, and what it leads to."""

    value: str
    label: str
    leads_to: str
    icon: str


_DECISIONS: Final[dict[Decision, tuple[Promise, Promise, str]]] = {
    Decision.RELEASE: (
        pgettext_lazy("decision", "Release"),
        _("It is entered in the register as if it had come in order. The office learns of it, what waited follows."),
        "check",
    ),
    Decision.KEEP_OUT: (
        pgettext_lazy("decision", "Keep out"),
        _("It stays in custody, out of the register, and so does what builds on it. The office learns of it."),
        "cross",
    ),
    Decision.BESIDE: (
        pgettext_lazy("decision", "Let in beside"),
        _(
            "Both requests stand under the number, each with a note; the fingerprint of the receipt tells them apart. "
            "It is entered as if it had come in order, and the citizen who holds its receipt loses nothing."
        ),
        "two",
    ),
    Decision.LINK: (
        pgettext_lazy("decision", "Link"),
        _(
            "The request that has the number keeps it, with a note that a second paper bears it too. This event "
            "becomes no request of its own."
        ),
        "clip",
    ),
    Decision.LET_STAND: (
        pgettext_lazy("decision", "Let stand"),
        _("Nothing changes in the register; the doubt is closed, with who looked at it and why."),
        "eye",
    ),
}

ACT_NAMES: Final[dict[str, Promise]] = {
    "propose": pgettext_lazy("button", "Propose"),
    "confirm": _("Confirm and carry out"),
    "decline": pgettext_lazy("button", "Decline"),
    "take-back": pgettext_lazy("proposal", "Take back"),
}
"""Steps as their buttons call them, by their names in addresses."""
ACT_NAMES_OF_ERASURES: Final = ACT_NAMES | {"confirm": _("Erase for ever")}

REFUSALS: Final[dict[str, Promise]] = {
    "proposed_already": _("Nothing was done: a colleague has proposed something meanwhile. Read it below."),
    "proposal_gone": _(
        "Nothing was done: this proposal was decided or taken back meanwhile. Here is how it stands now."
    ),
    "second_person_needed": _("Nothing was done: you proposed this yourself, another person has to confirm it."),
    "no_room": _("Nothing was done: the disk of the centre is full. Ask its operator to make room, then try again."),
    "not_yours": _("Nothing was done: only the person who proposed this can take it back."),
    "role_missing": _("Nothing was done: both people must hold the role today, and one of them does not any more."),
    "nothing_to_resolve": _("Nothing was done: there is nothing left to decide about this event."),
    "decision_not_fitting": _("Nothing was done: this decision does not fit the event as it stands now."),
    "erased_already": _("Nothing was done: the words are erased already."),
    "not_erasable": _("Nothing was done: nobody says anything in this event."),
    "stop_not_liftable": _(
        "Nothing was done: the store of this PC is not what it was, and people cannot lift that. Have it enrolled anew."
    ),
    "event_unknown": _("Nothing was done: there are no words left that could be erased."),
}


def told(doubt: Doubt) -> Told:
    """A doubt in words."""
    if doubt.kind is Kind.QUARANTINED:
        return quarantine(doubt.code)
    if doubt.kind is Kind.DOUBTFUL:
        return _OF_MARK[doubt.code]
    return _OF_KIND[doubt.kind]


def exactly(doubt: Doubt) -> str:
    """What is wrong beyond the title of a doubt; empty where the title says it."""
    return reason(doubt.code) if doubt.kind is Kind.QUARANTINED else ""


def choice(decision: Decision) -> Choice:
    """A decision in words."""
    label, leads_to, icon = _DECISIONS[decision]
    return Choice(decision.value, str(label), str(leads_to), icon)


def declined(reading: Reading | None) -> str:
    """What a declined proposal leaves behind: an event that is held, or one in the register with its doubt."""
    if reading is not None and reading.status == Status.REGISTERED:
        return gettext("Declined. The event stands in the register as before, and its doubt in this list.")
    return gettext("Declined. The event is held as before.")


_OF_PC: Final[dict[EventKind, Promise]] = {
    EventKind.SESSION_OPENED: _("Somebody began to work on the PC"),
    EventKind.SESSION_CLOSED: _("Somebody ended their work on the PC"),
    EventKind.ATTACHMENT_LOST: _("An attachment is lost"),
    EventKind.HOLE: _("An event was found damaged on the PC"),
}
"""What a PC says of itself; nothing of it happens to a request."""


def event_kind(kind: int) -> str:
    """A kind of event in words, by its number when there are none."""
    named = EventKind(kind) if kind in BODY_OF else None
    known = None if named is None else ACTS.get(named) or _OF_PC.get(named)
    return str(known) if known else gettext("kind %(n)s") % {"n": kind}


def not_done(
    act: str, form: Typed, waiting: Proposal | None, standing: Standing, names: Mapping[str, Promise] = ACT_NAMES
) -> NotDone:
    """What the top of a page says of a form with errors; it leads to the field while the page has the form still."""
    said = form.not_done(str(names[act]))
    is_own = waiting is not None and waiting.proposed_by_id == standing.person.pk
    has_form = waiting is None if act == "propose" else waiting is not None and not is_own
    return said if has_form else replace(said, anchor="")


def ended(said: str, done: int) -> str:
    """What is said when a proposal ends unconfirmed; a confirmation under way may have carried out a part of it."""
    if not done:
        return said
    carried_out = gettext("Another person was carrying it out: done by then, and staying so: %(count)s.")
    return f"{said} {carried_out % {'count': done}}"


def refusal(refused: Refused) -> str:
    """A refusal in words; one without words of its own names its code."""
    if refused.code == "proposal_ended":
        said = gettext(
            "This proposal was declined or taken back while it was being carried out. Events done by then, which stay "
            "so: %(count)s. The others stand as they were."
        )
        return said % {"count": refused.params["done"]}
    if refused.code == "still_refused":
        said = gettext("Nothing was done: released, it would be held back again. %(why)s.")
        code = str(refused.params["code"])
        exactly = reason(code)
        title = str(quarantine(code).title)
        return said % {"why": f"{title} ({exactly})" if exactly else title}
    known = REFUSALS.get(refused.code)
    return str(known) if known else gettext("Refused: %(code)s") % {"code": refused.code}
