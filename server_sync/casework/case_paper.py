"""Draws a whole case as a PDF of A4 pages: what was asked, by whom, every step, the answer, and its proof.

It holds what the person who asks for it may read on the page of the request, and nothing more.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from threading import BoundedSemaphore
from typing import Final
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext
from typing_extensions import override

from server_sync.appeals.models import Appeal
from server_sync.casework.case_page import CasePage
from server_sync.common.refusals import Refused
from server_sync.evidence.log import find_leaf, newest_checkpoint
from server_sync.pages.life import PAGE, Told, Wanted, life
from server_sync.pages.sheet import BLACK, MUTED, Sheet, one_at_a_time
from server_sync.pages.term import Term
from server_sync.pages.wording import size
from server_sync.workplaces.models import Person

MARGIN_MM: Final = 18.0
PAGES: Final = "\ue000\ue001"
"""Stands for the number of pages until it is known; no text that is drawn has these letters."""
TEXT_LETTERS: Final = 20_000
"""So much of one text is drawn; the page of the request has the whole, and the paper says so."""
STEPS_MOST: Final = 300
"""So many of the newest steps are drawn, and of attachments and co-executors and those who signed too."""
GROUP: Final = 4
"""Letters of a fingerprint that stand together."""
RULE: Final = 170

_CASES: Final = BoundedSemaphore()


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the request's life and who took it, empty where nobody is named."""

    told: Told
    who: str


def draw(page: CasePage, appeal: Appeal, language: str, made_at: datetime) -> bytes:
    """Draw a case; raises Refused `paper_fonts_missing` where no font has the letters, or `paper_busy`.

    One at a time: a long one takes seconds of the processor, and other papers do not wait for it.
    """
    with one_at_a_time(_CASES):
        paper = _Paper(page, appeal, language, made_at)
        paper.write_head()
        paper.write_request()
        paper.write_term()
        paper.write_answers()
        paper.write_parts()
        paper.write_files()
        paper.write_steps()
        paper.write_proof()
        return bytes(paper.output())


def steps_of(appeal: Appeal, language: str) -> tuple[Step, ...]:
    """The newest steps with who took them, the oldest of them first."""
    told: list[Told] = []
    for number in range(1, STEPS_MOST // PAGE + 1):
        part = life(appeal, language, Wanted(page=number), for_applicant=False)
        if part.page != number:
            break
        told += part.told
    rows = appeal.history.order_by("-event_id").values_list("person", flat=True)[: len(told)]
    people = list(rows)
    names = _names({one for one in people if one is not None})
    return tuple(
        Step(one, names.get(person, "") if person is not None else "")
        for one, person in reversed(list(zip(told, people, strict=False)))
    )


def _names(people: set[UUID]) -> dict[UUID, str]:
    return {one.pk: one.full_name for one in Person.objects.filter(pk__in=people)}


class _Paper(Sheet):
    """The pages of one case."""

    def __init__(self, page: CasePage, appeal: Appeal, language: str, made_at: datetime) -> None:
        super().__init__(page.number, language, made_at, margin_mm=MARGIN_MM)
        self.case = page
        self.appeal = appeal
        self.told_language = language
        self.made_at = made_at
        self.alias_nb_pages(PAGES)
        self.add_page()

    @override
    def header(self) -> None:
        """Of which request each page is."""
        self.set_y(9)
        self.style(8, grey=MUTED)
        self.cell(self.epw, 5, self.fitting(f"{self.case.number} · {self.case.subject}", self.epw))
        self.set_y(MARGIN_MM)
        self.set_text_color(BLACK)

    @override
    def footer(self) -> None:
        """That it is of those who work on it, when it was printed, and the number of the page."""
        self.set_y(-13)
        self.style(8, grey=MUTED)
        words = gettext("For official use: holds personal data")
        self.cell(self.epw - 30, 5, self.fitting(f"{words} · {_moment(self.made_at)}", self.epw - 34))
        self.cell(30, 5, f"{self.page_no()} / {PAGES}", align="R")
        self.set_text_color(BLACK)

    # parts

    def write_head(self) -> None:
        """Which request it is, how it stands, and who asks."""
        case = self.case
        self.say(gettext("Case of a request"), 10, bold=True, grey=MUTED)
        self.say(case.number, 16, bold=True)
        self.say(case.subject, 12, bold=True)
        self.ln(1)
        for label, words in (
            (gettext("Status"), case.state.words),
            (gettext("Kind"), ", ".join(case.facts)),
            (gettext("Topics"), "; ".join(case.categories)),
            (gettext("Taken in"), f"{case.office}, {_moment(case.taken_at)}"),
            (gettext("To whom"), case.addressee),
            (gettext("Body"), case.body),
            (gettext("Why it is there"), case.why_here),
        ):
            if words:
                self.labelled(label, str(words))
        who = case.applicant
        if who is None:
            return
        self._heading(gettext("Applicant"))
        for label, words in (
            (gettext("Name"), who.name),
            (gettext("Address"), who.address),
            (gettext("Contacts"), ", ".join(who.contacts)),
            (gettext("Wants the answer"), who.answer_by),
            (gettext("Language of the answer"), who.language),
            (gettext("Those who signed"), self._few(who.signatories)),
        ):
            if words:
                self.labelled(label, words)

    def write_request(self) -> None:
        """The request in its own words, and the complaint that it waits with."""
        self._heading(gettext("Request"))
        self._words(self.case.text)
        complaint = self.case.complaint
        if complaint is not None:
            title = (
                gettext("Complaint about the answer") if complaint.is_of_answer else gettext("Complaint about silence")
            )
            self._heading(title)
            self.say(f"{complaint.about}, {_moment(complaint.at)}", 9.5, grey=MUTED)
            self._words(complaint.text)

    def write_term(self) -> None:
        """The last day and how it was counted."""
        term = self.case.term
        self._heading(gettext("How the term was computed"))
        if term is None:
            self.say(gettext("This request has no term."), 10, grey=MUTED)
            return
        for label, words in _arithmetic(term):
            if words:
                self.labelled(label, words)

    def write_answers(self) -> None:
        """What was answered, by whom, and what the applicant says of it."""
        self._heading(gettext("Answer"))
        if not self.case.answers:
            self.say(gettext("No answer was sent yet."), 10, grey=MUTED)
        for answer in reversed(self.case.answers):
            late = [gettext("answered late")] if answer.is_late else []
            self.say(", ".join((str(answer.outcome.words), *late)), 10.5, bold=True)
            for text in answer.texts:
                self._words(text)
            if not answer.texts:
                self.say(gettext("The words of this answer were erased."), 10, grey=MUTED)
            signed = " · ".join(part for part in (answer.signed_by, answer.reference, _moment(answer.at)) if part)
            self.say(signed, 9.5, grey=MUTED)
            if answer.rating is not None:
                self.say(": ".join((gettext("the applicant says"), str(answer.rating.words))), 9.5)
            self.ln(1)

    def write_parts(self) -> None:
        """What the bodies beside contribute, as far as the reader may see it."""
        case = self.case
        parts = case.parts or case.own_parts
        if not parts:
            return
        self._heading(gettext("Co-executors"))
        for part in parts[:STEPS_MOST]:
            until = f", {part.due_on:%d.%m.%Y}" if part.due_on is not None else ""
            self.say(f"{part.body}{until}", 10.5, bold=True)
            if part.asked:
                self.say(": ".join((gettext("Asked for"), part.asked)), 9.5, grey=MUTED)
            self._words(part.text or gettext("Nothing was contributed yet."))

    def write_files(self) -> None:
        """The attachments, of the request and of answers, each with its size and fingerprint."""
        files = list(self.appeal.attachments.all()[: STEPS_MOST + 1])
        self._heading(gettext("Attachments"))
        if not files:
            self.say(gettext("There are no attachments."), 10, grey=MUTED)
        for file in files[:STEPS_MOST]:
            lost = [gettext("declared lost")] if file.is_lost else []
            self.say(", ".join((file.name, size(file.size_bytes), *lost)), 10)
            self.say(_in_groups(bytes(file.blob_id).hex()), 8, grey=MUTED, indent=4)
        if len(files) > STEPS_MOST:
            self.say(gettext("More stand on the page of the request."), 9.5, grey=MUTED)

    def write_steps(self) -> None:
        """Every step, with its day, who took it and what was said."""
        steps = steps_of(self.appeal, self.told_language)
        self._heading(gettext("Steps"))
        if steps and steps[0].told.place > 1:
            self.say(gettext("Earlier steps stand on the page of the request."), 9.5, grey=MUTED)
        for step in steps:
            who = f" · {step.who}" if step.who else ""
            self.say(f"{_moment(step.told.at)}  {step.told.title}{who}", 10, bold=True)
            for line in step.told.lines:
                self.say(line, 9.5, indent=5)
            if step.told.is_out_of_turn:
                self.say(gettext("came out of turn"), 9, grey=MUTED, indent=5)

    def write_proof(self) -> None:
        """By what anybody can prove that it was registered and when, with the public log."""
        self._heading(gettext("Proof"))
        self.labelled(gettext("Number"), self.case.number)
        self.labelled(gettext("Fingerprint"), _in_groups(bytes(self.appeal.hash).hex()))
        try:
            leaf = find_leaf(bytes(self.appeal.hash))
        except Refused:
            self.say(gettext("Its place in the public log is not known yet."), 10, grey=MUTED)
            return
        signed = newest_checkpoint(leaf.log)
        self.labelled(gettext("Public log"), signed.origin)
        self.labelled(gettext("Place in it"), str(leaf.index))
        self.labelled(gettext("Signed size"), str(signed.size))
        self.labelled(gettext("Root"), _in_groups(bytes(signed.root).hex()))

    # drawing

    def _heading(self, words: str) -> None:
        self.ln(4)
        if self.get_y() > self.h - 45:
            self.add_page()
        self.say(words, 12.5, bold=True)
        self.set_draw_color(RULE)
        self.set_line_width(0.2)
        self.line(self.l_margin, self.get_y() + 0.5, self.w - self.r_margin, self.get_y() + 0.5)
        self.ln(1.5)

    def _words(self, text: str) -> None:
        self.say(text[:TEXT_LETTERS], 10.5)
        if len(text) > TEXT_LETTERS:
            self.say(gettext("The rest stands on the page of the request."), 9.5, grey=MUTED)

    @staticmethod
    def _few(names: tuple[str, ...]) -> str:
        shown = ", ".join(names[:STEPS_MOST])
        return f"{shown} …" if len(names) > STEPS_MOST else shown


def _arithmetic(term: Term) -> Iterator[tuple[str, str]]:
    yield gettext("Counted from"), _day(term.registered_on)
    yield gettext("Working days by law"), str(term.working_days)
    yield gettext("Law"), term.article
    yield gettext("Public holidays in between"), "; ".join(term.holidays)
    yield gettext("Days off by decree in between"), "; ".join(term.decreed)
    yield gettext("The last day"), _day(term.due_on)
    if term.now_due_on != term.due_on:
        yield gettext("Now the last day is"), _day(term.now_due_on)


def _day(day: date) -> str:
    return f"{day:%d.%m.%Y}"


def _moment(at: datetime) -> str:
    return f"{timezone.localtime(at):%d.%m.%Y %H:%M}"


def _in_groups(letters: str) -> str:
    return " ".join(letters[place : place + GROUP] for place in range(0, len(letters), GROUP))
