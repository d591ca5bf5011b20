"""Takes the acts of the officers' pages: reads the form, does the act, says in words what came of it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import strip_tags
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from server_sync.appeals.models import Appeal
from server_sync.casework import (
    acts,
    answer_templates,
    co_executing,
    forms,
    linking,
    papers,
    publishing,
    receptions,
    redaction,
)
from server_sync.casework.access import OFFICERS, View
from server_sync.casework.answer_files import FILES_MOST, NewFile
from server_sync.casework.case_page import ACT_KINDS, needed_by, open_case
from server_sync.casework.reception_forms import LinkToReception, NoReception, NoteReception, SetReception
from server_sync.casework.receptions import LinkMade
from server_sync.casework.redaction import Review, Unsettled
from server_sync.casework.telling import is_of_portal, is_told_by_letter
from server_sync.casework.views import EVERYBODY_HERE, find, show_case
from server_sync.common.refusals import Refused
from server_sync.contract.bodies import Words
from server_sync.contract.events import EventKind
from server_sync.contract.workflow import Role, State, who_may
from server_sync.pages.access import Standing, open_to
from server_sync.pages.appeal_words import body_name
from server_sync.pages.templatetags.pages import moment
from server_sync.pages.typed import Typed
from server_sync.pages.wording import language_now, named_day

REFUSALS: Final[dict[str, Promise]] = {
    "not_in_this_state": _("Nothing was done: the request has moved on meanwhile. Here is how it stands now."),
    "request_erased": _("Nothing was kept: the words of this request were erased meanwhile."),
    "moved_on": _("Nothing was done: the request went to another body meanwhile."),
    "not_allowed": _("Nothing was done: your role does not allow this act now."),
    "accepted_already": _("A colleague has accepted it already."),
    "same_body": _("The request is with this body already. Choose another one."),
    "not_later": _("The new day must lie after the present last day."),
    "too_far": _("The new day is more than a year after the present last day. Look at the year."),
    "day_unusual": _(
        "Nothing was done yet: this would more than double the term of the law. Look at the day once more; if it is "
        "right, tick it and extend again."
    ),
    "day_off": _(
        "Nothing was done yet: nobody works on this day. Choose a working day; if it has to be this one, tick it and "
        "extend again."
    ),
    "no_term": _("This request has no term that could be extended."),
    "complained_of": _("Nothing was done: the complaint is about this body, and does not go back to it."),
    "outcome_missing": _("Choose the outcome of the answer before it goes to be checked."),
    "text_missing": _("Write the answer in at least one of the two languages before it goes to be checked."),
    "draft_changed": _("Nothing was done: a colleague changed this answer meanwhile. Read it again."),
    "same_person": _("You wrote this answer: another officer of the body has to approve it."),
    "no_office": _("It was written on the portal: no office has it. Answer, or ask the citizen in the answer."),
    "writer_left": _("The writer has no role in this body today. Take the text over as your own draft."),
    "template_missing": _("Choose a template first."),
    "template_gone": _("Nothing was put in: a colleague ended this template."),
    "template_too_long": _("Nothing was put in: the answer would be longer than it can be."),
    "template_changed": _("Nothing was changed: a colleague changed or ended this template meanwhile."),
    "too_many_templates": _("Your body has 200 templates. End one that is not used."),
    "too_many_items": _("A checklist has 50 lines. Take one off first."),
    "item_gone": _("Nothing was done: a colleague took this line off the checklist."),
    "number_not_here": _(
        "No request with this number is open to you. Compare it with the receipt or the list; another body's requests "
        "are noted by the registrar."
    ),
    "same_request": _("This is the number of this very request."),
    "linked_already": _("The two are noted as belonging together already."),
    "ground_takes_no_files": _("A request that is left without consideration has no answer: take the files out first."),
    "ground_over": _("Nothing was sent: this ground does not hold today. Send the draft back and choose another one."),
    "co_body_there": _("This body works on it already."),
    "co_body_gone": _("Nothing was done: this body does not work on it any more."),
    "too_many_co_bodies": _("Ten bodies work on it beside yours. No more can be added."),
    "co_day_past": _("This day is over. Choose today or a later one."),
    "co_day_late": _("On this day the answer is due already. Choose one before it, or extend the term first."),
    "contribution_missing": _("Write what your body contributes before you hand it over."),
    "paper_changed": _("Nothing was done: a colleague wrote here meanwhile. Read it again; your text is below."),
    "file_kind": _(
        "Not added: by what it holds this is no PDF, picture (JPEG, PNG), Word, Excel or OpenDocument file, nor plain "
        "text. Save it as a PDF and add that."
    ),
    "file_packed": _("The document is damaged, or far too large unpacked. Save it as PDF."),
    "file_macros": _("Not added: the file holds a program (macros). Save it without, or as a PDF."),
    "file_empty": _("Not added: the file is empty."),
    "file_name": _("Not added: the name of the file is too long or holds invisible characters. Rename it."),
    "file_too_large": _("Not added: one file may have 10 MB. Make it smaller, or part it."),
    "files_too_large": _("Not added: all files of an answer together may have 30 MB."),
    "too_many_files": _("Not added: an answer takes 10 files."),
    "no_room": _("Not added: the centre's disk is nearly full. Try again later; the operator sees it too."),
    "traces_found": _(
        "Not published yet: the text still holds what could point to a person. Say of each, in the "
        "list below the text, what becomes of it."
    ),
    "same_editor": _("You proposed this summary: another editor has to confirm it."),
    "proposal_changed": _(
        "Nothing was done: a colleague proposed, confirmed or gave back a summary meanwhile. Here is how it stands now."
    ),
    "editor_left": _("Whoever proposed it is no editor today. Read the text and propose it as your own."),
    "never_published": _("Not published: nothing is published about such a matter, however it is written."),
    "struck_out": _(
        "Not published yet: what could point to a person is struck out. Read the text once more and publish."
    ),
    "too_many_traces": _(
        "Not published: the text holds more than 300 things that could point to people. Write a summary."
    ),
}


NAMES: Final[dict[str, Promise]] = {
    "route": _("Send to the body"),
    "accept": _("Accept for consideration"),
    "forward": _("Forward to another body"),
    "extend": _("Extend the term"),
    "return": _("Return to the office"),
    "reopen": _("Open again"),
    "answer": _("Answer"),
    "take-back": _("Take back and go on writing"),
    "approve": _("Approve and send"),
    "back": _("Send back to the writer"),
    "publish": _("Publish"),
    "confirm": _("Confirm and publish"),
    "give-back": _("Give the summary back"),
    "withdraw": _("Take it off the public pages"),
    "note": _("Notes of your body"),
    "check-add": _("Put it on the checklist"),
    "check": _("Checklist"),
    "link": _("Note a request about the same matter"),
    "merge": _("Answer it together with another"),
    "co-add": _("Add a co-executor"),
    "co-back": _("Take the co-executor back"),
    "contribute": _("What your body contributes"),
}
"""Acts as their buttons call them, by their names in addresses."""

BLAMED: Final = {
    **dict.fromkeys(("not_later", "too_far", "day_unusual", "day_off"), "due_on"),
    **dict.fromkeys(("same_body", "complained_of"), "body"),
    "outcome_missing": "outcome",
    "text_missing": "ky",
    **dict.fromkeys(("co_body_there", "too_many_co_bodies"), "body"),
    "too_many_items": "words",
    **dict.fromkeys(("template_missing", "template_gone", "template_too_long"), "template"),
    **dict.fromkeys(("number_not_here", "same_request", "linked_already"), "number"),
    **dict.fromkeys(("co_day_past", "co_day_late"), "due_on"),
    **dict.fromkeys(("contribution_missing", "paper_changed"), "text"),
    **dict.fromkeys(
        (
            *(
                "file_kind",
                "file_macros",
                "file_packed",
                "file_empty",
                "file_name",
                "file_too_large",
                "files_too_large",
            ),
            *("too_many_files", "no_room"),
        ),
        "added",
    ),
}
"""The fields in which refusals are put right; others are about the request as it stands, not about what was typed."""

ASKED_AGAIN: Final = frozenset({"day_unusual", "day_off"})
"""Refusals that end when the person has looked at the very same day a second time."""


@dataclass(frozen=True, slots=True)
class Done:
    """What came of an act: the words to say, and where to go on; a link is shown at once and only then."""

    words: Promise | str
    goes_on: str = ""
    link: LinkMade | None = None


Doer = Callable[[Standing, Appeal, Any, HttpRequest], Done]


def _route(standing: Standing, appeal: Appeal, form: forms.ToBody, request: HttpRequest) -> Done:
    rule = ""
    suggestion = open_case(standing, appeal, View.TO_ROUTE, language_now()).suggestion
    if suggestion is not None and suggestion.body_code == form.cleaned_data["body"]:
        rule = suggestion.rule
    acts.route(standing, appeal, form.cleaned_data["body"], form.words, rule)
    said = gettext("Sent to: %(body)s. The office and the applicant will learn of it.")
    return _told(appeal, said % {"body": _name(form)}, reverse("work_to_route"), is_news=False)


def _accept(standing: Standing, appeal: Appeal, form: forms.Accept, request: HttpRequest) -> Done:
    acts.accept(standing, appeal, form.cleaned_data["note"])
    return Done(_("Accepted for consideration."))


def _forward(standing: Standing, appeal: Appeal, form: forms.ToBody, request: HttpRequest) -> Done:
    acts.forward(standing, appeal, form.cleaned_data["body"], form.words)
    said = gettext("Forwarded to: %(body)s. The office tells the applicant.")
    return _told(appeal, said % {"body": _name(form)}, reverse("work"))


def _told(appeal: Appeal, said: str, goes_on: str = "", *, is_news: bool = True) -> Done:
    """What was done, and who tells the applicant: the office that has the request; of the portal's a letter does."""
    if not is_of_portal(appeal):
        return Done(said, goes_on)
    if is_news and is_told_by_letter(appeal):
        return Done(_("Done. The applicant reads it on the portal; a letter by e-mail says that it is there."), goes_on)
    return Done(_("Done. The applicant reads it on the portal."), goes_on)


def _name(form: forms.ToBody) -> str:
    """The body that a form names, by its whole name."""
    return body_name(form.cleaned_data["body"], language_now())


def _extend(standing: Standing, appeal: Appeal, form: forms.Extend, request: HttpRequest) -> Done:
    seen = form.day if request.POST.get("day_seen") == form.day.isoformat() else None
    try:
        acts.extend(standing, appeal, form.day, form.words, form.cleaned_data["article"], seen=seen)
    except Refused as refused:
        if refused.code in ASKED_AGAIN:
            form.asked_about = form.day
        raise
    said = gettext("The term is extended: the last day is %(day)s. The office tells the applicant.")
    return _told(appeal, said % {"day": named_day(form.day)})


def _return(standing: Standing, appeal: Appeal, form: forms.InTwoLanguages, request: HttpRequest) -> Done:
    acts.return_to_office(standing, appeal, form.words)
    was_routed = appeal.state != State.REGISTERED
    return Done(_("Returned to the office."), reverse("work") if was_routed else reverse("work_to_route"))


def _reopen(standing: Standing, appeal: Appeal, form: forms.InTwoLanguages, request: HttpRequest) -> Done:
    acts.reopen(standing, appeal, form.words)
    return Done(_("Opened again. The term is counted anew; the office tells the applicant."))


def _answer(standing: Standing, appeal: Appeal, form: forms.Answer, request: HttpRequest) -> Done:
    is_ready = "ready" in request.POST
    added = [NewFile.of(one) for one in form.cleaned_data["added"][: FILES_MOST + 1]]
    files = acts.FilesChanged(added, form.dropped)
    text, template = form.text, form.cleaned_data["template"]
    is_inserting = "insert" in request.POST
    if is_inserting:
        if template is None:
            raise Refused("template_missing")
        text, is_ready = answer_templates.put_into(text, appeal.body_code, template), False
        if max(len(text.ky), len(text.ru)) > forms.LONGEST_TEXT:
            raise Refused("template_too_long")
    acts.write_draft(standing, appeal, text, form.cleaned_data["version"], is_ready=is_ready, files=files)
    if is_inserting:
        return Done(_("The template stands in the draft, after what was written."))
    if form.dropped is not None:
        return Done(_("The file is taken out. The draft is kept."))
    if added and not is_ready:
        return Done(_("The draft is kept with what you added."))
    if is_ready:
        return Done(_("The answer waits for another officer of the body. It is sent when it is approved."))
    return Done(_("The draft is kept."))


def _take_back(standing: Standing, appeal: Appeal, form: forms.Version, request: HttpRequest) -> Done:
    acts.take_back(standing, appeal, form.cleaned_data["version"])
    return Done(_("You can go on writing."))


def _approve(standing: Standing, appeal: Appeal, form: forms.Version, request: HttpRequest) -> Done:
    acts.approve(standing, appeal, form.cleaned_data["version"])
    return _told(appeal, gettext("The answer is sent. The office hands it to the applicant."))


def _send_back(standing: Standing, appeal: Appeal, form: forms.SendBack, request: HttpRequest) -> Done:
    acts.send_back(standing, appeal, form.cleaned_data["version"], form.cleaned_data["note"])
    return Done(_("Sent back to its writer."), reverse("work_to_check"))


def _publish(standing: Standing, appeal: Appeal, form: forms.Publish, request: HttpRequest) -> Done:
    typed = form.cleaned_data
    subject, text = Words(typed["subject_ky"], typed["subject_ru"]), Words(typed["text_ky"], typed["text_ru"])
    answers = redaction.answers_in(request.POST.dict())
    texts = redaction.fields_of(subject, text, typed["taken_out"])
    if "strike_all" in request.POST:
        struck = redaction.review(texts, appeal, answers, strikes_all=True).texts
        shown = {form.add_prefix(field): words for field, words in struck.items() if field in form.fields}
        form.data = {name: form.data[name] for name in form.data} | shown
        raise Unsettled(redaction.review(struck, appeal, answers), "struck_out")
    if publishing.propose(standing, appeal, texts, answers, typed["version"] or 0):
        return Done(_("The summary is public."), reverse("work_to_publish"))
    return Done(_("Proposed. It is public when another editor has read and confirmed it."), reverse("work_to_publish"))


def _confirm_summary(standing: Standing, appeal: Appeal, form: forms.Confirm, request: HttpRequest) -> Done:
    publishing.confirm(standing, appeal, form.cleaned_data["version"])
    return Done(_("The summary is public."), reverse("work_to_publish"))


def _give_summary_back(standing: Standing, appeal: Appeal, form: forms.SendBack, request: HttpRequest) -> Done:
    publishing.give_back(standing, appeal, form.cleaned_data["version"], form.cleaned_data["note"])
    return Done(_("Given back to the editor who proposed it."), reverse("work_to_publish"))


def _withdraw(standing: Standing, appeal: Appeal, form: forms.Withdraw, request: HttpRequest) -> Done:
    acts.withdraw_summary(standing, appeal, form.cleaned_data["reason"])
    return Done(_("The summary is no longer public."))


def _link(standing: Standing, appeal: Appeal, form: forms.ToRequest, request: HttpRequest) -> Done:
    other = linking.link(standing, appeal, form.cleaned_data["number"], form.words)
    return Done(gettext("Noted at both: about the same matter as %(number)s.") % {"number": other.number})


def _merge(standing: Standing, appeal: Appeal, form: forms.ToRequest, request: HttpRequest) -> Done:
    other = linking.merge(standing, appeal, form.cleaned_data["number"], form.words)
    return Done(gettext("Noted at both: it is answered together with %(number)s.") % {"number": other.number})


def _add_body(standing: Standing, appeal: Appeal, form: forms.AddBody, request: HttpRequest) -> Done:
    typed = form.cleaned_data
    co_executing.add(standing, appeal, typed["body"], form.day, typed["asked"], form.words)
    return Done(gettext("Added: %(body)s. It sees the request in its list now.") % {"body": _name(form)})


def _take_body_back(standing: Standing, appeal: Appeal, form: forms.TakeBodyBack, request: HttpRequest) -> Done:
    co_executing.take_back(standing, appeal, form.cleaned_data["body"], form.words)
    return Done(_("The body works on it no more, and does not see the request any longer."))


def _contribute(standing: Standing, appeal: Appeal, form: forms.Contribution, request: HttpRequest) -> Done:
    typed, is_done = form.cleaned_data, "ready" in request.POST
    co_executing.contribute(standing, appeal, typed["body"], typed["text"], typed["version"], is_done=is_done)
    return Done(_("Handed over to the body that answers.") if is_done else _("What you wrote is kept."))


def _note(standing: Standing, appeal: Appeal, form: forms.Notes, request: HttpRequest) -> Done:
    papers.note(standing, appeal, form.cleaned_data["text"], form.cleaned_data["version"])
    return Done(_("What you wrote is kept."))


def _add_item(standing: Standing, appeal: Appeal, form: forms.NewItem, request: HttpRequest) -> Done:
    papers.add_item(standing, appeal, form.cleaned_data["words"])
    return Done(_("It stands on the checklist."))


def _tick_item(standing: Standing, appeal: Appeal, form: forms.Item, request: HttpRequest) -> Done:
    item, to = form.cleaned_data["item"], form.cleaned_data["to"]
    if to == "gone":
        papers.drop_item(standing, appeal, item)
        return Done(_("Taken off the checklist."))
    papers.tick_item(standing, appeal, item, is_done=to == "done")
    return Done(_("Noted as done.") if to == "done" else _("Noted as not done."))


def _set_reception(standing: Standing, appeal: Appeal, form: SetReception, request: HttpRequest) -> Done:
    receptions.set_day(standing, appeal, form)
    return _told(appeal, gettext("The conversation is set. The office tells the applicant."))


def _no_reception(standing: Standing, appeal: Appeal, form: NoReception, request: HttpRequest) -> Done:
    receptions.decline(standing, appeal, form.words)
    return _told(appeal, gettext("There is no conversation. The office tells the applicant why."))


def _note_reception(standing: Standing, appeal: Appeal, form: NoteReception, request: HttpRequest) -> Done:
    receptions.note(standing, appeal, form.outcome, form.cleaned_data["of"])
    return Done(_("Written down. It stands at the request now."))


def _link_to_reception(standing: Standing, appeal: Appeal, form: LinkToReception, request: HttpRequest) -> Done:
    return Done("", link=receptions.make_link(standing, appeal, language_now()))


def _links_back(standing: Standing, appeal: Appeal, form: LinkToReception, request: HttpRequest) -> Done:
    receptions.withdraw_links(standing, appeal)
    return Done(_("The links are taken back: they open nothing any more."))


ACTS: Final[dict[str, tuple[type[Typed], Doer]]] = {
    "route": (forms.ToBody, _route),
    "accept": (forms.Accept, _accept),
    "forward": (forms.ToBody, _forward),
    "extend": (forms.Extend, _extend),
    "return": (forms.InTwoLanguages, _return),
    "reopen": (forms.InTwoLanguages, _reopen),
    "answer": (forms.Answer, _answer),
    "take-back": (forms.Version, _take_back),
    "approve": (forms.Version, _approve),
    "back": (forms.SendBack, _send_back),
    "publish": (forms.Publish, _publish),
    "confirm": (forms.Confirm, _confirm_summary),
    "give-back": (forms.SendBack, _give_summary_back),
    "withdraw": (forms.Withdraw, _withdraw),
    "note": (forms.Notes, _note),
    "check-add": (forms.NewItem, _add_item),
    "check": (forms.Item, _tick_item),
    "link": (forms.ToRequest, _link),
    "merge": (forms.ToRequest, _merge),
    "co-add": (forms.AddBody, _add_body),
    "co-back": (forms.TakeBodyBack, _take_body_back),
    "contribute": (forms.Contribution, _contribute),
    "reception": (SetReception, _set_reception),
    "decline": (NoReception, _no_reception),
    "outcome": (NoteReception, _note_reception),
    "invite": (LinkToReception, _link_to_reception),
    "links-back": (LinkToReception, _links_back),
}
"""Acts by their names in addresses: the form that is read and what is done with it.

Those that are not in `ACT_KINDS` are steps of an answer.
"""


@sensitive_post_parameters()
@require_POST
@open_to(*EVERYBODY_HERE)
def act(request: HttpRequest, standing: Standing, number: str, act: str) -> HttpResponse:
    """Do one act; a form with errors comes back filled in, a refusal is said above the request as it stands now."""
    if act not in ACTS:
        raise Http404
    appeal, _view = find(standing, number)
    kind = {**ACT_KINDS, **receptions.KINDS}.get(act, EventKind.ANSWERED)
    if not any(who_may(kind, Role(grant.role)) for grant in standing.grants):
        raise PermissionDenied
    form_class, do = ACTS[act]
    form = form_class(request.POST, request.FILES, prefix=act, **needed_by(form_class, appeal, language_now()))
    found: Review | None = None
    if form.is_valid():
        try:
            done = do(standing, appeal, form, request)
        except Unsettled as refusal:
            form.blamed = ""
            form.add_error(None, str(REFUSALS[refusal.code]))
            found = refusal.review
        except Refused as refusal:
            form.blamed = {**BLAMED, **receptions.BLAMED}.get(refusal.code, "")
            form.add_error(None, words_of(refusal))
        else:
            if done.link is not None:
                page = open_case(standing, appeal, View.WHOLE, language_now())
                return show_case(request, standing, replace(page, link_made=done.link))
            words = f"{_called(appeal)}. {done.words}" if done.goes_on else str(done.words)
            messages.add_message(request, messages.SUCCESS, words, extra_tags="good")
            return HttpResponseRedirect(done.goes_on or reverse("work_case", args=[number]))
    return _again(request, standing, appeal, act, form, found)


def _called(appeal: Appeal) -> str:
    """What a request is called where its own page does not show it; of a second one with its fingerprint."""
    return f"{appeal.number} ({appeal.fingerprint})" if appeal.is_second else appeal.number


@sensitive_post_parameters()
@require_POST
@open_to(*OFFICERS)
def keep(request: HttpRequest, standing: Standing, number: str) -> JsonResponse:
    """Keep an answer while it is typed, so that a session or a line that ends takes nothing with it."""
    appeal, _view = find(standing, number)
    form = forms.Answer(request.POST, prefix="answer")
    return _kept(form, lambda: _keep_answer(standing, appeal, form))


@sensitive_post_parameters()
@require_POST
@open_to(*OFFICERS)
def keep_paper(request: HttpRequest, standing: Standing, number: str, paper: str) -> JsonResponse:
    """Keep a working paper while it is typed."""
    if paper not in PAPERS:
        raise Http404
    appeal, view = find(standing, number)
    if view is not View.WHOLE:
        raise Http404
    form_class, write = PAPERS[paper]
    form = form_class(request.POST, prefix=paper)
    return _kept(form, lambda: write(standing, appeal, form))


def _kept(form: Typed, write: Callable[[], tuple[int, datetime]]) -> JsonResponse:
    """Answer a page that keeps what is typed: the version that stands now and since when, or why it is not kept."""
    if not form.is_valid():
        return JsonResponse({"refused": " ".join(str(error) for errors in form.errors.values() for error in errors)})
    try:
        version, changed_at = write()
    except Refused as refusal:
        return JsonResponse({"refused": words_of(refusal)})
    kept = pgettext("draft", "Kept")
    return JsonResponse({"version": version, "words": f"{kept} {strip_tags(moment(changed_at))}"})


def _keep_answer(standing: Standing, appeal: Appeal, form: forms.Answer) -> tuple[int, datetime]:
    acts.write_draft(standing, appeal, form.text, form.cleaned_data["version"], is_ready=False)
    draft = acts.draft_of(appeal)
    if draft is None:  # sent or forwarded by a colleague since it was written
        raise Refused("draft_changed")
    return draft.version, draft.changed_at


def _keep_contribution(standing: Standing, appeal: Appeal, form: forms.Contribution) -> tuple[int, datetime]:
    typed = form.cleaned_data
    paper = co_executing.contribute(standing, appeal, typed["body"], typed["text"], typed["version"], is_done=False)
    return paper.version, paper.changed_at


def _keep_notes(standing: Standing, appeal: Appeal, form: forms.Notes) -> tuple[int, datetime]:
    paper = papers.note(standing, appeal, form.cleaned_data["text"], form.cleaned_data["version"])
    return paper.version, paper.changed_at


PAPERS: Final[dict[str, tuple[type[Typed], Callable[[Standing, Appeal, Any], tuple[int, datetime]]]]] = {
    "contribute": (forms.Contribution, _keep_contribution),
    "note": (forms.Notes, _keep_notes),
}
"""Working papers that are kept while they are typed, by their names in addresses."""


def words_of(refusal: Refused) -> str:
    """A refusal in words; one without words of its own names its code."""
    known = REFUSALS.get(refusal.code) or receptions.REFUSALS.get(refusal.code)
    return str(known) if known else gettext("Refused: %(code)s") % {"code": refusal.code}


def _again(
    request: HttpRequest, standing: Standing, before: Appeal, act: str, form: Typed, found: Review | None
) -> HttpResponse:
    """Show the request as it stands now with the form as it was typed; gone from this person, it says where to go."""
    try:
        appeal, view = find(standing, before.address)
    except Http404:
        for error in form.non_field_errors():
            messages.add_message(request, messages.WARNING, f"{_called(before)}. {error}", extra_tags="warn")
        return HttpResponseRedirect(reverse("own_page"))
    page = open_case(standing, appeal, view, language_now())
    if isinstance(form, forms.Answer) and page.draft is not None:  # the next attempt is about the text shown above it
        form.data = {**{name: form.data[name] for name in form.data}, form.add_prefix("version"): page.draft.version}
    page = replace(page, forms={**page.forms, act: form}, open_act=act, found=found.seen if found else page.found)
    form.mark()
    not_done = form.not_done(str(NAMES.get(act) or receptions.NAMES[act]))
    if found is not None and found.open:
        not_done = replace(not_done, anchor="traces", field=gettext("Found in the text"))
    elif not page.shows(act):
        not_done = replace(not_done, anchor="")
    return show_case(request, standing, page, not_done, status=409 if form.non_field_errors() else 400)
