"""Expected refusals of the contract.

ContractError                 a named refusal: code, parameters, whether trying again can help
├── MalformedBytes            bytes from outside that are not what they claim to be
├── InvalidField              one field of a message or form breaks its limit (params: field)
├── NotAuthentic              a signature, MAC, chain or proof does not hold
└── UnknownKind               a kind or version this program does not know yet (kept, not lost)

The words a person reads are chosen where they are shown, in the language of that moment.
"""

from typing import Final

from typing_extensions import override

Parameter = str | int


class ContractError(Exception):
    """Says by name why something was refused, with what a message to a person needs."""

    def __init__(self, code: str, /, *, permanent: bool = True, **params: Parameter) -> None:
        super().__init__(code)
        self.code: Final = code
        self.params: Final[dict[str, Parameter]] = params
        self.permanent: Final = permanent

    @override
    def __str__(self) -> str:
        told = ", ".join(f"{name}={value!r}" for name, value in sorted(self.params.items()))
        return f"{self.code}({told})" if told else self.code


class MalformedBytes(ContractError):
    """Bytes from outside are not a well-formed message of ours."""


class InvalidField(ContractError):
    """A field breaks its limit; `params["field"]` names it."""

    def __init__(self, code: str, /, *, field: str, **params: Parameter) -> None:
        super().__init__(code, permanent=True, field=field, **params)

    @property
    def field(self) -> str:
        """The field's name, as in the typed body or draft."""
        return str(self.params["field"])


class NotAuthentic(ContractError):
    """A signature, MAC, chain or proof does not hold."""


class UnknownKind(ContractError):
    """A newer kind or version: its bytes are kept and understood after the update."""
