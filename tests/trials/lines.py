"""The small inputs by line: what is stored of each, and by what a clerk looks for whoever asked."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from proving.asked import Asked, read_asked

TRIALS: Final = Path(__file__).parent
FILES: Final = TRIALS / "attachments"
DEMONSTRATION: Final = TRIALS / "demo-names-and-marks.jsonl"

SETTLED: Final[Mapping[str, Mapping[str, str]]] = {
    "P30": {"surname": "Асан ова"},
    "P31": {"text": "Первая строка.\nВторая строка после Shift+Enter в Word."},
    "P32": {"text": "Конец первой страницы.\nНачало второй страницы (вставлено из PDF)."},
    "P33": {"text": "Строка\nвторая\nтретья\nчетвёртая"},
    "P34": {"subject": "О выдаче\u00a0справки"},
}
"""What is stored where that is not what the line says; everything else is kept to the letter."""

SOUGHT: Final[Mapping[str, tuple[str, ...]]] = {
    "P03": ("оконнор", "О'Коннор", "коннор даниил"),
    "P04": ("oconnor", "O’Connor", "daniel"),
    "P05": ("григорева", "Григор'ева", "маряна"),
    "P07": ("nunez", "jose maria", "de la cruz"),
    "P08": ("Yilmaz", "sukru ismail", "ISMAIL", "+90 532 123 45 67", "905321234567"),
    "P09": ("Гафуров", "гафуров кодир", "Gafurov"),
    "P13": ("Сейиткулов", "алихан"),
    "P14": ("Рахмони", "журабек", "rahmoni"),
    "P22": ("0312 62 12 34", "312621234", "+996 312 62-12-34 доб. 105", "Osmonov"),
    "P23": ("0555123456", "0777 654 321", "+996777654321", "садыров"),
    "P24": ("621234", "62-12-34", "Кадыров"),
    "P28": ("0555123456", "０５５５１２３４５６", "Abdiev"),
    "P30": ("асан ова",),
    "P34": ("выдаче справки",),
}
"""How they are looked for on the keyboard there is: plain letters of either alphabet, each telephone for itself."""

KINDS: Final[Mapping[str, tuple[str, str]]] = {
    "скан.pdf": ("image/jpeg", "скан.pdf.jpg"),
    "скрин.png": ("image/jpeg", "скрин.png.jpg"),
    "фото справки.jpg": ("image/png", "фото справки.jpg.png"),
    "IMG-20261120-WA0007.jpg": ("image/webp", "IMG-20261120-WA0007.jpg.webp"),
    "IMG_0001.jpg": ("image/heic", "IMG_0001.jpg.heic"),
    "до_говор.pdf": ("application/pdf", "до_говор.pdf"),
}
"""What each file is by its bytes, and the name under which it is opened."""


def lines_of(name: str) -> dict[str, Asked]:
    """The lines of a file by their ids."""
    return {asked.id: asked for asked in read_asked(TRIALS / f"{name}.jsonl")}


def said(asked: Asked) -> dict[str, str]:
    """What a line says of person and matter, by the names of the form's fields."""
    told: Mapping[str, Any] = asked.told or {}
    citizen, address = told["citizen"], told["citizen"]["address"]
    return {
        **{name: str(citizen[name]) for name in ("surname", "given_name", "phone")},
        **{name: str(told[name]) for name in ("subject", "text")},
        "settlement": str(address["settlement"]),
        "street": f"{address['street']}, {address['house']}",
    }


def stored(asked: Asked) -> dict[str, str]:
    """What is right to be stored of a line."""
    return {**said(asked), **SETTLED.get(asked.id, {})}
