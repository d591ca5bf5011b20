"""Where this workplace keeps its files: everything under one `--home DIR`."""

import contextlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from liaison_desktop.domain.errors import DiskFull, WorkplaceError
from liaison_desktop.workplace.files import is_disk_full, make_private_folder


def default_home() -> Path:
    """The folder of a program that was started without `--home`."""
    from platformdirs import user_data_path

    return user_data_path("liaison", appauthor=False)


@dataclass(frozen=True, slots=True)
class Home:
    """The folder and what lies in it."""

    folder: Path

    @classmethod
    def at(cls, folder: Path) -> "Home":
        """Take a folder as home, making it if need be; raises DiskFull, WorkplaceError `folder_not_writable`."""
        home = cls(folder.resolve())
        try:
            for one in (home.folder, home.store.parent, home.blobs, home.mark):
                make_private_folder(one)
        except OSError as failure:
            if is_disk_full(failure):
                raise DiskFull("disk_full") from failure
            raise WorkplaceError("folder_not_writable", folder=str(home.folder)) from failure
        return home

    @property
    def description(self) -> Path:
        """`workplace.json`, readable before sign-in."""
        return self.folder / "workplace.json"

    @property
    def lock(self) -> Path:
        """Held while a program works here."""
        return self.folder / "lock"

    @property
    def store(self) -> Path:
        """The encrypted database."""
        return self.folder / "store" / "liaison.db"

    @property
    def blobs(self) -> Path:
        """Attachments of 64 kB and more, as ciphertext."""
        return self.folder / "blobs"

    @property
    def wall_key(self) -> Path:
        """Lies here while a hall's big screen begins by itself: what opens its store, in which no citizen is."""
        return self.folder / "wall.key"

    @property
    def mark(self) -> Path:
        """The second folder, where the high-water mark is mirrored."""
        return self.folder / "mark"

    @property
    def place(self) -> Path:
        """A file that is made once and never touched: a copy of the folder has another one in its place."""
        return self.folder / "place"

    @property
    def logs(self) -> Path:
        """The program's own log; no citizen's words."""
        return self.folder / "logs"

    @property
    def running(self) -> Path:
        """Lies here from start to clean end."""
        return self.folder / "running"

    def begin_run(self) -> bool:
        """Note that a program has started; True when the one before did not end cleanly.

        A full disk takes the file without its words, or not even that: nothing is numbered on it either.
        """
        was_unclean = self.running.exists()
        with contextlib.suppress(OSError):
            self.running.write_text(f"{os.getpid()} {secrets.token_hex(4)}\n", encoding="ascii")
        return was_unclean

    def end_run(self) -> None:
        """Note that the program ended cleanly."""
        self.running.unlink(missing_ok=True)
