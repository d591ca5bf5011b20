"""Finds where somebody lives: a street with a house, a village with a house, a flat. A street alone is nobody's."""

import re
from collections.abc import Iterator
from typing import Final

from server_sync.contract.folding import fold
from server_sync.privacy.finding import Finding, Kind, Known, Reason
from server_sync.privacy.reading import Reading

_UNITS: Final = (
    r"(?!\s{0,2}-?\s{0,2}(?:лет|год|жыл|ай(?!м)|дн|день|дней|кун|раз|жолу|метр|м(?!\w)|км|чакырым|процент|%|сом|тыс|"
    r"млн|миллион|класс|человек|киши|тургун|жител|семе|дом(?:ов|а)|уйгу|уйдун|уй(?!\w)\s?(?:бар|жок|курул)|гектар|"
    r"га(?!\w)|саат|час|мин|квартал|январ|феврал|март|апрел|мая|июн|июл|август|сентябр|октябр|ноябр|декабр|столб|опор|"
    r"фонар|трансформатор|топ|унаа|машин|бала|орун|мест|кат|этаж|даана|жаран|подъезд|соток|\.\d\d\.))"
)
"""What a number before it counts is no house."""
_HOUSE: Final = rf"\d{{1,4}}(?:\s?/\s?\d{{1,4}})?(?:\s?-?\s?[а-яa-z](?!\w))?(?![\d:]){_UNITS}"
_FLAT: Final = (
    r"(?:[\s,.-]{1,3}(?:кв(?:артир\w{0,3})?\.?|батир\w{0,5}|к\.)\s{0,2}№?\s?\d{1,4}(?!\d)"
    r"|[\s,]{1,3}\d{1,4}\s?-\s?(?:кв|батир)\w{0,8}|\s?-\s?\d{1,4}(?![\d-]))?"
)
_HOUSE_WORD: Final = (
    r"(?:[\s,.-]{0,3}(?:д(?:ом(?:е|а|у)?)?\.?|уй(?:у|унун|ундо)?|строение|стр\.?|корпус|корп\.?|№|номер\w{0,4})"
    r"\s{0,2}№?\s?)"
)
_WORD: Final = r"[а-яa-z'-]{1,30}\.?"

_STREET: Final = re.compile(
    r"(?<!\w)(?:ул(?:иц[аеуыо]й?)?\.?|пр-?т\w?\.?|пр\.|просп(?:ект\w{0,3})?\.?|пер(?:еул\w{1,4})?\.?|бул(?:ьвар\w{0,2}|\.)|б-р\.?|"
    r"туп(?:ик\w{0,2})?\.?|шоссе|"
    rf"м/?р-?н\.?|мкр?н?\.?|микрорайон\w{{0,3}}|жилмассив\w{{0,3}}|ж/м\.?|квартал\w{{0,2}})\s{{0,2}}"
    rf"(?:[«\"]?(?:\d{{1,2}}-?[а-я]{{0,3}}\s)?{_WORD}[»\"]?(?:\s{_WORD}){{0,2}}?|\d{{1,2}})"
    rf"(?:{_HOUSE_WORD}|[\s,]{{1,3}}){_HOUSE}{_FLAT}"
)
_STREET_AFTER: Final = re.compile(
    rf"(?<!\w)[«\"]?{_WORD}[»\"]?(?:\s[«\"]?{_WORD}[»\"]?)?\s(?:ул(?:ица)?\.?|пр-т\.?|пер\.?),?\s{{0,2}}"
    rf"(?:{_HOUSE_WORD}|\s){_HOUSE}{_FLAT}"
)
_KYRGYZ: Final = re.compile(
    rf"(?<!\w)(?:{_WORD}\s){{0,2}}[«\"]?(?:{_WORD}|\d{{1,2}}-?)[»\"]?\s?"
    r"(?:кочосу|кочосунун|кочосундо|кочосундогу|коч\.?|кч\.?|проспекти\w{0,6}|бульвары\w{0,6}|туюгу\w{0,6}|"
    r"кичирайон\w{0,8}|кичи район\w{0,8}|конушу\w{0,6}|массиви\w{0,6}|кварталы\w{0,6})"
    rf"[\s,]{{1,3}}(?:{_HOUSE_WORD}?{_HOUSE}(?:\s?-\s?уй\w{{0,6}})?{_FLAT})"
)
_NUMBERED_HOUSE: Final = r"\d{1,4}(?:\s?/\s?\d{1,3})?(?:[а-я])?\s?-\s?уй(?!г|м)\w{0,7}"
_KYRGYZ_HOUSE: Final = re.compile(
    rf"(?<!\w)(?:{_WORD}\s)?(?:{_WORD}|\d{{1,2}}-?)\s?(?:кочосу|кочосунун|кочосундо|кочосундогу|кичирайон\w{{0,8}}|м/?р-?н\.?|мкр?н?\.?|"
    r"айылы|айылынын|айылында|айылындагы|шаары|шаарынын|шаарында|ш\.|а\.|конушу\w{0,6})[\s,]{1,3}"
    rf"(?:{_WORD}[\s,]{{1,3}}|\d{{1,3}}-коч\w{{1,6}}[\s,]{{1,3}}){{0,3}}?{_NUMBERED_HOUSE}{_FLAT}"
)
_HOUSE_AND_FLAT: Final = re.compile(
    r"(?<!\w)(?:д(?:ом(?:е|а|у)?)?\.?|№|уй)\s{0,2}№?\s?\d{1,4}(?:\s?/\s?\d{1,3})?[а-я]?[\s,]{1,3}(?:кв(?:артир\w{0,3})?\.?|батир\w{0,5})\s{0,2}№?\s?\d{1,4}(?!\d)"
    r"|(?<![\w.-])\d{1,4}(?:\s?/\s?\d{1,3})?\s?-\s?уй\w{0,7}[\s,]{1,3}(?:\d{1,4}\s?-\s?(?:батир|кв)\w{0,8}|(?:батир|кв)\w{0,8}\.?\s?\d{1,4})"
)
_FLAT_ALONE: Final = re.compile(
    r"(?<!\w)(?:кв\.|квартир[аеуы]й?|батир(?:и|де|дин)?)\s?№?\s?\d{1,4}(?!\d)(?!\s?(?:кв|метр|м(?!\w)|лет|год|жыл|сом))"
    r"|(?<![\w.-])\d{1,4}\s?-\s?(?:батир(?!л)\w{0,8}|кв\.|квартир\w{0,2})"
)
_VILLAGE: Final = re.compile(
    rf"(?<!\w)(?:с\.|сел[оеуа]|пос\.|пос[её]л\w{{1,3}}|г\.|город\w{{0,2}}|айыл\w{{0,8}})\s?{_WORD}(?:\s{_WORD})?(?:[\s,.-]{{1,3}}(?:д\.|дом(?:е|а|у)?|уй)\s{{0,2}}№?\s?{_HOUSE}){_FLAT}"
)
_LIVES: Final = re.compile(
    r"(?<!\w)(?:прожива\w{1,6}|живу(?:т|щ\w{1,3})?|живет|адрес\w{0,4}|дареги\w{0,6}|дарек\w{0,6}|жаша\w{1,6}|турган|турам|турат|зарегистрирован\w{0,2}|прописан\w{0,2})"
    rf"(?!\w)[:\s]{{1,3}}(?:[^\d\n.;!?]|\.(?=\s?[а-яa-z]{{1,30}}[\s,])){{0,60}}?(?P<place>{_WORD}[\s,]{{1,3}}(?:{_HOUSE_WORD})?{_HOUSE}{_FLAT})"
)
_LIVES_BEFORE: Final = re.compile(
    rf"(?<!\w)(?P<place>{_WORD}(?:\sкочосу|\sкоч\.?)?[\s,]{{1,3}}{_HOUSE}{_FLAT}(?:\s?-\s?уй\w{{0,6}})?)[\s,]{{1,3}}(?:дареги\w{{0,6}}|жаша\w{{1,6}}|турган|турам)(?!\w)"
)
_PLACE: Final = re.compile(
    rf"(?<!\w)(?:(?:г|с|п|пос|гор|село|город|селе|городе)\.?\s?{_WORD}|{_WORD}\s(?:айылы|айылынын|шаары|шаарынын|району|районунун|ш\.|а\.))[\s,]{{1,3}}\Z"
)
"""The village or town before a street."""
_PLACE_LONG: Final = 60
_NO_ENDING: Final = 2
_LONG_ENOUGH: Final = 5


def addresses(reading: Reading, known: Known) -> Iterator[Finding]:
    """Find all of these; what overlaps is parted by whoever calls."""
    plain = reading.plain
    for pattern, reason in (
        (_STREET, Reason.STREET_AND_HOUSE),
        (_STREET_AFTER, Reason.STREET_AND_HOUSE),
        (_KYRGYZ, Reason.STREET_AND_HOUSE),
        (_KYRGYZ_HOUSE, Reason.STREET_AND_HOUSE),
        (_HOUSE_AND_FLAT, Reason.FLAT),
        (_FLAT_ALONE, Reason.FLAT),
        (_VILLAGE, Reason.VILLAGE_AND_HOUSE),
    ):
        for found in pattern.finditer(plain):
            yield _finding(reading, found, reason)
    for pattern in (_LIVES, _LIVES_BEFORE):
        for found in pattern.finditer(plain):
            yield _finding(reading, found, Reason.LIVES_AT, group="place")
    yield from _own_street(reading, known)


def _own_street(reading: Reading, known: Known) -> Iterator[Finding]:
    """The applicant's own street, with any ending and without its house."""
    stems = {
        folded[: max(_LONG_ENOUGH - 1, len(folded) - _NO_ENDING)]
        for part in re.findall(r"[^\W\d_]+", known.street)
        if len(folded := fold(part)) >= _LONG_ENOUGH
    }
    if not stems:
        return
    lengths = {len(stem) for stem in stems}
    for found in re.finditer(r"[^\W\d_]+", reading.plain):
        if any(found.group()[:length] in stems for length in lengths):
            yield _finding(reading, found, Reason.OF_REQUEST)


def _finding(reading: Reading, found: re.Match[str], reason: Reason, *, group: str | int = 0) -> Finding:
    first, last = found.span(group)
    if reason is not Reason.OF_REQUEST and (place := _PLACE.search(reading.plain, max(0, first - _PLACE_LONG), first)):
        first = place.start()
    start, end = reading.span(first, last)
    return Finding(Kind.ADDRESS, start, end, reading.text[start:end], reason)
