"""The pages of a body's answer templates."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from server_sync.casework import answer_templates
from server_sync.casework.access import OFFICERS
from server_sync.casework.acting import words_of
from server_sync.casework.forms import Template
from server_sync.casework.models import AnswerTemplate
from server_sync.common.refusals import Refused
from server_sync.pages.access import Standing, open_to
from server_sync.pages.appeal_words import body_name
from server_sync.pages.wording import language_now


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(*OFFICERS)
def templates(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The templates of the person's bodies; a new one is written here."""
    bodies = _bodies(standing)
    if request.method != "POST":
        return _list(request, standing, Template(bodies=bodies))
    form = Template(request.POST, bodies=bodies)
    if not form.is_valid():
        return _list(request, standing, form, 400)
    typed = form.cleaned_data
    try:
        answer_templates.write(standing, typed["body"], typed["name"], typed["ky"], typed["ru"])
    except Refused as refused:
        return _list(request, standing, _with(form, refused), 409)
    return _done(request, gettext("The template is written. It is offered beside every answer of the body."))


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(*OFFICERS)
def template(request: HttpRequest, standing: Standing, template_id: UUID) -> HttpResponse:
    """One template, to be changed or ended."""
    found = answer_templates.own(standing).filter(pk=template_id, ended_at=None).first()
    if found is None:
        raise Http404
    bodies = [(code, name) for code, name in _bodies(standing) if code == found.body_code]
    if request.method != "POST":
        said = {"body": found.body_code, "name": found.name, "ky": found.text_ky, "ru": found.text_ru}
        return _page(request, found, Template(initial={**said, "version": found.version}, bodies=bodies))
    if "end" in request.POST:
        return _end(request, standing, found)
    form = Template(request.POST, bodies=bodies)
    if not form.is_valid():
        return _page(request, found, form, 400)
    try:
        typed = form.cleaned_data
        answer_templates.change(standing, found, typed["name"], typed["ky"], typed["ru"], typed["version"] or 0)
    except Refused as refused:
        now = answer_templates.own(standing).get(pk=found.pk)
        return _page(request, now, _with(form, refused), 409)
    return _done(request, gettext("The template is changed."))


def _end(request: HttpRequest, standing: Standing, found: AnswerTemplate) -> HttpResponse:
    try:
        answer_templates.end(standing, found, _version(request))
    except Refused as refused:
        messages.add_message(request, messages.WARNING, words_of(refused), extra_tags="warn")
        return HttpResponseRedirect(reverse("work_template", args=[found.pk]))
    return _done(request, gettext("The template is ended. Answers that hold its words keep them."))


def _version(request: HttpRequest) -> int:
    typed = request.POST.get("version", "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else 0


def _bodies(standing: Standing) -> list[tuple[str, str]]:
    return [(code, body_name(code, language_now())) for code in sorted(standing.bodies(*OFFICERS))]


def _with(form: Template, refused: Refused) -> Template:
    form.is_valid()
    form.add_error(None, words_of(refused))
    form.mark()
    return form


def _list(request: HttpRequest, standing: Standing, form: Template, status: int = 200) -> HttpResponse:
    own = answer_templates.offered(standing.bodies(*OFFICERS))[: 4 * answer_templates.TEMPLATES_MOST]
    told: dict[str, Any] = {"templates": [(one, body_name(one.body_code, language_now())) for one in own], "form": form}
    told["not_done"] = form.not_done(gettext("Write the template")) if form.is_bound else None
    return render(request, "casework/templates.html", told, status=status)


def _page(request: HttpRequest, found: AnswerTemplate, form: Template, status: int = 200) -> HttpResponse:
    told = {"template": found, "form": form, "version": found.version}
    told["not_done"] = form.not_done(gettext("Change the template")) if form.is_bound else None
    return render(request, "casework/template.html", told, status=status)


def _done(request: HttpRequest, words: str) -> HttpResponse:
    messages.add_message(request, messages.SUCCESS, words, extra_tags="good")
    return HttpResponseRedirect(reverse("work_templates"))
