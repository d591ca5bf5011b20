"""What the server says when it will not do something.

Refused                     a named refusal of the server: code, parameters, whether trying again can help
└── NotSetUp                something the operator has to do first is missing
"""

from server_sync.contract.errors import ContractError


class Refused(ContractError):
    """The server understood and will not; the words are chosen where they are shown."""


class NotSetUp(Refused):
    """The centre cannot work before its operator has done something; `advice` says what, in plain English."""

    def __init__(self, code: str, /, *, advice: str) -> None:
        super().__init__(code, advice=advice)
        self.advice = advice
