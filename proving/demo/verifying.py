"""Checks receipts as a third party does: with the public answers of the log and docs/verify_receipt.py alone."""

import argparse
import importlib.util
import json
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from proving.world import REPOSITORY, ProgramFailed

SCRIPT: Final = REPOSITORY / "docs" / "verify_receipt.py"
AS_A_PROGRAM: Final = 3
"""So many receipts are checked by running the script as anybody would; the rest by its function, which is the same."""


def fetch(address: str) -> bytes:
    """What a public address answers."""
    with urllib.request.urlopen(address, timeout=60) as answer:  # noqa: S310 (our own server on loopback)
        content: bytes = answer.read()
        return content


def fetch_log(address: str, folder: Path, events: Sequence[tuple[str, str]], report: Callable[[int], object]) -> None:
    """Lay down keys, the newest checkpoint, and for every (number, event hash) its proof of inclusion in it."""
    proofs = folder / "proofs"
    proofs.mkdir(parents=True, exist_ok=True)
    (folder / "keys.json").write_bytes(fetch(f"{address}/log/keys"))
    checkpoint = fetch(f"{address}/log/checkpoint")
    (folder / "checkpoint.txt").write_bytes(checkpoint)
    size = int(checkpoint.decode().splitlines()[1])

    def one(event: tuple[str, str]) -> None:
        number, event_hash = event
        try:
            proof = fetch(f"{address}/log/proof/inclusion?hash={event_hash}&size={size}")
        except OSError:
            return
        (proofs / f"{number}.json").write_bytes(proof)

    with ThreadPoolExecutor(2) as pool:
        for done, _ in enumerate(pool.map(one, events), 1):
            report(done)


def verify_all(out: Path, numbers: Sequence[str], report: Callable[[int], object]) -> dict[str, str]:
    """The script's verdict for each receipt with its proof, and why when it is not good."""
    script = _script()
    verdicts: dict[str, str] = {}
    for place, number in enumerate(numbers):
        if place < AS_A_PROGRAM:
            verdicts[number] = _run(out, number)
        else:
            verdicts[number] = _call(script, out, number)
        report(place + 1)
    return verdicts


def arguments(out: Path, number: str) -> list[str]:
    """How the script is called for one receipt."""
    return [
        "--keys", str(out / "log" / "keys.json"),
        "--proof", str(out / "log" / "proofs" / f"{number}.json"),
        "--checkpoint", str(out / "log" / "checkpoint.txt"),
        str(out / "receipts" / f"{number}.qr.txt"),
    ]  # fmt: skip


def _run(out: Path, number: str) -> str:
    done = subprocess.run(
        [sys.executable, "-I", str(SCRIPT), *arguments(out, number)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    told = dict(line.partition(": ")[::2] for line in done.stdout.splitlines())
    return _verdict(told, number) if told else done.stderr


def _call(script: ModuleType, out: Path, number: str) -> str:
    _, keys, _, proof, _, checkpoint, receipt = arguments(out, number)
    asked = argparse.Namespace(keys=keys, proof=proof, checkpoint=checkpoint, receipt=receipt)
    return _verdict(script.check(asked), number)


def _verdict(told: Mapping[str, object], number: str) -> str:
    if told["outcome"] == "good" and told["number"] != number:
        return "another number"
    return " ".join(str(told[name]) for name in ("verdict", "reason") if name in told)


def _script() -> ModuleType:
    described = importlib.util.spec_from_file_location("verify_receipt", SCRIPT)
    if described is None or described.loader is None:
        raise ProgramFailed(f"{SCRIPT} is missing")
    script = importlib.util.module_from_spec(described)
    described.loader.exec_module(script)
    return script


def told_of(file: Path) -> Any:
    """A public answer that was laid down."""
    return json.loads(file.read_text(encoding="utf-8"))
