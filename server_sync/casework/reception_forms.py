"""Reads what officers type of a conversation with a citizen: when it is, why not, what came of it."""

from datetime import date, datetime
from typing import Any, Final, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from server_sync.casework.forms import InTwoLanguages
from server_sync.contract.bodies import OUTCOME_CHARACTERS, SHORT_CHARACTERS, ReceptionOutcome, Words
from server_sync.contract.receptions import MINUTES_LEAST, MINUTES_MOST
from server_sync.pages.appeal_words import site_name
from server_sync.pages.tiles import places
from server_sync.pages.typed import ClockField, DayField, TextField, Typed
from server_sync.pages.wording import language_now

BRING_CHARACTERS: Final = 1_000


def _text(label: Any, *, required: bool = False, rows: int = 2) -> TextField:
    return TextField(label=label, required=required, max_length=OUTCOME_CHARACTERS, rows=rows, is_long=True)


class SetReception(InTwoLanguages):
    """Day, hour and length of a conversation, with whom, from where, what to bring. `ky` and `ru` say with whom."""

    day = DayField(label=_("Day"))
    at = ClockField(label=_("Hour"))
    minutes = forms.IntegerField(
        label=_("Minutes"), min_value=MINUTES_LEAST, max_value=MINUTES_MOST, initial=30, widget=forms.NumberInput()
    )
    site = forms.ChoiceField(label=_("They speak from"), required=False)
    ky = TextField(label="Кыргызча", max_length=SHORT_CHARACTERS, required=False)
    ru = TextField(label="Русский", max_length=SHORT_CHARACTERS, required=False)
    bring_ky = TextField(label="Кыргызча", max_length=BRING_CHARACTERS, required=False)
    bring_ru = TextField(label="Русский", max_length=BRING_CHARACTERS, required=False)

    @override
    def fill(self) -> None:
        site = cast("forms.ChoiceField", self.fields["site"])
        offices = [(place.code, site_name(place.code, language_now())) for place in places()]
        site.choices = [("", gettext("a browser, by a link that you make")), *offices]
        self.fields["day"].help_text = gettext("Day.month.year")

    @property
    def starts_at(self) -> datetime:
        """When it begins, on Bishkek's clock."""
        typed = self.cleaned_data
        return datetime.combine(cast("date", typed["day"]), typed["at"], timezone.get_current_timezone())

    @property
    def bring(self) -> Words:
        """What the applicant takes along."""
        return Words(self.cleaned_data["bring_ky"], self.cleaned_data["bring_ru"])


class NoReception(InTwoLanguages):
    """Why there is no conversation; the applicant reads it."""


class NoteReception(Typed):
    """What came of a conversation; `of` names its meeting."""

    of = forms.CharField(widget=forms.HiddenInput, required=False)
    said = _text(_("What was said"), required=True, rows=4)
    promised = _text(_("What was promised"))
    promised_on = DayField(label=_("Until which day"), required=False)
    next_step = _text(_("What follows"))
    present = _text(_("Who was there"))
    is_for_applicant = forms.BooleanField(
        label=_("The applicant reads this where they follow the request"), required=False
    )

    @override
    def fill(self) -> None:
        self.fields["promised_on"].help_text = gettext("Day.month.year")

    @override
    def clean(self) -> dict[str, Any]:
        """A day belongs to a promise."""
        cleaned = super().clean() or {}
        if cleaned.get("promised_on") and not cleaned.get("promised", "").strip():
            self.add_error("promised", gettext("Write what was promised until this day."))
        return cleaned

    @property
    def outcome(self) -> ReceptionOutcome:
        """As it goes into the event."""
        typed = self.cleaned_data
        return ReceptionOutcome(
            said=typed["said"],
            promised=typed["promised"],
            promised_on=typed["promised_on"],
            next_step=typed["next_step"],
            present=typed["present"],
            is_for_applicant=typed["is_for_applicant"],
        )


class LinkToReception(Typed):
    """The way in for whom the citizen speaks with, by a browser: nothing is typed to make or to take it back."""
