"""One office's PC without its window: the same services, store and sync, called one after the other in one thread.

For what has to go fast, or often: most rows of a demonstration, measuring, and being killed at any moment.
"""

from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final, TypeVar
from uuid import UUID

from liaison_desktop.domain.appeals import RegisteredAppeal
from liaison_desktop.domain.delivery import DeliveryState
from liaison_desktop.domain.drafts import AppealDraft
from liaison_desktop.domain.errors import InvalidAppeal, NotFound
from liaison_desktop.printing.content import Paper
from liaison_desktop.printing.receipt import receipt_pdf
from liaison_desktop.services import (
    acts,
    checking,
    drafting,
    enrolling,
    opening,
    reading,
    registering,
    signing_in,
    voting,
)
from liaison_desktop.services.desk import Desk
from liaison_desktop.services.opening import Place
from liaison_desktop.sync.door import Centre
from liaison_desktop.sync.exchanging import Exchanging
from liaison_desktop.sync.line import Line, Timeouts
from liaison_desktop.sync.outcomes import Answered
from liaison_desktop.sync.transport import Signer, Transport
from liaison_desktop.workplace.clock import SystemClock
from liaison_desktop.workplace.description import DescriptionFile
from liaison_desktop.workplace.home import Home
from liaison_desktop.workplace.lock import FolderLock
from liaison_desktop.workplace.machine import ThisMachine
from liaison_desktop.workplace.vault import NoVault
from proving.asked import Asked, draft_of
from proving.files import Attached, attached_to
from server_sync.contract.bodies import AnswerBy, VoteChoice
from server_sync.contract.errors import ContractError
from server_sync.contract.evidence.receipt import Verdict
from server_sync.contract.messages import PersonRequest

PROGRAM: Final = "proving 1"
TIMEOUTS: Final = Timeouts(connect_s=10, read_s=60, stall_s=60)

T = TypeVar("T")
Report = Callable[[dict[str, Any]], object]


class Refusing(Exception):
    """What an office refused, by name."""


def register_asked(desk: Desk, asked: Asked, run: str, place: int, report: Report) -> dict[str, Any]:
    """Register one row of the file as a clerk would, with its files; the same row again gives the same number."""
    try:
        draft = draft_of(asked, desk.enrolment.site_code, desk.book, run)
    except ValueError as refused:
        told: dict[str, Any] = {"row": asked.id, "refused": [{"field": "", "code": str(refused)}]}
        report(told)
        return told
    try:
        given = registering.registered_draft(desk, draft.draft_id)
        if given is None:
            attach_files(desk, draft, attached_to(asked.id, place))
            given = registering.register_appeal(desk, draft)
    except InvalidAppeal as refused:
        drafting.discard_draft(desk, draft.draft_id)
        told = {"row": asked.id, "refused": [{"field": one.field, "code": one.code} for one in refused.problems]}
    else:
        told = {"row": asked.id, **told_of(given, draft.draft_id)}
    report(told)
    return told


def attach_files(desk: Desk, draft: AppealDraft, files: Sequence[Attached]) -> None:
    """Put files into a draft, unless a try before this one has."""
    if not files:
        return
    drafting.save_draft(desk, draft)
    there = {file.name for file in drafting.open_draft(desk, draft.draft_id).attachments}
    for file in files:
        if file.name not in there:
            drafting.attach_file(desk, draft.draft_id, file.name, file.content)


def told_of(given: RegisteredAppeal, draft_id: UUID) -> dict[str, Any]:
    """What is said of a registered request."""
    return {
        "draft": draft_id.hex,
        "number": given.number,
        "event": given.event.hex(),
        "before": given.was_registered_before,
    }


def registered_here(desk: Desk) -> list[dict[str, Any]]:
    """Every request registered at this PC: draft, number, event, place in the chain, how far it has come."""
    rows = desk.store.connection.execute(
        "SELECT r.draft_id, e.number, e.event_hash, o.seq, o.epoch, o.state, o.code FROM registrations r "
        "JOIN events e ON e.event_hash = r.event_hash JOIN outbox o ON o.event_hash = r.event_hash "
        "ORDER BY o.epoch, o.seq"
    )
    return [
        {
            "draft": row[0].hex(),
            "number": row[1],
            "event": row[2].hex(),
            "seq": row[3],
            "epoch": row[4].hex(),
            "state": DeliveryState(row[5]).name,
            "code": row[6],
        }
        for row in rows
    ]


def states_here(desk: Desk) -> dict[str, str]:
    """The state of every request as this office sees it, by number."""
    return dict(desk.store.connection.execute("SELECT number, state FROM appeals").fetchall())


def own_chain(desk: Desk) -> dict[str, Any]:
    """Where this PC's chain stands, and whether every place of it is filled."""
    here = desk.store.connection
    epochs = []
    for epoch, last_seq, last_counter, acknowledged in here.execute(
        "SELECT epoch, last_seq, last_counter, acknowledged_seq FROM epochs ORDER BY rowid"
    ).fetchall():
        seqs = [row[0] for row in here.execute("SELECT seq FROM outbox WHERE epoch = ? ORDER BY seq", (epoch,))]
        epochs.append(
            {
                "epoch": epoch.hex(),
                "last_seq": last_seq,
                "last_counter": last_counter,
                "acknowledged": acknowledged,
                "is_gapless": seqs == list(range(1, last_seq + 1)),
            }
        )
    return {"epochs": epochs, "problems": list(opening.check_whole_store(desk))}


def answers_here(desk: Desk) -> list[dict[str, Any]]:
    """Answers that have come down, and whether the applicant was told."""
    rows = desk.store.connection.execute("SELECT appeal FROM appeals WHERE answered_at_ms IS NOT NULL").fetchall()
    told = []
    for (appeal,) in rows:
        seen = reading.appeal_card(desk, appeal).seen
        told.append(
            {
                "number": seen.number,
                "appeal": appeal.hex(),
                "text": seen.answers[-1].text.ky or seen.answers[-1].text.ru if seen.answers else "",
                "body": seen.body_code,
                "state": seen.state.value,
                "told": seen.told is not None,
            }
        )
    return told


def life_here(desk: Desk, appeal: str) -> dict[str, Any]:
    """A request as this office sees it now: where it stands, its term, what happened, the newest rating."""
    seen = reading.appeal_card(desk, bytes.fromhex(appeal)).seen
    return {
        "state": seen.state.value,
        "body": seen.body_code,
        "accepted": seen.is_accepted,
        "due_on": str(seen.due.due_on),
        "kinds": [int(entry.kind) for entry in seen.history],
        "ratings": [None if one.rating is None else int(one.rating) for one in seen.answers],
    }


def tell_applicant(desk: Desk, appeal: str) -> None:
    """Note that the applicant was told of the newest answer."""
    acts.mark_told(desk, bytes.fromhex(appeal), AnswerBy.PHONE)


def cast_vote(desk: Desk, meeting: str, choice: str) -> dict[str, Any]:
    """Vote in the newest vote of a meeting; gives what the office knows of it then."""
    seen = voting.votes_here(desk, bytes.fromhex(meeting))
    if not seen:
        raise Refusing("vote_unknown")
    voting.cast_vote(desk, bytes.fromhex(meeting), seen[-1], VoteChoice[choice])
    return votes_here(desk, meeting)


def votes_here(desk: Desk, meeting: str) -> dict[str, Any]:
    """The votes of a meeting as this office knows them: how it voted itself, how far that has come, the count."""
    told = []
    for one in voting.votes_here(desk, bytes.fromhex(meeting)):
        count, own = one.count, one.own
        told.append(
            {
                "vote": one.vote.hex(),
                "own": None if own is None or own.choice is None else own.choice.name,
                "state": None if own is None else own.delivery.name,
                "count": None if count is None else [count.in_favour, count.against, count.abstained],
                "voted": [] if count is None else [vote.site_code for vote in count.votes],
            }
        )
    return {"votes": told}


def check(desk: Desk, text: str) -> dict[str, Any]:
    """Check a receipt offline by number or QR text."""
    try:
        found = checking.check_receipt(desk, text)
    except ContractError as refused:
        return {"verdict": "", "refused": refused.code}
    return {
        "number": found.number,
        "verdict": found.verdict.name if isinstance(found.verdict, Verdict) else "",
        "known": found.row is not None,
        "site": found.number_code,
    }


def write_receipts(desk: Desk, folder: Path, report: Report, numbers: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Write every own receipt: the paper, the QR code's text, and the signed bytes."""
    from liaison_desktop.ui import paper_contents

    folder.mkdir(parents=True, exist_ok=True)
    clerk = desk.signed_in.person.name if desk.signed_in else ""
    written = []
    for one in registered_here(desk):
        if numbers and one["number"] not in numbers:
            continue
        given = registering.registered(desk, bytes.fromhex(one["event"]))
        pdf = folder / f"{given.number}.pdf"
        if not pdf.exists():
            seen = reading.appeal_card(desk, given.event).seen
            pdf.write_bytes(receipt_pdf(paper_contents.receipt(desk, seen, given, clerk), Paper.A5))
        (folder / f"{given.number}.qr.txt").write_text(given.qr_text + "\n", encoding="ascii")
        (folder / f"{given.number}.receipt").write_bytes(given.receipt)
        written.append({"number": given.number, "event": one["event"], "qr": given.qr_text, "code": given.short_code})
        report({"receipt": given.number})
    return written


def spent(desk: Desk) -> dict[str, int]:
    """What the exchanges of this PC came to, by its own book.

    Calls answered and failed; bytes of the answered ones that carried events, without the headers of HTTP.
    """
    row = desk.store.connection.execute(
        "SELECT count(*) FILTER (WHERE code = ''), count(*) FILTER (WHERE code <> ''), "
        "coalesce(sum(bytes_up) FILTER (WHERE code = '' AND events), 0), "
        "coalesce(sum(bytes_down) FILTER (WHERE code = '' AND events), 0) FROM contacts"
    ).fetchone()
    return {"exchanges": row[0], "failed": row[1], "bytes_up": row[2], "bytes_down": row[3]}


class Counter:
    """The PC: opened in its folder, closed in the end. Raises the office's own named errors."""

    def __init__(self, home: Path, server: str) -> None:
        place_home = Home.at(home)
        self._lock = FolderLock(place_home.lock)
        self._lock.acquire()
        self.was_unclean = place_home.begin_run()
        self.place = Place(place_home, DescriptionFile(place_home.description), SystemClock(), ThisMachine(), NoVault())
        self.server = server
        self._desk: Desk | None = None
        self._exchanging: Exchanging | None = None
        self._line = Line(server, timeouts=TIMEOUTS, program=PROGRAM)

    @property
    def desk(self) -> Desk:
        """The open desk; a new workplace's opens by itself, later ones with a person's password."""
        if self._desk is None:
            key = opening.unattended_key(self.place)
            if key is None:
                raise Refusing("sign_in_needed")
            self._desk = opening.open_desk(self.place, key)
        return self._desk

    @property
    def is_enrolled(self) -> bool:
        """Whether this computer is a workplace."""
        return self.place.file.read().enrolment is not None

    def enrol(self, code: str, name: str = "PC") -> None:
        """Become a workplace; nothing happens when it is one."""
        if not self.is_enrolled:
            centre = Centre(self.server, timeouts=TIMEOUTS, program=PROGRAM)
            enrolled = enrolling.enrol_workplace(self.place, centre, server=self.server, typed_code=code, name=name)
            self._desk = enrolled.desk

    def sign_in(self, login: str, password: str, new_password: str = "") -> None:
        """Let a person in: with the centre's word the first time, without a line afterwards."""
        if self.place.file.read().known(login) is None:
            answered = self._transport().ask_person(self._signer(), PersonRequest(login, password, new_password))
            if not isinstance(answered, Answered):
                raise Refusing(f"sign_in: {answered}")
            person = signing_in.admit_person(self.place, self.desk, answered.message, new_password or password)
        else:
            key, person = signing_in.unlock(self.place, login, password)
            if self._desk is None:
                self._desk = opening.open_desk(self.place, key)
        if self.desk.signed_in is None:
            signing_in.open_session(self.desk, person, PROGRAM)

    def on_desk(self, job: Callable[[Desk], T]) -> T:
        """Do something with the desk."""
        return job(self.desk)

    def exchange(self) -> dict[str, Any]:
        """Exchange until nothing waits at either end, or say what keeps it."""
        exchanging = self._exchanging or self._begin_exchanging()
        exchanging.send_now()
        exchanging.step(self.place.clock.monotonic_ms())
        news = exchanging.news
        waits = reading.waiting(self.desk)
        return {
            "drained": not news.trouble and not waits.events and not waits.blobs,
            "trouble": news.trouble,
            "hindrance": news.hindrance,
            "events": waits.events,
            "blobs": waits.blobs,
            "quarantined": waits.quarantined,
        }

    def close(self) -> None:
        """End in order."""
        if self._desk is not None:
            signing_in.close_session(self._desk)
            opening.note_waiting(self.place, self._desk)
            self._desk.store.close()
        self._line.close()
        self.place.home.end_run()
        self._lock.release()

    def _begin_exchanging(self) -> Exchanging:
        self._exchanging = Exchanging(
            self.desk.store, self._transport(), self.place.clock, versions={"program": PROGRAM}
        )
        return self._exchanging

    def _transport(self) -> Transport:
        return Transport(self._line, self.desk.ring(), wall_ms=self.place.clock.wall_ms)

    def _signer(self) -> Signer:
        from liaison_desktop.store.epochs import current_epoch

        epoch = current_epoch(self.desk.store.connection)
        return Signer(epoch.epoch, epoch.key)


def opened(home: Path, server: str) -> "closing[Counter]":
    """A PC for a `with` block."""
    return closing(Counter(home, server))


__all__ = ["Counter", "NotFound", "Refusing", "opened"]
