"""`python -m proving.demo`: the whole story, with a screen as two windows, or by itself with --headless."""

import argparse
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from proving.asked import SAMPLES
from proving.demo.showing import Shown
from proving.demo.story import Story, Wish
from proving.demo.summing import missing, sum_up
from proving.demo.telling import tell_story
from proving.demo.windows import has_screen, show_windows
from proving.lessons.counting import count_guides, count_made, have_lessons
from proving.world import REPOSITORY, ProgramFailed
from server_sync.contract.guides import FOLDER

TYPED_LEAST = 10


def main() -> int:
    """Read what is wished and do it; 0 when everything promised is there, 1 when something is missing."""
    options = _options()
    signal.signal(signal.SIGTERM, _interrupt)
    wish = Wish(
        requests=options.requests.resolve(),
        count=options.count,
        seed=options.seed,
        out=options.out.resolve(),
        resume=options.resume,
        windows=not options.without_widgets,
    )
    if not wish.requests.is_file():
        sys.stderr.write(f"There is no file {wish.requests}.\n")
        return 2
    if options.headless:
        return _tell(wish, options.json, has_lessons=options.lessons)
    if has_screen():
        return show_windows(wish, Shown())
    sys.stderr.write("There is no screen here (neither DISPLAY nor WAYLAND_DISPLAY is set): running headless.\n")
    return _tell(wish, options.json)


def _tell(wish: Wish, json_file: Path | None, *, has_lessons: bool = False) -> int:
    shown = Shown()
    story = Story(wish, shown)
    told: dict[str, Any] = {}
    lacking: list[str] = []
    try:
        story.run()
        lessons = story.centre.home / FOLDER
        if has_lessons:
            have_lessons(lessons)
        told = {**sum_up(story), "guides": count_guides(), "videos": count_made(lessons)}
        if "portal" in told:
            told["portal"] |= {name: told[name] for name in ("guides", "videos")}
        lacking = missing(story, told, by_widgets=TYPED_LEAST if wish.windows else 0)
        told["missing"] = lacking
        tell_story(wish.out, told, story.found["receipts"], story.found["verdicts"], story.centre.address)
    except KeyboardInterrupt:
        shown.say("stopped; --resume goes on from here")
        return 130
    except ProgramFailed as failure:
        lacking = [str(failure)]
    finally:
        shown.end()
        story.close()
    told["missing"] = lacking
    text = json.dumps(told, ensure_ascii=False, indent=1)
    if json_file is not None:
        json_file.parent.mkdir(parents=True, exist_ok=True)
        json_file.write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(text + "\n")
    for words in lacking:
        sys.stderr.write(f"MISSING: {words}\n")
    return 1 if lacking else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./liaison demo", description=__doc__)
    parser.add_argument("--headless", action="store_true", help="run the story by itself, without windows on a screen")
    parser.add_argument("--requests", type=Path, default=SAMPLES, metavar="FILE", help="requests, one JSON a line")
    parser.add_argument("--count", type=int, default=None, metavar="N", help="only the first N of them")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="decides when programs are killed")
    parser.add_argument("--json", type=Path, default=None, metavar="FILE", help="also write the figures to a file")
    parser.add_argument("--out", type=Path, default=REPOSITORY / "out", metavar="DIR", help="where all of it goes")
    parser.add_argument("--resume", action="store_true", help="go on with what an interrupted demonstration left")
    parser.add_argument(
        "--lessons", action="store_true", help="with --headless: make the video lessons too, in some minutes"
    )
    parser.add_argument("--without-widgets", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def _interrupt(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGINT)


if __name__ == "__main__":
    sys.exit(main())
