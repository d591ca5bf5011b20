"""Pages on which anybody has news of published requests sent, and ends it, without an account.

No page says whether an address is known here; a link of a letter opens what belongs to it. GET changes nothing, because
programs of mail providers open links before anybody reads the letter.
"""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from server_sync.common.addresses import place_of
from server_sync.common.refusals import Refused
from server_sync.common.retention import kept
from server_sync.letters.queue import are_letters_sent
from server_sync.pages.wording import language_now
from server_sync.subscriptions import asking
from server_sync.subscriptions.forms import Address, Language, Subscribe
from server_sync.subscriptions.links import CHANGE, CONFIRM, key_in, link
from server_sync.subscriptions.models import Subscriber, Subscription, key_of
from server_sync.subscriptions.wanted import facts_of, fields_of, said_of, wanted

READ: Final = ("GET", "HEAD")
TYPED: Final = ("GET", "HEAD", "POST")
REFUSED: Final[dict[str, Promise]] = {
    "asked_many": _("Many letters were asked for from your network address. Try again in ten minutes."),
    "asked_many_today": _("Many letters were asked for from your network address today. Try again tomorrow."),
    "subscriptions_full": _("There is no room for more subscriptions at the moment. Try again tomorrow."),
    "letters_full": _("The mail is overfull. Try again in some hours."),
    "letters_off": _("Letters are not sent at the moment."),
    "address_malformed": _("No letter can be sent to this address. Change it."),
}
MANY: Final = frozenset({"asked_many", "asked_many_today", "subscriptions_full", "letters_full"})


@sensitive_post_parameters()
@sensitive_variables()
@never_cache
@require_http_methods(TYPED)
def subscribe(request: HttpRequest) -> HttpResponse:
    """What one gets news of, and where to."""
    facts = wanted(request.GET.dict() if request.method != "POST" else request.POST.dict())
    form = Subscribe(request.POST if request.method == "POST" else None, initial={"language": language_now()})
    error, status = "", 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                asking.ask(form.cleaned_data["email"], facts, form.cleaned_data["language"], place_of(request))
                return HttpResponseRedirect(reverse("subscribe_sent"))
            except Refused as refusal:
                error, status = _refused(refusal)
    told = {
        "form": form,
        "what": said_of(facts, language_now()),
        "fields": {name: value for name, value in fields_of(facts).items() if value},
        "error": error,
        "is_open": are_letters_sent(),
    }
    return render(request, "subscriptions/subscribe.html", told, status=status)


@sensitive_post_parameters()
@sensitive_variables()
@never_cache
@require_http_methods(TYPED)
def subscriptions(request: HttpRequest) -> HttpResponse:
    """For whoever has no letter at hand any more: a link to what they have, by mail."""
    form = Address(request.POST if request.method == "POST" else None)
    error, status = "", 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                asking.ask_for_link(form.cleaned_data["email"], language_now(), place_of(request))
                return HttpResponseRedirect(f"{reverse('subscribe_sent')}?link=1")
            except Refused as refusal:
                error, status = _refused(refusal)
    told = {"form": form, "error": error, "is_open": are_letters_sent()}
    return render(request, "subscriptions/ask_link.html", told, status=status)


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """The same for every address."""
    told = {"is_link": request.GET.get("link") == "1", "days": kept("subscription").days}
    return render(request, "subscriptions/sent.html", told)


@never_cache
@require_http_methods(TYPED)
def confirm(request: HttpRequest, mark: str) -> HttpResponse:
    """What a letter asked about; pressing the button lets it hold."""
    key = key_in(CONFIRM, mark)
    row = None if key is None else Subscription.objects.select_related("subscriber").filter(pk=key).first()
    if row is None:
        return _over(request)
    if request.method == "POST":
        asking.confirm(row)
    if request.method == "POST" or row.confirmed_at is not None:
        there = reverse("subscription", args=[link(CHANGE, row.subscriber.pk)])
        return HttpResponseRedirect(f"{there}?new=1")
    return render(request, "subscriptions/confirm.html", {"what": said_of(facts_of(row), language_now())})


@never_cache
@require_http_methods(TYPED)
def subscription(request: HttpRequest, mark: str) -> HttpResponse:
    """What an address has: ending one of them, and another language for the letters."""
    subscriber = _subscriber(mark)
    if subscriber is None:
        return _over(request)
    form = Language(request.POST if request.POST.get("language") else None, initial={"language": subscriber.language})
    status, here = 200, reverse("subscription", args=[mark])
    if request.method == "POST":
        ended = key_of(request.POST.get("end", ""))
        if ended is not None:
            asking.remove(subscriber, ended)
            is_left = Subscriber.objects.filter(pk=subscriber.pk).exists()
            return HttpResponseRedirect(f"{here}?ended=1") if is_left else _ended(request)
        if form.is_valid():
            Subscriber.objects.filter(pk=subscriber.pk).update(language=form.cleaned_data["language"])
            return HttpResponseRedirect(f"{here}?language=1")
        status = 400
    rows = subscriber.subscriptions.filter(confirmed_at__isnull=False).order_by("-confirmed_at")
    told: dict[str, Any] = {
        "rows": [(str(one.pk), said_of(facts_of(one), language_now())) for one in rows],
        "form": form,
        "mark": mark,
        "is_new": request.GET.get("new") == "1",
        "is_ended": request.GET.get("ended") == "1",
        "is_changed": request.GET.get("language") == "1",
    }
    return render(request, "subscriptions/subscription.html", told, status=status)


@csrf_exempt  # a mail program presses it for its reader, with no cookie and no form of ours (RFC 8058)
@never_cache
@require_http_methods(TYPED)
def stop(request: HttpRequest, mark: str) -> HttpResponse:
    """End all of it; what ended before has ended."""
    subscriber = _subscriber(mark)
    if request.method in READ and subscriber is not None:
        return render(request, "subscriptions/stop.html", {"mark": mark})
    if subscriber is not None:
        asking.stop(subscriber)
    elif key_in(CHANGE, mark) is None:
        return _over(request)
    return _ended(request)


def _subscriber(mark: str) -> Subscriber | None:
    key = key_in(CHANGE, mark)
    return None if key is None else Subscriber.objects.filter(pk=key).first()


def _ended(request: HttpRequest) -> HttpResponse:
    return render(request, "subscriptions/ended.html")


def _over(request: HttpRequest) -> HttpResponse:
    return render(request, "subscriptions/over.html", status=404)


def _refused(refusal: Refused) -> tuple[str, int]:
    words = REFUSED.get(refusal.code, REFUSED["letters_full"])
    return str(words), 429 if refusal.code in MANY else 409
