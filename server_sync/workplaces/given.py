"""Notes beside the database whom the centre has enrolled and withdrawn, so that no restore makes it forget.

A backup is older than what was given out after it: a slot that a citizen's receipt carries, a PC that was withdrawn.
The file has the certificates and revocations as the directory key signed them, one a line in hexadecimal, and is
written before an enrolment is answered. What is signed needs no other proof of its origin; nothing in it is secret.
Which of them are PCs of walls no certificate says; a line for each does, before that of its certificate, so that none
comes back as a PC that is told of requests.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from django.conf import settings

from server_sync.contract.errors import ContractError
from server_sync.contract.evidence.certificate import Revocation as Statement
from server_sync.contract.evidence.certificate import WorkplaceCertificate
from server_sync.contract.numbers import next_slot
from server_sync.workplaces.models import Epoch, Revocation, RevocationInLog, Site, Workplace

NOTED_FILE: Final = "enrolled"
SLOTS_SKIPPED: Final = 4
"""How many slots of every site a new server epoch leaves out, for PCs of which no note is left; if not told else."""

SKIPPED_MOST: Final = 500
SERVER_EPOCHS_MOST: Final = 1_000
"""Each server epoch leaves out places of every office, and those have an end; a greater number is damage."""


class _Line(StrEnum):
    """What a line of the file tells of, as it is written there."""

    WORKPLACE = "workplace"
    WALL = "wall"
    REVOKED = "revoked"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Noted:
    """What the file says; a line that cannot be read (a power cut in the middle of it) is in the tables still."""

    workplaces: tuple[WorkplaceCertificate, ...] = ()
    revocations: tuple[Statement, ...] = ()
    skipped: tuple[tuple[int, int], ...] = ()
    walls: frozenset[bytes] = frozenset()
    has_unread_wall: bool = False
    """Whether a line that named a wall cannot be read: which PC it was is not known then."""

    def is_wall(self, workplace: bytes) -> bool:
        """Whether a PC that only this file knows is a wall's; where that is not certain, it is: it is told less."""
        return self.has_unread_wall or workplace in self.walls

    def skipped_between(self, newest: int, server_epoch: int) -> int:
        """How many slots of a site the server epochs left out after the newest that gave one, up to this one."""
        told = dict(one for one in self.skipped if newest < one[0] <= server_epoch)
        return sum(told.values()) + SLOTS_SKIPPED * max(server_epoch - newest - len(told), 0)


def noted_file() -> Path:
    """Where it is noted; of all copies of this file the newest belongs beside a restored database."""
    return Path(settings.LIAISON_HOME) / NOTED_FILE


def noted() -> Noted:
    """Read the file; nothing of it is verified yet. Of a PC that the tables know, what they say counts alone."""
    workplaces, revocations, skipped, walls = [], [], [], set()
    has_unread_wall = False
    certificates = {bytes(epoch): bytes(raw) for epoch, raw in Epoch.objects.values_list("pk", "certificate")}
    for kind, said in _lines():
        try:
            match kind:
                case _Line.WORKPLACE:
                    raw = bytes.fromhex(said)
                    certificate = WorkplaceCertificate.from_bytes(raw)
                    if certificates.get(certificate.epoch, raw) == raw:  # another one is damage
                        workplaces.append(certificate)
                case _Line.WALL:
                    walls.add(bytes.fromhex(said))
                case _Line.REVOKED:
                    revocations.append(Statement.from_bytes(bytes.fromhex(said)))
                case _Line.SKIPPED:
                    server_epoch, count = map(int, said.split(":"))
                    if 0 < server_epoch <= SERVER_EPOCHS_MOST and 0 <= count <= SKIPPED_MOST:
                        skipped.append((server_epoch, count))
                case _:  # of a newer program
                    pass
        except (ValueError, ContractError):
            has_unread_wall |= kind == _Line.WALL
    return Noted(tuple(workplaces), tuple(revocations), tuple(skipped), frozenset(walls), has_unread_wall)


def line_of(raw: bytes) -> int:
    """Which line of the file tells of something signed, counted from 1; 0 for none."""
    told = f" {raw.hex()}"
    return next((place for place, line in enumerate(_text().split("\n"), start=1) if line.endswith(told)), 0)


def note_given() -> None:
    """Note durably what the tables have and the file has not; call after the transaction and before any answer."""
    walls = Workplace.objects.filter(is_wall=True).order_by("enrolled_at").values_list("pk", flat=True)
    certificates = Epoch.objects.order_by("opened_at", "slot").values_list("certificate", flat=True)
    statements = Revocation.objects.order_by("revoked_at").values_list("statement", flat=True)
    named = RevocationInLog.objects.order_by("pk").values_list("statement", flat=True)
    _append(
        [
            *(f"{_Line.WALL} {workplace.hex}" for workplace in walls),
            *(f"{_Line.WORKPLACE} {bytes(raw).hex()}" for raw in certificates),
            *(f"{_Line.REVOKED} {bytes(raw).hex()}" for raw in (*statements, *named)),
        ]
    )


def note_skipped(server_epoch: int, slots: int) -> None:
    """Note how many slots of every site a server epoch leaves out; call before it is opened."""
    _append([f"{_Line.SKIPPED} {server_epoch}:{slots}"])


def fresh_slot(site: Site, server_epoch: int) -> str:
    """The slot that a site gives next: behind all that it ever gave, and further on when the centre was restored since.

    Never one that was left out before. Raises ContractError `slots_exhausted`.
    """
    known = noted()
    given = [one for one in known.workplaces if one.number_code == site.number_code]
    rows = Epoch.objects.filter(site=site).values_list("certificate", flat=True)
    given += [WorkplaceCertificate.from_bytes(bytes(raw)) for raw in rows]
    newest = max((one.server_epoch for one in given), default=1)
    return next_slot([one.slot for one in given], known.skipped_between(newest, server_epoch))


def _append(lines: Iterable[str]) -> None:
    known = set(_text().split("\n"))
    fresh = [line for line in dict.fromkeys(lines) if line not in known]
    if not fresh:
        return
    path = noted_file()
    begun = "" if _text().endswith("\n") or not path.exists() else "\n"  # a line that a power cut broke off
    with path.open("a", encoding="ascii") as file:
        file.write(begun + "".join(f"{line}\n" for line in fresh))
        file.flush()
        os.fsync(file.fileno())


def _lines() -> list[tuple[str, str]]:
    return [(kind, said) for kind, _, said in (line.partition(" ") for line in _text().split("\n")) if said]


def _text() -> str:
    path = noted_file()
    return path.read_text(encoding="ascii", errors="replace") if path.exists() else ""
