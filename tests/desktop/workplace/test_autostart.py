"""The system begins a hall's screen with its computer: what is written for it is right on both systems."""

import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from liaison_desktop.domain.errors import WorkplaceError
from liaison_desktop.workplace.autostart import (
    NAME,
    DesktopFile,
    RunKey,
    autostart_folder,
    desktop_entry,
    own_command,
    run_value,
)


@dataclass
class StandInRegistry:
    values: dict[str, str] = field(default_factory=dict)

    def put(self, name: str, value: str) -> None:
        self.values[name] = value

    def drop(self, name: str) -> None:
        self.values.pop(name, None)


def test_a_desktop_file_is_written_and_deleted(tmp_path: Path) -> None:
    system = DesktopFile(tmp_path / "autostart")
    system.turn_off()
    system.turn_on(("/opt/liaison/liaison", "--home", "/home/зал/liaison"))
    file = tmp_path / "autostart" / f"{NAME}.desktop"
    assert "Exec=/opt/liaison/liaison --home /home/зал/liaison\n" in file.read_text(encoding="utf-8")
    system.turn_off()
    assert not file.exists()


def test_what_has_a_meaning_in_a_desktop_file_is_quoted() -> None:
    entry = desktop_entry(("/opt/our program/run", "100%", 'say "$HOME"', "a\\b"))
    assert 'Exec="/opt/our program/run" 100%% "say \\\\"\\\\$HOME\\\\"" "a\\\\\\\\b"\n' in entry


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(WorkplaceError) as refused:
        DesktopFile(tmp_path / "file" / "autostart").turn_on(("run",))
    assert refused.value.code == "folder_not_writable"


def test_windows_run_key_is_written_and_deleted() -> None:
    registry = StandInRegistry()
    system = RunKey(registry)
    system.turn_on((r"C:\Program Files\Liaison\liaison.exe", "--home", "C:\\Дом зала\\"))
    assert registry.values == {NAME: '"C:\\Program Files\\Liaison\\liaison.exe" --home "C:\\Дом зала\\\\"'}
    system.turn_off()
    assert registry.values == {}


def test_the_folder_is_the_account_s_own_unless_the_system_names_another(tmp_path: Path) -> None:
    assert autostart_folder({}, tmp_path) == tmp_path / ".config" / "autostart"
    assert autostart_folder({"XDG_CONFIG_HOME": "/etc/own"}, tmp_path) == Path("/etc/own/autostart")
    assert autostart_folder({"XDG_CONFIG_HOME": "relative"}, tmp_path) == tmp_path / ".config" / "autostart"


def test_the_command_begins_this_very_program_from_any_folder(tmp_path: Path) -> None:
    command = own_command(tmp_path / "home")
    assert command[-2:] == ("--home", str(tmp_path / "home"))
    begun = subprocess.run([*command, "--help"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "liaison_desktop" in begun.stdout
    assert command[0] == sys.executable
    assert run_value(command).startswith(sys.executable)
