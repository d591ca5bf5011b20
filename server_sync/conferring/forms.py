"""Reads what is typed of a meeting into a plan; what is missing or wrong is said beside its field."""

from collections.abc import Iterator
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final, NamedTuple, cast

from django import forms
from django.forms import BoundField
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from server_sync.conferring import wording
from server_sync.contract.bodies import (
    NOTE_CHARACTERS,
    SEATS_MOST,
    SHORT_CHARACTERS,
    AgendaItem,
    Invited,
    MeetingPart,
    MeetingPlan,
    Words,
)
from server_sync.meetings.acts import MINUTES_MOST
from server_sync.meetings.models import Meeting
from server_sync.meetings.plans import UnsoundPlan, demand_sound, in_ms, is_silent, starts_at
from server_sync.meetings.repeating import TIMES_MOST, Occurrence, OnDayOff, Repeat, occurrences
from server_sync.meetings.standing import plan_of
from server_sync.pages.appeal_words import best, site_name
from server_sync.pages.tiles import CENTRE, places
from server_sync.pages.typed import ClockField, DayField, TextField, Typed
from server_sync.pages.wording import language_now
from server_sync.workplaces.decrees import working_calendar

LANGUAGES: Final = (("ky", "Кыргызча"), ("ru", "Русский"), ("en", "English"))
ITEMS_MOST: Final = 50
ITEMS_ADDED: Final = 3
AT: Final = "at_"
ALL: Final = "all"

BLAMED: Final = {
    **dict.fromkeys(("starts_in_the_past", "too_far_ahead", "start_out_of_range"), "day"),
    **dict.fromkeys(("nobody_invited", "chair_missing", "two_chairs", "role_missing"), f"{AT}KG-HALL"),
    "length_out_of_range": "minutes",
    "seats_out_of_range": "seats",
    "too_many": "times",
    "title_missing": "title_ky",
    "reason_missing": "reason_ky",
}
"""The fields in which refusals are put right."""


class Item(NamedTuple):
    """The fields of one matter of the agenda."""

    place: int
    titles: tuple[BoundField, ...]
    speaker: BoundField
    minutes: BoundField


class Group(NamedTuple):
    """The offices of a province with the fields that invite them."""

    code: str
    name: str
    fields: tuple[BoundField, ...]


def _line(label: Any, *, required: bool = False) -> TextField:
    return TextField(label=label, max_length=SHORT_CHARACTERS, required=required)


def _text(label: Any) -> TextField:
    return TextField(label=label, max_length=NOTE_CHARACTERS, required=False, is_long=True, rows=2)


class InThreeLanguages(Typed):
    """What every form here does with words in three languages."""

    def words(self, name: str) -> Words:
        """The texts of one thing in each of the languages."""
        return Words(*(str(self.cleaned_data.get(f"{name}_{code}") or "").strip() for code, _name in LANGUAGES))

    def in_each(self, name: str) -> tuple[BoundField, ...]:
        """The fields of one thing in each of the languages."""
        return tuple(self[f"{name}_{code}"] for code, _name in LANGUAGES)


def offer_items(field: forms.Field, meeting: Meeting, none: str) -> None:
    """Let a field offer the items of a meeting's agenda by their places from 1, and 0 for what is of none of them."""
    language = language_now()
    agenda = [(n, f"{n}. {best(one.title, language)}") for n, one in enumerate(plan_of(meeting).agenda, 1)]
    cast("forms.TypedChoiceField", field).choices = [(0, none), *agenda]


class Reasoned(InThreeLanguages):
    """Why something that the offices know is taken back or changed; they read it."""

    blamed = "reason_ky"
    reason_ky = _text("Кыргызча")
    reason_ru = _text("Русский")
    reason_en = _text("English")

    @override
    def clean(self) -> dict[str, Any]:
        """At least one language is needed."""
        cleaned = super().clean() or {}
        if not self.errors and is_silent(self.words("reason")):
            raise forms.ValidationError(str(wording.REFUSALS["reason_missing"]))
        return cleaned

    @property
    def reason(self) -> Words:
        """The reason as it goes into the event."""
        return self.words("reason")

    @property
    def reason_fields(self) -> tuple[BoundField, ...]:
        """The fields of the reason, in each language."""
        return self.in_each("reason")


class Reason(Reasoned):
    """Why a plan is changed or a meeting cancelled."""

    seen = forms.RegexField("^[0-9a-f]{64}$", widget=forms.HiddenInput)


class Plan(InThreeLanguages):
    """A meeting as it is typed: words, when, how often, who, about what."""

    name = forms.RegexField("^[0-9a-f]{32}$", widget=forms.HiddenInput)
    items = forms.IntegerField(min_value=0, max_value=ITEMS_MOST, widget=forms.HiddenInput)
    title_ky = _line("Кыргызча")
    title_ru = _line("Русский")
    title_en = _line("English")
    day = DayField(label=_("Day"))
    at = ClockField(label=_("Begins at"))
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=MINUTES_MOST)
    seats = forms.IntegerField(
        label=_("Seats on stage"),
        min_value=1,
        max_value=SEATS_MOST,
        help_text=_("How many offices can be heard and seen at once."),
    )
    repeat = forms.ChoiceField(label=_("How often"))
    times = forms.IntegerField(label=_("How many times"), min_value=1, max_value=TIMES_MOST, required=False)
    on_day_off = forms.ChoiceField(label=_("On a day off it is"))
    is_recorded = forms.BooleanField(label=_("Picture and sound are recorded"), required=False)
    is_public = forms.BooleanField(label=_("Anybody can watch it on the site"), required=False)
    is_closed = forms.BooleanField(label=_("Closed: encrypted from office to office"), required=False)
    note_ky = _text("Кыргызча")
    note_ru = _text("Русский")
    note_en = _text("English")

    @override
    def fill(self) -> None:
        self._choose("repeat", wording.REPEATS.items())
        self._choose("on_day_off", wording.ON_DAYS_OFF.items())
        self._add_places()
        self._add_items()

    def _choose(self, name: str, choices: Any) -> None:
        field = cast("forms.ChoiceField", self.fields[name])
        field.choices = [(str(value), words) for value, words in choices]

    def _add_places(self) -> None:
        parts = [("", "—"), *((str(part.value), words) for part, words in wording.PARTS.items())]
        for place in places():
            self.fields[AT + place.code] = forms.ChoiceField(
                label=site_name(place.code, language_now()), choices=parts, required=False
            )

    def _add_items(self) -> None:
        speakers = [("", "—"), *((place.code, site_name(place.code, language_now())) for place in places())]
        for n in range(self.items_shown):
            for code, language in LANGUAGES:
                self.fields[f"item_{n}_{code}"] = _line(language)
            self.fields[f"item_{n}_speaker"] = forms.ChoiceField(
                label=_("Who reports"), choices=speakers, required=False
            )
            self.fields[f"item_{n}_minutes"] = forms.IntegerField(
                label=_("Minutes"), min_value=0, max_value=MINUTES_MOST, required=False
            )

    @property
    def items_shown(self) -> int:
        """How many places the agenda has on the page."""
        said = str((self.data if self.is_bound else self.initial).get("items", ITEMS_ADDED))
        return min(int(said), ITEMS_MOST) if said.isascii() and said.isdecimal() and len(said) < 4 else ITEMS_ADDED

    # what the page shows

    @property
    def title_fields(self) -> tuple[BoundField, ...]:
        """The title in each language."""
        return tuple(self[f"title_{code}"] for code, _name in LANGUAGES)

    @property
    def note_fields(self) -> tuple[BoundField, ...]:
        """The words beside the plan, in each language."""
        return tuple(self[f"note_{code}"] for code, _name in LANGUAGES)

    @property
    def agenda_fields(self) -> Iterator[Item]:
        """The matters, each with its fields."""
        for n in range(self.items_shown):
            titles = tuple(self[f"item_{n}_{code}"] for code, _name in LANGUAGES)
            yield Item(n + 1, titles, self[f"item_{n}_speaker"], self[f"item_{n}_minutes"])

    @property
    def groups(self) -> list[Group]:
        """The offices, by province."""
        return [
            Group(code, name, tuple(self[AT + place.code] for place in places() if place.province == code))
            for code, name in provinces()
        ]

    # what it says

    @override
    def clean(self) -> dict[str, Any]:
        """Say at once what makes it no plan."""
        cleaned = super().clean() or {}
        if "times" in self.fields and cleaned.get("repeat") != Repeat.ONCE.value and not cleaned.get("times"):
            self.add_error("times", gettext("Write how many times the meeting is held."))
        if not self.errors:
            try:
                self.demand(self.plan_on(cleaned["day"]))
            except UnsoundPlan as unsound:
                self.blamed = BLAMED.get(unsound.code, "")
                raise forms.ValidationError(str(wording.REFUSALS[unsound.code])) from unsound
        return cleaned

    def demand(self, plan: MeetingPlan) -> None:
        """Raise UnsoundPlan for what is no plan, or one of a moment that has passed."""
        demand_sound(plan)
        if starts_at(plan) <= timezone.now():
            raise UnsoundPlan("starts_in_the_past")

    @cached_property
    def occurrences(self) -> tuple[Occurrence, ...]:
        """The days on which it is held."""
        typed = self.cleaned_data
        repeat, on_day_off = Repeat(typed["repeat"]), OnDayOff(typed["on_day_off"])
        return occurrences(typed["day"], repeat, typed["times"] or 1, on_day_off, working_calendar())

    @property
    def first(self) -> bytes:
        """What the first of the meetings is called."""
        return bytes.fromhex(self.cleaned_data["name"])

    @property
    def plans(self) -> tuple[MeetingPlan, ...]:
        """The plans of all meetings of the series that are held."""
        held = [one.on for one in self.occurrences if one.on is not None]
        series = self.first if len(held) > 1 else None
        return tuple(self.plan_on(on, series) for on in held)

    def start_on(self, on: date) -> datetime:
        """When the meeting of one day begins."""
        return datetime.combine(on, self.cleaned_data["at"], timezone.get_current_timezone())

    def plan_on(self, on: date, series: bytes | None = None) -> MeetingPlan:
        """The plan of the meeting of one day."""
        typed = self.cleaned_data
        return MeetingPlan(
            title=self.words("title"),
            starts_at_ms=in_ms(self.start_on(on)),
            minutes=typed["minutes"],
            invited=tuple(self._invited()),
            agenda=tuple(self._agenda()),
            note=self.words("note"),
            seats=typed["seats"],
            series=series,
            is_recorded=typed["is_recorded"],
            is_public=typed["is_public"],
            is_closed=typed["is_closed"],
        )

    def _invited(self) -> Iterator[Invited]:
        chosen = [(place.code, self.cleaned_data.get(AT + place.code)) for place in places()]
        guests = [Invited(code, MeetingPart(int(part))) for code, part in chosen if part]
        yield from sorted(guests, key=lambda one: one.part)

    def _agenda(self) -> Iterator[AgendaItem]:
        for n in range(self.items_shown):
            title = self.words(f"item_{n}")
            speaker, minutes = self.cleaned_data[f"item_{n}_speaker"], self.cleaned_data[f"item_{n}_minutes"] or 0
            if any((title.ky, title.ru, title.en, speaker, minutes)):
                yield AgendaItem(title, speaker, minutes)


class Change(Plan, Reason):
    """Another plan for a meeting that is planned already, and why; it is not repeated."""

    @override
    def fill(self) -> None:
        super().fill()
        for name in ("repeat", "times", "on_day_off"):
            del self.fields[name]

    @override
    def demand(self, plan: MeetingPlan) -> None:
        demand_sound(plan)  # the hour of a meeting that begins late is no reason not to change its agenda


def provinces() -> list[tuple[str, str]]:
    """The pieces of the network's map by name, what stands in the middle first."""
    codes = dict.fromkeys(place.province for place in places())
    first = [CENTRE] if CENTRE in codes else []
    named = {code: site_name(code, language_now()) for code in codes if code != CENTRE}
    return [*((code, gettext("Bishkek")) for code in first), *named.items()]


def filled(data: QueryDict, who: str, part: str) -> QueryDict:
    """What was typed with all offices of a province, or of the network, given a part; who leads stays."""
    changed = data.copy()
    known = {"", *(str(one.value) for one in MeetingPart if one is not MeetingPart.CHAIR)}
    for place in places():
        is_meant = part in known and who in {ALL, place.province}
        if is_meant and changed.get(AT + place.code) != str(MeetingPart.CHAIR.value):
            changed[AT + place.code] = part
    return changed


def moved_up(data: QueryDict, place: int) -> QueryDict:
    """What was typed with a matter of the agenda one place higher."""
    changed = data.copy()
    names = (*(code for code, _name in LANGUAGES), "speaker", "minutes")
    if 1 <= place < ITEMS_MOST:
        for name in names:
            here, above = f"item_{place}_{name}", f"item_{place - 1}_{name}"
            changed[here], changed[above] = data.get(above, ""), data.get(here, "")
    return changed


def lengthened(data: QueryDict) -> QueryDict:
    """What was typed with further places in the agenda."""
    changed = data.copy()
    said = data.get("items", "")
    now = int(said) if said.isascii() and said.isdecimal() and len(said) < 4 else 0
    changed["items"] = str(min(now + ITEMS_ADDED, ITEMS_MOST))
    return changed


def as_typed(plan: MeetingPlan, name: str) -> dict[str, Any]:
    """A plan as the form's fields hold it."""
    start = timezone.localtime(datetime.fromtimestamp(plan.starts_at_ms / 1000, timezone.get_current_timezone()))
    typed: dict[str, Any] = {
        "name": name,
        "items": min(len(plan.agenda) + 1, ITEMS_MOST),
        "day": f"{start:%d.%m.%Y}",
        "at": f"{start:%H:%M}",
        "minutes": plan.minutes,
        "seats": plan.seats,
        "is_recorded": plan.is_recorded,
        "is_public": plan.is_public,
        "is_closed": plan.is_closed,
    }
    for code, _name in LANGUAGES:
        typed[f"title_{code}"], typed[f"note_{code}"] = getattr(plan.title, code), getattr(plan.note, code)
        for n, item in enumerate(plan.agenda):
            typed[f"item_{n}_{code}"] = getattr(item.title, code)
    for n, item in enumerate(plan.agenda):
        typed[f"item_{n}_speaker"], typed[f"item_{n}_minutes"] = item.speaker, item.minutes or ""
    typed |= {AT + one.site_code: str(one.part.value) for one in plan.invited}
    return typed
