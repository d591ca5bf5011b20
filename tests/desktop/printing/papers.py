"""An invented receipt and card, and ways to look at the paper they make."""

import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from liaison_desktop.printing.content import (
    CardAnswer,
    CardContent,
    CardStep,
    Office,
    Pair,
    ReceiptContent,
    ReceiptDue,
)
from server_sync.contract.bodies import AnswerBy, AppealKind, Outcome

QR_TEXT = "HTTPS://KATTAR.EXAMPLE/Q/" + "2KCEBIQCFAVKUBAAAAQAAAAAMQ4TIMZ5HE2DANBVGY3TQOJQGEZDGNBVGY3TQOJQ" * 3
OFFICE = Office(
    names=Pair("Аламүдүн району", "Аламудунский район"),
    contact=Pair("Лебединовка айылы, Борбордук көчө, 1 · тел. +996 799 000 000 · дүйшөмбү–жума 9:00–18:00"),
)
RECEIPT = ReceiptContent(
    number="ALA-26-A-00042-7184",
    short_code="581406",
    registered_at=datetime(2026, 8, 24, 8, 7, tzinfo=UTC),
    kind=AppealKind.COMPLAINT,
    applicant=("Турдубаева Бактыгүл Нурматовна",),
    addressee=Pair("Райондук ички иштер бөлүмүнүн начальниги", "Начальник районного отдела внутренних дел"),
    subject="Мал уурулугу боюнча тергөөнүн созулушу",
    due=ReceiptDue(due_on=date(2026, 9, 14), working_days=14, days_off=(date(2026, 8, 31),)),
    answer_by=AnswerBy.PHONE,
    office=OFFICE,
    clerk_name="Медер Ибраимов",
    clerk_role=Pair("кабылдама адиси", "специалист приёмной"),
    qr_text=QR_TEXT,
    files=2,
    pages=3,
)
CARD = CardContent(
    number=RECEIPT.number,
    registered_at=RECEIPT.registered_at,
    printed_at=datetime(2026, 9, 12, 4, 20, tzinfo=UTC),
    kind=AppealKind.COMPLAINT,
    applicant=RECEIPT.applicant,
    address="Чүй облусу, Аламүдүн району, Лебединовка айылы",
    addressee=RECEIPT.addressee,
    categories=(Pair("Мал уурулугу", "Кража скота"),),
    subject=RECEIPT.subject,
    text="Тергөө төрт айдан бери созулуп жатат.\n\nТездетүүңүздөрдү суранам.",
    state=Pair("жооп берилди", "дан ответ"),
    due=RECEIPT.due,
    answer_by=AnswerBy.PHONE,
    office=OFFICE,
    clerk_name="Медер Ибраимов",
    history=(CardStep(at=RECEIPT.registered_at, what=Pair("катталды", "зарегистрировано"), who="Медер Ибраимов"),),
    answers=(
        CardAnswer(
            at=datetime(2026, 9, 10, 9, 30, tzinfo=UTC),
            body=Pair("Ички иштер бөлүмү"),
            outcome=Outcome.PARTLY_SATISFIED,
            text="Тергөө тобу кайра түзүлдү.",
        ),
    ),
)


def receipt(**changes: Any) -> ReceiptContent:
    return replace(RECEIPT, **changes)


def card(**changes: Any) -> CardContent:
    return replace(CARD, **changes)


def words_on(pdf: bytes) -> str:
    """What a person or a screen reader finds in the document, spaces evened out."""
    found = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    return " ".join(found.split())


def facts_of(pdf: bytes, folder: Path) -> dict[str, str]:
    (folder / "facts.pdf").write_bytes(pdf)
    said = subprocess.run(["pdfinfo", folder / "facts.pdf"], capture_output=True, check=True).stdout.decode()
    return {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in said.splitlines())}


def boxes_of_words(pdf: bytes) -> list[tuple[float, float, float, float, str]]:
    """Every word with its place in points: x0, y0, x1, y1."""
    html = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    boxes = []
    for line in html.splitlines():
        if line.strip().startswith("<word "):
            values = line.split('"')
            place = [float(values[number]) for number in (1, 3, 5, 7)]
            boxes.append((place[0], place[1], place[2], place[3], line.split(">")[1].split("<")[0]))
    return boxes


def picture_of(pdf: bytes, dpi: int) -> bytes:
    """Draw the first page as PNG, as a scanner would see it."""
    command = ["pdftoppm", "-png", "-r", str(dpi), "-f", "1", "-l", "1", "-"]
    return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout
