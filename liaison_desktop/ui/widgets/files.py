"""Asks where a file lies or shall lie, in the person's words and wide enough for names, sizes and days."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QModelIndex, QPersistentModelIndex
from PySide6.QtWidgets import (
    QFileDialog,
    QFileSystemModel,
    QSplitter,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)
from typing_extensions import override

from liaison_desktop.ui import formats
from liaison_desktop.ui.theme.look import look

WIDE, HIGH = 860, 480
COLUMNS = (380, 110, 0, 180)
SIDE = 150
SIZE, KIND, CHANGED = 1, 2, 3
"""Columns of the list of files."""


class FileFacts(QStyledItemDelegate):
    """Says how large a file is and when it was changed as the rest of the program does; Qt's own way is English."""

    @override
    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        super().initStyleOption(option, index)
        said = self.said(index)
        if said:
            option.text = said

    def said(self, index: QModelIndex | QPersistentModelIndex) -> str:
        """The words of a place in the list, or nothing for what Qt says well."""
        model = index.model()
        if not isinstance(model, QFileSystemModel) or not isinstance(index, QModelIndex):
            return ""
        if index.column() == SIZE and not model.isDir(index):
            return formats.size(model.size(index))
        if index.column() == CHANGED:
            changed = model.lastModified(index).toSecsSinceEpoch()
            return formats.day_and_clock(datetime.fromtimestamp(changed, UTC))
        return ""


def file_dialog(parent: QWidget, title: str, place: str = "", filters: str = "") -> QFileDialog:
    """A dialog for one file, still closed."""
    dialog = QFileDialog(parent, title, place, filters)
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)  # the system's own speaks the system's language
    dialog.setViewMode(QFileDialog.ViewMode.Detail)
    dialog.resize(min(look.px(WIDE), parent.window().width() - 32), min(look.px(HIGH), parent.window().height() - 48))
    halves = dialog.findChild(QSplitter, "splitter")
    if halves is not None:
        halves.setSizes([look.px(SIDE), look.px(WIDE - SIDE)])
    tree = dialog.findChild(QTreeView, "treeView")
    if tree is not None:
        tree.setColumnHidden(KIND, True)  # the kinds of files are named by the system, in English
        facts = FileFacts(tree)
        for column in (SIZE, CHANGED):
            tree.setItemDelegateForColumn(column, facts)
        for place_of, width in enumerate(COLUMNS):
            tree.header().resizeSection(place_of, look.px(width))
    return dialog


def choose_files(parent: QWidget, title: str) -> list[str]:
    """Files that are there; none when the person turned back."""
    dialog = file_dialog(parent, title)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    return _asked(dialog)


def choose_file(parent: QWidget, title: str, filters: str) -> str:
    """One file that is there, or nothing."""
    dialog = file_dialog(parent, title, filters=filters)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    return next(iter(_asked(dialog)), "")


def choose_folder(parent: QWidget, title: str) -> str:
    """A folder that is there, or nothing."""
    dialog = file_dialog(parent, title)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    return next(iter(_asked(dialog)), "")


def choose_place(parent: QWidget, title: str, name: str, filters: str) -> str:
    """Where a new file shall lie, or nothing."""
    dialog = file_dialog(parent, title, name, filters)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    return next(iter(_asked(dialog)), "")


def _asked(dialog: QFileDialog) -> list[str]:
    try:
        return dialog.selectedFiles() if dialog.exec() else []
    finally:
        dialog.deleteLater()
