"""A correction changes what the clerk changed: what the form has no place for, and what came meanwhile, stays."""

from dataclasses import replace

from liaison_desktop.domain.drafts import AppealDraft
from liaison_desktop.ui.reception import filling
from liaison_desktop.ui.reception.values import FormValues
from liaison_desktop.ui.widgets.chooser import Choice
from server_sync.contract.bodies import AppealForm
from tests.desktop.office import make_draft

KNOWN = {"WATER", "ROADS"}


def shown(draft: AppealDraft) -> FormValues:
    """The form, in an office whose reference data lacks a code."""

    def named(code: str) -> Choice | None:
        return Choice(code, code.title()) if code in KNOWN or "@" in code else None

    return filling.values_of(draft, addressee=named, category=named, territory=named)


def test_codes_that_the_form_cannot_show_are_not_taken_away() -> None:
    before = make_draft(categories=("WATER", "GONE"), form=AppealForm.ELECTRONIC, territory_code="KG-GONE")
    blank = shown(before)
    assert filling.corrected(before, blank, replace(blank, subject="Башка")) == replace(before, subject="Башка")


def test_a_code_that_was_chosen_takes_the_place_of_what_stood_there() -> None:
    before = make_draft(categories=("WATER", "GONE"))
    blank = shown(before)
    chosen = replace(blank, categories=(Choice("ROADS", "Roads"),))
    assert filling.corrected(before, blank, chosen).categories == ("ROADS",)


def test_what_a_colleague_corrected_meanwhile_stays() -> None:
    before = make_draft(categories=("WATER",))
    blank = shown(before)
    now = replace(before, street="Манас, 5")
    corrected = filling.corrected(now, blank, replace(blank, phone="+996 700 000000"))
    assert (corrected.street, corrected.phone) == ("Манас, 5", "+996 700 000000")
