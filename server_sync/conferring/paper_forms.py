"""Reads what is typed of a paper and the file that comes with it; what is wrong is said beside its field."""

from typing import Any, Final, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from server_sync.conferring import wording
from server_sync.conferring.forms import InThreeLanguages, Reasoned, offer_items
from server_sync.contract.bodies import PAPER_LIMIT_BYTES, SHORT_CHARACTERS, MeetingPaperWithdrawn
from server_sync.meetings.models import Meeting
from server_sync.meetings.papers.adding import NewPaper
from server_sync.meetings.plans import is_silent
from server_sync.pages.typed import TextField

OF_FILES: Final = frozenset(
    {
        *(
            "paper_too_large",
            "paper_not_pdf",
            "paper_encrypted",
            "paper_broken",
            "paper_too_long",
            "paper_readers_busy",
        ),
        *("no_room", "too_many_papers", "paper_known"),
    }
)
"""Refusals that are put right by another file, or by none."""
BLAMED: Final = {**dict.fromkeys(OF_FILES, "file"), "item_unknown": "item"}


def _title(label: Any) -> TextField:
    return TextField(label=label, max_length=SHORT_CHARACTERS, required=False)


class Paper(InThreeLanguages):
    """A paper as it is brought: its title, to which item it belongs, the file."""

    blamed = "title_ky"
    name = forms.RegexField("^[0-9a-f]{32}$", widget=forms.HiddenInput)
    title_ky = _title("Кыргызча")
    title_ru = _title("Русский")
    title_en = _title("English")
    item = forms.TypedChoiceField(label=_("Item of the agenda"), coerce=int)
    file = forms.FileField(
        label=_("The file (PDF)"),
        help_text=_("At most 15 MB. Offices on a thin line fetch a small file much sooner."),
        max_length=255,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf"}),
    )

    def __init__(self, meeting: Meeting, *args: Any, **kwargs: Any) -> None:
        self._meeting = meeting
        super().__init__(*args, **kwargs)

    @override
    def fill(self) -> None:
        offer_items(self.fields["item"], self._meeting, str(_("the whole meeting")))

    def clean_file(self) -> "UploadedFile[Any]":
        """A file that is too large is not read at all."""
        file = cast("UploadedFile[Any]", self.cleaned_data["file"])
        if (file.size or 0) > PAPER_LIMIT_BYTES:
            raise forms.ValidationError(str(wording.REFUSALS["paper_too_large"]))
        return file

    @override
    def clean(self) -> dict[str, Any]:
        """A title in one language is needed."""
        cleaned = super().clean() or {}
        if not self.errors and is_silent(self.words("title")):
            raise forms.ValidationError(str(wording.REFUSALS["paper_untitled"]))
        return cleaned

    @property
    def title_fields(self) -> tuple[BoundField, ...]:
        """The title in each language."""
        return self.in_each("title")

    def paper(self) -> NewPaper:
        """The paper as it is laid to the meeting."""
        typed = self.cleaned_data
        return NewPaper(bytes.fromhex(typed["name"]), self.words("title"), typed["item"], typed["file"].read())


class Withdrawal(Reasoned):
    """Why a paper is taken away."""

    paper = forms.RegexField("^[0-9a-f]{32}$", widget=forms.HiddenInput)

    def body(self, meeting: bytes) -> MeetingPaperWithdrawn:
        """The withdrawal as it goes into the event."""
        return MeetingPaperWithdrawn(bytes.fromhex(self.cleaned_data["paper"]), meeting, self.reason)
