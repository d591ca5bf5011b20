"""What a clerk writes down before a number is given."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from server_sync.contract.bodies import AnswerBy, AppealForm, AppealKind, Sex
from server_sync.contract.events import EventKind


@dataclass(frozen=True, slots=True)
class AttachmentDraft:
    """A file of a draft: already sealed in the store under `blob_id`, opened by `blob_key`."""

    blob_id: bytes
    blob_key: bytes
    name: str
    media_type: str
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealDraft:
    """A request as typed, to the letter; `draft_id` stops a double click from registering twice.

    What is not chosen yet is None or empty. `addressee_site` is the territory of a local position, empty for a
    national one. `signatories` are names as written on a collective request's sheet. The files of a draft are those
    kept for it in the store (services.drafts); `attachments` shows them. `as_typed` keeps, by field of the form, what
    stands there and is no value of a request: a name typed into a list and not chosen, a reason that does not apply.
    """

    draft_id: UUID
    kind: AppealKind | None = None
    form: AppealForm = AppealForm.WRITTEN
    language: str = "ky"
    surname: str = ""
    given_name: str = ""
    patronymic: str = ""
    pin: str = ""
    no_pin_reason: str = ""
    document: str = ""
    birth_on: date | None = None
    sex: Sex | None = None
    phone: str = ""
    email: str = ""
    territory_code: str = ""
    settlement: str = ""
    street: str = ""
    answer_by: AnswerBy | None = None
    addressee_code: str = ""
    addressee_site: str = ""
    categories: tuple[str, ...] = ()
    subject: str = ""
    text: str = ""
    is_collective: bool = False
    signatories_count: int = 0
    signatories: tuple[str, ...] = ()
    repeat_of: bytes | None = None
    attachments: tuple[AttachmentDraft, ...] = ()
    as_typed: tuple[tuple[str, str], ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing of a citizen's was written down yet."""
        person = (self.surname, self.given_name, self.patronymic, self.pin, self.no_pin_reason, self.document)
        reached = (self.phone, self.email, self.settlement, self.street, self.signatories)
        matter = (self.addressee_code, self.categories, self.subject, self.text, self.attachments, self.as_typed)
        counted = (self.birth_on, self.signatories_count)
        return not (any(person) or any(reached) or any(matter) or any(counted))

    @property
    def applicant_name(self) -> str:
        """Surname and the rest as people are listed; empty while no name is written."""
        return " ".join(part for part in (self.surname, self.given_name, self.patronymic) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActDraft:
    """What is typed about a registered request and not sent yet; `kind` is the event it would become.

    `texts` are by the name of their field; `corrected` is the form of a correction; `files` are names of files that
    were added and have to be added again.
    """

    appeal: bytes
    kind: EventKind
    texts: tuple[tuple[str, str], ...] = ()
    corrected: AppealDraft | None = None
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KeptActDraft:
    """An act's draft as it was kept, when and by whom."""

    draft: ActDraft
    saved_at: datetime
    person: UUID | None


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft as its tab or the list of drafts shows it."""

    draft_id: UUID
    surname: str
    given_name: str
    patronymic: str
    subject: str
    created_at: datetime
    saved_at: datetime
    person: UUID | None
