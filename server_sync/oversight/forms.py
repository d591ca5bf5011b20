"""Reads what is typed on these pages into typed values; what is missing or wrong is said beside its field."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from server_sync.appeals.applying import Decision
from server_sync.contract.bodies import SHORT_CHARACTERS
from server_sync.contract.errors import ContractError
from server_sync.oversight.erasures import Target, read_fingerprint, read_number
from server_sync.pages.typed import TextField, Typed

SHORTEST = 3


def _reason(label: Any, hint: Any) -> TextField:
    return TextField(
        label=label,
        help_text=hint,
        is_long=True,
        rows=3,
        min_length=SHORTEST,
        max_length=SHORT_CHARACTERS,
        strip=True,
    )


NAMES_NOBODY = _("Do not name the citizen and do not quote the request: this stays in the log for ever.")


class Decide(Typed):
    """What is to become of an event, and why."""

    decision = forms.ChoiceField(label=_("Decision"))
    reason = _reason(_("Reason"), NAMES_NOBODY)
    run = forms.BooleanField(required=False)

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        self._choices = choices
        super().__init__(*args, **kwargs)

    @override
    def fill(self) -> None:
        field = self.fields["decision"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (the type checker sees fields as Field)
        field.choices = self._choices

    @property
    def chosen(self) -> Decision:
        """The decision as the register knows it."""
        return Decision(self.cleaned_data["decision"])


class Lift(Typed):
    """Why a PC may number on."""

    reason = _reason(
        _("Reason"), _("What the office read from its last paper, and who said it. Do not name a citizen.")
    )


class Which(Typed):
    """The proposal that a person has read."""

    proposal = forms.UUIDField(widget=forms.HiddenInput)

    @property
    def id(self) -> UUID:
        """The proposal's id."""
        found: UUID = self.cleaned_data["proposal"]
        return found


class Decline(Which):
    """Why a proposal is turned down."""

    note = _reason(_("Why not"), NAMES_NOBODY)


WHOLE: Final = "whole"
"""What is chosen for the whole request."""


class Erase(Typed):
    """What to erase, one event or the whole request, and on what ground; nothing is chosen beforehand."""

    event = forms.RegexField(rf"^({WHOLE}|[0-9a-f]{{64}})$", label=_("What to erase"))
    ground = _reason(
        _("Ground"), _("The article or the decision that demands it. Do not name the citizen: this stays for ever.")
    )

    @property
    def event_hash(self) -> bytes | None:
        """The one event, or None for all."""
        chosen: str = self.cleaned_data["event"]
        return None if chosen == WHOLE else bytes.fromhex(chosen)


def _no_such_number() -> str:
    return gettext("No such number can exist. Check it against the paper.")


class NumberTyped(Typed):
    """A registration number as a person types it."""

    number = TextField(label=_("Registration number"), max_length=64)

    def clean_number(self) -> str:
        """Read it, or say that it cannot be one."""
        try:
            return read_number(self.cleaned_data["number"])
        except ContractError as wrong:
            raise forms.ValidationError(_no_such_number()) from wrong


class RequestNamed(Typed):
    """What names a request: its number, or the fingerprint of one that has none or shares it."""

    number = TextField(label=_("Registration number or fingerprint"), max_length=80)
    fingerprint = ""
    """What was typed, when it is a fingerprint or a whole hash."""

    def clean_number(self) -> str:
        """Read either, or say what neither of them can be."""
        typed = str(self.cleaned_data["number"])
        self.fingerprint = read_fingerprint(typed) or ""
        if self.fingerprint:
            return ""
        try:
            return read_number(typed)
        except ContractError as wrong:
            if wrong.code == "number_check_failed":
                raise forms.ValidationError(_no_such_number()) from wrong
            raise forms.ValidationError(
                gettext(
                    "No such number or fingerprint can exist. A fingerprint has 12 characters, or 64 when it is whole: "
                    "digits and letters from a to f. Check it against the paper."
                )
            ) from wrong


class ConfirmErasure(Which, NumberTyped):
    """The proposal, and what names its request, typed once more by the second person: number, fingerprint or both."""

    field_order = ("proposal", "number", "fingerprint")
    fingerprint = TextField(
        label=_("Fingerprint"),
        max_length=80,
        help_text=_("The number does not say which request is meant. The page of its receipt shows the fingerprint."),
    )

    def __init__(self, *args: Any, expected: Target, **kwargs: Any) -> None:
        self._expected = expected
        super().__init__(*args, **kwargs)

    @override
    def fill(self) -> None:
        if not self._expected.number:
            del self.fields["number"]
            self.fields["fingerprint"].help_text = gettext(
                "This request has no number. Compare the fingerprint with the decision on paper and type it once more."
            )
        if not self._expected.wants_fingerprint:
            del self.fields["fingerprint"]

    @override
    def clean_number(self) -> str:
        """Demand the number of this very request."""
        number = super().clean_number()
        if number != self._expected.number:
            raise forms.ValidationError(gettext("This is the number of another request. Nothing was erased."))
        return number

    def clean_fingerprint(self) -> str:
        """Demand the fingerprint of this very request."""
        typed = read_fingerprint(self.cleaned_data["fingerprint"])
        if typed is None:
            raise forms.ValidationError(
                gettext(
                    "This is no fingerprint: one has 12 characters, digits and letters from a to f. Nothing was erased."
                )
            )
        if not self._expected.hash.startswith(typed):
            raise forms.ValidationError(gettext("This fingerprint is not the one of this request. Nothing was erased."))
        return typed
