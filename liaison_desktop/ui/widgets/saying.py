"""Words that follow the language: a text is given as a function and said again when the language changes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot

from liaison_desktop.ui.theme.look import look

Say = Callable[[], str]
"""A text in the language of the moment, e.g. ``lambda: tr("Surname")``."""


class _Told(QObject):
    """Child of a widget that repeats one text of it in the new language; it dies with the widget."""

    def __init__(self, owner: QObject, put: Callable[[str], object], say: Say) -> None:
        super().__init__(owner)
        self.put = put
        self.say = say
        look.language_changed.connect(self.repeat)

    @Slot()
    def repeat(self) -> None:
        """Say the text again."""
        self.put(self.say())


def tell(owner: QObject, put: Callable[[str], object], say: Say) -> None:
    """Give ``say()`` to ``put`` now and after every change of language; a later text replaces it.

    What is repeated is noted at its owner: asked for its children, a widget wraps Qt's inner ones too, and keeps them.
    """
    key = getattr(put, "__name__", repr(put))
    of_owner: dict[str, _Told] = vars(owner).setdefault("_words_repeated", {})
    told = of_owner.get(key)
    if told is None:
        told = of_owner[key] = _Told(owner, put, say)
    told.put, told.say = put, say
    told.repeat()


def nothing() -> str:
    """No words."""
    return ""


def fixed(text: str) -> Say:
    """Words that are the same in every language: a name, a number, what somebody typed."""
    return lambda: text
