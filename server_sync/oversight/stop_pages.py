"""The operators' pages of PCs that stopped numbering: one stop, and the two steps of lifting it."""

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from server_sync.common.refusals import Refused
from server_sync.contract.workflow import Role
from server_sync.oversight import forms, proposing, wording
from server_sync.oversight.models import Stage, StopProposal
from server_sync.oversight.stops import Stopped, find_stopped, list_stopped
from server_sync.pages.access import Standing, open_to
from server_sync.pages.appeal_words import site_name
from server_sync.pages.typed import NotDone, Typed
from server_sync.pages.wording import language_now

ACTS: Final[dict[str, type[Typed]]] = {
    "propose": forms.Lift,
    "confirm": forms.Which,
    "decline": forms.Decline,
    "take-back": forms.Which,
}
FORMS: Final = {"propose": "lift", "decline": "decline"}
"""What the page calls the forms of the acts that it shows in fields."""


def rows(standing: Standing) -> list[dict[str, Any]]:
    """The stopped PCs in reach, for the list of doubts."""
    return [_row(stopped) for stopped in list_stopped(standing.reach(Role.CENTRAL_OPERATOR).offices)]


def _row(stopped: Stopped) -> dict[str, Any]:
    said = wording.stopped(stopped)
    return {
        "stopped": stopped,
        "hash": stopped.stop.hex(),
        "title": said.title,
        "text": said.text,
        "exactly": wording.stopped_exactly(stopped),
        "office": site_name(stopped.site_code, language_now()),
        "is_proposed": StopProposal.objects.filter(stop=stopped.stop, stage=Stage.OPEN).exists(),
    }


@require_safe
@open_to(Role.CENTRAL_OPERATOR)
def one(request: HttpRequest, standing: Standing, stop: str) -> HttpResponse:
    """One stop, what was proposed about it, and the decision."""
    return _show(request, standing, _find(standing, stop))


def _find(standing: Standing, typed: str) -> Stopped:
    stopped = find_stopped(typed, standing.reach(Role.CENTRAL_OPERATOR).offices)
    if stopped is None:
        raise Http404
    return stopped


def _show(
    request: HttpRequest,
    standing: Standing,
    stopped: Stopped,
    refused: str = "",
    failed: tuple[str, Typed] | None = None,
    status: int = 200,
) -> HttpResponse:
    proposals = StopProposal.objects.filter(stop=stopped.stop).select_related("proposed_by", "closed_by")
    proposals = proposals.order_by("-proposed_at")
    waiting = next((proposal for proposal in proposals if proposal.stage == Stage.OPEN), None)
    told: dict[str, Any] = {
        "row": _row(stopped),
        "waiting": waiting,
        "is_own": waiting is not None and waiting.proposed_by_id == standing.person.pk,
        "history": [
            {"row": row, "stage": Stage(row.stage).name.lower()} for row in proposals if row.stage != Stage.OPEN
        ],
        "lift": forms.Lift(prefix="propose"),
        "decline": forms.Decline(prefix="decline"),
        "not_done": NotDone("", (refused,)) if refused else None,
    }
    if failed is not None:
        act, form = failed
        told |= {FORMS.get(act, ""): form, "not_done": wording.not_done(act, form, waiting, standing)}
    return render(request, "oversight/stop.html", told, status=status)


@require_POST
@open_to(Role.CENTRAL_OPERATOR)
def act(request: HttpRequest, standing: Standing, stop: str, act: str) -> HttpResponse:
    """Take one step; a form with errors comes back filled in, a refusal is said above the stop as it stands now."""
    if act not in ACTS:
        raise Http404
    found = _find(standing, stop)
    form = ACTS[act](request.POST, prefix=act)
    if not form.is_valid():
        return _show(request, standing, found, failed=(act, form), status=400)
    try:
        said = _do(standing, found, form, act)
    except Refused as refused:
        return _show(request, standing, found, wording.refusal(refused), status=409)
    messages.add_message(request, messages.SUCCESS, str(said), extra_tags="good")
    is_settled = act == "confirm"
    return HttpResponseRedirect(reverse("doubts") if is_settled else reverse("stop", args=[stop]))


def _do(standing: Standing, stopped: Stopped, form: Typed, act: str) -> Any:
    match act, form:
        case "propose", forms.Lift():
            proposing.propose_lifting(standing, stopped, form.cleaned_data["reason"])
            return _("Proposed. Another central operator confirms or declines it.")
        case "confirm", forms.Which():
            proposing.confirm_lifting(standing, stopped, form.id)
            return _("Lifted. The PC numbers on after its next exchange.")
        case "decline", forms.Decline():
            proposing.decline(StopProposal, standing, form.id, form.cleaned_data["note"], stop=stopped.stop)
            return _("Declined. The PC gives no numbers, as before.")
        case _, forms.Which():
            proposing.take_back(StopProposal, standing, form.id, stop=stopped.stop)
            return _("Taken back.")
        case _:
            raise Http404
