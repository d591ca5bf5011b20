"""The operators' pages of doubts: the list, one doubt, and the two steps of its decision."""

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from server_sync.appeals.applying import Decision
from server_sync.appeals.offices import office_of
from server_sync.appeals.registering import given_number
from server_sync.appeals.resolving import number_holder, offered
from server_sync.common.refusals import Refused
from server_sync.contract.workflow import Role
from server_sync.journal.models import Event, Reading
from server_sync.oversight import doubts, forms, proposing, runs, stop_pages, wording
from server_sync.oversight.doubts import Doubt, Kind
from server_sync.oversight.models import DoubtProposal, Stage
from server_sync.pages.access import Standing, open_to
from server_sync.pages.appeal_words import site_name
from server_sync.pages.tiles import places
from server_sync.pages.typed import NotDone, Typed
from server_sync.pages.wording import language_now

LEAF_DIGITS: Final = 18
ACTS: Final[dict[str, type[Typed]]] = {
    "propose": forms.Decide,
    "confirm": forms.Which,
    "decline": forms.Decline,
    "take-back": forms.Which,
}
FORMS: Final = {"propose": "decide", "decline": "decline"}
"""What the page calls the forms of the acts that it shows in fields."""


def _row(doubt: Doubt) -> dict[str, Any]:
    said = wording.told(doubt)
    return {
        "doubt": doubt,
        "kind": wording.KINDS[doubt.kind],
        "icon": wording.ICONS[doubt.kind],
        "title": said.title,
        "text": said.text,
        "exactly": wording.exactly(doubt),
        "office": site_name(doubt.site_code, language_now()),
        "event_kind": wording.event_kind(doubt.event_kind),
    }


@require_safe
@open_to(Role.CENTRAL_OPERATOR)
def listed(request: HttpRequest, standing: Standing) -> HttpResponse:
    """All that is not registered, the oldest first; an odd filter shows everything."""
    reach = standing.reach(Role.CENTRAL_OPERATOR)
    wanted = request.GET.get("kind", "")
    kind = Kind(wanted) if wanted in set(Kind) else None
    offices = {place.code: site_name(place.code, language_now()) for place in places() if reach.covers(place.code)}
    office = request.GET.get("office", "")
    office = office if office in offices else ""
    typed = request.GET.get("after", "")
    after = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= LEAF_DIGITS else -1
    found = doubts.list_doubts(frozenset({office}) if office else reach.offices, kind, after)
    told = {
        "rows": [_row(doubt) for doubt in found.doubts],
        "stopped": stop_pages.rows(standing),
        "old": found.old,
        "kinds": [(one.value, wording.KINDS[one]) for one in Kind],
        "kind": kind.value if kind else "",
        "offices": sorted(offices.items(), key=lambda named: named[1]),
        "office": office,
        "is_whole": kind is None and not office and after < 0,
        "is_later": after >= 0,
        "next_after": found.next_after,
    }
    return render(request, "oversight/doubts.html", told)


@require_safe
@open_to(Role.CENTRAL_OPERATOR)
def one(request: HttpRequest, standing: Standing, event: str) -> HttpResponse:
    """One doubt, what was proposed about it, and the decision."""
    return _show(request, standing, _find(standing, event))


def _find(standing: Standing, typed: str) -> Event:
    event = doubts.find_event(typed, standing.reach(Role.CENTRAL_OPERATOR).offices)
    if event is None or not (doubts.doubts_about(event) or _proposals(event)):
        raise Http404
    return event


def _proposals(event: Event) -> list[DoubtProposal]:
    found = DoubtProposal.objects.filter(event=event.hash).select_related("proposed_by", "closed_by")
    return list(found.order_by("-proposed_at"))


def _show(
    request: HttpRequest,
    standing: Standing,
    event: Event,
    refused: str = "",
    failed: tuple[str, Typed] | None = None,
    status: int = 200,
) -> HttpResponse:
    reading = Reading.objects.filter(event=event).first()
    choices = [wording.choice(decision) for decision in offered(event, reading)]
    proposals = _proposals(event)
    waiting = next((proposal for proposal in proposals if proposal.stage == Stage.OPEN), None)
    holder = number_holder(event)
    office = office_of(event)
    told: dict[str, Any] = {
        "hash": event.hash.hex(),
        "rows": [_row(doubt) for doubt in doubts.doubts_about(event)],
        "office": site_name(office, language_now()),
        "site_code": office,
        "event_kind": wording.event_kind(event.kind),
        "number": given_number(event),
        "slot": event.epoch.slot,
        "seq": event.seq,
        "workplace": event.epoch.workplace.name,
        "taken_at": event.taken_at,
        "holder": None if holder is None else {"hash": bytes(holder.hash).hex(), "taken_at": holder.taken_at},
        "choices": choices,
        "waiting": waiting,
        "waiting_choice": wording.choice(Decision(waiting.decision)) if waiting else None,
        "is_own": waiting is not None and waiting.proposed_by_id == standing.person.pk,
        "history": [
            {
                "row": row,
                "stage": Stage(row.stage).name.lower(),
                "choice": wording.choice(Decision(row.decision)),
            }
            for row in proposals
            if row.stage != Stage.OPEN
        ],
        "run": len(runs.after(event)) + 1 if choices and waiting is None else 1,
        "decide": forms.Decide(prefix="propose", choices=_pairs(event)),
        "decline": forms.Decline(prefix="decline"),
        "not_done": NotDone("", (refused,)) if refused else None,
    }
    if failed is not None:
        act, form = failed
        told |= {FORMS.get(act, ""): form, "not_done": wording.not_done(act, form, waiting, standing)}
    return render(request, "oversight/doubt.html", told, status=status)


def _pairs(event: Event) -> list[tuple[str, str]]:
    reading = Reading.objects.filter(event=event).first()
    return [(decision.value, wording.choice(decision).label) for decision in offered(event, reading)]


@require_POST
@open_to(Role.CENTRAL_OPERATOR)
def act(request: HttpRequest, standing: Standing, event: str, act: str) -> HttpResponse:
    """Take one step; a form with errors comes back filled in, a refusal is said above the doubt as it stands now."""
    if act not in ACTS:
        raise Http404
    found = _find(standing, event)
    options: dict[str, Any] = {"choices": _pairs(found)} if act == "propose" else {}
    form = ACTS[act](request.POST, prefix=act, **options)
    if not form.is_valid():
        return _show(request, standing, found, failed=(act, form), status=400)
    try:
        said = _do(standing, found, form, act)
    except Refused as refused:
        return _show(request, standing, found, wording.refusal(refused), status=409)
    messages.add_message(request, messages.SUCCESS, str(said), extra_tags="good")
    return HttpResponseRedirect(reverse("doubt", args=[event]))


def _do(standing: Standing, event: Event, form: Typed, act: str) -> Any:
    match act, form:
        case "propose", forms.Decide():
            reason, of_run = form.cleaned_data["reason"], form.cleaned_data["run"]
            proposing.propose_decision(standing, event, form.chosen, reason, of_run=of_run)
            return _("Proposed. Another central operator confirms or declines it.")
        case "confirm", forms.Which():
            held = proposing.confirm_decision(standing, event, form.id)
            if held:
                said = gettext("Decided and carried out. Held as before, because they stand otherwise: %(count)s.")
                return said % {"count": held}
            return _("Decided and carried out. The office learns of it with its next exchange.")
        case "decline", forms.Decline():
            done = proposing.decline(DoubtProposal, standing, form.id, form.cleaned_data["note"], event=event.hash)
            return wording.ended(wording.declined(Reading.objects.filter(event=event).first()), done)
        case _, forms.Which():
            done = proposing.take_back(DoubtProposal, standing, form.id, event=event.hash)
            return wording.ended(gettext("Taken back."), done)
        case _:
            raise Http404
