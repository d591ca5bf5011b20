"""What a demonstration remembers, so that an interrupted one can be taken up where it stood."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Kept:
    """The state of a demonstration; everything an office or the centre knows itself is asked there, not kept here."""

    seed: int
    requests: str
    count: int | None
    centre_port: int = 0
    is_enrolled: bool = False
    line_ports: list[int] = field(default_factory=list)
    shown: dict[str, dict[str, Any]] = field(default_factory=dict)
    refused: dict[str, dict[str, Any]] = field(default_factory=dict)
    by_widgets: list[str] = field(default_factory=list)
    kills: list[dict[str, Any]] = field(default_factory=list)
    twice: dict[str, Any] = field(default_factory=dict)
    answered: list[str] = field(default_factory=list)
    approved: list[str] = field(default_factory=list)
    writers: dict[str, str] = field(default_factory=dict)
    """Who wrote which approved answer, by its number: only a body's own people can open its case."""
    published: list[str] = field(default_factory=list)
    mail_port: int = 0
    portal: dict[str, Any] = field(default_factory=dict)
    """What citizens did on the portal, as `proving.demo.portal` remembers it."""

    meetings: list[str] = field(default_factory=list)
    """Meetings that were planned, by the hexadecimal digits of their names."""

    delivery: dict[str, int] = field(default_factory=dict)
    bytes_up: int = 0
    bytes_down: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    screenshots: list[str] = field(default_factory=list)


class Memory:
    """The kept state in a file, written whole at every stage; numbers that were shown go to a second file at once."""

    def __init__(self, folder: Path, kept: Kept) -> None:
        self._file = folder / "state.json"
        self._shown = folder / "shown.jsonl"
        self.kept = kept
        folder.mkdir(parents=True, exist_ok=True)

    @classmethod
    def of(cls, folder: Path) -> "Memory | None":
        """Take up what an interrupted demonstration left; None when there is nothing."""
        file = folder / "state.json"
        if not file.is_file():
            return None
        memory = cls(folder, Kept(**json.loads(file.read_text(encoding="utf-8"))))
        if memory._shown.is_file():
            for line in memory._shown.read_text(encoding="utf-8").splitlines():
                memory._take(json.loads(line))
        return memory

    def keep(self) -> None:
        """Write the state."""
        fresh = self._file.with_suffix(".new")
        fresh.write_text(json.dumps(asdict(self.kept)), encoding="utf-8")
        fresh.replace(self._file)

    def told(self, key: str, office: int, said: dict[str, Any]) -> None:
        """An office has shown a number, or a refusal, for a row of the file."""
        line = {"key": key, "office": office, **said}
        with self._shown.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        self._take(line)

    def _take(self, line: dict[str, Any]) -> None:
        if "refused" in line:
            self.kept.refused[line["key"]] = line
            return
        before = self.kept.shown.setdefault(line["key"], line)
        if before["number"] != line["number"]:
            before.setdefault("also", []).append(line["number"])
