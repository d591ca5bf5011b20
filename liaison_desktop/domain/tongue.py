"""Tells whether a text is Kyrgyz or Russian, so that a wrong choice of its language is asked about; decides nothing."""

import re
from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_WORD: Final = re.compile(r"[^\W\d_]+")
_KYRGYZ_LETTERS: Final = re.compile("[ңөүҢӨҮ]")
_KYRGYZ: Final = _words(
    "жана менен үчүн учун бул эле эмес жок бар болот болгон керек сураныч суранам сурайм сураймын биз биздин мен "
    "менин алар алардын ошол дагы деп бир эки келет турат жатат айыл айылы айылдын көчө коло жолу эмне качан "
    "кийин чейин боюнча тууралуу ар бирок себеби кайра эч анын бери суу жардам "
    "бериңиз бериниз үч уч өтүнөм отуном"
)
_RUSSIAN: Final = _words(
    "и в на не что как по для от до из за к с у о об мы я он она они это этот нам нас мне меня его её или но уже "
    "еще ещё прошу просим нет есть был была было были который которые когда также без после нашей нашем наш "
    "улице области района села"
)
_KYRGYZ_ENDS: Final = (
    "нын", "нин", "нун", "дын", "дин", "дун", "тын", "тин", "тун", "лар", "лер", "лор", "дар", "дер", "тар", "тер",
    "быз", "биз", "ган", "ген", "гон", "кан", "кен", "кон", "бай", "бей", "пай", "йм", "йт", "йын", "дан", "ден",
    "тан", "тен", "дон", "нан", "нен", "луу", "туу",
)  # fmt: skip
_RUSSIAN_ENDS: Final = (
    "ого", "его", "ому", "ему", "ыми", "ими", "ами", "ями", "ах", "ях", "ость", "ости", "ение", "ения", "ние", "ния",
    "ть", "ться", "тся", "ется", "ают", "яют", "ует", "ый", "ий", "ая", "яя", "ое", "ые", "ие", "ой", "ей", "ую",
    "юю", "ла", "ли", "ло", "лся", "лась", "ем", "им",
)  # fmt: skip
WORDS_LEAST: Final = 4
"""Of fewer words nothing is said."""


def tongue_of(text: str) -> str:
    """``ky``, ``ru``, or nothing where the text is short or says nothing clear."""
    words = [word.lower() for word in _WORD.findall(text[:4000])]
    if len(words) < WORDS_LEAST:
        return ""
    kyrgyz = sum(_weight(word, _KYRGYZ, _KYRGYZ_ENDS) + bool(_KYRGYZ_LETTERS.search(word)) for word in words)
    russian = sum(_weight(word, _RUSSIAN, _RUSSIAN_ENDS) for word in words)
    if max(kyrgyz, russian) < 3:
        return ""
    if kyrgyz > 2 * russian:
        return "ky"
    return "ru" if russian > 2 * kyrgyz else ""


def _weight(word: str, known: frozenset[str], ends: tuple[str, ...]) -> float:
    if word in known:
        return 1.0
    return 0.6 if len(word) > 3 and word.endswith(ends) else 0.0
