"""The administrators' page of programs' keys: propose, give, decline, take back, revoke."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from server_sync.common.refusals import Refused
from server_sync.contract.workflow import Role
from server_sync.pages.access import Standing, open_to
from server_sync.programs import keys
from server_sync.programs.forms import Propose, Why
from server_sync.programs.models import ProgramKey, Stage
from server_sync.programs.wording import SCOPES

SHOWN: Final = 100
"""Keys that are listed; of ended ones the newest."""
REFUSALS: Final[dict[str, Promise]] = {
    "key_gone": _("Nothing was done: this key was decided about meanwhile. Here is how it stands now."),
    "second_person_needed": _("Nothing was done: you proposed this yourself, another person has to give it."),
    "not_yours": _("Nothing was done: only the person who proposed this can take it back."),
    "role_missing": _("Nothing was done: both people must hold the role today, and one of them does not any more."),
}


def _for_keepers(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Open a page to administrators of the whole network: keys are for all of it."""

    @open_to(Role.ADMINISTRATOR)
    @wraps(view)
    def opened(request: HttpRequest, standing: Standing, /, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not keys.is_keeper(standing):
            raise PermissionDenied
        return view(request, standing, *args, **kwargs)

    return opened


@require_http_methods(["GET", "HEAD", "POST"])
@_for_keepers
def listed(request: HttpRequest, standing: Standing) -> HttpResponse:
    """All keys, and the way to another."""
    if request.method != "POST":
        return _show(request, standing)
    form = Propose(request.POST)
    if not form.is_valid():
        return _show(request, standing, form=form, status=400)
    told = form.cleaned_data
    keys.propose(standing, told["name"], told["about"], told["scopes"], told["until_on"])
    messages.add_message(
        request, messages.SUCCESS, str(_("Proposed. Another administrator gives or declines it.")), extra_tags="good"
    )
    return HttpResponseRedirect(reverse("program_keys"))


@require_POST
@_for_keepers
@sensitive_variables()
def act(request: HttpRequest, standing: Standing, key_id: UUID, act: str) -> HttpResponse:
    """Take one step; a key that is given is shown in the answer, and never again."""
    key = ProgramKey.objects.filter(pk=key_id).first()
    if key is None or act not in {"give", "decline", "take-back", "revoke"}:
        raise Http404
    why = Why(request.POST, prefix=f"{act}-{key_id.hex}") if act in {"decline", "revoke"} else None
    if why is not None and not why.is_valid():
        return _show(request, standing, why=(key_id, why), status=400)
    note = why.cleaned_data["note"] if why is not None else ""
    try:
        if act == "give":
            return _show(request, standing, given=(key.name, keys.give(standing, key_id)))
        said = _do(standing, key_id, act, note)
    except Refused as refusal:
        return _show(request, standing, refused=str(REFUSALS[refusal.code]), status=409)
    messages.add_message(request, messages.SUCCESS, str(said), extra_tags="good")
    return HttpResponseRedirect(reverse("program_keys"))


def _do(standing: Standing, key_id: UUID, act: str, note: str) -> Promise:
    match act:
        case "decline":
            keys.decline(standing, key_id, note)
            return _("Declined. The program gets no key.")
        case "take-back":
            keys.take_back(standing, key_id)
            return _("Taken back.")
        case _:
            keys.revoke(standing, key_id, note)
            return _("Revoked. Nothing opens with this key from now on.")


def _show(
    request: HttpRequest,
    standing: Standing,
    *,
    form: Propose | None = None,
    why: tuple[UUID, Why] | None = None,
    given: tuple[str, str] | None = None,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    rows = ProgramKey.objects.select_related("proposed_by", "given_by", "ended_by").annotate(brought=Count("written"))
    today = timezone.localdate()
    waiting = [_row(key, standing, why) for key in rows.filter(stage=Stage.PROPOSED).order_by("proposed_at")[:SHOWN]]
    held = rows.filter(stage=Stage.GIVEN, until_on__gte=today).order_by("name", "given_at")
    ended = rows.exclude(stage=Stage.PROPOSED).exclude(stage=Stage.GIVEN, until_on__gte=today).order_by("-proposed_at")
    told = {
        "form": form or Propose(),
        "waiting": waiting,
        "held": [_row(key, standing, why) for key in held[:SHOWN]],
        "ended": [_row(key, standing, why) for key in ended[:SHOWN]],
        "given": given,
        "refused": refused,
    }
    return render(request, "programs/keys.html", told, status=status)


def _row(key: ProgramKey, standing: Standing, why: tuple[UUID, Why] | None) -> dict[str, Any]:
    act = "decline" if key.stage == Stage.PROPOSED else "revoke"
    is_asked_again = why is not None and why[0] == key.pk
    return {
        "key": key,
        "stage": Stage(key.stage).name.lower(),
        "scopes": [(code, SCOPES[keys.Scope(code)]) for code in key.scopes],
        "is_own": key.proposed_by_id == standing.person.pk,
        "why": why[1] if why is not None and is_asked_again else Why(prefix=f"{act}-{key.pk.hex}"),
        "is_asked_again": is_asked_again,
    }
