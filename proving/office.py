"""One office's PC as a program that does what it is told: one JSON command a line in, one JSON answer a line out.

    python -m proving.office --home DIR --server URL [--window]

With `--window` it is the real desktop, its widgets drawn (offscreen, unless there is a screen) and driven by the names
of its controls; without, the same services, store and sync called directly. Lines with `progress` come first.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeVar

from liaison_desktop.domain.errors import LiaisonError
from liaison_desktop.services import reading
from liaison_desktop.services.desk import Desk
from liaison_desktop.store.epochs import current_epoch
from proving import counter, receptions
from proving.asked import Asked, read_asked
from server_sync.contract.errors import ContractError

T = TypeVar("T")
Told = dict[str, Any]
Rows = tuple[tuple[int, Asked], ...]


class Pc(Protocol):
    """What both kinds of PC can do; the rest is done on its desk."""

    @property
    def was_unclean(self) -> bool: ...
    @property
    def is_enrolled(self) -> bool: ...
    def on_desk(self, job: Callable[[Desk], T]) -> T: ...
    def enrol(self, code: str, name: str = "PC") -> None: ...
    def sign_in(self, login: str, password: str, new_password: str = "") -> None: ...
    def exchange(self) -> Told: ...
    def close(self) -> None: ...


class Commands:
    """The commands by name; each gives what is to be answered."""

    def __init__(self, pc: Pc, report: Callable[[Told], object]) -> None:
        self._pc = pc
        self._report = report

    def standing(self) -> Told:
        """Whether this computer is a workplace, and how its last run ended."""
        return {"enrolled": self._pc.is_enrolled, "unclean": self._pc.was_unclean}

    def enrol(self, code: str, name: str = "PC") -> Told:
        """Become a workplace."""
        self._pc.enrol(code, name)
        return {}

    def sign_in(self, login: str, password: str, new_password: str = "") -> Told:
        """Let a person in; the new password takes the place of a one-time one."""
        self._pc.sign_in(login, password, new_password)
        return self.last_number()

    def register(self, file: str, run: str, rows: list[int], by: str = "services") -> Told:
        """Register rows of a file, each reported; a row that was registered before answers the same number."""
        asked = read_asked(Path(file))
        wanted: Rows = tuple((place, asked[place]) for place in rows)
        if by == "widgets":
            return {"rows": list(self._by_widgets(wanted, run))}
        return {"rows": [self._pc.on_desk(partial(self._register, run=run, place=at, asked=one)) for at, one in wanted]}

    def registered(self) -> Told:
        """Every request registered here."""
        return {"requests": self._pc.on_desk(counter.registered_here)}

    def states(self) -> Told:
        """The state of every request of this office, as it is seen here."""
        return {"states": self._pc.on_desk(counter.states_here)}

    def chain(self) -> Told:
        """The state of this PC's own chains, after reading every page of the store."""
        return self._pc.on_desk(counter.own_chain)

    def exchange(self) -> Told:
        """Exchange until nothing waits, or say why not."""
        return self._pc.exchange()

    def waiting(self) -> Told:
        """What waits to be sent."""
        waits = self._pc.on_desk(reading.waiting)
        return {"events": waits.events, "appeals": waits.appeals, "blobs": waits.blobs}

    def spent(self) -> Told:
        """What the exchanges came to."""
        return dict(self._pc.on_desk(counter.spent))

    def answers(self) -> Told:
        """The answers that have come down."""
        return {"answers": self._pc.on_desk(counter.answers_here)}

    def life(self, appeal: str) -> Told:
        """A request as this office sees it now."""
        return self._pc.on_desk(lambda desk: counter.life_here(desk, appeal))

    def tell(self, appeal: str) -> Told:
        """Note that the applicant was told."""
        self._pc.on_desk(partial(counter.tell_applicant, appeal=appeal))
        return {}

    def vote(self, meeting: str, choice: str) -> Told:
        """Vote for this office in the newest vote of a meeting."""
        return self._pc.on_desk(partial(counter.cast_vote, meeting=meeting, choice=choice))

    def votes(self, meeting: str) -> Told:
        """The votes of a meeting as this office knows them."""
        return self._pc.on_desk(partial(counter.votes_here, meeting=meeting))

    def ask_reception(self, appeal: str, note: str) -> Told:
        """Ask for a conversation about a request."""
        return self._pc.on_desk(partial(receptions.ask, appeal=appeal, note=note))

    def note_reception(self, appeal: str, said: str) -> Told:
        """Write down what came of the conversation."""
        return self._pc.on_desk(partial(receptions.note_outcome, appeal=appeal, said=said))

    def reception(self, appeal: str) -> Told:
        """The conversation of a request as this office knows it."""
        return self._pc.on_desk(partial(receptions.told, appeal=appeal))

    def check(self, texts: list[str]) -> Told:
        """Check receipts offline, by number or QR text."""
        return {"checked": [self._pc.on_desk(partial(counter.check, text=text)) for text in texts]}

    def receipts(self, folder: str, numbers: list[str] | None = None) -> Told:
        """Write the papers and the signed bytes."""
        return {
            "receipts": self._pc.on_desk(
                lambda desk: counter.write_receipts(desk, Path(folder), self._report, numbers or ())
            )
        }

    def last_number(self) -> Told:
        """The last number given here."""
        return {"last_number": self._pc.on_desk(lambda desk: current_epoch(desk.store.connection).last_number)}

    def _register(self, desk: Desk, run: str, place: int, asked: Asked) -> Told:
        return counter.register_asked(desk, asked, run, place, self._report)

    def _by_widgets(self, rows: Rows, run: str) -> Iterator[Told]:
        register: Callable[..., Iterator[Told]] | None = getattr(self._pc, "register", None)
        if register is None:
            raise counter.Refusing("no_window")
        yield from register(rows, run, self._report)

    def press_twice(self) -> Told:
        """Press F9 again and again at the next request that is typed by widgets."""
        return self._window("press_twice")

    def draw_into(self, folder: str, only: list[str] | None = None) -> Told:
        """Draw every screen, or only these, into a folder when it comes up."""
        return self._window("draw_into", Path(folder), only)

    def draw_screens(self, screens: list[str]) -> Told:
        """Open screens of the rail and draw them."""
        return self._window("draw_screens", screens)

    def meet(self, step: str, **arguments: Any) -> Told:
        """Take a step of a meeting (proving.attending)."""
        return self._window("meet", step, arguments)

    def type_on(self, field: str, text: str, every_s: float) -> Told:
        """Type into a field letter by letter, each reported when it stands there."""
        return self._window("type_on", field, text, every_s, self._report)

    def typed(self, field: str) -> Told:
        """What stands in a field."""
        return self._window("typed", field)

    def open_act(self, appeal: str, button: str, dialog: str) -> Told:
        """Open a dialog about a request."""
        return self._window("open_act", appeal, button, dialog)

    def discard_act(self, dialog: str) -> Told:
        """Throw away what is typed in the open dialog."""
        return self._window("discard_act", dialog)

    def forget_typed(self) -> Told:
        """Close every draft."""
        return self._window("forget_typed")

    def _window(self, what: str, *arguments: Any) -> Told:
        act: Callable[..., Told] | None = getattr(self._pc, what, None)
        if act is None:
            raise counter.Refusing("no_window")
        return act(*arguments)


def say(told: Told) -> None:
    """Print one line at once."""
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


def answer(commands: Commands, line: str) -> None:
    """Do what one line says and answer it; what the office refuses by name is an answer, a bug ends the program."""
    asked = json.loads(line)
    number = asked.pop("id", 0)
    act: Callable[..., Told] = getattr(commands, str(asked.pop("do")))
    try:
        told = act(**asked)
    except LiaisonError as refused:
        told = {"error": refused.code, "params": refused.params}
    except ContractError as refused:
        told = {"error": refused.code, "params": refused.params}
    except counter.Refusing as refused:
        told = {"error": str(refused)}
    say({"id": number, **told})


def progress(told: Told) -> None:
    """Say how far it has come."""
    say({"progress": told})


def without_window(home: Path, server: str) -> int:
    """Take commands until told to close."""
    with counter.opened(home, server) as pc:
        say({"ready": os.getpid()})
        commands = Commands(pc, progress)
        for line in sys.stdin:
            if '"do": "close"' in line:
                break
            answer(commands, line)
    return 0


def main() -> int:
    """Open the PC and take commands."""
    parser = argparse.ArgumentParser(prog="python -m proving.office", description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--server", required=True)
    parser.add_argument("--window", action="store_true")
    options = parser.parse_args()
    try:
        if options.window:
            from proving.window import with_window

            return with_window(options.home, options.server)
        return without_window(options.home, options.server)
    except ContractError as refused:
        say({"error": refused.code})
        return 1


if __name__ == "__main__":
    sys.exit(main())
