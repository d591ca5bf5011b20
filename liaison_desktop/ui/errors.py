"""The words for every expected refusal, chosen where it is shown, in the language of that moment."""

from __future__ import annotations

from collections.abc import Callable

from liaison_desktop.domain.errors import FieldProblem
from liaison_desktop.workplace.words import tr
from server_sync.contract.errors import ContractError, Parameter

Words = Callable[[dict[str, Parameter]], str]


def say_error(error: ContractError) -> str:
    """What happened, what it means and what to do; an unlisted code is named so that it can be told to the centre."""
    words = WORDS.get(error.code)
    if words is None:
        return tr("This could not be done. Tell the centre this code: {code}", code=error.code)
    return words(error.params)


def _wait(params: dict[str, Parameter]) -> str:
    wait_s = params.get("wait_s", 0)
    if isinstance(wait_s, int) and wait_s > 0:
        return tr(
            "The password is not right. The next try is possible in a moment: the pause grows with every wrong try."
        )
    return tr("The password is not right. Look at the keyboard's language and at Caps Lock, and type it again.")


def _count(params: dict[str, Parameter], name: str) -> int:
    value = params.get(name, 0)
    return value if isinstance(value, int) else 0


WORDS: dict[str, Words] = {
    "password_wrong": _wait,
}
"""Words by code; what a code's parameters are stands in the documents."""


def say_code(code: str) -> str:
    """The words of a bare code, as the centre sends it with a quarantined event."""
    return say_error(ContractError(code))


def say_problem(problem: FieldProblem) -> str:
    """Why one field keeps a request from being registered."""
    return say_error(_with(problem))


def _with(problem: FieldProblem) -> ContractError:
    error = ContractError(problem.code)
    error.params.update(problem.params)
    return error
