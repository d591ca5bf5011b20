"""What applicants type about their own requests, read into the bodies of events."""

from typing import Any, ClassVar, Final

from django import forms
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from server_sync.contract.bodies import (
    NOTE_CHARACTERS,
    AnswerRated,
    AppealForm,
    AppealSupplemented,
    AppealWithdrawn,
    ComplaintMade,
    Solved,
)
from server_sync.pages.appeal_words import SOLVED
from server_sync.pages.typed import TextField, Typed
from server_sync.portal.by_applicant import Said

TYPED_MOST = NOTE_CHARACTERS
"""Characters of one text: with what goes along it stays within what a stranger's form may bring."""

HIDDEN: Final = frozenset({"seen", "about"})
"""Fields that say what the page showed; nobody types them."""
_HASH: Final = r"^[0-9a-f]{64}$"


def _text(label: Any, *, rows: int, required: bool = True) -> TextField:
    return TextField(label=label, required=required, max_length=TYPED_MOST, rows=rows, is_long=True)


class Own(Typed):
    """What is said about a request by its applicant, as the page showed it.

    `seen` is the newest event that it was made of, `about` the answer that stood on it, by their hashes.
    """

    seen = forms.RegexField(_HASH, widget=forms.HiddenInput)
    about = forms.RegexField(_HASH, widget=forms.HiddenInput, required=False)
    texts: ClassVar[tuple[str, ...]] = ("text",)

    @property
    def seen_event(self) -> bytes:
        """The newest event as the applicant saw the request."""
        return bytes.fromhex(self.cleaned_data["seen"])

    @property
    def answer(self) -> bytes | None:
        """The answer that stood on the page; None when there was none."""
        return bytes.fromhex(self.cleaned_data["about"]) or None

    def body(self) -> Said:
        """What was typed, as an event says it."""
        raise NotImplementedError


class _NotBlank(Own):
    """A text that says something: spaces are nothing."""

    @override
    def clean(self) -> dict[str, Any]:
        """Refuse what is blank; it is kept to the letter otherwise."""
        cleaned = super().clean() or {}
        for name in self.texts:
            if self.fields[name].required and name in cleaned and not cleaned[name].strip():
                self.add_error(name, self.fields[name].error_messages["required"])
        return cleaned


class Rate(Own):
    """Whether the answer solved the matter."""

    texts = ("comment",)
    solved = forms.TypedChoiceField(
        label=_("Did the answer solve the matter?"),
        coerce=int,
        choices=[(one.value, SOLVED[one]) for one in Solved],
        widget=forms.RadioSelect,
    )
    """Nothing is chosen beforehand."""
    comment = _text(_("In your own words"), rows=4, required=False)
    field_order = ("solved", "comment")

    @override
    def body(self) -> AnswerRated:
        """The rating of the answer."""
        return AnswerRated(self.answer or bytes(32), Solved(self.cleaned_data["solved"]), self.cleaned_data["comment"])


class Complain(_NotBlank):
    """A complaint about an answer, or about silence."""

    text = _text(_("What is wrong, and what you ask for"), rows=8)

    @override
    def body(self) -> ComplaintMade:
        """The complaint about the answer, or about silence."""
        return ComplaintMade(self.cleaned_data["text"], self.answer)


class Add(_NotBlank):
    """Something more about the request."""

    text = _text(_("What you want to add"), rows=8)

    @override
    def body(self) -> AppealSupplemented:
        """The addition."""
        return AppealSupplemented(self.cleaned_data["text"])


class Withdraw(_NotBlank):
    """The wish that nobody works on the request any more."""

    text = _text(_("Why you withdraw it"), rows=3)

    @override
    def body(self) -> AppealWithdrawn:
        """The withdrawal, as it was expressed from a distance."""
        return AppealWithdrawn(self.cleaned_data["text"], AppealForm.ELECTRONIC)
