"""What the enrolment screen may do: one call to the centre, then the test receipt."""

from __future__ import annotations

from collections.abc import Callable

from liaison_desktop.background.runner import Lane, Runner
from liaison_desktop.domain.appeals import RegisteredAppeal
from liaison_desktop.services import enrolling, registering
from liaison_desktop.services.desk import Desk
from liaison_desktop.services.enrolling import Enrolled as EnrolledDesk
from liaison_desktop.services.enrolling import enrol_workplace
from liaison_desktop.services.opening import Place
from liaison_desktop.sync.door import Centre
from liaison_desktop.ui import paper_contents
from liaison_desktop.ui.enrolment.presenter import Enrolled, Failed
from liaison_desktop.ui.enrolment.view import Enrolment
from liaison_desktop.ui.office_words import pc_words, site_name
from liaison_desktop.ui.paper import Papers, preview
from liaison_desktop.ui.version import PROGRAM, VERSION
from liaison_desktop.workplace.words import tr
from server_sync.contract.errors import ContractError

PREVIEW_WIDTH = 400


class EnrolmentActs:
    """Enrols on the store lane, where the new store is made; the call in it is short."""

    def __init__(
        self, runner: Runner, place: Place, papers: Papers, view: Enrolment, taken: Callable[[Desk], None]
    ) -> None:
        self._runner = runner
        self._place = place
        self._papers = papers
        self._view = view
        self._taken = taken
        self._given: EnrolledDesk | None = None
        self._pdf: bytes | None = None
        self._when_drawn: Callable[[], None] | None = None
        self._centre: Centre | None = None

    def stop(self) -> None:
        """Break a call to the centre that is under way."""
        if self._centre is not None:
            self._centre.stop()

    def enrol(self, server: str, code: str, name: str, done: Callable[[Enrolled], None], failed: Failed) -> None:
        """Make this computer a workplace."""
        centre = self._centre = Centre(server, program=PROGRAM)

        def job() -> EnrolledDesk:
            return enrol_workplace(
                self._place,
                centre,
                server=server,
                typed_code=code,
                name=name,
                versions={"program": VERSION},
            )

        self._runner.run(
            job,
            done=lambda enrolled: self._enrolled(enrolled, done),
            failed=failed,
            owner=self._view,
            lane=Lane.STORE,
        )

    def go_on(self, done: Callable[[Enrolled], None]) -> None:
        """The enrolment was cut off at its end: give a recovery key and the test receipt again."""
        self._runner.run(
            lambda: enrolling.give_recovery_again(self._place),
            done=lambda enrolled: self._enrolled(enrolled, done),
            failed=self._view.show_refused,
            owner=self._view,
            lane=Lane.STORE,
        )

    def print_key(self, done: Callable[[], None], failed: Failed) -> None:
        """Print the recovery key."""

        def send(pdf: bytes) -> None:
            try:
                if self._papers.print_pdf(pdf, tr("Recovery key"), "", self._view):
                    self._note_given("printed", done, failed)
            except ContractError as error:
                failed(error)

        self._draw_key(send, failed)

    def save_key(self, done: Callable[[str], None], failed: Failed) -> None:
        """Save the recovery key where the person says, best on a stick that goes into the safe."""

        def keep(pdf: bytes) -> None:
            try:
                path = self._papers.save_pdf(pdf, tr("Recovery key") + ".pdf", self._view)
            except ContractError as error:
                failed(error)
                return
            if path is not None:
                name = path.name
                self._note_given(f"saved {name}", lambda: done(name), failed)

        self._draw_key(keep, failed)

    def _draw_key(self, done: Callable[[bytes], None], failed: Failed) -> None:
        enrolled = self._given
        if enrolled is None:
            return
        desk = enrolled.desk
        self._runner.run(
            lambda: paper_contents.draw_recovery(desk, enrolled.recovery_key),
            done=done,
            failed=failed,
            owner=self._view,
            lane=Lane.WORK,
        )

    def _note_given(self, how: str, done: Callable[[], None], failed: Failed) -> None:
        self._runner.run(
            lambda: enrolling.note_recovery_given(self._place, how),
            done=lambda _: done(),
            failed=failed,
            owner=self._view,
            lane=Lane.STORE,
        )

    def _enrolled(self, enrolled: EnrolledDesk, done: Callable[[Enrolled], None]) -> None:
        desk = enrolled.desk
        self._given = enrolled
        self._taken(desk)
        site, sign = desk.enrolment.site_code, desk.site.number_code
        done(Enrolled(lambda: site_name(site), lambda: f"{sign} · {pc_words(desk.enrolment)}", enrolled.recovery_key))
        self._make_receipt(desk)

    def print_test(self, done: Callable[[], None], failed: Failed) -> None:
        """Print the test receipt, as soon as it is drawn."""
        if self._pdf is None:
            self._wait_for_it(lambda: self.print_test(done, failed))
            return
        try:
            if self._papers.print_pdf(self._pdf, tr("Test receipt"), "", self._view):
                done()
        except ContractError as error:
            failed(error)

    def save_test(self) -> None:
        """Save the test receipt, as soon as it is drawn."""
        if self._pdf is None:
            self._wait_for_it(self.save_test)
            return
        try:
            path = self._papers.save_pdf(self._pdf, tr("Test receipt") + ".pdf", self._view)
        except ContractError as error:
            self._view.show_refused(error)
            return
        if path is not None:
            saved = path.name
            self._view.show_printed("success", lambda: tr("Saved: {name}", name=saved))

    def _wait_for_it(self, act: Callable[[], None]) -> None:
        self._when_drawn = act
        self._view.show_being_drawn()

    def _make_receipt(self, desk: Desk) -> None:
        def given(found: RegisteredAppeal) -> None:
            content = paper_contents.trial(desk, found, "")
            self._runner.run(
                lambda: paper_contents.draw_receipt(content),
                done=made,
                failed=self._view.show_refused,
                owner=self._view,
                lane=Lane.WORK,
            )

        def made(pdf: bytes) -> None:
            self._pdf = pdf
            self._view.show_preview(preview(pdf, PREVIEW_WIDTH))
            if self._when_drawn is not None:
                self._when_drawn()

        self._runner.run(
            lambda: registering.trial_receipt(desk), done=given, failed=self._view.show_refused, owner=self._view
        )
