"""The names of roles."""

from __future__ import annotations

from liaison_desktop.domain.people import Person
from liaison_desktop.ui.formats import today
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.workplace.words import tr
from server_sync.contract.workflow import Role

ROLES: dict[Role, Say] = {
    Role.CLERK: lambda: tr("reception clerk"),
    Role.AKIM: lambda: tr("akim"),
    Role.PLENIPOTENTIARY: lambda: tr("plenipotentiary representative"),
    Role.CHAIR_ASSISTANT: lambda: tr("chair's assistant"),
    Role.CAPTIONER: lambda: tr("captioner"),
    Role.CASE_OFFICER: lambda: tr("case officer"),
    Role.REGISTRAR: lambda: tr("registrar"),
    Role.PUBLIC_EDITOR: lambda: tr("public editor"),
    Role.CENTRAL_OPERATOR: lambda: tr("central operator"),
    Role.PRESS_OFFICER: lambda: tr("press officer"),
    Role.ADMINISTRATOR: lambda: tr("administrator"),
    Role.APPLICANT: lambda: tr("applicant"),
    Role.EVERYONE: lambda: "",
}


def say_role(person: Person) -> Say:
    """The first role that holds today, in words."""
    held = next((one.role for one in person.roles if one.holds_on(today())), None)
    return ROLES[held] if held is not None else lambda: tr("no role today")
