"""Lets the system start this program when its account signs in: a desktop file under Linux, a Run key under Windows.

What is written is pure; who writes it stands behind an interface, so that it can be tried on any system.
"""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Protocol

from liaison_desktop.domain.errors import WorkplaceError
from liaison_desktop.workplace.files import write_atomically

NAME: Final = "liaison-wall"
RUN: Final = r"Software\Microsoft\Windows\CurrentVersion\Run"
_RESERVED: Final = frozenset(" \t\n\"'\\><~|&;$*?#()`")
"""Characters for which the Desktop Entry Specification wants an argument in quotes."""
_ESCAPED: Final = frozenset('"`$\\')


class Autostart(Protocol):
    """Where the system is told what begins with it."""

    def turn_on(self, command: Sequence[str]) -> None:
        """Begin this command when the account signs in; raises WorkplaceError `folder_not_writable`."""

    def turn_off(self) -> None:
        """Begin it no more."""


class Registry(Protocol):
    """Texts by name under one key of Windows' registry; raises OSError."""

    def put(self, name: str, value: str) -> None:
        """Write one."""

    def drop(self, name: str) -> None:
        """Delete one; nothing happens where there is none."""


class DesktopFile:
    """XDG autostart: a file in a folder of the account."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / f"{NAME}.desktop"

    def turn_on(self, command: Sequence[str]) -> None:
        """Write the file."""
        try:
            write_atomically(self._path, desktop_entry(command).encode(), private=False)
        except OSError as failure:
            raise WorkplaceError("folder_not_writable", folder=str(self._path.parent)) from failure

    def turn_off(self) -> None:
        """Delete the file."""
        self._path.unlink(missing_ok=True)


class RunKey:
    """A value of the key from which Windows starts programs of an account."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def turn_on(self, command: Sequence[str]) -> None:
        """Write the value."""
        try:
            self._registry.put(NAME, run_value(command))
        except OSError as failure:
            raise WorkplaceError("folder_not_writable", folder=RUN) from failure

    def turn_off(self) -> None:
        """Delete the value."""
        self._registry.drop(NAME)


def desktop_entry(command: Sequence[str]) -> str:
    """The text of the desktop file that begins a command."""
    told = " ".join(_argument(one) for one in command).replace("\\", "\\\\")
    lines = ("[Desktop Entry]", "Type=Application", "Name=Liaison", f"Exec={told}", "Terminal=false")
    return "".join(f"{line}\n" for line in lines)


def run_value(command: Sequence[str]) -> str:
    """The command as one line, as programs of Windows take it apart."""
    return subprocess.list2cmdline(command)


def own_command(home: Path) -> tuple[str, ...]:
    """How this very program is begun for a home."""
    if getattr(sys, "frozen", False):
        return (sys.executable, "--home", str(home))
    root = str(Path(__file__).resolve().parents[2])
    begin = f"import os, runpy; os.chdir({root!r}); runpy.run_module('liaison_desktop', run_name='__main__')"
    return (sys.executable, "-c", begin, "--home", str(home))


def autostart_folder(surroundings: Mapping[str, str], user: Path) -> Path:
    """Where desktop files of an account lie that begin with it."""
    told = surroundings.get("XDG_CONFIG_HOME", "")
    return (Path(told) if told.startswith("/") else user / ".config") / "autostart"


def system_autostart() -> Autostart:
    """That of the computer the program runs on."""
    if sys.platform == "win32":
        return RunKey(_WindowsRegistry())
    return DesktopFile(autostart_folder(os.environ, Path.home()))


def _argument(told: str) -> str:
    told = told.replace("%", "%%")
    if not _RESERVED & set(told) and told:
        return told
    return '"' + "".join(f"\\{one}" if one in _ESCAPED else one for one in told) + '"'


if sys.platform == "win32":
    import contextlib
    import winreg

    class _WindowsRegistry:
        """The account's own part of the registry."""

        def put(self, name: str, value: str) -> None:
            """Write one."""
            with winreg.CreateKey(winreg.HKEY_CURRENT_USER, RUN) as key:
                winreg.SetValueEx(key, name, 0, winreg.REG_SZ, value)

        def drop(self, name: str) -> None:
            """Delete one."""
            with contextlib.suppress(FileNotFoundError), winreg.CreateKey(winreg.HKEY_CURRENT_USER, RUN) as key:
                winreg.DeleteValue(key, name)
