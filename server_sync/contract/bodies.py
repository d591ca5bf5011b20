"""What each kind of event says: one frozen dataclass a kind (version 1).

Texts are kept to the letter as they were entered; nothing here folds, trims or repairs.
"""

from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from server_sync.contract.shapes import key

HASH = 32
TEXT_CHARACTERS = 100_000
SHORT_CHARACTERS = 300
NOTE_CHARACTERS = 4_000
ADDRESS_CHARACTERS = 500
DECISION_CHARACTERS = 2_000
EXECUTORS_MOST = 70
REQUESTS_MOST = 20
CHAT_CHARACTERS = 500
PAPER_LIMIT_BYTES = 15 * 1024 * 1024
"""The greatest paper of a meeting: with its form it is one request, and a request holds 16 MiB."""

PAPERS_MOST = 30
"""Of one meeting."""

PAPER_PAGES_MOST = 2_000
SEATS_MOST = 20
"""On stage at once, in any meeting."""

INVITED_MOST = 200
SEALED_CHOICE_BYTES = 49
"""What contract.ballots makes of one choice."""
OUTCOME_CHARACTERS = 4_000
DAYS_MOST = 10


class AppealKind(IntEnum):
    """Kinds of the law 67/2007; thanks are recorded without a term."""

    PROPOSAL = 1
    APPLICATION = 2
    COMPLAINT = 3
    THANKS = 4


class AppealForm(IntEnum):
    """How the request was made."""

    WRITTEN = 1
    ORAL = 2
    ELECTRONIC = 3


class AnswerBy(IntEnum):
    """How the applicant wants to be told."""

    LETTER = 1
    PHONE = 2
    EMAIL = 3
    IN_PERSON = 4


class Sex(IntEnum):
    """As the document says; absent when it is not known."""

    FEMALE = 1
    MALE = 2


class Outcome(IntEnum):
    """What an answer decides about the request."""

    SATISFIED = 1
    PARTLY_SATISFIED = 2
    EXPLAINED = 3
    REFUSED = 4
    ACCEPTED_FOR_WORK = 5


class Solved(IntEnum):
    """The applicant's own judgement of an answer."""

    YES = 1
    PARTLY = 2
    NO = 3


class MeetingPart(IntEnum):
    """What an invited office is in a meeting: it leads, reports on an item, may ask for the floor, or listens."""

    CHAIR = 1
    SPEAKER = 2
    OFFICE = 3
    VIEWER = 4


class VoteChoice(IntEnum):
    """How an office votes."""

    FOR = 1
    AGAINST = 2
    ABSTAIN = 3


@dataclass(frozen=True, slots=True)
class Words:
    """One text in the languages it exists in; an empty one is absent."""

    ky: str = key(0, limit=TEXT_CHARACTERS, default="")
    ru: str = key(1, limit=TEXT_CHARACTERS, default="")
    en: str = key(2, limit=TEXT_CHARACTERS, default="")


@dataclass(frozen=True, slots=True)
class Applicant:
    """The person who asks, named as in the document."""

    surname: str = key(0, limit=SHORT_CHARACTERS, default="")
    given_name: str = key(1, limit=SHORT_CHARACTERS, default="")
    patronymic: str = key(2, limit=SHORT_CHARACTERS, default="")
    pin: str = key(3, limit=64, default="")
    no_pin_reason: str = key(4, limit=SHORT_CHARACTERS, default="")
    document: str = key(5, limit=64, default="")
    birth_on: date | None = key(6, default=None)
    sex: Sex | None = key(7, default=None)
    phone: str = key(8, limit=64, default="")
    email: str = key(9, limit=254, default="")


@dataclass(frozen=True, slots=True)
class Address:
    """Where the applicant lives: a unit of the territory tree and free words below it."""

    territory_code: str = key(0, limit=16, default="")
    settlement: str = key(1, limit=SHORT_CHARACTERS, default="")
    street: str = key(2, limit=ADDRESS_CHARACTERS, default="")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of the request: what it is and the key that opens its ciphertext."""

    blob_id: bytes = key(0, size=HASH)
    blob_key: bytes = key(1, size=32)
    name: str = key(2, limit=255)
    media_type: str = key(3, limit=100)
    size_bytes: int = key(4)


@dataclass(frozen=True, slots=True)
class DueTerm:
    """The term as computed at the counter, with the rule it came from; no `due_on` when the kind has no term."""

    due_on: date | None = key(0, default=None)
    working_days: int = key(1, limit=1_000, default=0)
    article: str = key(2, limit=SHORT_CHARACTERS, default="")
    provisional: bool = key(3, default=False)
    rules_version: int = key(4, limit=10**9, default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealRegistered:
    """The whole request as taken at the counter or the portal; its number stands in the header."""

    kind: AppealKind = key(0)
    form: AppealForm = key(1)
    language: str = key(2, limit=2)
    applicant: Applicant = key(3)
    address: Address = key(4)
    answer_by: AnswerBy = key(5)
    addressee_code: str = key(6, limit=40)
    addressee_site: str = key(7, limit=16, default="")
    categories: tuple[str, ...] = key(8, limit=10)
    subject: str = key(9, limit=SHORT_CHARACTERS)
    text: str = key(10, limit=TEXT_CHARACTERS)
    registered_on: date = key(11)
    due: DueTerm = key(12)
    attachments: tuple[Attachment, ...] = key(13, limit=100, default=())
    is_collective: bool = key(14, default=False)
    signatories_count: int = key(15, limit=1_000_000, default=0)
    signatories: tuple[str, ...] = key(16, limit=2_000, default=())
    repeat_of: bytes | None = key(17, size=HASH, default=None)


@dataclass(frozen=True, slots=True)
class AppealCorrected:
    """Fields that were written wrongly, and why; only those that change are present.

    `replaces` names a quarantined registration that this whole corrected request stands in for.
    """

    reason: str = key(0, limit=NOTE_CHARACTERS)
    kind: AppealKind | None = key(1, default=None)
    applicant: Applicant | None = key(2, default=None)
    address: Address | None = key(3, default=None)
    answer_by: AnswerBy | None = key(4, default=None)
    addressee_code: str | None = key(5, limit=40, default=None)
    addressee_site: str | None = key(6, limit=16, default=None)
    categories: tuple[str, ...] | None = key(7, limit=10, default=None)
    subject: str | None = key(8, limit=SHORT_CHARACTERS, default=None)
    text: str | None = key(9, limit=TEXT_CHARACTERS, default=None)
    due: DueTerm | None = key(10, default=None)
    replaces: bytes | None = key(11, size=HASH, default=None)


@dataclass(frozen=True, slots=True)
class AppealSupplemented:
    """What the applicant adds later."""

    text: str = key(0, limit=TEXT_CHARACTERS, default="")
    attachments: tuple[Attachment, ...] = key(1, limit=100, default=())
    signatories: tuple[str, ...] = key(2, limit=2_000, default=())


@dataclass(frozen=True, slots=True)
class AppealWithdrawn:
    """The applicant's wish to withdraw and how it was expressed."""

    reason: str = key(0, limit=NOTE_CHARACTERS)
    expressed: AppealForm = key(1)


@dataclass(frozen=True, slots=True)
class ReceiptReprinted:
    """A further paper was handed over; copies are counted from 1."""

    copy_number: int = key(0, at_least=1, limit=100_000)


@dataclass(frozen=True, slots=True)
class ApplicantTold:
    """The answer was handed over; `answer` is the hash of the `answered` event."""

    how: AnswerBy = key(0)
    told_on: date = key(1)
    answer: bytes | None = key(2, size=HASH, default=None)
    note: str = key(3, limit=NOTE_CHARACTERS, default="")


@dataclass(frozen=True, slots=True)
class ComplaintMade:
    """The applicant complains of an answer, or of silence when `about` is absent."""

    text: str = key(0, limit=TEXT_CHARACTERS)
    about: bytes | None = key(1, size=HASH, default=None)


@dataclass(frozen=True, slots=True)
class AnswerRated:
    """Whether the answer solved the matter."""

    answer: bytes = key(0, size=HASH)
    solved: Solved = key(1)
    comment: str = key(2, limit=NOTE_CHARACTERS, default="")


@dataclass(frozen=True, slots=True)
class SessionOpened:
    """A person signed in at this workplace; the events that follow name this event's seq."""

    role: str = key(0, limit=40)
    program: str = key(1, limit=64)


@dataclass(frozen=True, slots=True)
class SessionClosed:
    """The person signed out; `session` is the seq of the opening event."""

    session: int = key(0)


@dataclass(frozen=True, slots=True)
class AttachmentLost:
    """A person declares that an attachment will never come."""

    blob_id: bytes = key(0, size=HASH)
    reason: str = key(1, limit=NOTE_CHARACTERS)


@dataclass(frozen=True, slots=True)
class Hole:
    """The bytes of an own event were found damaged before they were sent."""

    seq: int = key(0)
    event_hash: bytes = key(1, size=HASH)


@dataclass(frozen=True, slots=True)
class VoteCast:
    """An office votes in a meeting; its last one counts. One of both is there: `choice`, or `sealed` in a secret vote.

    Only the centre opens what is sealed, and only until the vote is closed (contract.ballots).
    """

    vote: bytes = key(0, size=16)
    choice: VoteChoice | None = key(1, default=None)
    sealed: bytes | None = key(2, size=SEALED_CHOICE_BYTES, default=None)


@dataclass(frozen=True, slots=True)
class ReceptionWish:
    """A citizen wants to speak with who decides about the request, by picture and sound, from the office.

    `by_video`: agrees to be seen and heard so; without it there is no wish. `is_recording_agreed`: to be recorded too,
    which is asked for separately. `days` suit; none: any does.
    """

    by_video: bool = key(0)
    is_recording_agreed: bool = key(1, default=False)
    days: tuple[date, ...] = key(2, limit=DAYS_MOST, default=())
    note: str = key(3, limit=NOTE_CHARACTERS, default="")
    needs_interpreter: bool = key(4, default=False)


@dataclass(frozen=True, slots=True)
class ReceptionOutcome:
    """What came of a conversation: what was said and promised, until when, what follows, who was there.

    `is_for_applicant`: the applicant reads it where they follow their request.
    """

    said: str = key(0, limit=OUTCOME_CHARACTERS)
    promised: str = key(1, limit=OUTCOME_CHARACTERS, default="")
    promised_on: date | None = key(2, default=None)
    next_step: str = key(3, limit=OUTCOME_CHARACTERS, default="")
    present: str = key(4, limit=OUTCOME_CHARACTERS, default="")
    is_for_applicant: bool = key(5, default=False)


@dataclass(frozen=True, slots=True)
class ReceptionSaid:
    """What an office says of a conversation about a request: one of the wish, the outcome, or that it is not wanted.

    A line may have been away for days: an outcome names the `meeting` that it is of, and what is not wanted any more
    the event that `asked` for it, so that neither lands on the conversation after it.
    """

    wish: ReceptionWish | None = key(0, default=None)
    outcome: ReceptionOutcome | None = key(1, default=None)
    is_taken_back: bool = key(2, default=False)
    meeting: bytes | None = key(3, size=16, default=None)
    asked: bytes | None = key(4, size=HASH, default=None)


@dataclass(frozen=True, slots=True)
class Routed:
    """Which body is to answer, and by which rule or person, in words."""

    body_code: str = key(0, limit=64)
    rule: str = key(1, limit=40, default="")
    reason: Words = key(2, default=Words())


@dataclass(frozen=True, slots=True)
class AcceptedByBody:
    """The body took the request up."""

    body_code: str = key(0, limit=64)
    due_on: date | None = key(1, default=None)
    note: str = key(2, limit=NOTE_CHARACTERS, default="")


@dataclass(frozen=True, slots=True)
class Forwarded:
    """The request went on to another body; the applicant is told."""

    from_body: str = key(0, limit=64)
    to_body: str = key(1, limit=64)
    due_on: date | None = key(2, default=None)
    notice: Words = key(3, default=Words())


@dataclass(frozen=True, slots=True)
class CoExecutorAdded:
    """A second body works on the same request."""

    body_code: str = key(0, limit=64)
    due_on: date | None = key(1, default=None)
    notice: Words = key(2, default=Words())


@dataclass(frozen=True, slots=True)
class CoExecutorRemoved:
    """A second body works on it no more; its term is over with that."""

    body_code: str = key(0, limit=64)
    notice: Words = key(1, default=Words())


@dataclass(frozen=True, slots=True)
class Extended:
    """The term was prolonged, with the article that allows it."""

    due_on: date = key(0)
    reason: Words = key(1)
    article: str = key(2, limit=SHORT_CHARACTERS)


@dataclass(frozen=True, slots=True)
class Answered:
    """The body's answer, written by one person and approved by another."""

    outcome: Outcome = key(0)
    text: Words = key(1)
    body_code: str = key(2, limit=64)
    signed_by: str = key(3, limit=SHORT_CHARACTERS)
    approved_by: bytes = key(4, size=16)
    reference: str = key(5, limit=64, default="")
    attachments: tuple[Attachment, ...] = key(6, limit=100, default=())


@dataclass(frozen=True, slots=True)
class LeftWithoutConsideration:
    """Why the law lets the request stay without an answer on its merits."""

    ground: str = key(0, limit=40)
    notice: Words = key(1)


@dataclass(frozen=True, slots=True)
class ReturnedToOffice:
    """What the office is asked to put right."""

    what: Words = key(0)


@dataclass(frozen=True, slots=True)
class Reopened:
    """A closed request is looked at again."""

    reason: Words = key(0)
    body_code: str = key(1, limit=64, default="")


@dataclass(frozen=True, slots=True)
class Linked:
    """This request and another are about the same matter."""

    other: bytes = key(0, size=HASH)
    reason: Words = key(1)


@dataclass(frozen=True, slots=True)
class Merged:
    """This request is answered together with another."""

    into: bytes = key(0, size=HASH)
    reason: Words = key(1)


@dataclass(frozen=True, slots=True)
class Split:
    """A part of this request goes on under another number."""

    other: bytes = key(0, size=HASH)
    reason: Words = key(1)


@dataclass(frozen=True, slots=True)
class DueRecalculated:
    """A decreed holiday or a new rule moved the term."""

    cause: Words = key(0)
    old_due_on: date = key(1)
    new_due_on: date = key(2)


@dataclass(frozen=True, slots=True)
class SummaryPublished:
    """The reviewed public text; what was taken out and why is said beside it."""

    subject: Words = key(0)
    text: Words = key(1)
    taken_out: str = key(2, limit=NOTE_CHARACTERS, default="")


@dataclass(frozen=True, slots=True)
class SummaryWithdrawn:
    """The public text is no longer shown."""

    reason: str = key(0, limit=NOTE_CHARACTERS)


@dataclass(frozen=True, slots=True)
class ResolvedByPerson:
    """Two people decided a doubt: a fork, a double number, an event after revocation, a quarantine.

    `decision`: `release` lets the event in, `keep_out` leaves it in custody for ever, `let_stand` leaves what is in the
    register as it is. Of a double number `link` notes it at the request that has the number, `beside` lets it in as a
    second request under it; `event_hash` tells the two apart.
    """

    about: bytes = key(0, size=HASH)
    doubt: str = key(1, limit=40)
    decision: str = key(2, limit=40)
    reason: str = key(3, limit=NOTE_CHARACTERS)
    second_person: bytes = key(4, size=16)


@dataclass(frozen=True, slots=True)
class Erased:
    """Every holder deletes the named event's salt, body, search words and blob keys."""

    event: bytes = key(0, size=HASH)
    ground: str = key(1, limit=SHORT_CHARACTERS)
    second_person: bytes = key(2, size=16)


@dataclass(frozen=True, slots=True)
class Invited:
    """An office that is asked to a meeting, and as what."""

    site_code: str = key(0, limit=16)
    part: MeetingPart = key(1)


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """One matter of a meeting: who reports on it, for how many minutes, and the papers to it."""

    title: Words = key(0)
    speaker: str = key(1, limit=16, default="")
    minutes: int = key(2, limit=1_440, default=0)
    papers: tuple[Attachment, ...] = key(3, limit=20, default=())


@dataclass(frozen=True, slots=True)
class MeetingPlan:
    """What is told of a meeting before it begins; said whole each time, so that the newest plan is all there is.

    `seats`: how many may be on stage at once. `series` is the same for meetings that were planned together.
    `is_recorded` and `is_public`: a record is kept, anybody may watch. `is_closed`: encrypted from end to end, so
    neither.
    """

    title: Words = key(0)
    starts_at_ms: int = key(1, limit=2**62)
    minutes: int = key(2, at_least=1, limit=1_440)
    invited: tuple[Invited, ...] = key(3, limit=200)
    agenda: tuple[AgendaItem, ...] = key(4, limit=50, default=())
    note: Words = key(5, default=Words())
    seats: int = key(6, at_least=1, limit=SEATS_MOST, default=SEATS_MOST)
    series: bytes | None = key(7, size=16, default=None)
    is_recorded: bool = key(8, default=False)
    is_public: bool = key(9, default=False)
    is_closed: bool = key(10, default=False)


@dataclass(frozen=True, slots=True)
class Attended:
    """An office that was there, and for how long."""

    site_code: str = key(0, limit=16)
    seconds: int = key(1, limit=10**6)


@dataclass(frozen=True, slots=True)
class MeetingPlanned:
    """A meeting is called; `meeting` names it for ever."""

    meeting: bytes = key(0, size=16)
    plan: MeetingPlan = key(1)


@dataclass(frozen=True, slots=True)
class MeetingChanged:
    """The plan of a meeting is another one now; an office that it no longer invites is told too."""

    meeting: bytes = key(0, size=16)
    plan: MeetingPlan = key(1)
    reason: Words = key(2, default=Words())


@dataclass(frozen=True, slots=True)
class MeetingCancelled:
    """The meeting is not held."""

    meeting: bytes = key(0, size=16)
    reason: Words = key(1)


@dataclass(frozen=True, slots=True)
class MeetingOpened:
    """The meeting began."""

    meeting: bytes = key(0, size=16)


@dataclass(frozen=True, slots=True)
class MeetingClosed:
    """The meeting ended; who was there."""

    meeting: bytes = key(0, size=16)
    attended: tuple[Attended, ...] = key(1, limit=200, default=())


@dataclass(frozen=True, slots=True)
class MeetingVoteOpened:
    """Offices are asked to vote; `vote` names it for ever.

    `offices` may vote, one vote each. `item` is the place in the agenda from 1 (0: none). `quorum`: so many of them
    have to vote. `sealing_key` stands in a secret vote: the key to which choices are sealed.
    """

    meeting: bytes = key(0, size=16)
    vote: bytes = key(1, size=16)
    question: Words = key(2)
    ends_at_ms: int = key(3, limit=2**62)
    offices: tuple[str, ...] = key(4, limit=INVITED_MOST)
    quorum: int = key(5, at_least=1, limit=INVITED_MOST)
    item: int = key(6, limit=50, default=0)
    sealing_key: bytes | None = key(7, size=32, default=None)


@dataclass(frozen=True, slots=True)
class OfficeVote:
    """An office that voted, and how; no choice in a secret vote."""

    site_code: str = key(0, limit=16)
    choice: VoteChoice | None = key(1, default=None)


@dataclass(frozen=True, slots=True)
class MeetingVoteClosed:
    """The vote is over: who voted, and the count.

    `spoilt`: sealed votes that could not be opened, which are in no other count. `is_withheld`: so few took part in
    a secret vote that a count would tell how they voted; all counts are 0 then. `is_quorate`: as many voted as had to;
    `is_adopted`: that, and more for than against.
    """

    meeting: bytes = key(0, size=16)
    vote: bytes = key(1, size=16)
    votes: tuple[OfficeVote, ...] = key(2, limit=INVITED_MOST)
    in_favour: int = key(3, limit=INVITED_MOST)
    against: int = key(4, limit=INVITED_MOST)
    abstained: int = key(5, limit=INVITED_MOST)
    spoilt: int = key(6, limit=INVITED_MOST, default=0)
    is_withheld: bool = key(7, default=False)
    is_quorate: bool = key(8, default=False)
    is_adopted: bool = key(9, default=False)


@dataclass(frozen=True, slots=True)
class DecisionTaken:
    """What a meeting decided: which offices do it, until when, and to which requests it belongs.

    `decision` names it for ever. `item` is its place in the agenda from 1 (0: none). `requests` are registration
    numbers as they are printed.
    """

    decision: bytes = key(0, size=16)
    meeting: bytes = key(1, size=16)
    text: Words = key(2)
    executors: tuple[str, ...] = key(3, limit=EXECUTORS_MOST, default=())
    due_on: date | None = key(4, default=None)
    item: int = key(5, limit=50, default=0)
    requests: tuple[str, ...] = key(6, limit=REQUESTS_MOST, default=())


@dataclass(frozen=True, slots=True)
class DecisionWithdrawn:
    """A decision that was written down does not hold; it stays readable with the reason."""

    decision: bytes = key(0, size=16)
    meeting: bytes = key(1, size=16)
    reason: Words = key(2)


@dataclass(frozen=True, slots=True)
class SaidLine:
    """A line that somebody wrote in a meeting's chat."""

    site_code: str = key(0, limit=16)
    said_at_ms: int = key(1, limit=2**62)
    text: str = key(2, limit=CHAT_CHARACTERS)


@dataclass(frozen=True, slots=True)
class MeetingSaid:
    """A piece of what was written in a meeting's chat, kept at its end; `first` is the place of its first line."""

    meeting: bytes = key(0, size=16)
    first: int = key(1, at_least=1, limit=10_000)
    lines: tuple[SaidLine, ...] = key(2, limit=2_000)


@dataclass(frozen=True, slots=True)
class MeetingPaperAdded:
    """A paper (PDF) of a meeting, to an item of its agenda from 1 or to the whole of it (0).

    `paper` names it for ever. `blob_id` and `blob_key` are those of an attachment: the ciphertext that comes down, and
    what opens it. `size_bytes`, `content_hash` (SHA-256) and `pages` are of the file itself.
    """

    paper: bytes = key(0, size=16)
    meeting: bytes = key(1, size=16)
    title: Words = key(2)
    blob_id: bytes = key(3, size=HASH)
    blob_key: bytes = key(4, size=32)
    size_bytes: int = key(5, at_least=1, limit=PAPER_LIMIT_BYTES)
    content_hash: bytes = key(6, size=HASH)
    pages: int = key(7, at_least=1, limit=PAPER_PAGES_MOST)
    item: int = key(8, limit=50, default=0)


@dataclass(frozen=True, slots=True)
class MeetingPaperWithdrawn:
    """A paper is not of the meeting any more: nobody shows it, its bytes go everywhere, the reason stays."""

    paper: bytes = key(0, size=16)
    meeting: bytes = key(1, size=16)
    reason: Words = key(2)


@dataclass(frozen=True, slots=True)
class ReceptionSet:
    """A conversation has its day and hour; said whole again when it is moved.

    `meeting` is held for it, with the request's office in the chair. `by_whom`: with whom, by position; `bring`: what
    the applicant takes along.
    """

    meeting: bytes = key(0, size=16)
    starts_at_ms: int = key(1, limit=2**62)
    minutes: int = key(2, at_least=1, limit=1_440)
    by_whom: Words = key(3)
    bring: Words = key(4, default=Words())


@dataclass(frozen=True, slots=True)
class ReceptionDeclined:
    """There is no conversation, and why; with `meeting` one that was set is not held."""

    reason: Words = key(0)
    meeting: bytes | None = key(1, size=16, default=None)


@dataclass(frozen=True, slots=True)
class ReceptionNoted:
    """What came of a conversation, as the body that has the request writes it down."""

    meeting: bytes = key(0, size=16)
    outcome: ReceptionOutcome = key(1)


Body = (
    AppealRegistered
    | AppealCorrected
    | AppealSupplemented
    | AppealWithdrawn
    | ReceiptReprinted
    | ApplicantTold
    | ComplaintMade
    | AnswerRated
    | SessionOpened
    | SessionClosed
    | AttachmentLost
    | Hole
    | VoteCast
    | ReceptionSaid
    | Routed
    | AcceptedByBody
    | Forwarded
    | CoExecutorAdded
    | CoExecutorRemoved
    | Extended
    | Answered
    | LeftWithoutConsideration
    | ReturnedToOffice
    | Reopened
    | Linked
    | Merged
    | Split
    | DueRecalculated
    | SummaryPublished
    | SummaryWithdrawn
    | ResolvedByPerson
    | Erased
    | MeetingPlanned
    | MeetingChanged
    | MeetingCancelled
    | MeetingOpened
    | MeetingClosed
    | MeetingVoteOpened
    | MeetingVoteClosed
    | DecisionTaken
    | DecisionWithdrawn
    | MeetingSaid
    | MeetingPaperAdded
    | MeetingPaperWithdrawn
    | ReceptionSet
    | ReceptionDeclined
    | ReceptionNoted
)
