"""What the Settings screen may do, made of the services and the workbench."""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable
from pathlib import Path

import PySide6
from PySide6.QtWidgets import QWidget

from liaison_desktop.domain.appeals import RegisteredAppeal
from liaison_desktop.domain.errors import WorkplaceError
from liaison_desktop.domain.people import Person
from liaison_desktop.services import registering, signing_in
from liaison_desktop.services.desk import Desk
from liaison_desktop.services.opening import SECOND_MEDIUM, Place
from liaison_desktop.store.epochs import all_epochs
from liaison_desktop.ui import paper_contents
from liaison_desktop.ui.office_words import pc_words
from liaison_desktop.ui.roles import say_role
from liaison_desktop.ui.settings.presenter import Failed, SettingsActs
from liaison_desktop.ui.settings.values import (
    AppearanceShown,
    Fact,
    MediumShown,
    PersonShown,
    PrinterShown,
)
from liaison_desktop.ui.settings.wardrobe import Wardrobe, lock_minutes
from liaison_desktop.ui.theme.look import look
from liaison_desktop.ui.version import VERSION
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.ui.workbench import Workbench
from liaison_desktop.workplace.second_medium import SecondMedium
from liaison_desktop.workplace.words import current, tr

PRINTER = "printer"


def settings_acts(bench: Workbench, place: Place, person: Person, window: QWidget, wardrobe: Wardrobe) -> SettingsActs:
    """Everything the presenter of Settings may ask for."""

    def printer() -> str:
        return place.file.read().settings.get(PRINTER, "")

    def set_printer(name: str) -> None:
        bench.store(lambda _: place.file.set(PRINTER, name))

    def test_print(done: Callable[[], None], failed: Failed) -> None:
        def made(pdf: bytes) -> None:
            bench.attempt(
                lambda: done() if bench.papers.print_pdf(pdf, tr("Test receipt"), printer(), window) else None, failed
            )

        def given(found: RegisteredAppeal) -> None:
            content = paper_contents.trial(bench.desk, found, person.name)
            bench.work(lambda: paper_contents.draw_receipt(content), made, failed)

        bench.store(registering.trial_receipt, given, failed)

    def change_password(old: str, new: str, done: Callable[[], None], failed: Failed) -> None:
        bench.store(lambda _: signing_in.change_password(place, person.login, old, new), lambda _: done(), failed)

    return SettingsActs(
        person=lambda: PersonShown(person.name, person.login, say_role(person)),
        appearance=lambda: AppearanceShown(current(), look.tokens.name, look.text_size),
        set_language=wardrobe.set_language,
        set_theme=wardrobe.set_theme,
        set_text_size=wardrobe.set_text_size,
        lock_minutes=lambda: lock_minutes(place),
        set_lock=wardrobe.set_lock,
        change_password=change_password,
        printers=lambda: tuple(PrinterShown(name, name) for name in bench.papers.printers()),
        printer=printer,
        set_printer=set_printer,
        test_print=test_print,
        medium=lambda: _medium(place),
        set_medium=lambda folder, done, failed: _set_medium(bench, place, folder, done, failed),
        facts=lambda done: _facts(bench, place, done),
        about=_about,
    )


def _medium(place: Place) -> MediumShown:
    folder = place.file.read().settings.get(SECOND_MEDIUM, "")
    if not folder:
        return MediumShown("", lambda: tr("none"), "neutral")
    if Path(folder).is_dir():
        return MediumShown(folder, lambda: tr("is written to"), "success")
    return MediumShown(folder, lambda: tr("is not there"), "warning")


def _set_medium(bench: Workbench, place: Place, folder: str | None, done: Callable[[], None], failed: Failed) -> None:
    def job(desk: Desk) -> None:
        medium = SecondMedium(Path(folder), desk.store.key) if folder else None
        if medium is not None and not medium.is_here:
            raise WorkplaceError("medium_not_writable")
        place.file.set(SECOND_MEDIUM, folder or "")
        desk.second = medium

    bench.store(job, lambda _: done(), failed)


def _facts(bench: Workbench, place: Place, done: Callable[[tuple[Fact, ...]], None]) -> None:
    def job(desk: Desk) -> tuple[Fact, ...]:
        epoch = all_epochs(desk.store)[-1]
        enrolment = desk.enrolment
        key_id = epoch.key.public.key_id.hex()
        values: tuple[tuple[Say, Say], ...] = (
            (lambda: tr("Office"), lambda: bench.words.site_name(enrolment.site_code)),
            (lambda: tr("Workplace"), lambda: pc_words(enrolment)),
            (lambda: tr("Last number given here"), lambda: epoch.last_number or tr("none yet")),
            (lambda: tr("Slot of numbers"), lambda: f"{epoch.number_code}-{epoch.slot}"),
            (lambda: tr("Key"), lambda: " ".join(key_id[at : at + 4] for at in range(0, len(key_id), 4))),
            (lambda: tr("Centre"), lambda: enrolment.server),
            (lambda: tr("Folder"), lambda: str(place.home.folder)),
        )
        return values

    bench.store(job, done)


def _about() -> tuple[Say, ...]:
    return (
        lambda: tr("Liaison {version}", version=VERSION),
        lambda: f"Python {platform.python_version()} · Qt for Python {PySide6.__version__} · {sys.platform}",
        lambda: tr("Contains data of GeoNames (geonames.org), CC BY 4.0."),
        lambda: tr("Calendar of days off after the holidays package (MIT); names of places after open classifiers."),
        lambda: tr("Qt for Python is used under the LGPL 3; icons Phosphor (MIT); fonts Inter and PT under the OFL."),
    )
