"""Reads what somebody types who wants news: an address, and the language of the letters."""

from typing import Final

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from server_sync.common.refusals import Refused
from server_sync.contract.limits import EMAIL_CHARACTERS
from server_sync.letters.queue import deliverable
from server_sync.pages.typed import TextField, Typed

LANGUAGES: Final = settings.LANGUAGES


class Address(Typed):
    """An address; the language of its letters is that of the page."""

    email = TextField(
        label=_("E-mail"),
        max_length=EMAIL_CHARACTERS,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
        error_messages={
            "required": _("This is needed."),
            "max_length": _("No letter can be sent to this address. Change it."),
        },
    )

    def clean_email(self) -> str:
        """An address that a mail server takes."""
        typed = str(self.cleaned_data["email"])
        try:
            deliverable(typed)
        except Refused as wrong:
            raise forms.ValidationError(_("No letter can be sent to this address. Change it.")) from wrong
        return typed


class Language(Typed):
    """In which language letters come."""

    language = forms.ChoiceField(
        label=_("Language of the letters"),
        choices=LANGUAGES,
        error_messages={"required": _("Choose one of the list."), "invalid_choice": _("Choose one of the list.")},
    )


class Subscribe(Address, Language):
    """Both."""

    field_order = ("email", "language")

    @override
    def fill(self) -> None:
        """Nothing has to be filled in."""
