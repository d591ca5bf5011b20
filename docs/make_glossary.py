"""Writes docs/glossary.md from the glossary that the program's own texts are checked against.

Run `python docs/make_glossary.py`; with `--check` it only says, by its exit status, whether the page is up to date.
"""

import csv
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

DOCS: Final = Path(__file__).resolve().parent
SOURCE: Final = DOCS.parent / "resources" / "reference" / "glossary.csv"
PAGE: Final = DOCS / "glossary.md"

KINDS: Final = {
    "domain": "The register and its people",
    "case": "Where a request stands",
    "delivery": "What has reached the centre",
    "evidence": "Proof",
    "document": "Documents and addresses",
    "calendar": "Calendar",
    "unit": "Units",
    "statistics": "Statistics",
}
CODE_WORDS: Final = (
    ("Appeal", "request", "what a citizen brings; never a bare Request, which HTTP has taken"),
    ("applicant", "applicant", "who brings it"),
    ("addressee", "addressee", "the position, in a territory, it is written to"),
    ("category", "issue", "the matter it is about, by the classifier"),
    ("site", "reception_office", "one of the 63 points"),
    ("workplace", "", "one enrolled PC of a site"),
    ("epoch", "", "the life of one key of a workplace; every epoch numbers in a slot of its own"),
    ("clerk", "clerk", "registers at the counter"),
    ("case officer", "case_officer", "answers for a body"),
    ("registration number", "registration_number", "final at the counter, also without a line"),
    ("due_on", "due_date", "the local date by which the answer is owed"),
    ("receipt", "receipt", "the citizen's paper only"),
    ("acknowledgement", "", "the server's signed word that events are stored"),
    ("event", "", "one thing that happened, signed into the workplace's chain, never changed"),
    ("outbox", "", "events that wait here for their acknowledgement"),
    ("exchange", "exchange", "one call that takes events up and the feed down"),
    ("feed", "", "what the centre has for one site, gapless, read by a cursor"),
    ("quarantine", "", "stored and acknowledged, but not yet applied because a person must look"),
    ("log", "open_log", "the public append-only log of event hashes"),
    ("checkpoint", "", "the signed size and root of the log"),
    ("media process", "", "the child of the office's program that has camera, microphone and loudspeaker"),
    ("fault", "", "what is wrong with a device, by its name; the words are chosen where it is shown"),
)


def read_terms(source: Path) -> list[dict[str, str]]:
    """Read the glossary's rows: key, ky, ru, en, kind, evidence, note."""
    with source.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def write_page(terms: Iterable[Mapping[str, str]]) -> str:
    """Make the page: the code's own words first, then every term by kind in the glossary's order."""
    rows = list(terms)
    by_key = {row["key"]: row for row in rows}
    lines = [
        "# Glossary",
        "",
        "One word per idea, the same in code, tables, wire, log and screens. Made by `docs/make_glossary.py` from",
        "`resources/reference/glossary.csv`: change it there. No native reader has approved the Kyrgyz words yet.",
        "",
        "## Words of the code",
        "",
        "| code | Kyrgyz | Russian | English | meaning |",
        "|---|---|---|---|---|",
    ]
    for code, key, meaning in CODE_WORDS:
        term = by_key[key] if key else {}
        said = " | ".join(_cell(term.get(language, "")) for language in ("ky", "ru", "en"))
        lines.append(f"| {code} | {said} | {meaning} |")
    for kind, title in KINDS.items():
        lines += ["", f"## {title}", "", "| key | Kyrgyz | Russian | English |", "|---|---|---|---|"]
        lines += [
            f"| {row['key']} | {_cell(row['ky'])} | {_cell(row['ru'])} | {_cell(row['en'])} |"
            for row in rows
            if row["kind"] == kind
        ]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").strip() or "—"


def main() -> int:
    """Write or check the page; 1 when it is out of date."""
    page = write_page(read_terms(SOURCE))
    if "--check" in sys.argv[1:]:
        return 0 if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == page else 1
    PAGE.write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
