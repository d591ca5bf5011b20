"""What an address of the API takes: read by the same table that describes it."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise

from server_sync.common.refusals import Refused

ONE_LINE: Final = r"[^\u0000-\u001f\u007f-\u009f\ufffd]*"
"""No control characters, nor what comes of bytes that are no UTF-8."""
LINES: Final = r"[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffd]*"
"""The same with tabs and line ends."""
_UNTYPED: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffd]")
_NUMBER: Final = "0|[1-9][0-9]{0,8}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter: a text, one of `choices`, what a `pattern` fits, or with `greatest` a whole number.

    `several`: so many values at most, with commas between them. `is_known` says whether there is such a thing,
    `offered` which there are at this moment. Of what there is none the answer is 404 unless `none_such` says
    otherwise, of what cannot be one 400.
    """

    name: str
    words: Promise | str
    pattern: str = ""
    choices: tuple[str, ...] = ()
    longest: int = 200
    least: int = 1
    greatest: int = 0
    several: int = 0
    is_needed: bool = False
    is_lines: bool = False
    is_known: Callable[[str], bool] | None = None
    offered: Callable[[], Collection[str]] | None = None
    none_such: str = "unknown"
    example: str = ""

    @property
    def schema(self) -> dict[str, Any]:
        """It in the words of JSON Schema."""
        one: dict[str, Any] = {"type": "string"}
        if self.greatest:
            one = {"type": "integer", "minimum": self.least, "maximum": self.greatest}
        elif self.choices or self.offered is not None:
            one["enum"] = list(self.choices or (self.offered() if self.offered is not None else ()))
        elif self.pattern:
            one |= {"pattern": f"^(?:{self.pattern})$", "maxLength": self.longest}
        else:
            one |= {"pattern": f"^(?:{LINES if self.is_lines else ONE_LINE})$", "maxLength": self.longest}
            one |= {"minLength": 1} if self.is_needed else {}
        if self.several:
            return {"type": "array", "items": one, "minItems": 1, "maxItems": self.several}
        return one

    def check(self, value: str) -> None:
        """Raise Refused for a value that is none, or that nothing is called by."""
        if self.several:
            values = value.split(",")
            if len(values) > self.several:
                raise Refused("too_many_values", field=self.name, most=self.several)
            for one in values:
                self._check(one.strip())
            return
        self._check(value)

    def _check(self, value: str) -> None:
        if not re.fullmatch(LINES if self.is_lines else ONE_LINE, value):
            raise Refused("not_text", field=self.name)
        if len(value) > self.longest:
            raise Refused("too_long", field=self.name, most=self.longest)
        if self.greatest:
            if not re.fullmatch(_NUMBER, value, re.ASCII):
                raise Refused("not_a_number", field=self.name)
            if not self.least <= int(value) <= self.greatest:
                raise Refused("out_of_range", field=self.name, least=self.least, most=self.greatest)
        elif self.choices and value not in self.choices:
            raise Refused("not_offered", field=self.name, offered=", ".join(self.choices))
        elif self.pattern and not re.fullmatch(self.pattern, value, re.ASCII):
            raise Refused("malformed", field=self.name)
        elif self.is_needed and not value:
            raise Refused("missing", field=self.name)
        if self.offered is not None and value not in self.offered():
            raise Refused(self.none_such, field=self.name)
        if self.is_known is not None and not self.is_known(value):
            raise Refused(self.none_such, field=self.name)


def check_all(given: Mapping[str, Sequence[str]], taken: Sequence[Parameter], *, values: bool = True) -> None:
    """Raise Refused unless everything given is taken here, once, and nothing that is needed is missing.

    Without `values` what they say is left to whoever reads them.
    """
    known = {one.name: one for one in taken}
    for name, said in given.items():
        if name not in known:
            raise Refused("not_taken", field=_shown(name))
        if len(said) > 1:
            raise Refused("twice", field=name)
        if values:
            known[name].check(said[0])
    missing = next((one.name for one in taken if one.is_needed and one.name not in given), None)
    if missing is not None and values:
        raise Refused("missing", field=missing)


def _shown(name: str) -> str:
    """A name that somebody else chose, short and without what is no text."""
    return _UNTYPED.sub("\ufffd", name)[:60]
