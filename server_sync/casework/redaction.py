"""Looks at what is about to be published, takes what a person said of each finding, and keeps what was struck out.

A help for whoever reviews, never a guarantee: what is found how well stands in ADR 0094.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from server_sync.appeals.models import Appeal
from server_sync.casework.models import Redaction
from server_sync.common.refusals import Refused
from server_sync.contract.bodies import Words
from server_sync.journal.models import Event
from server_sync.pages.access import Standing
from server_sync.privacy.finder import find
from server_sync.privacy.finding import Finding, Kind, Known, Reason

NO_ANSWERS: Final[Mapping[str, str]] = MappingProxyType({})
LANGUAGES: Final = ("ky", "ru", "en")
STRIKE: Final = "strike"
ANSWER: Final = "of-"
"""What the fields of a form begin with that answer for a finding; its mark follows."""
STRUCK: Final = "[…]"
STRUCK_SHORT: Final = "…"
BESIDE: Final = 60
"""Letters of the text that are shown on either side of a finding."""
MOST: Final = 300
HISTORY_MOST: Final = 200
LOOKS_MOST: Final = 8
"""So often a text is looked at again after something was struck out of it; what still changes then is not published."""


class Why(StrEnum):
    """Why something that could point to a person stays."""

    NOBODY = "nobody"
    PUBLIC = "public"
    OFFICIAL = "official"
    AGREED = "agreed"


WHYS: Final[dict[Why, Promise]] = {
    Why.NOBODY: _("Keep: it is a word or a place, nobody's name"),
    Why.PUBLIC: _("Keep: it belongs to a body and is public"),
    Why.OFFICIAL: _("Keep: an official, about what they did in office"),
    Why.AGREED: _("Keep: the person agreed in writing"),
}
KINDS: Final[dict[Kind, Promise]] = {
    Kind.PIN: _("Personal number (PIN)"),
    Kind.CARD: _("Bank card or account"),
    Kind.EMAIL: _("E-mail or account on the net"),
    Kind.PHONE: _("Telephone"),
    Kind.DOCUMENT: _("Number of a document"),
    Kind.PLATE: _("Number of a car"),
    Kind.ADDRESS: _("Where somebody lives"),
    Kind.NAME: _("Somebody's name"),
}
REASONS: Final[dict[Reason, Promise]] = {
    Reason.OF_REQUEST: _("the request itself says it of the applicant or of who signed"),
    Reason.FOURTEEN_DIGITS: _("fourteen digits as in a personal number"),
    Reason.PIN_OF_ORGANISATION: _("begins with zero, as numbers of organisations do"),
    Reason.DIGITS_IN_WORDS: _("a number written in words"),
    Reason.CARD_DIGITS: _("sixteen digits as on a card"),
    Reason.MAIL_ADDRESS: _("has the shape of an e-mail address"),
    Reason.MAIL_IN_WORDS: _("an e-mail address with its signs in words"),
    Reason.ACCOUNT: _("a name on a social network"),
    Reason.PHONE_SHAPE: _("has the shape of a telephone number"),
    Reason.PHONE_WORD: _("a number after the word telephone or call"),
    Reason.DOCUMENT_SHAPE: _("letters and digits as in a passport"),
    Reason.DOCUMENT_WORD: _("a number after the name of a document"),
    Reason.PLATE_SHAPE: _("letters and digits as on a number plate"),
    Reason.STREET_AND_HOUSE: _("a street with a house"),
    Reason.VILLAGE_AND_HOUSE: _("a village or town with a house"),
    Reason.FLAT: _("a house with a flat"),
    Reason.LIVES_AT: _("a house after the words address or lives"),
    Reason.GIVEN_NAME: _("a given name"),
    Reason.SURNAME: _("ends as surnames do"),
    Reason.PATRONYMIC: _("ends as patronymics do"),
    Reason.KINSHIP: _("son or daughter of"),
    Reason.INITIALS: _("initials beside a word with a capital"),
    Reason.CALLED_SO: _("stands beside what people are called by"),
    Reason.OFFICIAL: _("an office stands beside it"),
}
PLACES: Final[dict[str, Promise]] = {
    "subject_ky": _("subject, Kyrgyz"),
    "subject_ru": _("subject, Russian"),
    "subject_en": _("subject, English"),
    "text_ky": _("text, Kyrgyz"),
    "text_ru": _("text, Russian"),
    "text_en": _("text, English"),
    "taken_out": _("what was taken out"),
    "original": _("the request as it came"),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """A finding as the editor sees it: in its sentence, with what was said of it; `others` are the same words again."""

    field: str
    finding: Finding
    before: str
    after: str
    answer: str
    others: int = 0

    @property
    def mark(self) -> str:
        """The name of what answers for it."""
        return self.finding.mark

    @property
    def kind(self) -> Promise:
        """What it is, in words."""
        return KINDS[self.finding.kind]

    @property
    def reason(self) -> Promise:
        """Why it was taken for that, in words."""
        return REASONS[self.finding.reason]

    @property
    def place(self) -> Promise:
        """Where it stands, in words."""
        return PLACES[self.field]

    @property
    def said_of(self) -> Promise | None:
        """Why it stays, as was said of it; None when nothing was."""
        return WHYS[Why(self.answer)] if self.answer in set(Why) else None

    @property
    def is_serious(self) -> bool:
        """Whether it has to be answered for."""
        return self.finding.is_serious

    @property
    def is_open(self) -> bool:
        """Whether nothing is published because of it."""
        if not self.is_serious or self.answer == STRIKE:
            return False
        return self.finding.kind is Kind.PIN or self.answer not in set(Why)

    @property
    def choices(self) -> tuple[tuple[str, Promise], ...]:
        """What may become of it; a personal number is struck out and nothing else."""
        struck = (STRIKE, _("Strike it out"))
        if self.finding.kind is Kind.PIN and self.is_serious:
            return (struck,)
        return (struck, *((why.value, WHYS[why]) for why in Why))


@dataclass(frozen=True, slots=True)
class Review:
    """Texts with what was struck out gone, and each finding of what they were before, the same words once."""

    texts: Mapping[str, str]
    seen: tuple[Seen, ...]
    is_cut: bool = False
    """Whether there is more that is serious than is shown: nothing is published then."""

    @property
    def summary(self) -> tuple[Words, Words, str]:
        """Subject, text and what was taken out, as they are published."""
        subject, text = (Words(*(self.texts[f"{what}_{one}"] for one in LANGUAGES)) for what in ("subject", "text"))
        return subject, text, self.texts["taken_out"]

    @property
    def open(self) -> tuple[Seen, ...]:
        """What nobody has answered for."""
        return tuple(one for one in self.seen if one.is_open)


class Unsettled(Refused):
    """A serious finding has no answer yet; nothing was published."""

    def __init__(self, review: Review, code: str = "traces_found") -> None:
        super().__init__(code)
        self.review = review


@dataclass(frozen=True, slots=True)
class Struck:
    """A line of the history: what was struck out or kept, where, by whom, without the words."""

    at: object
    who: str
    kind: Promise
    place: Promise
    count: int
    kept_because: Promise | None


def fields_of(subject: Words, text: Words, taken_out: str) -> dict[str, str]:
    """All of a summary that anybody but its editor reads, by the names of its fields."""
    texts = {
        f"{what}_{one}": getattr(words, one)
        for what, words in (("subject", subject), ("text", text))
        for one in LANGUAGES
    }
    return texts | {"taken_out": taken_out}


def known_of(appeal: Appeal) -> Known:
    """What a request says of its own people."""
    return Known(
        names=(appeal.surname, appeal.given_name, appeal.patronymic, *map(str, appeal.signatories)),
        numbers=(appeal.phone,),
        pin=appeal.pin,
        document=appeal.document,
        email=appeal.email,
        street=appeal.street,
    )


def answers_in(typed: Mapping[str, str]) -> dict[str, str]:
    """What a form says of findings, by their marks."""
    known = {STRIKE, *Why}
    return {
        name.removeprefix(ANSWER): said for name, said in typed.items() if name.startswith(ANSWER) and said in known
    }


def review(
    texts: Mapping[str, str], appeal: Appeal, answers: Mapping[str, str], *, strikes_all: bool = False
) -> Review:
    """Find what points to a person, and strike out what is answered so; with `strikes_all` all that is serious.

    What is left is looked at again: of two findings that lay over one another the one below stands free then.
    """
    known, today = known_of(appeal), timezone.localdate()
    left: dict[str, str] = {}
    seen: dict[str, Seen] = {}
    is_cut = False
    for field, whole in texts.items():
        text, looked = whole, 0
        while True:
            found = find(text, known, today)
            gone = [one for one in found if answers.get(one.mark) == STRIKE or (strikes_all and one.is_serious)]
            told = found if looked == 0 else [one for one in found if one in gone or _is_news(one, seen)]
            is_cut |= _take_note(seen, field, text, told, gone, answers)
            text, looked = _without(text, gone), looked + 1
            if not gone:
                break
            if looked == LOOKS_MOST:
                is_cut = True
                break
        left[field] = text
    return Review(left, tuple(sorted(seen.values(), key=lambda one: not one.is_serious)), is_cut)


def _is_news(one: Finding, seen: Mapping[str, Seen]) -> bool:
    """Whether what is found after something was struck out was not told yet, or weighs more now."""
    told = seen.get(one.mark)
    return told is None or (one.is_serious and not told.is_serious)


def _take_note(
    seen: dict[str, Seen],
    field: str,
    text: str,
    found: Iterable[Finding],
    gone: Collection[Finding],
    answers: Mapping[str, str],
) -> bool:
    """Keep findings, the same words once; says whether something serious found no room."""
    is_cut = False
    for one in found:
        before = seen.get(one.mark)
        if before is not None and not (one.is_serious and not before.is_serious):
            seen[one.mark] = replace(before, others=before.others + 1)
        elif before is not None or len(seen) < MOST:  # the same words are serious where no office stands by them
            beside = text[max(0, one.start - BESIDE) : one.start], text[one.end : one.end + BESIDE]
            others = 0 if before is None else before.others + 1
            seen[one.mark] = Seen(field, one, *beside, answers.get(one.mark, ""), others)
        elif one.is_serious and one not in gone:
            is_cut = True
    return is_cut


def _without(text: str, gone: Iterable[Finding]) -> str:
    for one in sorted(gone, key=lambda one: -one.start):
        mark = STRUCK if one.end - one.start >= len(STRUCK) else STRUCK_SHORT
        text = text[: one.start] + mark + text[one.end :]
    return text


def note(standing: Standing, appeal: Appeal, event: Event, reviewed: Review) -> None:
    """Write down, without the words, what of the request is public no more and what stays public, and why."""
    rows: Counter[tuple[str, Kind, Reason, str]] = Counter()
    public = set()
    for one in reviewed.seen:
        if one.answer == STRIKE:
            rows[one.field, one.finding.kind, one.finding.reason, STRIKE] += 1 + one.others
        else:
            public.add(one.mark)
            rows[one.field, one.finding.kind, one.finding.reason, one.answer] += 1 + one.others
    struck = {one.mark for one in reviewed.seen} - public
    for one_found in find(f"{appeal.subject}\n{appeal.text}", known_of(appeal), timezone.localdate()):
        if one_found.mark not in public and one_found.mark not in struck:
            rows["original", one_found.kind, one_found.reason, STRIKE] += 1
    Redaction.objects.bulk_create(
        Redaction(
            appeal=bytes(appeal.hash),
            event=bytes(event.hash),
            field=field,
            kind=kind.value,
            reason=reason.value,
            is_struck=answer == STRIKE,
            why="" if answer == STRIKE else answer,
            count=count,
            person=standing.person,
        )
        for (field, kind, reason, answer), count in rows.items()
    )


def _kept(why: str) -> Promise:
    return WHYS[Why(why)] if why else _("shown, weighs little")


def history_of(appeal: Appeal) -> tuple[Struck, ...]:
    """What was struck out and kept of a request so far, the newest first."""
    rows = Redaction.objects.filter(appeal=bytes(appeal.hash)).select_related("person").order_by("-at", "pk")
    return tuple(
        Struck(
            at=row.at,
            who=row.person.full_name,
            kind=KINDS[Kind(row.kind)],
            place=PLACES[row.field],
            count=row.count,
            kept_because=None if row.is_struck else _kept(row.why),
        )
        for row in rows[:HISTORY_MOST]
    )
