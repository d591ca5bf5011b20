"""Several requests at once: marked in a list, routed or accepted one after another, with a word on each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from server_sync.appeals.models import Appeal
from server_sync.appeals.numbered import at
from server_sync.appeals.routing import suggest
from server_sync.casework import acts, forms
from server_sync.casework.access import OFFICERS, View, record_look, view_of
from server_sync.casework.acting import words_of
from server_sync.casework.views import route_page, work_page
from server_sync.common.refusals import Refused
from server_sync.contract.workflow import Role
from server_sync.pages.access import Standing, open_to
from server_sync.pages.wording import language_now

AT_ONCE: Final = 50
"""Each is an act of its own, and nobody waits for more of them."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one of them; `why` says what was refused, and is empty where it is done."""

    number: str
    address: str
    subject: str
    why: str


@require_POST
@open_to(Role.REGISTRAR)
def route(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Send the marked requests to one body."""
    marked = _marked(standing, request, View.TO_ROUTE)
    form = forms.ToBody(request.POST, prefix="route", language=language_now())
    if not form.is_valid() or not 0 < len(marked) <= AT_ONCE:
        return route_page(request, standing, form, _picked(request), _how_many(marked), 400)
    body = form.cleaned_data["body"]

    def send(appeal: Appeal) -> None:
        record_look(standing, appeal, View.TO_ROUTE)
        suggestion = suggest(appeal)
        rule = suggestion.rule_id if suggestion is not None and suggestion.body_code == body else acts.NO_RULE
        acts.route(standing, appeal, body, form.words, rule)

    return route_page(request, standing, results=_each(request, marked, send))


@require_POST
@open_to(*OFFICERS)
def accept(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Accept the marked requests for consideration."""
    marked = _marked(standing, request, View.WHOLE)
    if not 0 < len(marked) <= AT_ONCE:
        return work_page(request, standing, picked=_picked(request), asked=_how_many(marked), status=400)
    return work_page(request, standing, results=_each(request, marked, lambda one: acts.accept(standing, one, "")))


def _picked(request: HttpRequest) -> frozenset[str]:
    return frozenset(request.POST.getlist("one")[: AT_ONCE + 1])


def _marked(standing: Standing, request: HttpRequest, view: View) -> list[Appeal]:
    """The marked requests that open to this person so; raises Http404 when some are marked and none does."""
    addresses = list(dict.fromkeys(request.POST.getlist("one")))[: AT_ONCE + 1]
    found = [appeal for address in addresses if (appeal := at(address[:80])) is not None]
    own = [appeal for appeal in found if view_of(standing, appeal) is view]
    if addresses and not own:
        raise Http404
    return own


def _how_many(marked: list[Appeal]) -> str:
    if not marked:
        return gettext("Mark the requests first.")
    return gettext("At most %(most)s at once. Mark fewer.") % {"most": AT_ONCE} if len(marked) > AT_ONCE else ""


def _each(request: HttpRequest, marked: list[Appeal], do: Callable[[Appeal], object]) -> list[Result]:
    """Do it to each; those that went elsewhere since they were marked are counted, and nothing is said of them."""
    results = []
    for appeal in marked:
        try:
            do(appeal)
            why = ""
        except Refused as refused:
            why = words_of(refused)
        results.append(Result(appeal.number, appeal.address, appeal.subject, why))
    if gone := len(set(request.POST.getlist("one"))) - len(marked):
        told = gettext("No longer in your list, nothing was done: %(n)s") % {"n": gone}
        results.append(Result("", "", "", told))
    return results
