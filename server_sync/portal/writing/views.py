"""Pages of a request that is being written; each shows the draft of this browser and decides nothing."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, replace
from functools import wraps
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from server_sync.appeals import public
from server_sync.common.addresses import place_of
from server_sync.common.refusals import Refused
from server_sync.common.retention import kept
from server_sync.contract.bodies import AnswerBy, AppealKind
from server_sync.contract.errors import ContractError
from server_sync.contract.limits import settle_line_ends
from server_sync.letters.queue import are_letters_sent
from server_sync.letters.texts import are_texts_sent
from server_sync.pages.appeal_words import KINDS, WAYS, category_name, site_name
from server_sync.pages.devices import remember
from server_sync.pages.typed import on_one_line
from server_sync.pages.wording import language_now
from server_sync.portal.accounts import keeping, requests
from server_sync.portal.accounts.sessions import Signed, signed_in
from server_sync.portal.models import Draft
from server_sync.portal.ownership import OPENED, RECEIPT
from server_sync.portal.published import PublicPage
from server_sync.portal.writing import choosing, confirming, drafts, files
from server_sync.portal.writing.drafts import Opened, Said
from server_sync.portal.writing.forms import Step
from server_sync.portal.writing.here import draft_here, forget_here, keep_here, secret_here
from server_sync.portal.writing.registering import STEPS, check, form_of, register
from server_sync.portal.writing.shown import receipt_of, refused, unusual

QUERY_LETTERS: Final = 100
ORDER: Final = (*STEPS, "files", "check")
View = Callable[..., HttpResponse]


def of_a_draft(view: Callable[..., HttpResponse]) -> View:
    """Give a view the draft of this browser; without one the beginning is shown, registered ones show their receipt.

    A step that is sent when its draft is gone begins another one with what was typed there.
    """

    @wraps(view)
    def opened_first(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        opened = draft_here(request)
        step = view.__name__
        if opened is None and request.method == "POST" and step in STEPS and secret_here(request):
            return _begin_anew(request, step, _typed(request, step, Said()))
        if opened is None:
            return HttpResponseRedirect(reverse("write"))
        if opened.row.appeal is not None:
            return HttpResponseRedirect(reverse("write_receipt"))
        return view(request, opened, *args, **kwargs)

    return opened_first


@never_cache
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """What writing takes, and the way back to what was begun in this browser."""
    opened = draft_here(request)
    told = {
        "here": "write",
        "is_open": are_letters_sent(),
        "signed": signed_in(request),
        "has_texts": are_texts_sent(),
        "opened": opened,
        "kept_days": kept("draft").days,
    }
    if opened is not None and opened.row.appeal is None:
        told["goes_on"] = _first_open(opened.said)
    return render(request, "portal/writing/start.html", told)


@sensitive_post_parameters()
@sensitive_variables()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def matter(request: HttpRequest) -> HttpResponse:
    """The first step; a draft begins when it is sent."""
    if not are_letters_sent():
        return HttpResponseRedirect(reverse("write"))
    opened = draft_here(request)
    if opened is not None and opened.row.appeal is not None:
        opened = None  # what was registered stays; this is another one
    if request.method != "POST":
        said = opened.said if opened is not None else Said()
        return show_step(request, "matter", {"form": _as_kept(request, "matter", said), "said": said})
    secret, said = "", _typed(request, "matter", opened.said if opened is not None else Said())
    if _chosen_elsewhere(request.POST):
        said = replace(said, addressee=_chosen_elsewhere(request.POST))
    try:
        if opened is None:
            secret, opened = drafts.begin(place_of(request), said)
        else:
            opened = drafts.keep(opened, said)
    except Refused as refusal:
        if refusal.code == "draft_gone":
            return _begin_anew(request, "matter", said)
        return _not_kept(request, "matter", said, refusal)
    response = _onward(request, "matter", opened)
    keep_here(response, secret or secret_here(request))
    return response


@sensitive_variables()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@of_a_draft
def addressee(request: HttpRequest, opened: Opened) -> HttpResponse:
    """The second step: whom it goes to; searching is a question by address, choosing a form."""
    if request.method == "POST":
        return _keep_step(request, "addressee", opened)
    return show_step(request, "addressee", _choices(request, opened.said) | {"alike": _alike(opened.said)})


@sensitive_post_parameters()
@sensitive_variables()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@of_a_draft
def writer(request: HttpRequest, opened: Opened) -> HttpResponse:
    """The third step: who writes."""
    signed = signed_in(request)
    if request.method == "POST":
        response = _keep_step(request, "writer", opened)
        if signed is not None and response.status_code == 302:
            _keep_details(signed, _typed(request, "writer", opened.said), wanted=bool(request.POST.get("details")))
        return response
    said = opened.said
    if not (said.surname or said.email):
        said = replace(said, territory=said.territory or said.place)
        if signed is not None:
            said = replace(said, email=signed.kept.email, **asdict(signed.kept.details) if signed.kept.details else {})
    told = {"form": _as_kept(request, "writer", said), "said": said, "is_signed": signed is not None}
    return show_step(request, "writer", told | {"keeps": signed is not None and signed.kept.details is not None})


@sensitive_variables()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@of_a_draft
def look_over(request: HttpRequest, opened: Opened) -> HttpResponse:
    """All that was written, to be looked at again; sent from here."""
    checked = check(opened.said)
    if checked.first_wrong:
        return HttpResponseRedirect(f"{reverse('write_' + checked.first_wrong)}?again=1")
    error, status = "", 200
    signed = signed_in(request)
    is_own = signed is not None and confirming.is_same_address(opened, signed.account.address)
    if request.method == "POST":
        try:
            if is_own:
                confirming.confirm_as_known(opened)
            if confirming.is_confirmed(opened):
                _registered(signed, opened, register(opened, language_now()))
                return HttpResponseRedirect(reverse("write_receipt"))
            if not confirming.awaits_code(opened):
                confirming.send_code(opened)
            return HttpResponseRedirect(reverse("write_confirm"))
        except ContractError as refusal:
            if refusal.code == "draft_gone":
                return _begin_anew(request, "check", opened.said)
            error, status = refused(refusal)
    told = {
        **_summary(opened.said),
        "unusual": unusual(checked.warnings),
        "is_confirmed": is_own or confirming.is_confirmed(opened),
        "error": error,
        "alike": _alike(opened.said),
        "files": files.brought(opened),
    }
    return show_step(request, "check", told, status)


@sensitive_post_parameters()
@sensitive_variables()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@of_a_draft
def confirm(request: HttpRequest, opened: Opened) -> HttpResponse:
    """The code of the letter; the right one registers."""
    error, status = "", 200
    if request.method == "POST":
        try:
            if request.POST.get("again"):
                confirming.send_code(opened)
                return HttpResponseRedirect(reverse("write_confirm"))
            if not confirming.is_confirmed(opened):
                confirming.confirm(opened, request.POST.get("code", "")[:QUERY_LETTERS])
            _registered(signed_in(request), opened, register(opened, language_now()))
            return HttpResponseRedirect(reverse("write_receipt"))
        except ContractError as refusal:
            if refusal.code == "not_whole":
                return HttpResponseRedirect(reverse("write_check"))
            if refusal.code == "draft_gone":
                return _begin_anew(request, "check", opened.said)
            error, status = refused(refusal)
    elif confirming.is_confirmed(opened) or not (opened.row.code or opened.row.letters):
        return HttpResponseRedirect(reverse("write_check"))
    told = {
        "address": opened.said.reached_at,
        "is_by_phone": opened.said.is_by_phone,
        "error": error,
        "holds_minutes": int(confirming.CODE_HOLDS.total_seconds()) // 60,
        "awaits": confirming.awaits_code(opened),
    }
    return show_step(request, "confirm", told, status)


@sensitive_variables()
@never_cache
@require_safe
def receipt(request: HttpRequest) -> HttpResponse:
    """What was registered in this browser: its number, code and square, and what comes next."""
    opened = draft_here(request)
    if opened is None or opened.row.appeal is None:
        return HttpResponseRedirect(reverse("write"))
    shown = receipt_of(opened.row, language_now())
    signed = signed_in(request)
    is_listed = signed is not None and signed.account.requests.filter(appeal=opened.row.appeal).exists()
    told = {
        "here": "write",
        "receipt": shown,
        "is_listed": is_listed,
        "list_of": signed.kept.email if signed is not None and not is_listed else "",
        "shown_hours": int(kept("receipt").total_seconds()) // 3600,
    }
    response = render(request, "portal/writing/receipt.html", told)
    for how in (RECEIPT, OPENED):
        remember(response, request, how, opened.row.appeal.hex())
    return response


@sensitive_variables()
@never_cache
@require_safe
def receipt_pdf(request: HttpRequest) -> HttpResponse:
    """The same as a paper."""
    from server_sync.portal.writing.paper import draw  # with a library of fonts, for whoever wants a paper

    opened = draft_here(request)
    shown = None if opened is None or opened.row.appeal is None else receipt_of(opened.row, language_now())
    if shown is None:
        return HttpResponseRedirect(reverse("write"))
    try:
        drawn = draw(shown, timezone.now())
    except Refused:
        return HttpResponseRedirect(f"{reverse('write_receipt')}?paper=0")
    response = HttpResponse(drawn, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{shown.number}.pdf"'
    return response


@require_POST
def throw_away(request: HttpRequest) -> HttpResponse:
    """Forget what was typed, or what was registered, for others who use this browser."""
    response = HttpResponseRedirect(reverse("write"))
    forget_here(response, request)
    return response


def _registered(signed: Signed | None, opened: Opened, row: Draft) -> None:
    """Let what was written under the address of the account belong to it; a full list is no reason to refuse it.

    Many share a telephone: what another wrote there under an address of their own joins no list unasked.
    """
    if signed is not None and row.appeal is not None and confirming.is_same_address(opened, signed.account.address):
        with suppress(Refused):
            requests.add(signed.account, bytes(row.appeal))


def _keep_details(signed: Signed, said: Said, *, wanted: bool) -> None:
    """Keep name and address for the next request, or keep them no longer, as the box says."""
    details = keeping.Details.of(said) if wanted else None
    if details != signed.kept.details:
        keeping.write(signed.account, keeping.Kept(signed.kept.email, details))


def _keep_step(request: HttpRequest, step: str, opened: Opened) -> HttpResponse:
    said = _typed(request, step, opened.said)
    try:
        opened = drafts.keep(opened, said)
    except Refused as refusal:
        if refusal.code == "draft_gone":
            return _begin_anew(request, step, said)
        return _not_kept(request, step, said, refusal)
    response = _onward(request, step, opened)
    keep_here(response, secret_here(request))
    return response


def _begin_anew(request: HttpRequest, step: str, said: Said) -> HttpResponse:
    """Begin another draft in place of one that is gone, with all that is still known, and ask for the rest."""
    try:
        secret, _ = drafts.begin(place_of(request), said)
    except Refused as refusal:
        return _not_kept(request, step if step in STEPS else "matter", said, refusal)
    wrong = check(said).first_wrong
    response = HttpResponseRedirect(f"{reverse(f'write_{wrong}')}?again=1" if wrong else reverse("write_check"))
    keep_here(response, secret)
    return response


def _onward(request: HttpRequest, step: str, opened: Opened) -> HttpResponse:
    """Where a kept step leads: to the next, back to what is being checked, or, left, to the beginning."""
    if request.POST.get("leave"):
        return HttpResponseRedirect(reverse("write"))
    form = form_of(step, opened.said)
    if not form.is_valid():
        told = {"form": form, "said": opened.said}
        return show_step(request, step, told | (_choices(request, opened.said) if step == "addressee" else {}), 400)
    following = ORDER[ORDER.index(step) + 1]
    if request.GET.get("then") == "check" and not check(opened.said).first_wrong:
        following = "check"
    return HttpResponseRedirect(reverse(f"write_{following}"))


def _not_kept(request: HttpRequest, step: str, said: Said, refusal: Refused) -> HttpResponse:
    """Show what was typed again, with why it could not be kept."""
    words, status = refused(refusal)
    told = {"form": form_of(step, said), "said": said, "error": words}
    return show_step(request, step, told | (_choices(request, said) if step == "addressee" else {}), status)


def show_step(request: HttpRequest, step: str, told: dict[str, Any], status: int = 200) -> HttpResponse:
    """A step with what all of them tell."""
    place = ORDER.index(step) + 1 if step in ORDER else len(ORDER)
    about = {
        "here": "write",
        "step": step,
        "place": place,
        "places": range(1, len(ORDER) + 1),
        "then": "?then=check" if request.GET.get("then") == "check" else "",
        "is_again": request.GET.get("again") == "1",
        "to": _chosen_elsewhere(request.POST) or _chosen_elsewhere(request.GET) if step == "matter" else "",
        "kept_days": kept("draft").days,
    }
    return render(request, f"portal/writing/{step}.html", about | told, status=status)


def _typed(request: HttpRequest, step: str, said: Said) -> Said:
    """What the form of a step brings, laid over what was typed before; line ends of every kind are one."""
    given = {
        name: settle_line_ends(request.POST.get(name, ""), is_long=name == "text") for name in STEPS[step].base_fields
    }
    return replace(said, **given)


def _chosen_elsewhere(told: QueryDict) -> str:
    """Whom the page of an official led here to write to; empty for nobody, and for who is no more."""
    code = told.get("to", "")[:QUERY_LETTERS]
    return code if choosing.of_today(code, timezone.localdate()) is not None else ""


def _as_kept(request: HttpRequest, step: str, said: Said) -> Step:
    """A step as it was left; with what is wrong in it only for who was sent back to put that right."""
    if request.GET.get("again") == "1":
        return form_of(step, said)
    return STEPS[step](initial={name: getattr(said, name) for name in STEPS[step].base_fields})


def _choices(request: HttpRequest, said: Said) -> dict[str, Any]:
    """Whom this request can go to: by the rule, chosen before, found by what was typed."""
    today, language = timezone.localdate(), language_now()
    query = on_one_line(request.GET.get("q", ""))[:QUERY_LETTERS]
    by_rule = choosing.by_rule(said, language, today)
    chosen = choosing.named(said.addressee, language, today) if choosing.of_today(said.addressee, today) else None
    gone = choosing.named(said.addressee, language, today) if said.addressee and chosen is None else None
    after = choosing.after(said.addressee, language, today) if gone is not None else None
    offers: list[choosing.Offer] = []
    has_more = False
    if query.strip():
        offers, has_more = choosing.search(query, said.place, language, today, is_all=request.GET.get("all") == "1")
    shown = {one.code for one in (by_rule, chosen, after) if one is not None}
    return {
        "said": said,
        "query": query,
        "by_rule": by_rule,
        "chosen": chosen if chosen is not None and (by_rule is None or chosen.code != by_rule.code) else None,
        "gone": gone,
        "after": after,
        "offers": [one for one in offers if one.code not in shown],
        "is_found": bool(offers),
        "has_more": has_more,
        "picked": said.addressee if chosen is not None else (by_rule.code if by_rule is not None else ""),
    }


def _summary(said: Said) -> dict[str, Any]:
    """What was written, in the words of the page."""
    language, today = language_now(), timezone.localdate()
    official = choosing.named(said.addressee, language, today)
    place = site_name(said.territory, language) if said.territory else ""
    return {
        "said": said,
        "kind": KINDS[AppealKind[said.kind.upper()]],
        "topic": category_name(said.category, language),
        "official": official,
        "name": " ".join(part for part in (said.surname, said.given_name, said.patronymic) if part.strip()),
        "lives": ", ".join(part for part in (place, said.settlement, said.street) if part.strip()),
        "way": WAYS[AnswerBy[said.answer_by.upper()]],
    }


def _alike(said: Said) -> list[PublicPage]:
    """What was asked and answered already; never a reason not to write."""
    return [PublicPage.of(one, language_now()) for one in public.alike(said.subject, said.category)]


def _first_open(said: Said) -> str:
    """The address of the step with which somebody goes on."""
    return reverse(f"write_{check(said).first_wrong or 'check'}")
