"""Says in words why an event stands in quarantine: for lists of doubts, the board of one office, refusals."""

from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class Told(NamedTuple):
    """A doubt in a few words, and in a paragraph."""

    title: Promise
    text: Promise


_NUMBER_TAKEN: Final = Told(
    _("The number is given twice"),
    _(
        "Another event has this number already: the store of a PC was copied. If both papers are of one citizen and "
        "matter, link them. If a citizen of their own holds this receipt, let it in beside the other. Keep it out only "
        "if no office has such a paper."
    ),
)
_NUMBER_MISSING: Final = Told(
    _("The registration gives no number"),
    _("The program of the PC did not say which number the request has. Ring the office and compare with its paper."),
)
_NUMBER_ODD: Final = Told(
    _("The number does not follow the one before it"),
    _(
        "The counter or the year in the number cannot be right for this PC; where its history has two branches, the "
        "second gives no number ahead of the first. Ring the office and compare the number with the paper. If it "
        "stands there so, release it."
    ),
)
_AUTHOR: Final = Told(
    _("The author had no right to write this there"),
    _(
        "The centre does not know the person, or knows no such role of theirs at that office at that time. Ask the "
        "administrator and the office who it was. A role given later does not change it; a release does."
    ),
)
_FOR_CENTRE: Final = Told(
    _("Only the centre writes such events"),
    _(
        "A sound program of an office does not do that. Keep it out, and have the PC examined; if nobody can explain "
        "it, have it withdrawn."
    ),
)
_FOREIGN: Final = Told(
    _("It names no request, or another office's"),
    _("A sound program of an office does not do that. Keep it out, and have the PC examined."),
)
_NOT_IN_BOOKS: Final = Told(
    _("The reference data do not have what it names"),
    _(
        "A matter, addressee, place or language is not in the lists of the centre. If the lists were updated since, "
        "release it. Otherwise the office corrects the request; the correction enters it."
    ),
)
_ERASED: Final = Told(
    _("It says something about a request whose words were erased"),
    _(
        "The office wrote it before it knew of the erasure. Keep it out and have its words erased too; release it only "
        "if the citizen wants it to stand in the register again."
    ),
)
_REQUEST_KEPT_OUT: Final = Told(
    _("It corrects what two people kept out"),
    _(
        "Nobody has decided about the correction yet. Released, it brings the request in after all, as corrected. Keep "
        "it out too if the request belongs nowhere."
    ),
)
_TOO_MANY: Final = Told(
    _("The office says more about one request than a request holds"),
    _("A sound program of an office does not do that. Ring the office and have the PC examined; keep it out."),
)
_UNREADABLE: Final = Told(
    _("It cannot be read or kept as it is written"),
    _("Its bytes are not what the rules of events demand. The office registers a request again from paper."),
)
_NOT_BY_RULES: Final = Told(
    _("A field is not as the rules demand"),
    _(
        "Something is missing, too long or contradicts itself. The office sees the same on its screen and corrects "
        "the request; the correction enters it under the same number. Ring the office if nothing happens."
    ),
)

_OF_CODE: Final[dict[str, Told]] = {
    "number_taken": _NUMBER_TAKEN,
    **dict.fromkeys(("counter_wrong", "year_wrong"), _NUMBER_ODD),
    "number_missing": _NUMBER_MISSING,
    **dict.fromkeys(("person_missing", "person_unknown", "role_missing"), _AUTHOR),
    "not_for_offices": _FOR_CENTRE,
    "not_for_walls": _AUTHOR,
    **dict.fromkeys(("appeal_missing", "foreign_appeal"), _FOREIGN),
    "request_erased": _ERASED,
    "request_kept_out": _REQUEST_KEPT_OUT,
    **dict.fromkeys(("too_many_events", "too_many_signatories", "too_many_attachments"), _TOO_MANY),
    **dict.fromkeys(
        (
            *("category_unknown", "addressee_unknown", "territory_unknown", "language_unknown", "form_unknown"),
            *("term_unknown", "kind_unknown"),
        ),
        _NOT_IN_BOOKS,
    ),
    **dict.fromkeys(
        (
            *("kind_mismatch", "control_character", "lone_surrogate", "not_storable", "decision_unknown"),
            *("not_canonical", "malformed_cbor", "too_deep", "too_many_items", "too_large", "nothing_to_link"),
            *("unknown_key", "missing", "wrong_type", "wrong_size", "default_written", "unknown_value", "out_of_order"),
            *("number_unexpected", "appeal_unexpected"),
        ),
        _UNREADABLE,
    ),
}


_REASONS: Final[dict[str, Promise]] = {
    "person_missing": _("no author is named"),
    "person_unknown": _("the centre does not know the author"),
    "role_missing": _("the author had no such role there then"),
    "not_for_walls": _("the PC of a big screen wrote it, before which nobody works"),
    "counter_wrong": _("the count does not go on from the one before"),
    "year_wrong": _("the year in the number is not that of the day"),
    "appeal_missing": _("no request is named"),
    "foreign_appeal": _("the request is another office's"),
    "too_many_events": _("too many events of one request"),
    "too_many_signatories": _("too many people who signed"),
    "too_many_attachments": _("too many attachments"),
    "category_unknown": _("the matter is not in the lists"),
    "addressee_unknown": _("the addressee is not in the lists"),
    "territory_unknown": _("the place is not in the lists"),
    "language_unknown": _("the language is not in the lists"),
    "form_unknown": _("the form of the request is not in the lists"),
    "kind_unknown": _("the kind of the request is not in the lists"),
    "term_unknown": _("no term is known for this kind and day"),
    "decision_unknown": _("the decision is not one that exists"),
    "nothing_to_link": _("what it is to be linked with is not there"),
    "control_character": _("a text has a control character"),
    "lone_surrogate": _("a text has half of a character"),
    "not_storable": _("a text cannot be stored"),
    "text_too_long": _("a text is too long"),
    "text_empty": _("the text of the request is empty"),
    "subject_empty": _("the subject is empty"),
    "name_empty": _("the applicant has no name"),
    "addressee_empty": _("no addressee is named"),
    "category_missing": _("no matter is named"),
    "category_repeated": _("one matter is named twice"),
    "attachment_empty": _("an attachment has no bytes"),
    "attachment_too_large": _("an attachment is too large"),
    "request_too_large": _("the request is too long to be one"),
    "missing": _("a field is missing"),
    "unknown_key": _("a field is none of the rules'"),
    "unknown_value": _("a choice is none of the rules'"),
    "wrong_type": _("a field holds another sort of value"),
    **dict.fromkeys(("wrong_size", "salt_size"), _("a field has another length than the rules say")),
    "default_written": _("a field is written though it says nothing"),
    "out_of_order": _("its parts stand in another order than the rules say"),
    **dict.fromkeys(("out_of_range", "number_out_of_range", "number_too_large"), _("a figure is not possible")),
    "date_out_of_range": _("a date is not possible"),
    "too_many": _("there are too many of one thing"),
    "kind_mismatch": _("what it says does not fit its kind"),
    "number_unexpected": _("it gives a number where none belongs"),
    "appeal_unexpected": _("it names a request where none belongs"),
    **dict.fromkeys(("number_malformed", "number_ambiguous"), _("the number is not written as the rules say")),
    "number_check_failed": _("the last two digits of the number do not fit the rest"),
    "not_canonical": _("its bytes are not written in the one way that is allowed"),
    **dict.fromkeys(("malformed_cbor", "not_encodable"), _("its bytes are damaged")),
    "too_deep": _("its parts stand too deep in one another"),
    "too_many_items": _("it has too many parts"),
    "too_large": _("it is too large"),
    "meeting_known": _("the meeting was planned already"),
    "meeting_unknown": _("no such meeting was planned"),
    "meeting_open": _("the meeting has begun"),
    "meeting_not_open": _("the meeting has not begun"),
    "meeting_over": _("the meeting is over"),
    "meeting_cancelled": _("the meeting was cancelled"),
    "attended_twice": _("an office was there twice"),
    "start_out_of_range": _("no calendar has the day of the meeting"),
    "title_missing": _("the meeting has no title"),
    "item_untitled": _("a matter of the agenda has no title"),
    "nobody_invited": _("nobody is invited to the meeting"),
    "chair_missing": _("nobody leads the meeting"),
    "two_chairs": _("two offices lead the meeting"),
    "invited_twice": _("an office is invited twice"),
    "site_unknown": _("it names an office that is none"),
    "speaker_not_invited": _("an office reports that is not invited"),
    "closed_to_the_public": _("a closed meeting is recorded or public"),
    "vote_known": _("the vote was opened already"),
    "vote_unknown": _("no such vote was opened"),
    "vote_over": _("the vote was counted already"),
    "not_of_vote": _("its office may not take part in this vote"),
    "ballot_malformed": _("it is no vote that could be counted"),
    "count_wrong": _("its count is not what the votes say"),
    "decision_known": _("a decision of this name was written down already"),
    "decision_withdrawn": _("the decision was withdrawn already"),
    "no_such_decision": _("no such decision was written down"),
    "reception_not_asked": _("no conversation was asked for"),
    "reception_not_set": _("no conversation was set, or it was held"),
    "paper_known": _("a paper of this name was added already"),
    "paper_untitled": _("the paper has no title"),
    "paper_withdrawn": _("the paper was withdrawn already"),
    "no_such_paper": _("the meeting has no such paper"),
    "too_many_papers": _("the meeting has as many papers as it may have"),
    "said_twice": _("a line of the chat is kept already"),
}
"""What a code says beyond the title that it shares with others."""

SAID_BY_TITLE: Final = frozenset(
    {"number_taken", "number_missing", "not_for_offices", "request_erased", "request_kept_out"}
)
"""Codes whose title says all."""


def quarantine(code: str) -> Told:
    """Why an event is held, by its code; a code without words of its own is about a field."""
    return _OF_CODE.get(code, _NOT_BY_RULES)


def reason(code: str) -> str:
    """What exactly is wrong, beside the title; empty where the title says it. People read no codes."""
    if not code or code in SAID_BY_TITLE:
        return ""
    known = _REASONS.get(code)
    return str(known) if known else gettext("a rule that has no words here: %(code)s") % {"code": code}
