"""The one-time code by which a PC becomes a workplace: read from paper, typed once, authenticates both directions.

Twenty characters of Crockford's base32 in four groups, 100 random bits. The code itself never travels: its id finds it
at the centre, and a key derived from it authenticates the request and the reply (HMAC-SHA256).
"""

from dataclasses import dataclass
from typing import Final

from typing_extensions import override

from server_sync.contract import signing
from server_sync.contract.errors import InvalidField
from server_sync.contract.signing import check_mac, mac, random_bytes, sha256

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_CHARACTERS: Final = 20
GROUP_CHARACTERS: Final = 5

_READ_AS: Final = str.maketrans(
    # Crockford's own: letters that look like digits; and the same keys or shapes of a Cyrillic keyboard.
    {"I": "1", "L": "1", "O": "0", "А": "A", "В": "B", "С": "C", "Е": "E", "Н": "H", "К": "K", "М": "M", "О": "0"}
    | {"Р": "P", "Т": "T", "Х": "X", "У": "Y", "З": "3", "Ү": "Y", "Ѕ": "S", "І": "1", "Ј": "J"}
    | dict.fromkeys(" -–—\u00a0\u202f\u2011\t\n", "")
)


@dataclass(frozen=True, slots=True)
class EnrolmentCode:
    """A code for one enrolment; `text` is its twenty characters without dashes."""

    text: str

    @classmethod
    def generate(cls) -> "EnrolmentCode":
        """Draw a new code."""
        return cls("".join(ALPHABET[byte & 31] for byte in random_bytes(CODE_CHARACTERS)))

    @classmethod
    def parse(cls, typed: str) -> "EnrolmentCode":
        """Read a code as people type it: any case, spaces or dashes, O for 0, I or L for 1, look-alike Cyrillic.

        Raises InvalidField `code_malformed`.
        """
        text = typed.upper().translate(_READ_AS)
        if len(text) != CODE_CHARACTERS or not set(text) <= set(ALPHABET):
            raise InvalidField("code_malformed", field="code")
        return cls(text)

    @property
    def grouped(self) -> str:
        """The code as it is printed: `XXXXX-XXXXX-XXXXX-XXXXX`."""
        return "-".join(self.text[at : at + GROUP_CHARACTERS] for at in range(0, CODE_CHARACTERS, GROUP_CHARACTERS))

    @property
    def id(self) -> bytes:
        """What finds the code at the centre without telling it, 16 bytes."""
        return sha256(b"enrol-id\x00", self.text.encode("ascii"))[:16]

    @property
    def mac_key(self) -> bytes:
        """The secret shared for one enrolment, 32 bytes."""
        return sha256(b"enrol-mac\x00", self.text.encode("ascii"))

    @override
    def __str__(self) -> str:
        return self.grouped

    @override
    def __repr__(self) -> str:
        return f"EnrolmentCode(id={self.id.hex()})"


def seal_request(mac_key: bytes, message: bytes) -> bytes:
    """Authenticate an enrolment request: 32 bytes."""
    return mac(mac_key, signing.ENROL_REQUEST, message)


def check_request(mac_key: bytes, message: bytes, tag: bytes) -> None:
    """Raise NotAuthentic `mac_wrong` unless the holder of the code wrote this request."""
    check_mac(mac_key, signing.ENROL_REQUEST, message, tag)


def seal_reply(mac_key: bytes, request: bytes, message: bytes) -> bytes:
    """Authenticate the answer to one enrolment request: 32 bytes over `H(request) ‖ reply`."""
    return mac(mac_key, signing.ENROL_REPLY, sha256(request) + message)


def check_reply(mac_key: bytes, request: bytes, message: bytes, tag: bytes) -> None:
    """Raise NotAuthentic `mac_wrong` unless the centre that issued the code answered this very request."""
    check_mac(mac_key, signing.ENROL_REPLY, sha256(request) + message, tag)
