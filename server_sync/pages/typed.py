"""Reads what people type on the centre's pages by the rule that holds at the offices (contract.limits).

Line ends of every kind become one; other control characters, and those that turn the direction of a text, are refused
with their place.
"""

import re
from dataclasses import dataclass
from datetime import date, time
from typing import Any, Final

from django import forms
from django.forms import BoundField
from django.utils import timezone
from django.utils.translation import gettext
from typing_extensions import override

from server_sync.contract.limits import check_text, settle_line_ends

_TURNS: Final = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
"""Embeddings, overrides and isolates. A citizen's are kept to the letter; what staff write is read by a second person
before it goes out, and both must see the same."""
_DAY: Final = re.compile(r"(?P<day>\d{1,2})[., ]+(?P<month>\d{1,2})[., ]+(?P<year>\d{4})")
_DAY_OF_PROGRAMS: Final = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})")
_CLOCK: Final = re.compile(r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})")
_UNTYPED: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


class TextField(forms.CharField):
    """One line, or with `is_long` a text of lines; as long texts are kept to the letter, they are not stripped.

    `keeps_turns`: a citizen's own text, in which marks of direction are no reason to refuse it.
    """

    def __init__(self, *, is_long: bool = False, rows: int = 2, keeps_turns: bool = False, **kwargs: Any) -> None:
        self._is_long, self._keeps_turns = is_long, keeps_turns
        if is_long:
            kwargs = {"strip": False, "widget": forms.Textarea(attrs={"rows": rows})} | kwargs
        super().__init__(**kwargs)
        self.widget.attrs["dir"] = "auto"

    @override
    def to_python(self, value: Any) -> str:
        """Settle line ends before lengths are counted."""
        given = "" if value in self.empty_values else settle_line_ends(str(value), is_long=self._is_long)
        return super().to_python(given) or ""

    @override
    def validate(self, value: Any) -> None:
        """Raise ValidationError for what cannot be kept, shown or printed."""
        super().validate(value)
        for breach in check_text("", value, self.max_length or len(value), is_long=self._is_long):
            if breach.code == "text_too_long":
                continue  # said by the field's own validator
            told = {"place": breach.params["place"], "code": breach.params.get("character", "U+FFFD")}
            raise forms.ValidationError(
                gettext(
                    "Character %(place)s is a control character (%(code)s) that cannot be kept. "
                    "Delete it, or paste the text again as plain text."
                )
                % told,
                code=breach.code,
            )
        turned = None if self._keeps_turns else _TURNS.search(value)
        if turned is not None:
            raise forms.ValidationError(
                gettext(
                    "Character %(place)s is invisible and changes the direction of what follows (%(code)s): others "
                    "would read something else. Delete it, or paste the text again as plain text."
                )
                % {"place": turned.start() + 1, "code": f"U+{ord(turned[0]):04X}"},
                code="direction_changed",
            )


class DayField(forms.Field):
    """A day as people here write it: day, month, year, in this order whatever the browser's language is.

    A browser's own field for dates shows the order of the browser, and 05.12 becomes 12 May unnoticed. A year first, as
    programs write it, has one meaning too; slashes have two and are asked about.
    """

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "decimal", "autocomplete": "off", "maxlength": 20}
        super().__init__(widget=forms.TextInput(attrs=attrs), **kwargs)

    @override
    def to_python(self, value: Any) -> date | None:
        """Read the day, or say how it is written and which day there is none of."""
        typed = "" if value in self.empty_values else str(value).strip()
        if not typed:
            return None
        written = _DAY.fullmatch(typed) or _DAY_OF_PROGRAMS.fullmatch(typed)
        if written is None:
            told = {"example": f"{timezone.localdate():%d.%m.%Y}"}
            raise forms.ValidationError(
                gettext("Write day, month and year in this order, with dots: today is %(example)s.") % told
            )
        try:
            return date(int(written["year"]), int(written["month"]), int(written["day"]))
        except ValueError as none_such:
            raise forms.ValidationError(gettext("There is no such day in the calendar.")) from none_such


class ClockField(forms.Field):
    """An hour as it is written here: `14:30`."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "numeric", "autocomplete": "off", "maxlength": 8}
        super().__init__(widget=forms.TextInput(attrs=attrs), **kwargs)

    @override
    def to_python(self, value: Any) -> time | None:
        """Read it, or say how it is written."""
        typed = "" if value in self.empty_values else str(value).strip()
        if not typed:
            return None
        written = _CLOCK.fullmatch(typed)
        try:
            if written is not None:
                return time(int(written["hour"]), int(written["minute"]))
        except ValueError:
            pass
        raise forms.ValidationError(gettext("Write hour and minutes with a colon, such as 14:30."))


@dataclass(frozen=True, slots=True)
class NotDone:
    """What the top of a page says of an act that was refused: which, why, and the field that puts it right."""

    act: str
    words: tuple[str, ...]
    anchor: str = ""
    field: str = ""


class Typed(forms.Form):
    """A form whose errors are read by screen readers together with the field; the first of them takes the focus.

    `blamed` is the field that an error of the whole form is put right in.
    """

    blamed = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fill()
        self.mark()

    def fill(self) -> None:
        """Give fields what only this moment knows; called before anything is read."""

    def mark(self) -> None:
        """Mark what is wrong; called anew when an error was found after the form was read."""
        first, blamed = self.first_wrong, self.blamed_now
        for name, field in self.fields.items():
            attrs = field.widget.attrs
            described = [f"{self[name].id_for_label}-hint"] if field.help_text else []
            if self.is_bound and (name in self.errors or name == blamed):
                attrs["aria-invalid"] = "true"
                described.append(f"{self[name].id_for_label}-error")
            if first is not None and name == first.name:
                attrs["autofocus"] = True
            if described:
                attrs["aria-describedby"] = " ".join(described)

    @property
    def first_wrong(self) -> BoundField | None:
        """The first field that a person has to put right, if there is one that can be seen."""
        if not self.is_bound:
            return None
        blamed = {self.blamed} if self.non_field_errors() else set()
        return next((field for field in self.visible_fields() if field.errors or field.name in blamed), None)

    @property
    def blamed_now(self) -> str:
        """The field beside which the words about the whole form stand as well: the page is scrolled to it."""
        first = self.first_wrong
        return first.name if first is not None and not first.errors else ""

    def not_done(self, act: str) -> NotDone:
        """What the top of the page says of this form."""
        first = self.first_wrong
        words = [str(error) for error in self.non_field_errors()] + [str(e) for e in (first.errors if first else ())]
        if not words:
            words = [gettext("What came with the form cannot be read. Open the page anew and try again.")]
        if first is None:
            return NotDone(act, tuple(words))
        return NotDone(act, tuple(words), first.id_for_label, str(first.label))


def on_one_line(text: str) -> str:
    """What was typed into a search, on one line; U+FFFD stands for each character that nobody types."""
    return _UNTYPED.sub("\ufffd", settle_line_ends(text))
