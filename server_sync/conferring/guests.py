"""The guests of a meeting on its page: links are made, shown once, and taken back."""

import re
from dataclasses import dataclass
from typing import Final, cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST
from typing_extensions import override

from server_sync.common.refusals import Refused
from server_sync.conferring import showing, wording
from server_sync.conferring.views import find
from server_sync.contract.bodies import MeetingPart
from server_sync.contract.limits import is_blank
from server_sync.contract.meetings import GUEST_NAME_CHARACTERS
from server_sync.contract.workflow import Role
from server_sync.meetings.door_models import GuestLink
from server_sync.meetings.models import Meeting
from server_sync.pages.access import Standing, open_to
from server_sync.pages.typed import TextField, Typed

PARTS: Final = ((MeetingPart.SPEAKER, _("may be called to the stage")), (MeetingPart.VIEWER, _("watches only")))

_LINK: Final = re.compile("[0-9]{1,18}", re.ASCII)


class Invite(Typed):
    """Who is invited, and as what."""

    name = TextField(label=_("Name of the guest, as all will read it"), max_length=GUEST_NAME_CHARACTERS)
    part = forms.ChoiceField(label=_("What the guest may do"))

    @override
    def fill(self) -> None:
        """Offer the parts."""
        part = cast("forms.ChoiceField", self.fields["part"])
        part.choices = [(str(one.value), words) for one, words in PARTS]


@dataclass(frozen=True, slots=True)
class Line:
    """One guest in the list."""

    link: str
    name: str
    part: str
    is_used: bool
    is_withdrawn: bool


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Role.CHAIR_ASSISTANT)
def listed(request: HttpRequest, standing: Standing, meeting: str) -> HttpResponse:
    """The guests of a meeting; a link that is made is shown in this answer and never again."""
    from server_sync.meetings import guests  # the media server's client takes a second to load

    found = find(standing, meeting)
    if request.method != "POST":
        return _show(request, standing, found, Invite())
    form = Invite(request.POST)
    if not form.is_valid():
        return _show(request, standing, found, form, 400)
    part = MeetingPart(int(form.cleaned_data["part"]))
    name = " ".join(form.cleaned_data["name"].split())
    if is_blank(name):
        form.add_error("name", gettext("Write what the guest is called: all read it."))
        return _show(request, standing, found, form, 400)
    try:
        link, secret = guests.make_link(standing.person, found, name, part, timezone.now())
    except Refused as refused:
        form.add_error(None, wording.refusal(refused))
        return _show(request, standing, found, form, 409)
    made = {"name": link.name, "secret": secret, "page": f"{settings.LIAISON_PUBLIC_URL}{reverse('guest')}"}
    made["address"] = f"{made['page']}#{secret}"
    return _show(request, standing, found, Invite(), made=made)


@require_POST
@open_to(Role.CHAIR_ASSISTANT)
def withdraw(request: HttpRequest, standing: Standing, meeting: str) -> HttpResponse:
    """Take a link back; whoever came by it is sent away."""
    from server_sync.meetings import guests

    found = find(standing, meeting)
    typed = request.POST.get("link", "")
    if not _LINK.fullmatch(typed):
        return _show(request, standing, found, Invite(), 400)
    try:
        guests.withdraw(found, int(typed), timezone.now())
    except Refused:
        return _show(request, standing, found, Invite(), 400)
    messages.add_message(request, messages.SUCCESS, gettext("The link opens nothing any more."), extra_tags="good")
    return HttpResponseRedirect(reverse("meeting_guests", args=[meeting]))


def _show(
    request: HttpRequest,
    standing: Standing,
    meeting: Meeting,
    form: Invite,
    status: int = 200,
    made: dict[str, str] | None = None,
) -> HttpResponse:
    page = showing.page_of(meeting, standing)
    parts = {part.value: str(words) for part, words in PARTS}
    lines = [
        Line(str(one.pk), one.name, parts[one.part], one.used_at is not None, one.withdrawn_at is not None)
        for one in GuestLink.objects.filter(meeting=meeting.pk)
    ]
    may_invite = page.may_change and not meeting.is_closed
    told = {"page": page, "form": form, "lines": lines, "made": made, "may_invite": may_invite}
    told["is_closed"] = meeting.is_closed
    if status != 200 and form.is_bound:
        form.mark()
        told["not_done"] = form.not_done(gettext("Make a link for a guest"))
    return render(request, "conferring/guests_by_link.html", told, status=status)
