"""Expected refusals of the office's program.

LiaisonError                  a named refusal with parameters for its words; `permanent` when trying again cannot help
├── InvalidAppeal             a request that must not be registered (problems: one code per field)
├── AttachmentRefused         a file that cannot be attached: empty, too large, unreadable
├── NotFound                  a draft, request or person that is not here (any more)
├── NotNow                    the request's present state does not let this happen (params: kind, state)
├── TermMoved                 the answer is due on another day than was read to the citizen (params: due_on)
├── NotAllowed                the person signed in has no role for it
├── NumberingStopped          numbers must not be given here: doubt, revocation, restored or copied store
├── StoreError                the encrypted store could not do it
│   ├── StoreDamaged          its bytes are not what was written
│   ├── StoreForeign          the file is not a store of ours, or the key does not open it
│   ├── StoreNewer            written by a newer program
│   ├── DiskFull              no room: nothing was changed
│   └── OutcomeUnknown        the disk failed at the last moment; looked up at the next start, never numbered anew
├── WorkplaceError            the folder, its lock, its description or its enrolment
│   ├── AlreadyRunning        another program holds this folder
│   ├── NotEnrolled           this computer is no workplace yet
│   └── WorkplaceDamaged      `workplace.json` cannot be read
├── SignInRefused             a wrong password, an unknown person, a wait (params: wait_s)
├── MeetingRefused            the centre lets this not happen in the meeting: not invited, no seat free, over
└── ExchangeFailed            the line or the answer failed; nothing is lost and it is tried again

The words a person reads are chosen where they are shown, in the language of that moment.
"""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass

from server_sync.contract.errors import ContractError, Parameter


class LiaisonError(ContractError):
    """Says by name why the program cannot do something; everything else that is raised is a bug."""


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """Why one field keeps a request from being registered; `field` is the name in AppealDraft."""

    field: str
    code: str
    params: dict[str, Parameter] = dataclasses.field(default_factory=dict)


class InvalidAppeal(LiaisonError):
    """A request that must not be registered; every field says its own reason."""

    def __init__(self, problems: Iterable[FieldProblem]) -> None:
        self.problems = tuple(problems)
        first = self.problems[0]
        super().__init__("appeal_invalid", field=first.field, reason=first.code)


class AttachmentRefused(LiaisonError):
    """A file that cannot be attached."""


class NotFound(LiaisonError):
    """What was asked for is not here."""


class NotNow(LiaisonError):
    """The request's present state does not let this happen."""


class TermMoved(LiaisonError):
    """The answer is due on another day than the one that was read to the citizen; nothing was registered."""


class NotAllowed(LiaisonError):
    """The person signed in has no role for it, or nobody is signed in."""


class NumberingStopped(LiaisonError):
    """No number may be given in this epoch; the code says what raised the doubt."""


class StoreError(LiaisonError):
    """The encrypted store could not do what was asked; it changed nothing unless the code says otherwise."""


class StoreDamaged(StoreError):
    """The store's bytes are not what was written."""


class StoreForeign(StoreError):
    """The file is not a store of ours, or the key is another's."""


class StoreNewer(StoreError):
    """A newer program wrote this store."""


class DiskFull(StoreError):
    """There is no room on the disk; nothing was changed."""


class OutcomeUnknown(StoreError):
    """Whether the last change is on the disk can only be said after the program starts again."""


class WorkplaceError(LiaisonError):
    """The program's folder, its lock, its description or its enrolment."""


class AlreadyRunning(WorkplaceError):
    """Another program works in this folder."""


class NotEnrolled(WorkplaceError):
    """This computer is no workplace yet."""


class WorkplaceDamaged(WorkplaceError):
    """What describes the workplace cannot be read."""


class SignInRefused(LiaisonError):
    """A person is not let in; `wait_s` says how long until the next try."""


class MeetingRefused(LiaisonError):
    """The centre does not let this happen in a meeting; nothing was changed there."""


class ExchangeFailed(LiaisonError):
    """The line or the answer failed; the same is tried again later."""

    def __init__(self, code: str, /, *, permanent: bool = False, **params: Parameter) -> None:
        super().__init__(code, permanent=permanent, **params)
