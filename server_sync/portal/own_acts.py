"""The pages on which applicants rate, complain, add and withdraw: typed, looked over, said once.

Open only where the request was opened by its number and code a short while ago (portal.follow). What was typed when
that time was over goes back into the page with the code asked for again: the server keeps none of it. Works without
script; nothing of what is said stands in an address.
"""

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from server_sync.appeals import complaining
from server_sync.appeals.models import Appeal
from server_sync.appeals.sending_up import above, new_term
from server_sync.common.addresses import place_of
from server_sync.common.refusals import Refused
from server_sync.contract.bodies import AppealKind, Solved
from server_sync.contract.events import EventKind
from server_sync.contract.workflow import State
from server_sync.pages.appeal_words import SOLVED, best, body_name
from server_sync.pages.devices import known_as, remember
from server_sync.pages.kept import MARK
from server_sync.pages.wording import language_now, named_day
from server_sync.portal import by_applicant
from server_sync.portal import own_forms as forms
from server_sync.portal.by_applicant import A_DAY
from server_sync.portal.follow import open_here, opened_here, parse_number, told_of
from server_sync.portal.own_case import KINDS_OF_ACTS
from server_sync.portal.ownership import OPENED, asked_for, prove_ownership

CARRIED: Final = "kept."
"""What names of fields begin with that a page carries along while the code is asked for."""


@dataclass(frozen=True, slots=True)
class Act:
    """One thing applicants do: the event it becomes, its form, and how the pages call it."""

    kind: EventKind
    form: type[forms.Own]
    title: Promise
    button: Promise
    icon: str


ACTS: Final[dict[str, Act]] = {
    "rate": Act(KINDS_OF_ACTS["rate"], forms.Rate, _("Rate the answer"), _("Send the rating"), "part"),
    "complain": Act(KINDS_OF_ACTS["complain"], forms.Complain, _("Complain"), _("Send the complaint"), "scales"),
    "add": Act(KINDS_OF_ACTS["add"], forms.Add, _("Add something"), _("Send the addition"), "draft"),
    "withdraw": Act(
        KINDS_OF_ACTS["withdraw"], forms.Withdraw, _("Withdraw the request"), _("Withdraw the request"), "cross"
    ),
}
"""Acts by their names in addresses."""

REFUSALS: Final[dict[str, Promise]] = {
    "request_erased": _("Nothing was written: the words of this request were erased meanwhile."),
    "not_in_this_state": _("Nothing was written: the request has moved on meanwhile, and this cannot be done now."),
    "answer_newer": _("Nothing was written: the answer is not the one that you read. Look at the request once more."),
    "not_silent_yet": _(
        "Nothing was written: the term is not over yet. You may complain of silence after its last day."
    ),
    "too_many_ever": _(
        "Nothing was written: so much of this kind was said about this request that no more can be kept. Come to any "
        "office with the receipt."
    ),
}


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def say(request: HttpRequest, number: str, act: str) -> HttpResponse:
    """One act: its form, the look over what was typed, and the act itself."""
    if act not in ACTS:
        raise Http404
    here = HttpResponseRedirect(reverse("case", args=[number]))
    if parse_number(number) != number:
        return here
    appeal_hash = opened_here(request, number)
    if appeal_hash is None:
        return _ask_for_code(request, number, act) if request.method == "POST" else here
    appeal = Appeal.objects.select_related("event", "last_event").filter(hash=appeal_hash, is_erased=False).first()
    if appeal is None:
        return here
    if not by_applicant.may(appeal, ACTS[act].kind) and request.method != "POST":
        messages.add_message(request, messages.WARNING, _why_not(appeal, act), extra_tags="warn")
        return here
    if request.method != "POST" or "change" in request.POST or "code" in request.POST:
        return _show_form(request, appeal, act, _carried(request))
    return _take(request, appeal, act)


setattr(say, MARK, True)  # a form that grew old is given back with what was typed


def _take(request: HttpRequest, appeal: Appeal, act: str) -> HttpResponse:
    """Read what was typed; say it if it was looked over, else show it once more with what follows."""
    form = ACTS[act].form(request.POST)
    if not form.is_valid():
        return _show(request, appeal, act, form, status=400)
    if "send" not in request.POST:
        if not by_applicant.may(appeal, ACTS[act].kind):
            form.add_error(None, _why_not(appeal, act))
            return _show(request, appeal, act, form, status=409)
        return _look_over(request, appeal, act, form)
    try:
        by_applicant.say(bytes(appeal.hash), form.body(), form.seen_event)
    except Refused as refusal:
        form.add_error(None, _words_of(refusal))
        return _show(request, appeal, act, form, status=429 if refusal.code == "too_many_today" else 409)
    messages.add_message(request, messages.SUCCESS, _done(appeal, act), extra_tags="good")
    return HttpResponseRedirect(reverse("case", args=[appeal.number]))


def _words_of(refusal: Refused) -> str:
    if refusal.code == "too_many_today":
        told = gettext(
            "Nothing was written: this was done %(n)s times today for this request. What you typed stands here; send "
            "it tomorrow, or come to any office with the receipt."
        )
        return told % {"n": A_DAY}
    known = REFUSALS.get(refusal.code)
    return str(known) if known else gettext("Refused: %(code)s") % {"code": refusal.code}


def _why_not(appeal: Appeal, act: str) -> str:
    """Why an act that is not offered now cannot be done."""
    if act == "complain" and appeal.state == State.WITH_BODY and appeal.due_on is not None:
        told = gettext(
            "The body has time to answer until %(day)s. If it stays silent, you may complain after that day."
        )
        return told % {"day": named_day(appeal.due_on)}
    return gettext("As the request stands now, this cannot be done.")


def _show_form(request: HttpRequest, appeal: Appeal, act: str, typed: dict[str, str]) -> HttpResponse:
    answer = by_applicant.answer_in_question(appeal, ACTS[act].kind)
    shown = {"seen": bytes(appeal.last_event.hash).hex(), "about": answer.hex() if answer else ""}
    form = ACTS[act].form(initial={**typed, **shown})
    return _show(request, appeal, act, form)


def _show(request: HttpRequest, appeal: Appeal, act: str, form: forms.Own, status: int = 200) -> HttpResponse:
    form.mark()
    told = {
        "number": appeal.number,
        "subject": appeal.subject,
        "act": act,
        "title": ACTS[act].title,
        "icon": ACTS[act].icon,
        "form": form,
        "follows": follows(appeal, act),
        "not_done": form.not_done(str(ACTS[act].title)) if form.is_bound and form.errors else None,
    }
    return render(request, "portal/own_act.html", told, status=status)


def _look_over(request: HttpRequest, appeal: Appeal, act: str, form: forms.Own) -> HttpResponse:
    """Show what was typed once more, with what follows from it; nothing is written yet."""
    told = {
        "number": appeal.number,
        "subject": appeal.subject,
        "act": act,
        "title": ACTS[act].title,
        "button": ACTS[act].button,
        "icon": ACTS[act].icon,
        "typed": [
            (str(form.fields[name].label), _shown(name, form.cleaned_data[name]))
            for name in form.fields
            if name not in forms.HIDDEN and form.cleaned_data[name]
        ],
        "hidden": [(name, form.data.get(name, "")) for name in form.fields],
        "follows": follows(appeal, act),
    }
    return render(request, "portal/own_act_look.html", told)


def _shown(name: str, value: object) -> str:
    return str(SOLVED[Solved(int(str(value)))]) if name == "solved" else str(value)


def follows(appeal: Appeal, act: str) -> tuple[str, ...]:
    """What follows from an act, in words, before it is done."""
    match act:
        case "rate":
            return (
                gettext("The body that answered and your office see the rating with your words."),
                gettext("It is counted in the public figures, without your name and words."),
                gettext("It starts nothing: if the matter shall be looked at again, complain."),
            )
        case "complain":
            return _of_complaint(appeal, timezone.localdate())
        case "add":
            return (
                gettext("The body reads it with your request. The term stays as it is."),
                gettext("Papers and pictures are added at any office."),
            )
        case _:
            return (
                gettext("Nobody works on the request any more, and there will be no answer."),
                gettext("The request and its history stay. Only an officer can open it again."),
            )


def _of_complaint(appeal: Appeal, today: date) -> tuple[str, ...]:
    to_body, reason = above(appeal.body_code, today)
    names = {"body": body_name(to_body, language_now()), "reason": best(reason, language_now())}
    term = new_term(today, AppealKind.COMPLAINT)
    told = [gettext("The complaint goes to: %(body)s. %(reason)s") % names]
    if to_body != appeal.body_code:
        about = {"body": body_name(appeal.body_code, language_now())}
        told.append(
            gettext("The body complained of is told that there is a complaint, and reads the request no more: %(body)s")
            % about
        )
    told.append(gettext("Whoever wrote or signed the answer does not decide on the complaint."))
    if term.due_on is not None:
        counted = gettext("The term of the answer is counted anew: %(n)s working days, until %(day)s.")
        told.append(counted % {"n": term.working_days, "day": named_day(term.due_on)})
    return tuple(told)


def _done(appeal: Appeal, act: str) -> str:
    match act:
        case "rate":
            return gettext("Your rating is written down.")
        case "complain":
            complaint = complaining.newest(appeal)
            body = body_name(complaint.sent_to if complaint is not None else appeal.body_code, language_now())
            return gettext("Your complaint is written down. It is with: %(body)s") % {"body": body}
        case "add":
            return gettext("Your addition is written down.")
        case _:
            return gettext("Your request is withdrawn.")


def _ask_for_code(request: HttpRequest, number: str, act: str) -> HttpResponse:
    """Ask for the code anew, with what was typed; the right one goes on where the applicant was."""
    asked = asked_for(number, place_of(request), partial(known_as, request))
    error, status = "", 403
    if "code" in request.POST:
        try:
            appeal = prove_ownership(asked, request.POST.get("code", ""))
        except Refused as refusal:
            error, status = told_of(refusal)
        else:
            open_here(request, number, appeal)
            response = say(request, number, act)
            remember(response, request, OPENED, appeal.hex())
            return response
    typed = _carried(request)
    told = {
        "number": number,
        "act": act,
        "title": ACTS[act].title,
        "carried": [(CARRIED + name, value) for name, value in typed.items()],
        "texts": [typed[name] for name in ACTS[act].form.texts if typed.get(name)],
        "error": error,
    }
    return render(request, "portal/own_act_code.html", told, status=status)


def _carried(request: HttpRequest) -> dict[str, str]:
    """What was typed into the form of an act, from the form itself or carried along beside the code."""
    names = {name for act in ACTS.values() for name in act.form.base_fields} - forms.HIDDEN
    return {
        name: request.POST.get(CARRIED + name, request.POST.get(name, ""))
        for name in sorted(names)
        if name in request.POST or CARRIED + name in request.POST
    }
