"""What a key is called in the language spoken: whoever reads Cyrillic is told both letters that stand on it.

М and M, Р and P, С and C look the same and are different keys; the pair of both letters is one key alone.
"""

from typing import Final

from liaison_desktop.workplace.words import current

ON_THE_SAME_KEY: Final = dict(zip("QWERTYUIOPASDFGHJKLZXCVBNM", "ЙЦУКЕНГШЩЗФЫВАПРОЛДЯЧСМИТЬ", strict=True))
"""Of each Latin letter the one that the Kyrgyz and the Russian keyboard have on the same key."""
ALT: Final = "Alt+"


def named(key: str) -> str:
    """Name a key, or several parted by commas, e.g. ``M/Ь`` or ``Alt+L/Д``; keys without a letter have one name."""
    if current() == "en":
        return key
    return ", ".join(_named(one) for one in key.split(", "))


def _named(key: str) -> str:
    other = ON_THE_SAME_KEY.get(key.removeprefix(ALT))
    return f"{key}/{other}" if other else key


def on_both_keyboards(key: str) -> tuple[str, ...]:
    """The same key as a Latin and as a Cyrillic keyboard types it."""
    letter = key.removeprefix(ALT)
    other = ON_THE_SAME_KEY.get(letter)
    return (key,) if other is None else (key, key.removesuffix(letter) + other)
