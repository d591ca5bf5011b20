"""Reads what administrators type about a key."""

from datetime import date

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from server_sync.contract.bodies import SHORT_CHARACTERS
from server_sync.pages.typed import DayField, TextField, Typed
from server_sync.programs.keys import LONGEST, Scope
from server_sync.programs.wording import SCOPES


class Propose(Typed):
    """A key for a program."""

    name = TextField(label=_("Program"), max_length=120, help_text=_("As it is called in the agreement with it."))
    about = TextField(
        label=_("What for, and who answers for it"),
        max_length=SHORT_CHARACTERS,
        is_long=True,
        help_text=_("The organisation, the person to be rung, the letter that asks for it."),
    )
    scopes = forms.MultipleChoiceField(label=_("What it may"), widget=forms.CheckboxSelectMultiple)
    until_on = DayField(label=_("Last day"), help_text=_("At most two years from today, written as 31.12.2027."))

    @override
    def fill(self) -> None:
        """Offer what a key may."""
        self.fields["scopes"].choices = [(scope.value, f"{scope.value}: {words}") for scope, words in SCOPES.items()]  # type: ignore[attr-defined]

    def clean_scopes(self) -> list[Scope]:
        """Vouching alone would let a program do nothing."""
        chosen = [Scope(one) for one in self.cleaned_data["scopes"]]
        if Scope.VOUCH_PERSON in chosen and Scope.WRITE_REQUESTS not in chosen:
            raise forms.ValidationError(gettext("Who vouches for a person writes a request: choose that too."))
        return chosen

    def clean_until_on(self) -> date:
        """A key ends, and not before it begins."""
        until_on: date = self.cleaned_data["until_on"]
        today = timezone.localdate()
        if not today < until_on <= today + LONGEST:
            raise forms.ValidationError(gettext("A key holds from tomorrow on, and for two years at most."))
        return until_on


class Why(Typed):
    """Why a key is declined or revoked."""

    note = TextField(label=_("Reason"), max_length=SHORT_CHARACTERS, is_long=True)
