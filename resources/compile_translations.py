"""Makes the catalogues both programs read out of the parts that each room translates.

`translations/<part>/{ky,ru}.po` become `translations/compiled/{ky,ru}/LC_MESSAGES/{liaison,django}.mo`: one catalogue
for a language, under the name each program looks for. English is the text in the code itself.
`python resources/compile_translations.py --missing` lists what stands in the code and is not translated yet.
"""

import argparse
import hashlib
import io
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

ROOT: Final = Path(__file__).resolve().parents[1]
TRANSLATIONS: Final = ROOT / "resources" / "translations"
COMPILED: Final = TRANSLATIONS / "compiled"
LANGUAGES: Final = ("ky", "ru")
DOMAINS: Final = ("liaison", "django")
ROOMS: Final = ("liaison_desktop", "server_sync")

MARKS: Final[dict[str, tuple[int | tuple[int, str], ...] | None]] = {
    "tr": (1,),
    "ntr": (1, 2),
    "N_": (1,),
    "_": (1,),
    "gettext": (1,),
    "gettext_lazy": (1,),
    "gettext_noop": (1,),
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
"""The functions whose words a person reads, and where among the arguments the words stand."""

PLACEHOLDER: Final = re.compile(r"%\(\w+\)[#0 +-]*\d*(?:\.\d+)?[sdifr]|\{\w*(?:[.!:][^{}]*)?\}|%[sd]")

Key = tuple[str | None, str]
"""Context, and the English text (of one thing, where there is a plural)."""


class BadTranslation(Exception):
    """The parts contradict each other or cannot be read; each argument is one sentence about it."""


@dataclass(frozen=True)
class Said:
    """A text as the code says it: where, and in English."""

    key: Key
    plural: str | None
    place: str


def parts(language: str) -> list[Path]:
    """Find the parts of one language, in an order that never changes."""
    return sorted(path for path in TRANSLATIONS.glob(f"*/{language}.po") if path.parent != COMPILED)


def key_of(message: Message) -> Key:
    """Name a catalogue's entry the way the code asks for it."""
    msgid = message.id if isinstance(message.id, str) else message.id[0]
    return (message.context, msgid)


def read_part(path: Path) -> Catalog:
    """Read one part; raises BadTranslation with the line that is wrong."""
    with path.open("rb") as file:
        try:
            return read_po(file, locale=path.stem, abort_invalid=True)
        except (PoFileError, ValueError) as wrong:
            raise BadTranslation(f"{path.relative_to(ROOT)}: {wrong}") from wrong


def merged(language: str) -> Catalog:
    """Lay all parts of a language into one catalogue.

    Raises BadTranslation when two parts translate the same text differently: then one of them wants a context.
    """
    whole = Catalog(locale=language, project="liaison", fuzzy=False)
    came_from: dict[Key, Path] = {}
    contradictions = []
    for path in parts(language):
        for message in read_part(path):
            if not message.id or message.fuzzy or not filled(message.string):
                continue
            key = key_of(message)
            known = whole.get(key[1], context=key[0])
            if known is not None and known.string != message.string:
                contradictions.append(
                    f"{language}: “{key[1]}” is “{known.string}” in {came_from[key].parent.name}"
                    f" and “{message.string}” in {path.parent.name}"
                )
                continue
            came_from.setdefault(key, path)
            whole.add(message.id, message.string, context=message.context)
    if contradictions:
        raise BadTranslation(*contradictions)
    return whole


def filled(string: str | Iterable[str] | None) -> bool:
    """Tell whether every form of a translation is there."""
    forms = (string,) if isinstance(string, str) else tuple(string or ())
    return bool(forms) and all(forms)


def placeholders(text: str) -> list[str]:
    """List the values that are put into a text; a translation must take the same ones."""
    return sorted(PLACEHOLDER.findall(text))


def texts_in_code(root: Path) -> Iterator[Said]:
    """Walk both programs, code and page templates, and give every text a person may read."""
    for room in ROOMS:
        for path in sorted((root / room).rglob("*.py")):
            yield from _said_in(path.read_bytes(), str(path.relative_to(root)))
        for path in sorted((root / room).rglob("*")):
            if "templates" in path.parts and path.suffix in {".html", ".txt", ".svg"}:
                yield from _said_in(_template_as_code(path), str(path.relative_to(root)))


def _said_in(code: bytes, place: str) -> Iterator[Said]:
    for line, words, _comments, context in extract("python", io.BytesIO(code), MARKS, options={"encoding": "utf-8"}):
        one, many = (words, None) if isinstance(words, str) else (words[0], words[-1])
        if one:
            yield Said((context or None, one), many, f"{place}:{line}")


def _template_as_code(path: Path) -> bytes:
    from django.utils.translation.template import templatize

    return templatize(path.read_text(encoding="utf-8"), origin=str(path)).encode()


def untranslated(language: str) -> list[Said]:
    """List the texts of the code that a language has no words for, each once."""
    known = {key_of(message) for message in merged(language)}
    missing: dict[Key, Said] = {}
    for said in texts_in_code(ROOT):
        if said.key not in known:
            missing.setdefault(said.key, said)
    return list(missing.values())


def fingerprint() -> str:
    """Hash what the catalogues are made of, in the order `./liaison` hashes it."""
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for path in sorted(TRANSLATIONS.glob("*/*.po")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def is_compiled() -> bool:
    """Tell whether the compiled catalogues are those of the present parts."""
    note = COMPILED / ".made-of"
    return note.exists() and note.read_text().strip() == fingerprint()


def compile_all() -> int:
    """Write the catalogues of all languages; gives the number of texts. Raises BadTranslation."""
    made_of = fingerprint()
    count = 0
    for language in LANGUAGES:
        whole = merged(language)
        count += len(whole)
        folder = COMPILED / language / "LC_MESSAGES"
        folder.mkdir(parents=True, exist_ok=True)
        for domain in DOMAINS:
            draft = folder / f".{domain}.mo"
            with draft.open("wb") as file:
                write_mo(file, whole)
            draft.replace(folder / f"{domain}.mo")
    (COMPILED / ".made-of").write_text(made_of + "\n")
    return count


def main() -> int:
    """Compile, or list what is missing; the exit code says whether all is well."""
    parser = argparse.ArgumentParser(description="Compile the translations of both programs.")
    parser.add_argument("--missing", action="store_true", help="list texts of the code that are not translated")
    arguments = parser.parse_args()
    try:
        if arguments.missing:
            lacking = {language: untranslated(language) for language in LANGUAGES}
            for language, texts in lacking.items():
                for said in texts:
                    context = f" [{said.key[0]}]" if said.key[0] else ""
                    print(f"{language}  {said.place}{context}  {said.key[1]!r}")
            return 1 if any(lacking.values()) else 0
        print(f"translations: {compile_all()} texts in {len(LANGUAGES)} languages")
    except BadTranslation as wrong:
        for sentence in wrong.args:
            print(f"translations: {sentence}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
