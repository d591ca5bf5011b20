"""The words for what the centre found wrong with an event: which field, and why."""

from __future__ import annotations

from typing import Final

from liaison_desktop.ui.errors import say_code
from liaison_desktop.ui.reception.filling import place_of
from liaison_desktop.ui.reception.review_facts import FIELD_NAMES
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.workplace.words import tr

_BESIDE_THE_FORM: Final[dict[str, Say]] = {
    "attachments": lambda: tr("Files"),
    "due": lambda: tr("Term"),
}


def say_wrong(code: str, field: str) -> str:
    """Why the centre could not take an event; the field first, where it named one, by its code when it has no words."""
    reason = say_code(code)
    if not field:
        return reason
    name = field.rpartition(".")[2]
    say = FIELD_NAMES.get(place_of(name)) or _BESIDE_THE_FORM.get(name)
    return tr("{field}: {reason}", field=say() if say is not None else field, reason=reason)
