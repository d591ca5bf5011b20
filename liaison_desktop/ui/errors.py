"""The words for every expected refusal, chosen where it is shown, in the language of that moment."""

from __future__ import annotations

from collections.abc import Callable

from liaison_desktop.domain.errors import FieldProblem
from liaison_desktop.ui.error_words import DECIDED, FIELDS, LINE, MEETING, OFFICE, PERSON, STORE
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.workplace.words import tr
from server_sync.contract.errors import ContractError, NotAuthentic, Parameter

Words = Callable[[dict[str, Parameter]], str]

WORDS: dict[str, Words] = {**DECIDED, **FIELDS, **LINE, **MEETING, **OFFICE, **PERSON, **STORE}
"""Words by code; what a code's parameters are stands in the documents."""


def say_error(error: ContractError) -> str:
    """What happened, what it means and what to do; an unlisted code is named so that it can be told to the centre."""
    words = WORDS.get(error.code)
    if words is not None:
        return words(error.params)
    if isinstance(error, NotAuthentic):
        return tr("What came is not signed by the centre. Nothing was changed. It is tried again by itself.")
    return tr("This could not be done. Tell the centre this code: {code}", code=error.code)


def say_code(code: str) -> str:
    """The words of a bare code, as the centre sends it with an event it could not take."""
    return say_error(ContractError(code))


def say_problem(problem: FieldProblem) -> str:
    """Why one field keeps a request from being registered."""
    error = ContractError(problem.code)
    error.params.update(problem.params)
    return say_error(error)


def say_of(problem: FieldProblem) -> Say:
    """The same as words that follow the language."""
    return lambda: say_problem(problem)
