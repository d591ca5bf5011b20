"""Says what a receipt says, in both languages, for every paper it is printed on."""

from collections.abc import Mapping
from typing import Final

from liaison_desktop.printing.content import Pair, ReceiptContent, Signed
from liaison_desktop.printing.directions import side_by_side
from liaison_desktop.printing.term import explain_term
from liaison_desktop.printing.words import LANGUAGES, both, clock, day_in_figures, office_day, say, say_count
from server_sync.contract.bodies import AnswerBy, AppealKind
from server_sync.contract.limits import SIGNATORIES_COUNT

ANSWER_COMES: Final[Mapping[AnswerBy, str]] = {
    AnswerBy.LETTER: "The answer comes by letter to your address.",
    AnswerBy.PHONE: "You are told the answer by telephone.",
    AnswerBy.EMAIL: "The answer comes to your e-mail.",
    AnswerBy.IN_PERSON: "You get the answer in this office.",
}
ANSWER_COMES_AT: Final[Mapping[AnswerBy, str]] = {
    AnswerBy.PHONE: "You are told the answer by telephone {where}.",
    AnswerBy.EMAIL: "The answer comes to {where}.",
}
QR_PATH: Final = "/Q/"


def portal_of(content: ReceiptContent) -> str:
    """The portal's name as people type it, from the QR's own address."""
    address = content.qr_text.split("://", 1)[-1]
    return address.upper().split(QR_PATH, 1)[0].lower()


def spoken_code(content: ReceiptContent) -> str:
    """The short code in two groups of three, as it is read aloud."""
    digits = "".join(letter for letter in content.short_code if letter.isdigit())
    return f"{digits[:3]}\N{NO-BREAK SPACE}{digits[3:]}"


def registered_words(content: ReceiptContent, language: str) -> str:
    """Date and time of registration in words of one language."""
    day = day_in_figures(office_day(content.registered_at))
    if not content.is_hour_known:
        return say(language, "{day}, hour not known", day=day)
    return say(language, "{day}, at {time}", day=day, time=clock(content.registered_at))


def attached_words(content: ReceiptContent, language: str) -> str:
    """What was handed in with the request, counted."""
    if not content.files:
        return say(language, "nothing")
    files = say_count(language, "{n} files", content.files)
    return f"{files}, {say_count(language, '{n} pages', content.pages)}" if content.pages else files


def signed_words(signed: Signed, most: int = SIGNATORIES_COUNT) -> str:
    """How many signed a collective request, and so many of their names; nothing where it is of one person."""
    if not signed.count and not signed.names:
        return ""
    named = side_by_side(signed.names[:most])
    more = " …" if len(signed.names) > most else ""
    return f"{signed.count or len(signed.names)}: {named}{more}" if named else str(signed.count)


def copy_words(content: ReceiptContent) -> Pair:
    """Says which copy this paper is and when it was made."""
    made = content.made_at
    return both("Copy {n}, {day} {time}", n=content.copy_no, day=day_in_figures(office_day(made)), time=clock(made))


def term_words(content: ReceiptContent) -> Pair:
    """The explanation beside the due date, or why there is none."""
    if content.due is not None:
        return explain_term(content.due)
    if content.kind is AppealKind.THANKS:
        return both("Thanks are recorded and passed on; no answer is required of the body.")
    return both("No term is set for this request.")


def next_steps(content: ReceiptContent) -> tuple[Pair, ...]:
    """What happens next, in order."""
    if content.kind is AppealKind.THANKS:
        return (both("Your thanks are passed on to the body they are for."), both("Keep this receipt."))
    return (
        both("The request reaches the responsible body."),
        _answer_comes(content),
        both("If no answer comes, come to us."),
    )


def ways_to_check(content: ReceiptContent) -> tuple[Pair, ...]:
    """How anybody can see that the paper is real and where the request stands."""
    phone = content.office.phone
    return (
        both("Point your telephone's camera at the QR code."),
        both("At {portal} type the number.", portal=portal_of(content)),
        both("By telephone {phone} say the number and the short code.", phone=phone)
        if phone
        else both("In this office say the number and the short code."),
    )


def taken_by_words(content: ReceiptContent, role: str) -> str:
    """Who took the request in, and as what; at an enrolment nobody has a name yet."""
    return ", ".join(part for part in (content.clerk_name, role) if part)


def _answer_comes(content: ReceiptContent) -> Pair:
    at = ANSWER_COMES_AT.get(content.answer_by)
    if at is None or not content.reached_at:
        return both(ANSWER_COMES[content.answer_by])
    return both(at, where=content.reached_at)


def languages_of(content: ReceiptContent) -> tuple[str, str]:
    """Which language stands first on this paper and which second."""
    first, second = LANGUAGES
    return (second, first) if content.language == second else (first, second)
