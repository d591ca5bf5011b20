"""The office's name before the store is open, from the shipped list of sites alone: the window does not wait."""

from __future__ import annotations

import csv
import io
from functools import lru_cache

from liaison_desktop.services.opening import Place
from liaison_desktop.ui.version import VERSION
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.workplace.description import NAMELESS, Enrolment
from liaison_desktop.workplace.resources import resource
from liaison_desktop.workplace.words import current, joined, tr
from server_sync.contract.evidence.certificate import WorkplaceCertificate


@lru_cache(maxsize=1)
def _sites() -> dict[str, dict[str, str]]:
    text = resource("reference", "sites.csv").read_text(encoding="utf-8")
    return {row["code"]: row for row in csv.DictReader(io.StringIO(text))}


def site_name(code: str) -> str:
    """The name of a site in the language now spoken."""
    row = _sites().get(code)
    return row[f"name_{current()}"] if row is not None else code


def site_place(code: str) -> str:
    """Province and seat, as stand below the name."""
    row = _sites().get(code)
    if row is None:
        return ""
    parent = _sites().get(row["parent"])
    above = [parent[f"name_{current()}"]] if parent is not None and parent["kind"] == "province" else []
    return ", ".join([*above, row[f"seat_{current()}"]])


def pc_words(enrolment: Enrolment) -> str:
    """How this PC is told from others of its office: its letter, and the name it was given."""
    return joined((tr("PC {letter}", letter=enrolment.letter), given_name(enrolment)), " · ")


def given_name(enrolment: Enrolment) -> str:
    """The name that somebody gave this PC; nothing where it was left to the program."""
    return "" if enrolment.name == NAMELESS else enrolment.name


def office_words(place: Place) -> tuple[Say, Say, Say]:
    """Name, place and workplace of an enrolled computer."""
    enrolment = place.file.read().enrolled()
    certificate = WorkplaceCertificate.from_bytes(enrolment.certificate)
    sign = f"{certificate.number_code}-{certificate.slot}"
    return (
        lambda: site_name(enrolment.site_code),
        lambda: site_place(enrolment.site_code),
        lambda: tr("Workplace {sign} · {version}", sign=sign, version=VERSION),
    )
