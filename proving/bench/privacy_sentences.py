"""Sentences in Kyrgyz and Russian with what in them points to a person, marked: read from files and drawn by a seed.

Nobody in them is real: names are common ones put together by chance, PINs end in 99 and three digits, telephones and
cards are drawn. A mark reads `{name|Асанов Бакыт}`. What was held out while the rules were written has other names and
other frames than what was looked at.
"""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SAMPLES: Final = Path(__file__).resolve().parent.parent / "samples" / "privacy"
SEED: Final = 20261130
_MARK: Final = re.compile(r"\{(\w+)\|([^}]*)\}")
_SLOT: Final = re.compile(r"<(\w+)>")


@dataclass(frozen=True, slots=True)
class Label:
    """What a person would mark: its kind (`official` is an official's name) and where it stands."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Labelled:
    """A sentence with its labels."""

    text: str
    labels: tuple[Label, ...]

    @classmethod
    def of(cls, marked: str) -> "Labelled":
        """Read the marks of a line."""
        text, labels, place = "", [], 0
        for found in _MARK.finditer(marked):
            text += marked[place : found.start()]
            labels.append(Label(found[1], len(text), len(text) + len(found[2])))
            text += found[2]
            place = found.end()
        return cls(text + marked[place:], tuple(labels))


def by_hand(name: str) -> list[Labelled]:
    """The sentences of a file."""
    lines = (SAMPLES / name).read_text(encoding="utf-8").splitlines()
    return [Labelled.of(line) for line in lines if line.strip()]


@dataclass(frozen=True, slots=True)
class _Drawing:
    """Words and frames that sentences are drawn from."""

    surnames: tuple[str, ...]
    men: tuple[str, ...]
    women: tuple[str, ...]
    streets: tuple[str, ...]
    villages: tuple[str, ...]
    frames: tuple[str, ...]


def _words(text: str) -> tuple[str, ...]:
    """The words of a text, or what stands between its commas."""
    return tuple(word.strip() for word in (text.split(",") if "," in text else text.split()))


_SEEN: Final = _Drawing(
    surnames=_words("Асанов Токтогулов Сыдыков Мамбетов Иванов Смирнов Осмонов Бекболотов Жумабеков Кадыров"),
    men=_words("Бакыт Нурлан Эрмек Талант Сергей Данияр Жаныбек Улан Виктор Азамат"),
    women=_words("Айгүл Гүлнара Нуриза Елена Жылдыз Динара Бермет Анара Наталья Чынара"),
    streets=_words("Токтогул, Ленин, Жибек Жолу, Абдрахманов, Киев"),
    villages=_words("Ак-Суу Тамчы Кызыл-Туу Жаңы-Жер Арашан"),
    frames=(
        "Мен, <fio>, ушул арызды жазып жатам.",
        "Арыз ээси {name|<surname> <man>} жооп ала элек.",
        "Кошунам {name|<woman>} күбө болот.",
        "{name|<man> уулу <man>} жер талашып жатат.",
        "{name|<man> кызы <woman>} окууга тапшырган.",
        "Телефон номерим {phone|<phone>}.",
        "Мага {phone|<phone>} аркылуу чалыңыздар.",
        "Менин ПИНим {pin|<pin>}.",
        "Почтам {email|<email>} болот.",
        "{address|<street> көчөсү, <house>-үй, <flat>-батир} менин дарегим.",
        "{address|<village> айылы, <house>-үй} турабыз.",
        "Паспортум {document|<document>}.",
        "Я, {name|<surname> <man>}, прошу пересчитать пенсию.",
        "{name|<initials> <surname>} не явился на комиссию.",
        "Проживаю: {address|ул. <street>, д. <house>, кв. <flat>}.",
        "Звоните мне: {phone|<phone>}, почта {email|<email>}.",
        "Мой ИНН {pin|<pin>}, паспорт {document|<document>}.",
        "Заявление от {name|<surname>а <man>а} не нашли.",
        "Аким {official|<surname>} жооп берген жок.",
        "<village> айылында <house> чакырым жол бузулган.",
        "<street> көчөсүндө жарык жок, <house> күн болду.",
        "Улица <street> не освещается уже <house> дней.",
        "№ <house> мектептин чатыры агат.",
        "Бюджеттен <house> 000 000 сом бөлүнгөн.",
        "Күнү <house>.10.2026, саат 14:30.",
    ),
)
_HELD_OUT: Final = _Drawing(
    surnames=_words(
        "Чороев Байгазиев Кенжебаев Абдраев Төрөкулов Шаршеналиев Молдалиев Ниязов Кузнецов Захаров Бөкөнбаев "
        "Сарыбагышев Эргешов Матисаков Оторбаев Дыйканов Бапаев Соколов Жээналиев Усубалиев Алыкулов Нарматов "
    ),
    men=_words(
        "Кайыпназар Нурсултан Бекзат Айдар Эламан Павел Андрей Туратбек Сыймык Жоомарт Акылбек Замирбек "
        "Тологон Илья Курстан Жолдошбек Орозбек Эдил Ырысбай Артём "
    ),
    women=_words(
        "Бурул Айсулуу Касиет Зыйнат Оксана Светлана Гүлзат Назира Керимкан Перизат Асель Жамийла Ширин "
        "Мадина Татьяна Сапаркан Уулкан Нурзат Элнура Айтолкун "
    ),
    streets=_words("Ахунбаев Исанов Жукеев-Пудовкин Горький Баялинов Тыныстанов Эркиндик Ала-Тоо Гагарин"),
    villages=_words("Кочкор-Ата Темир-Канат Байтик Ивановка Жаны-Алыш Кароол-Дөбө Сары-Булак Пригородное"),
    frames=(
        "Биздин үй-бүлөдө {name|<woman>} гана иштейт.",
        "Жубайым {name|<surname> <man>} мигрант болуп кеткен.",
        "{name|<woman> <surname>а} айтып кетти, суу келбейт экен.",
        "Окуучу {name|<man>} мектепке барбай калды.",
        "{name|<surname>а <woman>}га пособие төлөнбөй жатат.",
        "Күбөнүн аты-жөнү: {name|<surname> <initials>}",
        "{name|<man> уулу <man>}тын жерине тиешеси жок.",
        "Бул ишти {name|<woman> <man> кызы} билет.",
        "{name|<surname>го <man>га} акча берилген.",
        "Брат {name|<man>} и я остались без дома.",
        "Пострадавшая {name|<surname>а <woman>} находится в больнице.",
        "Деньги получила {name|<woman>}, это подтвердят соседи.",
        "Обратились к {name|<surname>у <initials>}, он отказал.",
        "Свидетели: {name|<initials> <surname>}, {name|<surname>а <woman>}.",
        "{name|<low_surname> <low_man>} деген киши алып кетти",
        "Сурасаңыздар {phone|<phone>} телефонун алам.",
        "Суранам, {phone|<phone>} номерине кабар бериңиздер.",
        "С ним можно связаться: {phone|<phone>}.",
        "Телефон дочери {phone|<phone>} не отвечает.",
        "Жазышуу үчүн дарек: {email|<email>}",
        "Скан отправила с {email|<email>} ещё весной.",
        "Идентификациялык номер {pin|<pin>} туура эмес жазылган.",
        "В справке указан персональный номер {pin|<pin>}.",
        "Справка выдана по паспорту {document|<document>}.",
        "Үйүмдүн дареги {address|<street> көчөсү <house>} болчу.",
        "Мы снимаем жильё по {address|улице <street>а, дом <house>, квартира <flat>}.",
        "Затопило {address|<street>а ул. <house>, кв. <flat>}, вода стоит неделю.",
        "{address|<village> айылынын <house>-үйү}нө жарык берилбейт.",
        "Начальник {official|<surname>} на приёме накричал.",
        "Депутат {official|<initials> <surname>} убада берген.",
        "<street> көчөсү <house> жылдан бери оңдолгон эмес.",
        "В селе <village> закрыли фельдшерский пункт, <house> семей без врача.",
        "<village> айылынын тургундары <house> жолу кайрылган.",
        "По улице <street>а нет тротуара, прошло <house> лет.",
        "Комиссия <house> сентября составила акт № <house>.",
        "Согласно постановлению № <house>/2024 выплаты положены.",
        "Жыйынга <house> киши катышып, <house> добуш берилди.",
        "Выделено <house> 500 000 сомов, куда ушли деньги?",
        "<house>-мектептин спорт залы авариялык абалда.",
        "Мыйзамдын <house>-беренесинде так жазылган.",
    ),
)
SETS: Final = {"seen": _SEEN, "held_out": _HELD_OUT}


def drawn(which: str, count: int, seed: int = SEED) -> list[Labelled]:
    """So many sentences; each frame comes equally often."""
    chance, words = random.Random(f"{seed}-{which}"), SETS[which]
    return [Labelled.of(_filled(words.frames[n % len(words.frames)], words, chance)) for n in range(count)]


def _filled(frame: str, words: _Drawing, chance: random.Random) -> str:
    return _SLOT.sub(lambda found: _drawn(found[1], words, chance), frame)


def _drawn(slot: str, words: _Drawing, chance: random.Random) -> str:
    match slot:
        case "fio":
            surname, man = chance.choice(words.surnames), chance.choice(words.men)
            return f"{{name|{surname} {man} {chance.choice(words.surnames)[:-2]}ович}}"
        case "surname":
            return chance.choice(words.surnames)
        case "man":
            return chance.choice(words.men)
        case "woman":
            return chance.choice(words.women)
        case "low_surname":
            return chance.choice(words.surnames).lower()
        case "low_man":
            return chance.choice(words.men).lower()
        case "initials":
            first, second = chance.choices("АБДЖЗКМНОСТЭ", k=2)
            return chance.choice((f"{first}.{second}.", f"{first}. {second}.", f"{first}."))
        case "street":
            return chance.choice(words.streets)
        case "village":
            return chance.choice(words.villages)
        case "house" | "flat":
            return str(chance.randint(2, 28))
        case "phone":
            return _phone(chance)
        case "pin":
            return _pin(chance)
        case "email":
            return _email(chance)
        case "document":
            return f"{chance.choice(('ID', 'AN', 'АН'))}{chance.choice(('', ' '))}{chance.randint(0, 9999999):07}"
        case _:
            raise ValueError(slot)


def _phone(chance: random.Random) -> str:
    code, digits = chance.choice(("555", "700", "770", "508", "990", "227")), f"{chance.randint(0, 999999):06}"
    first, second = digits[:3], digits[3:]
    return chance.choice(
        (
            f"0{code}{digits}",
            f"0{code} {first} {second}",
            f"0 ({code}) {digits[:2]}-{digits[2:4]}-{digits[4:]}",
            f"+996 {code} {first} {second}",
            f"+996{code}{digits}",
            f"996-{code}-{first}-{second}",
            f"0{code}.{digits[:2]}.{digits[2:4]}.{digits[4:]}",
            f"0{code}\u2013{first}\u2013{second}",
            f"+7 9{code[:2]} {first} {second[:2]} {second[2]}{chance.randint(0, 9)}",
            f"+49 30 {digits}{chance.randint(10, 99)}",
        )
    )


def _pin(chance: random.Random) -> str:
    sex, day, month = chance.choice("12"), chance.randint(1, 28), chance.randint(1, 12)
    year, end = chance.randint(1935, 2010), f"99{chance.randint(0, 999):03}"
    return chance.choice(
        (
            f"{sex}{day:02}{month:02}{year}{end}",
            f"{sex} {day:02}{month:02}{year} {end}",
            f"{sex}-{day:02}-{month:02}-{year}-{end}",
            f"{sex}{day:02}{month:02} {year} {end}",
            f"{sex}.{day:02}.{month:02}.{year}.{end}",
        )
    )


def _email(chance: random.Random) -> str:
    name = chance.choice(("aibek", "nur.jan", "gulnara_77", "svetik", "t-kanat", "osh2010")) + str(
        chance.randint(1, 99)
    )
    host, last = chance.choice(("mail", "gmail", "yandex", "inbox")), chance.choice(("ru", "com", "kg"))
    return chance.choice(
        (
            f"{name}@{host}.{last}",
            f"{name}@{host}.{last}",
            f"{name} собака {host} точка {last}",
            f"{name}(a){host}.{last}",
            f"{name} [at] {host}.{last}",
        )
    )


def sentences(which: str) -> Iterator[Labelled]:
    """All of a part: written by hand and drawn."""
    yield from by_hand(f"{which}.txt")
    yield from drawn(which, 250)


def as_one(found: Sequence[Labelled]) -> str:
    """The sentences as one text."""
    return "\n".join(one.text for one in found)
