"""Finds numbers that belong to one person: PINs, telephones, cards, documents, cars; and addresses of mail.

Every pattern is bounded, so that looking takes time with the length of the text alone.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from server_sync.contract.folding import digits_in, fold
from server_sync.contract.person import OLDEST_YEAR, PIN_DIGITS, pin_facts
from server_sync.privacy.finding import Finding, Grade, Kind, Known, Reason
from server_sync.privacy.reading import Reading

_CARD: Final = re.compile(r"(?<!\d)\d{4}(?:[\s-]?\d{4}){3}(?!\d)")
_PIN: Final = re.compile(r"(?<!\d)\d(?:[\s-]?\d){13}(?!\d)")
_JOINED: Final = re.compile(r"\d{14}")
_PARTED: Final = re.compile(r"(?<!\d)\d(?:[\s./_*-]{0,3}\d){13}(?!\d)")

_HOME: Final = re.compile(r"(?<!\d)(?:\+\s?996|00996|996|[0oо])(?:[\s()-]{0,4}\d){9}(?!\d)")
_DOTTED: Final = re.compile(r"(?<!\d)(?:\+?996[./\s-]?|0)\d{2,3}(?:[./]\d{2,3}){2,3}(?!\d)")
_ABROAD: Final = re.compile(r"(?<![\d+])(?:\+|00)\s?[1-9](?:[\s().-]{0,2}\d){6,13}(?!\d)")
_RUSSIAN: Final = re.compile(r"(?<!\d)[78][\s(-]{0,2}[3489]\d\d[\s)-]{0,2}\d{3}[\s-]?\d\d[\s-]?\d\d(?!\d)")
_GROUPED: Final = re.compile(r"(?<![\d.,-])[2579]\d\d[\s-](?:\d\d-\d\d-\d\d|\d{3}-\d{3}|\d{3}-\d\d-\d)(?![\d-])")
_LOCAL: Final = re.compile(
    r"(?<!\w)(?:тел|телефон\w{0,12}|вацап\w{0,8}|ватсап\w{0,8}|вотсап\w{0,8}|whatsapp|viber|telegram|факс\w{0,6}|чал\w{0,12}|"
    r"позвон\w{0,8}|звон\w{0,8}|байланыш\w{0,12}|моб\w{0,10}|сотк\w{0,6}|phone|call)(?!\w)[^\d\n]{0,25}?"
    r"(?P<number>\(?\d(?:[\s().-]{0,2}\d){4,11})(?![\d:])(?!\s{0,2}(?:сом|тыс|раз|жолу|км|руб|лет|жыл|саат|час|мин|дней|кун)\w*)"
)
_DATE: Final = re.compile(r"\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d\d|(?:19|20)\d\d[./-]\d{1,2}[./-]\d{1,2}")


def _sized(digits: int, words: str) -> dict[str, int]:
    """Words of counting with the digits that they stand for."""
    return {fold(word): digits for word in words.split()}


_ONES: Final = _sized(
    1,
    "нөл ноль нуль бир эки үч төрт беш алты жети сегиз тогуз один одна два две три четыре пять шесть семь "
    "восемь девять ",
)
_TENS: Final = _sized(
    2,
    "он жыйырма отуз кырк элүү алтымыш жетимиш сексен токсон десять одиннадцать двенадцать тринадцать "
    "четырнадцать пятнадцать шестнадцать семнадцать восемнадцать девятнадцать двадцать тридцать сорок "
    "пятьдесят шестьдесят семьдесят восемьдесят девяносто ",
)
_HUNDREDS: Final = _sized(3, "сто двести триста четыреста пятьсот шестьсот семьсот восемьсот девятьсот жүз ")
_COUNTING: Final = _ONES | _TENS | _HUNDREDS
_SAID: Final = re.compile(rf"(?<!\w)(?:{'|'.join(sorted(_COUNTING, key=len, reverse=True))})(?!\w)")
_BETWEEN_SAID: Final = re.compile(r"[\s,.-]{1,4}")
_SAID_FEWEST: Final = 6
_SAID_MOST: Final = 40

_AT: Final = r"(?:\s?@\s?|\s?[\[({]\s?(?:at|a|а|эт|ет|собака|собачка|@)\s?[\])}]\s?|\s(?:собака|собачка|эт|at)\s)"
_DOT: Final = r"(?:\s?\.\s?|\s?[\[({]\s?(?:dot|точка|чекит)\s?[\])}]\s?|\s(?:dot|точка|чекит)\s)"
_LAST: Final = r"(?:com|ru|kg|net|org|kz|uz|info|edu|gov|su|io|me|de|tr|cn|kr|ком|ру|кг|нет|орг|кж|кджи)"
_MAIL: Final = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_MAIL_IN_WORDS: Final = re.compile(
    rf"(?<![\w.+-])[\w.+-]{{2,64}}{_AT}[\w-]{{1,40}}(?:{_DOT}[\w-]{{1,40}}){{0,2}}?{_DOT}{_LAST}(?!\w)"
)
_MAIL_OPEN: Final = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}\s?@\s?(?:mail|gmail|yandex|inbox|bk|list|icloud|yahoo)(?!\w)"
)
_ACCOUNT: Final = re.compile(
    r"(?<![\w@.])@[a-z][a-z0-9_]{3,31}(?![\w@])|(?<!\w)(?:t\.me|wa\.me|vk\.com|ok\.ru|instagram\.com|facebook\.com|tiktok\.com)/[\w@.+-]{2,64}"
)

_DOCUMENT: Final = re.compile(r"(?<!\w)(?:id|an|ac|ap|ан|ид|ас|ар)\s?[-№:]?\s?\d{7}(?!\d)")
_DOCUMENT_WORD: Final = re.compile(
    r"(?<!\w)(?:паспорт\w{0,10}|куболу[кг]\w{0,10}|свидетельств\w{0,4}|удостоверени\w{0,4}|id-карт\w{0,8})[^\w\n]{1,3}"
    r"(?:(?:серия\w{0,6}|номер\w{0,6}|но|№|n)[^\w\n]{0,3}){0,2}"
    r"(?P<number>(?:[a-zа-я]{1,4}[\s-]?(?:№\s?)?|[ivx]{1,5}-[а-я]{2}\s?№?\s?|\d\d\s?\d\d\s)?№?\s?\d{6,9})(?!\d)"
)
_PLATE: Final = re.compile(r"(?<!\w)\d\d\s?(?:kg|KG|КГ)\s?\d{3}\s?[A-Za-zА-Я]{2,3}(?!\w)")
_OLD_PLATE: Final = re.compile(
    r"(?<!\w)[A-ZА-Я]\d{4}[A-ZА-Я]{1,2}(?!\w)|(?<!\w)[АВЕКМНОРСТУХABEKMHOPCTYX]\d{3}[АВЕКМНОРСТУХABEKMHOPCTYX]{2}\s?\d{2,3}(?!\w)"
)
_PLATE_WORD: Final = re.compile(
    r"(?<!\w)(?:машин\w{0,8}|унаа\w{0,10}|автомобил\w{0,8}|авто|гос\.?\s?номер\w{0,6}|"
    r"госномер\w{0,6}|мамлекеттик номер\w{0,6})(?!\w)[^\d\n]{0,25}?"
    r"(?<!\w)(?P<number>[a-zа-я]\s\d{4}\s[a-zа-я]{1,2})(?!\w)"
)
_TELLING_DIGITS: Final = 9
"""So many of somebody's own number tell them from all others: a telephone without its country."""
_HIDDEN_WITHIN: Final = 12
"""Letters on average between the digits of an own number that still are one number."""


def numbers(reading: Reading, known: Known, today: date) -> Iterator[Finding]:
    """Find all of these; what overlaps is parted by whoever calls."""
    plain = reading.plain
    for found in _CARD.finditer(plain):
        yield _finding(reading, Kind.CARD, found, Reason.CARD_DIGITS)
    yield from _pins(reading, today)
    yield from _mails(reading)
    yield from _phones(reading)
    yield from _said(reading)
    for found in _DOCUMENT.finditer(plain):
        yield _finding(reading, Kind.DOCUMENT, found, Reason.DOCUMENT_SHAPE)
    for found in _DOCUMENT_WORD.finditer(plain):
        yield _finding(reading, Kind.DOCUMENT, found, Reason.DOCUMENT_WORD, group="number")
    for pattern in (_PLATE, _OLD_PLATE):
        for found in pattern.finditer(reading.cased):
            yield _finding(reading, Kind.PLATE, found, Reason.PLATE_SHAPE)
    for found in _PLATE_WORD.finditer(plain):
        yield _finding(reading, Kind.PLATE, found, Reason.PLATE_SHAPE, group="number")
    yield from _own(reading, known)


def _pins(reading: Reading, today: date) -> Iterator[Finding]:
    for found in _PIN.finditer(reading.plain):
        if digits_in(found.group()).startswith("0"):
            if not _JOINED.fullmatch(found.group()):
                continue  # two numbers beside each other, which are found by themselves
            yield _finding(reading, Kind.PIN, found, Reason.PIN_OF_ORGANISATION, grade=Grade.LOW)
        else:
            yield _finding(reading, Kind.PIN, found, Reason.FOURTEEN_DIGITS)
    for found in _PARTED.finditer(reading.plain):
        facts = pin_facts(digits_in(found.group()))
        if facts is not None and OLDEST_YEAR <= facts.birth_on.year <= today.year:  # dates and sums stand so as well
            yield _finding(reading, Kind.PIN, found, Reason.FOURTEEN_DIGITS)


def _mails(reading: Reading) -> Iterator[Finding]:
    for pattern, reason in (
        (_MAIL, Reason.MAIL_ADDRESS),
        (_MAIL_IN_WORDS, Reason.MAIL_IN_WORDS),
        (_MAIL_OPEN, Reason.MAIL_IN_WORDS),
        (_ACCOUNT, Reason.ACCOUNT),
    ):
        for found in pattern.finditer(reading.plain):
            yield _finding(reading, Kind.EMAIL, found, reason)


def _phones(reading: Reading) -> Iterator[Finding]:
    for pattern in (_HOME, _DOTTED, _ABROAD, _RUSSIAN, _GROUPED):
        for found in pattern.finditer(reading.plain):
            if not _DATE.match(found.group()):
                yield _finding(reading, Kind.PHONE, found, Reason.PHONE_SHAPE)
    for found in _LOCAL.finditer(reading.plain):
        if not _DATE.match(found["number"]):
            yield _finding(reading, Kind.PHONE, found, Reason.PHONE_WORD, group="number")


def _said(reading: Reading) -> Iterator[Finding]:
    """Numbers that are written out: six words of counting in a row, and no thousands between them."""
    run: list[re.Match[str]] = []
    for found in [*_SAID.finditer(reading.plain), None]:
        if run and (
            found is None
            or len(run) == _SAID_MOST
            or not _BETWEEN_SAID.fullmatch(reading.plain, run[-1].end(), found.start())
        ):
            if len(run) >= _SAID_FEWEST:
                kind = Kind.PIN if _digits_of([one.group() for one in run]) > PIN_DIGITS - 2 else Kind.PHONE
                start, end = reading.span(run[0].start(), run[-1].end())
                yield Finding(kind, start, end, reading.text[start:end], Reason.DIGITS_IN_WORDS)
            run = []
        if found is not None:
            run.append(found)


def _digits_of(words: list[str]) -> int:
    """How many digits words of counting stand for: five hundred fifty five are three."""
    digits, open_places = 0, 0
    for word in words:
        size = _COUNTING[word]
        if size <= open_places:
            open_places = size - 1
            continue
        digits, open_places = digits + size, size - 1
    return digits


def _own(reading: Reading, known: Known) -> Iterator[Finding]:
    """The request's own numbers, however their digits are parted."""
    places = [place for place, letter in enumerate(reading.plain) if letter.isdecimal()]
    digits = "".join(reading.plain[place] for place in places)
    own = [(Kind.PIN, digits_in(known.pin))]
    own += [(Kind.PHONE, digits_in(number)[-_TELLING_DIGITS:]) for number in known.numbers]
    for kind, number in own:
        if len(number) < _TELLING_DIGITS:
            continue
        at = digits.find(number)
        while at >= 0:
            first, last = places[at], places[at + len(number) - 1]
            if last - first <= _HIDDEN_WITHIN * len(number):
                start, end = reading.span(first, last + 1)
                yield Finding(kind, start, end, reading.text[start:end], Reason.OF_REQUEST)
            at = digits.find(number, at + 1)
    for kind, words in ((Kind.DOCUMENT, known.document), (Kind.EMAIL, known.email)):
        wanted = fold(words).strip()
        at = reading.plain.find(wanted) if len(wanted) >= _SAID_FEWEST else -1
        while at >= 0:
            start, end = reading.span(at, at + len(wanted))
            yield Finding(kind, start, end, reading.text[start:end], Reason.OF_REQUEST)
            at = reading.plain.find(wanted, at + 1)


def _finding(
    reading: Reading,
    kind: Kind,
    found: re.Match[str],
    reason: Reason,
    *,
    grade: Grade = Grade.SERIOUS,
    group: str | int = 0,
) -> Finding:
    start, end = reading.span(*found.span(group))
    return Finding(kind, start, end, reading.text[start:end], reason, grade)
