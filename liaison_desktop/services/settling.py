"""Brings pasted texts into the form they are kept in: whatever ends a line is a line end, a field has one line."""

from dataclasses import replace

from liaison_desktop.domain.drafts import AppealDraft
from server_sync.contract.limits import settle_pasted


def settled(draft: AppealDraft) -> AppealDraft:
    """The draft as it is checked and registered; what no program means as a line end stays and is refused by place."""
    return replace(
        draft,
        surname=settle_pasted(draft.surname),
        given_name=settle_pasted(draft.given_name),
        patronymic=settle_pasted(draft.patronymic),
        pin=settle_pasted(draft.pin),
        no_pin_reason=settle_pasted(draft.no_pin_reason),
        document=settle_pasted(draft.document),
        phone=settle_pasted(draft.phone),
        email=settle_pasted(draft.email),
        settlement=settle_pasted(draft.settlement),
        street=settle_pasted(draft.street),
        subject=settle_pasted(draft.subject),
        text=settle_pasted(draft.text, is_long=True),
        signatories=tuple(settle_pasted(name) for name in draft.signatories),
    )


def settled_text(text: str) -> str:
    """A text of lines as it is kept."""
    return settle_pasted(text, is_long=True)
