"""Words of the program in the language of the person: Kyrgyz, Russian or English."""

import gettext
from collections.abc import Iterable
from typing import Final

from liaison_desktop.workplace.resources import resource
from server_sync.contract.direction import isolate

LANGUAGES: Final = ("ky", "ru", "en")
_catalogues: dict[str, gettext.NullTranslations] = {}
_chosen = ["ky"]


def _catalogue() -> gettext.NullTranslations:
    language = _chosen[0]
    if language not in _catalogues:
        folder = str(resource("translations", "compiled"))
        # English is the language of the msgids; a missing catalogue speaks English too.
        _catalogues[language] = (
            gettext.NullTranslations()
            if language == "en"
            else gettext.translation("liaison", folder, [language], fallback=True)
        )
    return _catalogues[language]


def set_language(language: str) -> None:
    """Speak this language from now on: `ky`, `ru` or `en`; raises ValueError for another."""
    if language not in LANGUAGES:
        raise ValueError(language)
    _chosen[0] = language


def current() -> str:
    """The language spoken now."""
    return _chosen[0]


def tr(msgid: str, **params: object) -> str:
    """The words for a message, with values put in at `{name}`, each in a direction of its own."""
    words = _catalogue().gettext(msgid) if msgid else ""
    return words.format(**_isolated(params)) if params else words


def ntr(one: str, many: str, n: int, **params: object) -> str:
    """The words for a count, in the form the language has for it; `{n}` is the count."""
    return _catalogue().ngettext(one, many, n).format(n=n, **_isolated(params))


def joined(parts: Iterable[str], between: str = ", ") -> str:
    """Several texts in one line, the empty ones left out, each in a direction of its own."""
    return between.join(isolate(part) for part in parts if part)


def _isolated(params: dict[str, object]) -> dict[str, object]:
    return {name: isolate(value) if isinstance(value, str) else value for name, value in params.items()}
