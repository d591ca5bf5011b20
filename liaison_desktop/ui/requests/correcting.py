"""Looks at a correction as at a new request: says what it makes odd, and shows that once more before it is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from liaison_desktop.domain.appeals import PersonCard
from liaison_desktop.domain.drafts import AppealDraft
from liaison_desktop.domain.errors import FieldProblem
from liaison_desktop.ui.errors import say_of
from liaison_desktop.ui.reception import filling
from liaison_desktop.ui.reception.remarks import remark_on_name
from liaison_desktop.ui.reception.review import Facts
from liaison_desktop.ui.reception.review_facts import Names, changed_facts, review_facts
from liaison_desktop.ui.reception.values import FormValues, Remark
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.workplace.words import tr


@dataclass(frozen=True, slots=True)
class Correctable:
    """A request that is to be put right: its number, how it stands, and its form."""

    number: str
    draft: AppealDraft
    form: FormValues


@dataclass(frozen=True, slots=True)
class CorrectingActs:
    """What looking at a correction asks for."""

    problems: Callable[[AppealDraft], tuple[FieldProblem, ...]]
    remarks: Callable[[AppealDraft], tuple[Remark, ...]]
    names: Names
    earlier: Callable[[bytes, AppealDraft, Callable[[PersonCard | None], None]], None]
    """Who had the PIN before, but for the request that is corrected; answers later."""


@dataclass(frozen=True, slots=True)
class LookedOver:
    """What a correction changes, its text when that is changed too, and what is odd about it."""

    facts: Facts
    text: str
    odd: tuple[Say, ...]


class Correcting:
    """Of the correction that is open now."""

    def __init__(self, acts: CorrectingActs) -> None:
        self._acts = acts
        self._appeal = b""
        self._before: AppealDraft | None = None
        self._blank = FormValues()
        self._earlier: PersonCard | None = None
        self._is_refused = False

    @property
    def blank(self) -> FormValues:
        """The form as it was shown before anything was typed."""
        return self._blank

    def begin(self, appeal: bytes, before: AppealDraft, blank: FormValues) -> None:
        """A correction opens: how the request stands, and how its form shows that."""
        self._appeal, self._before, self._blank = appeal, before, blank
        self._earlier, self._is_refused = None, False

    def end(self) -> None:
        """The correction is closed: what is heard now leads to nothing."""
        self._before = None

    def ask_earlier(self, values: FormValues, then: Callable[[], None]) -> None:
        """Hear who had this PIN before, and go on; nothing goes on when the correction was closed meanwhile."""
        before = self._before
        if before is None:
            return

        def heard(earlier: PersonCard | None) -> None:
            if before is self._before:
                self._earlier = earlier
                then()

        self._acts.earlier(self._appeal, filling.corrected(before, self._blank, values), heard)

    def refused(self) -> None:
        """It was refused: from now on what keeps it from being written is said as one types."""
        self._is_refused = True

    def remarks(self, values: FormValues) -> tuple[Remark, ...]:
        """What is to be said at the fields."""
        if self._before is None:
            return ()
        draft = filling.corrected(self._before, self._blank, values)
        remarks = {one[0]: one for one in self._found(draft)}
        if self._is_refused:
            for problem in self._acts.problems(draft):
                place = filling.place_of(problem.field)
                remarks[place] = (place, "danger", say_of(problem))
        return tuple(remarks.values())

    def look_over(self, values: FormValues) -> LookedOver | None:
        """What has to be seen once more; nothing where nothing odd came in, or where it is refused anyway."""
        before = self._before
        if before is None:
            return None
        after = filling.corrected(before, self._blank, values)
        odd = self._odd(before, after, values)
        if not odd or self._acts.problems(after):
            return None
        was, now = (review_facts(one, None, self._acts.names) for one in (before, after))
        return LookedOver(changed_facts(was, now), after.text if after.text != before.text else "", odd)

    def _odd(self, before: AppealDraft, after: AppealDraft, values: FormValues) -> tuple[Say, ...]:
        """What the correction brings in: what was odd already was seen when the request was registered."""
        known = {(name, say()) for name, tone, say in self._found(before) if tone == "warning"}
        return tuple(
            say
            for name, tone, say in self._found(after)
            if tone == "warning" and ((name, say()) not in known or self._is_touched(name, values))
        )

    def _found(self, draft: AppealDraft) -> tuple[Remark, ...]:
        return (*self._acts.remarks(draft), *remark_on_name(draft, self._earlier), *self._remark_on_place(draft))

    def _remark_on_place(self, draft: AppealDraft) -> tuple[Remark, ...]:
        """A place from the list takes the place of all that was typed freely, the village with it."""
        typed = "" if self._before is None else dict(self._before.as_typed).get("territory", "")
        if not typed or not draft.territory_code or draft.settlement:
            return ()
        return (
            (
                "settlement",
                "warning",
                lambda: tr("Before, “{words}” stood here. Write the village if it belongs.", words=typed),
            ),
        )

    def _is_touched(self, name: str, values: FormValues) -> bool:
        """Whether what stands in a field is another than before."""
        return self._stands(name, values) != self._stands(name, self._blank)

    @staticmethod
    def _stands(name: str, values: FormValues) -> object:
        typed = dict(values.as_typed).get(name, "")
        return getattr(values, name, None), typed
