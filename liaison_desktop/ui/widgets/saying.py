"""Words that follow the language: a text is given as a function and said again when the language changes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot

from liaison_desktop.ui.theme.look import look

Say = Callable[[], str]
"""A text in the language of the moment, e.g. ``lambda: tr("Surname")``."""


class _Told(QObject):
    """Child of a widget that repeats one text of it in the new language; it dies with the widget."""

    def __init__(self, owner: QObject, key: str, put: Callable[[str], object], say: Say) -> None:
        super().__init__(owner)
        self.key = key
        self.put = put
        self.say = say
        look.language_changed.connect(self.repeat)

    @Slot()
    def repeat(self) -> None:
        """Say the text again."""
        self.put(self.say())


def tell(owner: QObject, put: Callable[[str], object], say: Say) -> None:
    """Give ``say()`` to ``put`` now and after every change of language; a later text replaces it."""
    key = getattr(put, "__name__", repr(put))
    for child in owner.children():
        if isinstance(child, _Told) and child.key == key:
            child.put, child.say = put, say
            child.repeat()
            return
    _Told(owner, key, put, say).repeat()


def nothing() -> str:
    """No words."""
    return ""


def fixed(text: str) -> Say:
    """Words that are the same in every language: a name, a number, what somebody typed."""
    return lambda: text
