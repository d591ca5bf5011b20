"""`./liaison torture`: rounds of drawn troubles at two offices and their centre; after each, the invariants.

`./liaison torture meetings`: every trouble of a meeting once, and what must hold after each.
`./liaison torture api`: all that programs may ask, allowed and forbidden, of a real centre.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from proving.demo.showing import Shown
from proving.torture.api import ApiTrial
from proving.torture.meeting import TROUBLES as OF_MEETINGS
from proving.torture.meeting import MeetingTrial
from proving.torture.refused import Refusals
from proving.torture.trial import TROUBLES, Trial
from proving.torture.typed import TypingTrial
from proving.world import ProgramFailed

ROUNDS: Final = 24
TYPING_ROUNDS: Final = 100
TYPING_S: Final = 3600.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the rounds, print what came of them; 0 when every promise was kept."""
    parser = argparse.ArgumentParser(prog="./liaison torture", description=__doc__)
    parser.add_argument(
        "what", nargs="?", choices=["meetings", "api"], help="a meeting's troubles, or the API, instead"
    )
    parser.add_argument("--rounds", type=int, metavar="N", help="how many (default: 24 troubles, 100 when typing)")
    parser.add_argument("--seconds", type=float, default=900, metavar="S", help="begin no round after so long")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="decides troubles and moments")
    known = {**TROUBLES, **OF_MEETINGS}
    parser.add_argument(
        "--only",
        nargs="*",
        choices=sorted(known),
        metavar="TROUBLE",
        help=f"{', '.join(TROUBLES)}; of meetings: {', '.join(OF_MEETINGS)}",
    )
    parser.add_argument("--small", action="store_true", help="meetings: four seats, and a cut of three seconds")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write what came of it there as well")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="leave everything in this folder to be looked at")
    parser.add_argument(
        "--refused", action="store_true", help="instead: every kind of event that must change nothing, by every author"
    )
    parser.add_argument(
        "--typing", action="store_true", help="instead: a window's program is killed while one types in it"
    )
    options = parser.parse_args(arguments)
    troubles = {"meetings": OF_MEETINGS, "api": {}}.get(options.what, TROUBLES)
    wrong = set(options.only or ()) - set(troubles)
    if wrong:
        parser.error(f"no trouble of this trial: {', '.join(sorted(wrong))}")
    shown = Shown()
    with tempfile.TemporaryDirectory(prefix="liaison-torture-") as temporary:
        folder = (options.keep or Path(temporary)).resolve()
        if options.what == "api":
            told = _api(folder, shown, options)
        elif options.what:
            told = _meetings(folder, shown, options)
        elif options.refused:
            told = _refused(folder, shown)
        elif options.typing:
            told = _typing(folder, shown, options)
        else:
            told = _rounds(folder, shown, options)
    text = json.dumps(told, ensure_ascii=False, indent=1)
    sys.stdout.write(text + "\n")
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(text + "\n", encoding="utf-8")
    for words in told["broken"]:
        sys.stderr.write(f"BROKEN: {words}\n")
    return 1 if told["broken"] else 0


def _rounds(folder: Path, shown: Shown, options: argparse.Namespace) -> dict[str, Any]:
    trial = Trial(folder, options.seed, shown, tuple(options.only or TROUBLES))

    def play() -> None:
        trial.prepare()
        trial.run(options.rounds or ROUNDS, options.seconds)
        trial.finish()

    return _played(trial, play, trial.promises.break_, shown)


def _meetings(folder: Path, shown: Shown, options: argparse.Namespace) -> dict[str, Any]:
    trial = MeetingTrial(folder, shown, tuple(options.only or OF_MEETINGS), is_small=options.small)
    return _played(trial, trial.run, trial.broken.append, shown)


def _api(folder: Path, shown: Shown, options: argparse.Namespace) -> dict[str, Any]:
    trial = ApiTrial(folder, options.seed, shown)
    return _played(trial, lambda: trial.run(options.rounds or ROUNDS, options.seconds), trial.broken.append, shown)


def _refused(folder: Path, shown: Shown) -> dict[str, Any]:
    trial = Refusals(folder, shown)
    return _played(trial, trial.run, trial.differed.append, shown)


def _typing(folder: Path, shown: Shown, options: argparse.Namespace) -> dict[str, Any]:
    trial = TypingTrial(folder, options.seed, shown)
    return _played(
        trial,
        lambda: trial.run(options.rounds or TYPING_ROUNDS, max(options.seconds, TYPING_S)),
        trial.promises.break_,
        shown,
    )


def _played(
    trial: Trial | Refusals | TypingTrial | MeetingTrial | ApiTrial,
    play: Callable[[], object],
    break_: Callable[[str], object],
    shown: Shown,
) -> dict[str, Any]:
    """Play a trial to its end, whatever comes, and tell what came of it; a program that failed has broken something."""
    try:
        play()
    except KeyboardInterrupt:
        shown.say("stopped")
    except ProgramFailed as failure:
        break_(f"a program failed: {failure}")
    finally:
        shown.end()
        trial.close()
    return trial.told()


if __name__ == "__main__":
    sys.exit(main())
