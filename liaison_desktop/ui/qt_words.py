"""The words of Qt's own dialogs and menus (files, printing, cut and paste) in the person's language.

The system's own dialogs speak the system's language, which is seldom Kyrgyz; so Qt's are used, with these words. What
is not translated here is said in Russian, which Qt brings along, also to whoever works in Kyrgyz: it is the other
official language.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication, QLibraryInfo, Qt, QTranslator
from typing_extensions import override

from liaison_desktop.workplace.words import current, tr


def N_(msgid: str) -> str:
    """Mark a text of Qt for the translators."""
    return msgid


WORDS: Final = frozenset(
    {
        N_("Look in:"),
        N_("Directory:"),
        N_("File name:"),
        N_("Files of type:"),
        N_("Open"),
        N_("Save"),
        N_("Save As"),
        N_("Choose"),
        N_("Cancel"),
        N_("Yes"),
        N_("No"),
        N_("OK"),
        N_("All Files (*)"),
        N_("All files (*)"),
        N_("Name"),
        N_("Size"),
        N_("Type"),
        N_("Kind"),
        N_("Date Modified"),
        N_("Computer"),
        N_("My Computer"),
        N_("Folder"),
        N_("File"),
        N_("%1 File"),
        N_("Back"),
        N_("Forward"),
        N_("Parent Directory"),
        N_("Create New Folder"),
        N_("List View"),
        N_("Detail View"),
        N_("New Folder"),
        N_("Rename"),
        N_("Show hidden files"),
        N_("Remove"),
        N_("%1 already exists.\nDo you want to replace it?"),
        N_("%1\nFile not found.\nPlease verify the correct file name was given."),
        N_("%1\nDirectory not found.\nPlease verify the correct directory name was given."),
        N_("%1 bytes"),
        N_("%1 byte(s)"),
        N_("Undo"),
        N_("Redo"),
        N_("Cut"),
        N_("Copy"),
        N_("Paste"),
        N_("Delete"),
        N_("Select All"),
    }
)


class QtWords(QTranslator):
    """Answers Qt whenever it draws a word of its own; the language is asked for each time."""

    def __init__(self) -> None:
        super().__init__()
        self._russian = QTranslator()
        self._russian.load("qtbase_ru", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))

    @override
    def isEmpty(self) -> bool:
        return False

    @override
    def translate(self, context: str, source: str, disambiguation: str | None = None, n: int = -1) -> str:
        if current() == "en":
            return source
        plain = source.replace("&", "")  # the keys of this program are others
        return tr(plain) if plain in WORDS else self._russian.translate(context, source, disambiguation, n) or source


_spoken: list[QtWords] = []


def speak_for_qt() -> None:
    """Let Qt speak as the program does, from now on."""
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    if not _spoken:
        _spoken.append(QtWords())
    QCoreApplication.installTranslator(_spoken[0])
