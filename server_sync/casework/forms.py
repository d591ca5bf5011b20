"""Reads what officers type into typed values; what is missing or wrong is said beside its field."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from server_sync.casework.acts import AnswerText
from server_sync.casework.grounds import PREFIX, grounds_on
from server_sync.contract.bodies import NOTE_CHARACTERS, SHORT_CHARACTERS, TEXT_CHARACTERS, Outcome, Words
from server_sync.contract.reference import FoundBody
from server_sync.pages.appeal_words import OUTCOMES
from server_sync.pages.typed import DayField, TextField, Typed
from server_sync.workplaces.reference import reference_book

NAME_CHARACTERS = 120
TEMPLATE_CHARACTERS = 20_000
LONGEST_TEXT = 60_000
"""Characters of an answer in one language: both together stay within one event."""


def _text(label: Any, *, rows: int, limit: int = NOTE_CHARACTERS, required: bool = False) -> TextField:
    return TextField(label=label, required=required, max_length=limit, rows=rows, is_long=True)


class Resolved(NamedTuple):
    """The bodies of today that what was typed may mean; the only one `is_named` when it is its code or a whole name."""

    found: tuple[FoundBody, ...]
    is_named: bool


def resolve_body(typed: str, near: str, language: str) -> Resolved:
    """Find the bodies meant; one that has ended gives the one that came after it."""
    book, today = reference_book(), timezone.localdate()
    known = book.body(typed.strip())
    if known is not None:
        after = book.body_on(known, today)
        return Resolved((FoundBody(after, None if after is known else known),), is_named=True)
    found = book.find_bodies(typed, (near,), language, on=today)
    exact = tuple(one for one in found if typed.strip() in {*one.body.names, *(one.formerly or one.body).names})
    return Resolved(exact[:1], is_named=True) if exact else Resolved(found, is_named=False)


class Candidate(NamedTuple):
    """A body that fits: its name as it is typed and as it is shown, and since when there is one of it."""

    code: str
    name: str
    shown: str
    since: str


def _candidate(found: FoundBody, language: str) -> Candidate:
    body = found.body
    since = gettext("since %(year)s") % {"year": body.valid_from_on.year} if body.valid_from_on else ""
    return Candidate(body.code, body.names.said_in(language), offered_name(found, language), since)


def offered_name(found: FoundBody, language: str) -> str:
    """What an offered body is called, with its earlier name when it was found by that."""
    name = found.body.names.said_in(language)
    if found.formerly is None:
        return name
    return gettext("%(name)s (formerly: %(earlier)s)") % {
        "name": name,
        "earlier": found.formerly.names.said_in(language),
    }


class BodyField(TextField):
    """A body chosen by typing the beginnings of words of its name."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"list": "bodies", "autocomplete": "off", "data-bodies": "/work/bodies"}
        super().__init__(max_length=300, widget=forms.TextInput(attrs=attrs), **kwargs)


class InTwoLanguages(Typed):
    """A text for the applicant, in Kyrgyz, Russian or both."""

    blamed = "ky"
    ky = _text("Кыргызча", rows=2)
    ru = _text("Русский", rows=2)

    @override
    def clean(self) -> dict[str, Any]:
        """At least one language is needed."""
        cleaned = super().clean() or {}
        if not self.errors and not (cleaned.get("ky", "").strip() or cleaned.get("ru", "").strip()):
            raise forms.ValidationError(gettext("Write it in at least one of the two languages."))
        return cleaned

    @property
    def words(self) -> Words:
        """The text as it goes into the event."""
        return Words(self.cleaned_data.get("ky", ""), self.cleaned_data.get("ru", ""))


class ToBody(InTwoLanguages):
    """A body and why; used for routing and for forwarding. The body that has the request is not offered."""

    body = BodyField(label=_("To which body"))
    field_order: tuple[str, ...] = ("body", "ky", "ru")

    def __init__(self, *args: Any, near: str = "", here: str = "", language: str = "ky", **kwargs: Any) -> None:
        self._near, self._here, self._language = near, here, language
        self.candidates: tuple[Candidate, ...] = ()
        super().__init__(*args, **kwargs)
        self.fields["body"].widget.attrs |= {"data-near": near, "data-here": here}

    def clean_body(self) -> str:
        """Take the body that is named whole; those that a part of a name fits are offered, one alone too."""
        found, is_named = resolve_body(self.cleaned_data["body"], self._near, self._language)
        if is_named:
            return found[0].body.code
        others = [one for one in found if one.body.code != self._here]
        self.candidates = tuple(_candidate(one, self._language) for one in others)
        if len(others) > 1:
            raise forms.ValidationError(gettext("Several bodies fit. Choose one of them."))
        if others:
            raise forms.ValidationError(gettext("One body fits. If it is the one, choose it."))
        if found:
            raise forms.ValidationError(gettext("The request is with this body already. Choose another one."))
        raise forms.ValidationError(gettext("No body has such a name. Type the beginnings of its words."))


class Accept(Typed):
    """Taking a request up."""

    note = _text(_("Note for the applicant"), rows=2)


class Extend(InTwoLanguages):
    """Prolonging a term: until when, why, by which article; `asked_about` is a day to look at a second time."""

    asked_about: date | None = None

    due_on = DayField(label=_("New last day"))
    article = TextField(label=_("Article that allows it"), max_length=SHORT_CHARACTERS)
    field_order = ("due_on", "article", "ky", "ru")

    def __init__(self, *args: Any, standing_on: date | None, **kwargs: Any) -> None:
        self._standing_on = standing_on
        super().__init__(*args, **kwargs)

    @override
    def fill(self) -> None:
        hint = gettext("Day.month.year")
        if self._standing_on is not None:
            hint = gettext("Day.month.year; now it is %(day)s") % {"day": f"{self._standing_on:%d.%m.%Y}"}
        self.fields["due_on"].help_text = hint

    @property
    def day(self) -> date:
        """The new last day."""
        day: date = self.cleaned_data["due_on"]
        return day


class _Several(forms.FileInput):
    """A field that brings several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Files from a person's computer, none at all among them; whoever takes them in judges them."""

    widget = _Several

    @override
    def clean(self, value: Any, initial: Any = None) -> "list[UploadedFile[Any]]":
        """The files that came."""
        return [one for one in value or () if isinstance(one, UploadedFile)]


class Answer(Typed):
    """An answer in one or two languages; kept as a draft or handed to the second person."""

    outcome = forms.ChoiceField(label=_("Outcome"), required=False)
    """Nothing is chosen beforehand, and a draft is kept without it."""
    reference = TextField(label=_("Reference number"), max_length=64, required=False)
    ky = _text("Кыргызча", rows=12, limit=LONGEST_TEXT)
    ru = _text("Русский", rows=12, limit=LONGEST_TEXT)
    added = FilesField(
        label=_("Add files"),
        required=False,
        help_text=_("PDF, pictures, Word, Excel, OpenDocument, plain text; 10 MB each, 30 MB and 10 files together."),
    )
    template = forms.UUIDField(required=False)
    drop = forms.UUIDField(required=False, widget=forms.HiddenInput)
    """A file of the draft that is taken out."""
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    @override
    def fill(self) -> None:
        """Offer the outcomes and, apart, today's grounds to leave a request without consideration."""
        left = [
            (f"{PREFIX}{one.id}", one.names.said_in(get_language() or "ky")) for one in grounds_on(timezone.localdate())
        ]
        offered = [
            ("", _("not chosen yet")),
            *((str(outcome.value), OUTCOMES[outcome]) for outcome in Outcome),
            (_("Leave without consideration, because"), left),
        ]
        self.fields["outcome"] = forms.ChoiceField(label=_("Outcome"), required=False, choices=offered)

    @property
    def chosen(self) -> Outcome | None:
        """The outcome, as far as one is chosen."""
        outcome = self.cleaned_data["outcome"]
        return Outcome(int(outcome)) if outcome and not outcome.startswith(PREFIX) else None

    @property
    def text(self) -> AnswerText:
        """What is written, as it is kept."""
        typed = self.cleaned_data
        ground = typed["outcome"].removeprefix(PREFIX) if typed["outcome"].startswith(PREFIX) else ""
        return AnswerText(self.chosen, typed["ky"], typed["ru"], typed["reference"], ground)

    @property
    def dropped(self) -> UUID | None:
        """The file that is taken out, if one is."""
        dropped: UUID | None = self.cleaned_data["drop"]
        return dropped


class Template(Typed):
    """A text to answer with, in one or two languages."""

    blamed = "ky"
    body = forms.ChoiceField(label=_("Body"))
    name = TextField(label=_("Name of the template"), max_length=NAME_CHARACTERS)
    ky = _text("Кыргызча", rows=10, limit=TEMPLATE_CHARACTERS)
    ru = _text("Русский", rows=10, limit=TEMPLATE_CHARACTERS)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)

    def __init__(self, *args: Any, bodies: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        self._bodies = bodies
        super().__init__(*args, **kwargs)

    @override
    def fill(self) -> None:
        self.fields["body"] = forms.ChoiceField(label=_("Body"), choices=self._bodies)

    @override
    def clean(self) -> dict[str, Any]:
        """A text in one language is needed."""
        cleaned = super().clean() or {}
        if not self.errors and not (cleaned.get("ky", "").strip() or cleaned.get("ru", "").strip()):
            raise forms.ValidationError(gettext("Write it in at least one of the two languages."))
        return cleaned


class ToRequest(InTwoLanguages):
    """Another request by its number, and why the two belong together."""

    number = TextField(label=_("Number of the other request"), max_length=60)
    field_order = ("number", "ky", "ru")


class AddBody(ToBody):
    """Another body that is to work on the request: what it is asked for, until when, what the applicant reads of it."""

    due_on = DayField(label=_("Until when"), help_text=_("Day.month.year"))
    asked = _text(_("What is asked of it"), rows=3, required=True)
    field_order = ("body", "due_on", "asked", "ky", "ru")

    @property
    def day(self) -> date:
        """Until when."""
        day: date = self.cleaned_data["due_on"]
        return day


class TakeBodyBack(Typed):
    """A body that works on the request no more, and what the applicant reads of it."""

    body = TextField(max_length=64, widget=forms.HiddenInput())
    ky = _text("Кыргызча", rows=2)
    ru = _text("Русский", rows=2)

    @property
    def words(self) -> Words:
        """The text as it goes into the event."""
        return Words(self.cleaned_data["ky"], self.cleaned_data["ru"])


class Contribution(Typed):
    """What a co-executor writes for the body that answers."""

    body = TextField(max_length=64, widget=forms.HiddenInput())
    text = _text(_("What your body contributes"), rows=8, limit=LONGEST_TEXT)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class Notes(Typed):
    """What officers of a body write for themselves."""

    text = _text(_("Notes of your body"), rows=5, limit=LONGEST_TEXT)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class NewItem(Typed):
    """A line for the checklist."""

    words = TextField(label=_("What is to be done"), max_length=SHORT_CHARACTERS)


class Item(Typed):
    """A line of the checklist: done, not done, or taken off, as the button says."""

    item = forms.UUIDField(widget=forms.HiddenInput)
    to = forms.ChoiceField(choices=[("done", ""), ("open", ""), ("gone", "")], widget=forms.HiddenInput)


class Version(Typed):
    """Which state of a draft a person has read."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class SendBack(Version):
    """A draft goes back to its writer."""

    note = _text(_("What to change"), rows=3, required=True)


class Publish(Typed):
    """The public summary and what was taken out of the original."""

    blamed = "subject_ky"
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)
    """Of what is proposed already, as it was read; none when nothing was."""
    subject_ky = TextField(label="Кыргызча", max_length=SHORT_CHARACTERS, required=False)
    subject_ru = TextField(label="Русский", max_length=SHORT_CHARACTERS, required=False)
    text_ky = _text("Кыргызча", rows=8, limit=TEXT_CHARACTERS // 4)
    text_ru = _text("Русский", rows=8, limit=TEXT_CHARACTERS // 4)
    taken_out = _text(_("What was taken out and why"), rows=2)
    is_reviewed = forms.BooleanField(
        label=_("I have read it to the end: nothing here points to a person"), required=True
    )

    @override
    def fill(self) -> None:
        self.fields["is_reviewed"].required = "strike_all" not in self.data  # the text is read after that

    @override
    def clean(self) -> dict[str, Any]:
        """A subject and a text are needed in the same language."""
        cleaned = super().clean() or {}
        whole = [
            language
            for language in ("ky", "ru")
            if cleaned.get(f"subject_{language}", "").strip() and cleaned.get(f"text_{language}", "").strip()
        ]
        if not self.errors and not whole:
            raise forms.ValidationError(gettext("Write subject and text in at least one of the two languages."))
        return cleaned


class Confirm(Version):
    """A second editor read what is proposed."""

    blamed = "is_reviewed"
    is_reviewed = forms.BooleanField(
        label=_("I have read it to the end: nothing here points to a person"), required=True
    )


class Withdraw(Typed):
    """Why a summary is no longer shown."""

    reason = _text(_("Reason"), rows=2, required=True)
