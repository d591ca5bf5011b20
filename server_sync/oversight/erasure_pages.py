"""The administrators' pages of erasure: find by number, propose with a ground, confirm by typing the number again."""

from collections.abc import Iterable
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from server_sync.appeals.models import fingerprint_of
from server_sync.common.refusals import Refused
from server_sync.contract.workflow import Role
from server_sync.oversight import erasures, forms, proposing, wording
from server_sync.oversight.erasures import Target
from server_sync.oversight.models import ErasureProposal, Stage
from server_sync.pages.access import Standing, open_to
from server_sync.pages.appeal_words import site_name
from server_sync.pages.typed import NotDone, Typed
from server_sync.pages.wording import language_now

ACTS: Final = ("propose", "confirm", "decline", "take-back")
FORMS: Final = {"propose": "erase", "confirm": "confirm", "decline": "decline"}
"""What the page calls the forms of the acts that it shows in fields."""


def _office(site_code: str) -> str:
    return site_name(site_code, language_now())


@require_safe
@open_to(Role.ADMINISTRATOR)
def listed(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Find a request by its number or fingerprint; what waits for confirmation; what was erased."""
    told: dict[str, Any] = {"find": forms.RequestNamed()}
    status = 200
    if "number" in request.GET:
        form = forms.RequestNamed(request.GET)
        told["find"] = form
        if form.is_valid():
            by_fingerprint = bool(form.fingerprint)
            found = (
                erasures.find_by_fingerprint(form.fingerprint, standing)
                if by_fingerprint
                else erasures.find_by_number(form.cleaned_data["number"], standing)
            )
            if len(found) == 1:
                return HttpResponseRedirect(reverse("erasure", args=[found[0].hash]))
            told["found"] = [{"target": target, "office": _office(target.site_code)} for target in found]
            told["nothing"] = "" if found else "fingerprint" if by_fingerprint else "number"
        else:
            status = 400
    waiting = list(erasures.waiting(standing))
    numbers = erasures.numbers_of(bytes(proposal.appeal) for proposal in waiting)
    told["waiting"] = [
        {
            "proposal": proposal,
            "hash": bytes(proposal.appeal).hex(),
            "fingerprint": fingerprint_of(bytes(proposal.appeal)),
            "number": numbers.get(bytes(proposal.appeal), ""),
            "is_own": proposal.proposed_by_id == standing.person.pk,
        }
        for proposal in waiting
    ]
    told["done"] = erasures.list_done(standing)
    return render(request, "oversight/erasures.html", told, status=status)


@require_safe
@open_to(Role.ADMINISTRATOR)
def one(request: HttpRequest, standing: Standing, appeal: str) -> HttpResponse:
    """One request: number, office, kinds of events and their count; the two steps of its erasure."""
    return _show(request, standing, _find(standing, appeal))


def _find(standing: Standing, typed: str) -> Target:
    target = erasures.find(typed, standing)
    if target is None:
        raise Http404
    return target


def _show(
    request: HttpRequest,
    standing: Standing,
    target: Target,
    refused: str = "",
    failed: tuple[str, Typed] | None = None,
    status: int = 200,
) -> HttpResponse:
    found = ErasureProposal.objects.filter(appeal=bytes.fromhex(target.hash))
    proposals = list(found.select_related("proposed_by", "closed_by").order_by("-proposed_at"))
    waiting = next((proposal for proposal in proposals if proposal.stage == Stage.OPEN), None)
    one_event = target.chosen(bytes(waiting.event)) if waiting and waiting.event else None
    named = _named(row.event for row in proposals if row.event is not None)
    told: dict[str, Any] = {
        "target": target,
        "office": _office(target.site_code),
        "kinds": [(wording.event_kind(kind), count) for kind, count in target.kinds],
        "events": [(event.hash.hex(), wording.event_kind(event.kind), event.taken_at) for event in target.to_choose],
        "waiting": waiting,
        "is_own": waiting is not None and waiting.proposed_by_id == standing.person.pk,
        "one_event": (wording.event_kind(one_event.kind), one_event.taken_at) if one_event else None,
        "history": [
            {"row": row, "stage": Stage(row.stage).name.lower(), "choice": {"label": named.get(row.event)}}
            for row in proposals
            if row.stage != Stage.OPEN
        ],
        "erase": forms.Erase(prefix="propose"),
        "confirm": forms.ConfirmErasure(prefix="confirm", expected=target),
        "decline": forms.Decline(prefix="decline"),
        "not_done": NotDone("", (refused,)) if refused else None,
    }
    if failed is not None:
        act, form = failed
        names = wording.ACT_NAMES_OF_ERASURES
        told |= {FORMS.get(act, ""): form, "not_done": wording.not_done(act, form, waiting, standing, names)}
    return render(request, "oversight/erasure.html", told, status=status)


def _named(hashes: Iterable[bytes]) -> dict[bytes | None, str]:
    """What can be erased in words: a single event, erased or not, by kind and moment; None is the whole request."""
    named: dict[bytes | None, str] = {None: gettext("The whole request")}
    for event, kind, taken_at in erasures.headers_of(hashes):
        named[event] = f"{wording.event_kind(kind)}, {timezone.localtime(taken_at):%d.%m.%Y %H:%M}"
    return named


@require_POST
@open_to(Role.ADMINISTRATOR)
def act(request: HttpRequest, standing: Standing, appeal: str, act: str) -> HttpResponse:
    """Take one step; a form with errors comes back filled in, a refusal is said above the request as it stands now."""
    if act not in ACTS:
        raise Http404
    target = _find(standing, appeal)
    form = _form(request, target, act)
    if not form.is_valid():
        return _show(request, standing, target, failed=(act, form), status=400)
    try:
        said = _do(standing, target, form, act)
    except Refused as refused:
        return _show(request, standing, _find(standing, appeal), wording.refusal(refused), status=409)
    messages.add_message(request, messages.SUCCESS, str(said), extra_tags="good")
    return HttpResponseRedirect(reverse("erasure", args=[appeal]))


def _form(request: HttpRequest, target: Target, act: str) -> Typed:
    match act:
        case "propose":
            return forms.Erase(request.POST, prefix=act)
        case "confirm":
            return forms.ConfirmErasure(request.POST, prefix=act, expected=target)
        case "decline":
            return forms.Decline(request.POST, prefix=act)
        case _:
            return forms.Which(request.POST, prefix=act)


def _do(standing: Standing, target: Target, form: Typed, act: str) -> Any:
    appeal = bytes.fromhex(target.hash)
    match form:
        case forms.Erase():
            chosen = form.event_hash
            if not target.left or (chosen is not None and target.chosen(chosen) is None):
                raise Refused("event_unknown")
            proposing.propose_erasure(standing, appeal, chosen, form.cleaned_data["ground"])
            return _("Proposed. Another administrator confirms or declines it.")
        case forms.ConfirmErasure():
            proposing.confirm_erasure(standing, appeal, form.id)
            return _("Erased here. The office erases the same with its next exchange.")
        case forms.Decline():
            done = proposing.decline(ErasureProposal, standing, form.id, form.cleaned_data["note"], appeal=appeal)
            return wording.ended(gettext("Declined."), done) if done else _("Declined. Nothing was erased.")
        case forms.Which():
            done = proposing.take_back(ErasureProposal, standing, form.id, appeal=appeal)
            return wording.ended(gettext("Taken back."), done)
        case _:
            raise Http404
