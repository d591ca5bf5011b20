"""Reads what is typed of a decision; what is missing or wrong is said beside its field."""

import re
from typing import Any, Final

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from server_sync.conferring import wording
from server_sync.conferring.forms import Group, InThreeLanguages, Reasoned, offer_items, provinces
from server_sync.contract.bodies import (
    DECISION_CHARACTERS,
    REQUESTS_MOST,
    DecisionTaken,
    DecisionWithdrawn,
)
from server_sync.meetings.decided import as_printed
from server_sync.meetings.models import Meeting
from server_sync.meetings.plans import UnsoundPlan, is_silent
from server_sync.pages.appeal_words import site_name
from server_sync.pages.tiles import places
from server_sync.pages.typed import DayField, TextField
from server_sync.pages.wording import language_now

DOES: Final = "does_"
_BETWEEN: Final = re.compile(r"[\s,;]+")
NUMBERS_CHARACTERS: Final = REQUESTS_MOST * 30
BLAMED: Final = {
    **dict.fromkeys(("decision_empty", "text_too_long"), "text_ky"),
    **dict.fromkeys(("due_in_the_past", "due_too_far", "due_out_of_range"), "due_on"),
    **dict.fromkeys(("number_malformed", "number_check_failed", "number_ambiguous", "number_twice"), "requests"),
    "item_unknown": "item",
}
"""The fields in which refusals are put right."""


def _text(label: Any, most: int) -> TextField:
    return TextField(label=label, max_length=most, required=False, is_long=True, rows=2)


class Decision(InThreeLanguages):
    """A decision as it is typed: what, who, until when, to which requests it belongs."""

    blamed = "text_ky"
    name = forms.RegexField("^[0-9a-f]{32}$", widget=forms.HiddenInput)
    text_ky = _text("Кыргызча", DECISION_CHARACTERS)
    text_ru = _text("Русский", DECISION_CHARACTERS)
    text_en = _text("English", DECISION_CHARACTERS)
    item = forms.TypedChoiceField(label=_("Item of the agenda"), coerce=int)
    due_on = DayField(label=_("Due on"), required=False)
    requests = TextField(
        label=_("Requests it belongs to"),
        max_length=NUMBERS_CHARACTERS,
        required=False,
        help_text=_("Registration numbers as on the receipts, with a comma between them."),
    )

    def __init__(self, meeting: Meeting, *args: Any, **kwargs: Any) -> None:
        self._meeting = meeting
        super().__init__(*args, **kwargs)

    @override
    def fill(self) -> None:
        language = language_now()
        offer_items(self.fields["item"], self._meeting, str(_("none")))
        for place in places():
            self.fields[DOES + place.code] = forms.BooleanField(label=site_name(place.code, language), required=False)

    @property
    def text_fields(self) -> tuple[BoundField, ...]:
        """The decision in each language."""
        return self.in_each("text")

    @property
    def groups(self) -> list[Group]:
        """The offices that may have to do it, by province."""
        return [
            Group(code, name, tuple(self[DOES + place.code] for place in places() if place.province == code))
            for code, name in provinces()
        ]

    @override
    def clean(self) -> dict[str, Any]:
        """Say at once what makes it no decision."""
        cleaned = super().clean() or {}
        if "requests" not in self.errors:
            try:
                cleaned["numbers"] = _numbers(str(cleaned.get("requests") or ""))
            except UnsoundPlan as unsound:
                self.add_error("requests", str(wording.REFUSALS[unsound.code]))
        if not self.errors and is_silent(self.words("text")):
            raise forms.ValidationError(str(wording.REFUSALS["decision_empty"]))
        return cleaned

    def body(self, meeting: bytes) -> DecisionTaken:
        """The decision as it goes into the event."""
        typed = self.cleaned_data
        return DecisionTaken(
            decision=bytes.fromhex(typed["name"]),
            meeting=meeting,
            text=self.words("text"),
            executors=tuple(place.code for place in places() if typed.get(DOES + place.code)),
            due_on=typed["due_on"],
            item=typed["item"],
            requests=typed["numbers"],
        )


class Withdrawal(Reasoned):
    """Why a decision does not hold."""

    decision = forms.RegexField("^[0-9a-f]{32}$", widget=forms.HiddenInput)

    def body(self, meeting: bytes) -> DecisionWithdrawn:
        """The withdrawal as it goes into the event."""
        return DecisionWithdrawn(bytes.fromhex(self.cleaned_data["decision"]), meeting, self.reason)


def _numbers(typed: str) -> tuple[str, ...]:
    """Registration numbers as they are printed; raises UnsoundPlan for what is none, or are too many."""
    numbers = tuple(dict.fromkeys(as_printed(one) for one in _BETWEEN.split(typed) if one))
    if len(numbers) > REQUESTS_MOST:
        raise UnsoundPlan("number_malformed")
    return numbers
