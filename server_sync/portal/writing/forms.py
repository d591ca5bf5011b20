"""Reads the steps of a request that is being written; what is wrong is said beside its field, and all of it is kept."""

from typing import Any, Final

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from server_sync.common.refusals import Refused
from server_sync.contract.bodies import ADDRESS_CHARACTERS, SHORT_CHARACTERS, AnswerBy, AppealKind
from server_sync.contract.limits import (
    DOCUMENT_CHARACTERS,
    EMAIL_CHARACTERS,
    NAME_CHARACTERS,
    PHONE_CHARACTERS,
    PIN_CHARACTERS,
    SUBJECT_CHARACTERS,
    is_blank,
)
from server_sync.letters.queue import deliverable
from server_sync.letters.texts import are_texts_sent, textable
from server_sync.pages.appeal_words import KINDS, WAYS
from server_sync.pages.typed import TextField, Typed
from server_sync.pages.wording import language_now
from server_sync.portal.writing import choosing
from server_sync.workplaces.reference import reference_book

TEXT_MOST: Final = 20_000
"""Characters of a request that is written here, some ten pages; a form of nobody known may be no larger."""

Choices = list[tuple[str, Any]]


def _line(label: Any, limit: int, *, required: bool = False, hint: Any = "", **attrs: Any) -> TextField:
    widget = forms.TextInput(attrs=attrs)
    return TextField(
        label=label, required=required, max_length=limit, help_text=hint, widget=widget, keeps_turns=True, strip=False
    )


class Step(Typed):
    """One step; what is missing is said by what it is good for."""

    @override
    def fill(self) -> None:
        """Say in our words that something is missing or too long."""
        for field in self.fields.values():
            field.error_messages["required"] = _("This is needed.")
            if isinstance(field, TextField) and field.max_length is not None:
                told = gettext("Too long: there is room for %(limit)s characters.") % {"limit": field.max_length}
                field.validators = [one for one in field.validators if not hasattr(one, "limit_value")]
                field.validators.append(_NoLonger(field.max_length, told))


class _NoLonger:
    """Refuses a text of more characters."""

    def __init__(self, limit: int, told: str) -> None:
        self._limit, self._told = limit, told

    def __call__(self, value: str) -> None:
        if len(value) > self._limit:
            raise forms.ValidationError(self._told, code="text_too_long")


class Matter(Step):
    """What it is about."""

    subject = _line(_("In one sentence"), SUBJECT_CHARACTERS, required=True)
    text = TextField(
        label=_("Your request"),
        help_text=_("What happened, where and when, and what you ask for. In your own words, in any language."),
        max_length=TEXT_MOST,
        rows=12,
        is_long=True,
        keeps_turns=True,
    )
    category = forms.ChoiceField(label=_("Topic"), help_text=_("It decides by which rule the body is found."))
    place = forms.ChoiceField(
        label=_("Place"),
        required=False,
        help_text=_("Where it is about. Leave it out if it is about the whole country."),
    )
    kind = forms.ChoiceField(label=_("Kind"), widget=forms.RadioSelect)

    @override
    def fill(self) -> None:
        """Offer kinds, topics by their groups, and places."""
        super().fill()
        self.fields["kind"].choices = [(kind.name.lower(), KINDS[kind]) for kind in AppealKind]  # type: ignore[attr-defined]
        self.fields["category"].choices = [("", _("Choose")), *_categories()]  # type: ignore[attr-defined]
        self.fields["place"].choices = [("", _("The whole country")), *_places()]  # type: ignore[attr-defined]
        for name in ("kind", "category", "place"):
            self.fields[name].error_messages["invalid_choice"] = _("Choose one of the list.")

    def clean_subject(self) -> str:
        """A subject that shows nothing is none."""
        return _visible(self.cleaned_data["subject"])

    def clean_text(self) -> str:
        """And so is a text."""
        return _visible(self.cleaned_data["text"])


class Addressee(Step):
    """To whom."""

    addressee = forms.CharField(max_length=40)

    def clean_addressee(self) -> str:
        """Only who is in office today can be written to."""
        code = str(self.cleaned_data["addressee"])
        if choosing.of_today(code, timezone.localdate()) is None:
            raise forms.ValidationError(
                gettext("There is no such official today. Choose again."), code="addressee_gone"
            )
        return code


class Writer(Step):
    """Who writes, and how they are to be answered."""

    surname = _line(_("Surname"), NAME_CHARACTERS, required=True, autocomplete="family-name")
    given_name = _line(_("Given name"), NAME_CHARACTERS, autocomplete="given-name")
    patronymic = _line(_("Patronymic"), NAME_CHARACTERS, autocomplete="additional-name")
    email = _line(
        _("E-mail"),
        EMAIL_CHARACTERS,
        required=True,
        hint=_("A code is sent to it now. Nobody else is shown it but the officers who answer you."),
        inputmode="email",
        autocomplete="email",
        autocapitalize="none",
    )
    confirm_by = forms.ChoiceField(label=_("Where the code goes"), required=False, widget=forms.RadioSelect)
    phone = _line(
        _("Telephone"), PHONE_CHARACTERS, hint=_("Of any country, with its code."), inputmode="tel", autocomplete="tel"
    )
    territory = forms.ChoiceField(label=_("Where you live"), required=False)
    settlement = _line(_("Town or village"), SHORT_CHARACTERS, hint=_("Outside the country: the country and the town."))
    street = _line(_("Street, house, flat"), ADDRESS_CHARACTERS, autocomplete="street-address")
    pin = _line(
        _("PIN"),
        PIN_CHARACTERS,
        hint=_("14 digits, on the back of the ID card. It helps to find your papers; you may leave it out."),
        inputmode="numeric",
        autocomplete="off",
    )
    document = _line(_("Passport or ID card"), DOCUMENT_CHARACTERS, autocomplete="off")
    answer_by = forms.ChoiceField(label=_("How you want to be answered"), widget=forms.RadioSelect)

    @override
    def fill(self) -> None:
        """Offer places and ways."""
        super().fill()
        places = [("", _("Outside the country, or not in this list")), *_places()]
        self.fields["territory"].choices = places  # type: ignore[attr-defined]
        ways = [(way.name.lower(), WAYS[way]) for way in (AnswerBy.EMAIL, AnswerBy.LETTER, AnswerBy.PHONE)]
        self.fields["answer_by"].choices = ways  # type: ignore[attr-defined]
        self.fields["confirm_by"].choices = [("email", _("by e-mail")), ("phone", _("by a text message"))]  # type: ignore[attr-defined]
        self.fields["confirm_by"].error_messages["invalid_choice"] = _("Choose one of the list.")
        if not are_texts_sent():
            del self.fields["confirm_by"]
        else:
            self.fields["email"].help_text = _(
                "Needed if the code goes by e-mail. Otherwise leave it out: it is not kept."
            )
        if are_texts_sent() and self.data.get("confirm_by") == "phone":
            self.fields["email"].required = False
        elif not (self.data.get("confirm_by") or self.initial.get("confirm_by")):
            self.initial["confirm_by"] = "email"
        for name in ("territory", "answer_by"):
            self.fields[name].error_messages["invalid_choice"] = _("Choose one of the list.")

    def clean_surname(self) -> str:
        """A name that shows nothing is none."""
        return _visible(self.cleaned_data["surname"])

    def clean_email(self) -> str:
        """An address that no letter can be sent to helps nobody."""
        typed = str(self.cleaned_data["email"])
        if is_blank(typed) and not self.fields["email"].required:
            return ""
        try:
            deliverable(typed)
        except Refused as refusal:
            told = gettext(
                "No letter can be sent to this address. Compare it letter by letter; it looks like name@mail.kg."
            )
            raise forms.ValidationError(told, code=refusal.code) from refusal
        return typed

    @override
    def clean(self) -> dict[str, Any]:
        """The way of the answer needs what it goes by, and everybody lives somewhere."""
        told = super().clean() or self.cleaned_data
        if not told.get("territory") and is_blank(told.get("settlement", "")) and "settlement" not in self.errors:
            self.add_error("settlement", gettext("Say at least the country and the town."))
        if told.get("answer_by") == "phone" and is_blank(told.get("phone", "")) and "phone" not in self.errors:
            self.add_error("phone", gettext("You want to be called: write the number."))
        if told.get("confirm_by") == "phone":
            self._read_phone(told)
        if told.get("answer_by") == "letter" and is_blank(told.get("street", "")) and "street" not in self.errors:
            self.add_error("street", gettext("You want a letter: write where it goes."))
        return told

    def _read_phone(self, told: dict[str, Any]) -> None:
        """A code by text message needs a telephone that it can go to; an address that nothing proves gets no answer."""
        if "phone" not in self.errors:
            try:
                textable(told.get("phone", ""))
            except Refused as refusal:
                words = _NO_TEXT.get(refusal.code, _("No text message can be sent to this number."))
                self.add_error("phone", forms.ValidationError(str(words), code=refusal.code))
        if told.get("answer_by") == "email" and "answer_by" not in self.errors:
            self.add_error(
                "answer_by", gettext("Only an e-mail that a code went to can be answered at. Choose another way.")
            )


_NO_TEXT: Final = {
    "phone_unread": _("This does not look like a telephone number."),
    "phone_not_served": _("Text messages do not go to this number: let the code go by e-mail."),
}


def _visible(text: str) -> str:
    if is_blank(text):
        raise forms.ValidationError(gettext("This is needed."), code="required")
    return text


def _categories() -> Choices:
    """Topics in their groups; a group without any stands for itself."""
    book, language = reference_book(), language_now()
    grouped: Choices = []
    for group in book.categories:
        if not group.parent:
            inside = [one for one in book.categories if one.parent == group.code] or [group]
            grouped.append((group.names.said_in(language), [(one.code, one.names.said_in(language)) for one in inside]))
    return grouped


def _places() -> Choices:
    """Provinces with their districts and towns."""
    book, language = reference_book(), language_now()
    provinces = [site for site in book.sites if site.kind.value == "province"]
    grouped: Choices = []
    for province in provinces:
        inside = [province, *(site for site in book.sites if site.parent == province.code)]
        name = province.name.said_in(language)
        grouped.append((name, [(site.code, site.name.said_in(language)) for site in inside]))
    return grouped
