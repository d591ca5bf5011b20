"""Sums up a demonstration: the figures, and what of the promised is missing, by name."""

from collections import Counter
from typing import Any, Final

from proving.demo.meeting import LINES, SEATS
from proving.demo.meeting import TONES as WINDOWS_HEARD
from proving.demo.story import NAMES, Story
from server_sync.contract.numbers import PORTAL_CODE

Told = dict[str, Any]
WINDOWS: Final = len(WINDOWS_HEARD)
CAPTIONS: Final = sum(map(len, LINES))


def sum_up(story: Story) -> Told:
    """The figures of a whole demonstration."""
    kept, found = story.kept, story.found
    look = found["look"]
    here = [one for office in found["registered"] for one in office]
    shown = {one["number"] for one in kept.shown.values()}
    in_register = {one["number"] for one in look["appeals"]}
    numbers = [one["number"] for one in here]
    drafts = Counter(one["draft"] for one in here)
    offline = found["checked_by_qr"]
    valid_offline = [
        number
        for number, said in offline.items()
        if said.get("verdict") in ("SIGNED_NOT_YET_SEEN", "IN_LOG")
        and said["number"] == number
        and found["checked_by_number"][number].get("known")
    ]
    arrived = {one["number"] for one in found["answers"]}
    told = {one["number"] for one in look["appeals"] if one["told"]}
    registered = len(here)
    media: Told = {name: found[name] for name in ("media_server", "meeting", "portal") if name in found}
    return {
        **media,
        "requests": len(story.asked),
        "refused": [
            {"id": one["row"], "reason": ", ".join(_reason(problem) for problem in one["refused"])}
            for one in kept.refused.values()
        ],
        "registered": registered,
        "in_register": len(in_register & set(numbers)),
        "lost": len((shown | set(numbers)) - in_register),
        "duplicated": len(numbers) - len(kept.shown) + sum(n - 1 for n in drafts.values()),
        "numbers_distinct": len(set(numbers)),
        "number_gaps": sum(epoch["counter_gaps"] for epoch in look["epochs"]),
        "receipts_valid_offline": len(valid_offline),
        "receipts_valid_in_log": sum(verdict == "in_log" for verdict in found["verdicts"].values()),
        "answers_sent": len(kept.approved),
        "answers_arrived": len(arrived & set(kept.approved)),
        "applicants_told": len(told & set(kept.approved)),
        "published": kept.published,
        "by_widgets": len([key for key in kept.by_widgets if key in kept.shown]),
        "pressed_twice": kept.twice,
        "kills": len(kept.kills),
        "kills_told": kept.kills,
        "exchanges": sum(one["exchanges"] for one in found["spent"]),
        "exchanges_failed": sum(one["failed"] for one in found["spent"]),
        "bytes_up": sum(line.bytes_up for line in story.lines) + kept.bytes_up,
        "bytes_down": sum(line.bytes_down for line in story.lines) + kept.bytes_down,
        "bytes_per_request": round(sum(kept.delivery.values()) / max(1, registered), 1),
        "states": look["states"],
        "events": look["events"],
        "log_leaves": look["leaves"],
        "rebuilt": found["rebuilt"],
        "seed": kept.seed,
        "seconds": {**kept.seconds, "total": round(sum(kept.seconds.values()), 2)},
        "screenshots": kept.screenshots,
    }


def missing(story: Story, told: Told, *, by_widgets: int) -> list[str]:
    """What was promised and is not so; empty when all is well."""
    kept, look = story.kept, story.found["look"]
    registered = told["registered"]
    wanted: tuple[tuple[str, bool], ...] = (
        ("every row is registered or refused", registered + len(told["refused"]) == told["requests"]),
        ("every registered request is in the central register", told["in_register"] == registered),
        ("nothing is lost", told["lost"] == 0),
        ("nothing is there twice", told["duplicated"] == 0 and len(_of_offices(look)) == registered),
        ("no row was shown two numbers", not any("also" in one for one in kept.shown.values())),
        ("all numbers are distinct", told["numbers_distinct"] == registered),
        ("no number is skipped", told["number_gaps"] == 0),
        ("every receipt is valid at the other office without a line", told["receipts_valid_offline"] == registered),
        ("every receipt is valid against the public log", told["receipts_valid_in_log"] == registered),
        ("an officer answered some", told["answers_sent"] > 0 or not _could_answer(look)),
        ("every answer came back", told["answers_arrived"] == told["answers_sent"]),
        ("applicants were told", told["applicants_told"] == told["answers_sent"]),
        ("a summary is public", bool(told["published"]) or told["answers_sent"] == 0),
        ("one office was killed while registering, the other while exchanging", told["kills"] == 2 or registered < 8),
        ("nothing shown was missing after a kill", not any(one["missing_after"] for one in kept.kills)),
        ("F9 pressed twice registers once", kept.twice.get("same_number") is True and not kept.twice["registered"]),
        ("enough was typed by widgets", told["by_widgets"] >= min(by_widgets, registered - len(NAMES))),
        ("every chain is whole", all(_whole(chain) for chain in story.found["chains"])),
        ("the centre has every event once", look["events"] == look["hashes"] == look["leaves"] and not look["unread"]),
        ("every feed and epoch is gapless", all(one["is_gapless"] for one in (*look["feeds"], *look["epochs"]))),
        ("the rebuilt register is the stored one", "The register is what the events say." in told["rebuilt"]),
        ("everything was sealed", all(one["state"] == "SEALED" for some in story.found["registered"] for one in some)),
    )
    found = story.found
    parts = (*wanted, *_of_portal(found.get("portal")), *_of_meeting(found.get("meeting")))
    return [words for words, holds in parts if not holds]


def _of_offices(look: Told) -> list[Told]:
    """The requests that were registered at counters."""
    return [one for one in look["appeals"] if one["site"] != PORTAL_CODE]


def _of_portal(told: Told | None) -> tuple[tuple[str, bool], ...]:
    """What was promised of the citizens who wrote on the portal, where there was a mail server."""
    if told is None:
        return ()
    return (
        ("whoever wrote on the portal was confirmed", told["submitted"] == told["confirmed"]),
        ("every request of the portal is in the central register", told["in_register"] == told["confirmed"]),
        ("each writer got a code and a letter with the number", told["mails_sent"] >= 2 * told["confirmed"]),
        ("requests of the portal were answered", told["answered"] > 0 or told["confirmed"] == 0),
        ("every answer's file was fetched by its citizen", told["files_read"] == told["answered"]),
        ("every answer was rated", told["rated"] == told["answered"]),
        ("the body above decided every complaint", told["decided_above"] == told["complaints"]),
        ("a program read by Open311 what was published", told["read_by_programs"] >= told["asked_by_programs"]),
        ("what was published is in the open data at once", told["in_open_data"] == told["published"]),
    )


def _of_meeting(met: Told | None) -> tuple[tuple[str, bool], ...]:
    """What was promised of the meeting, where one was held."""
    if met is None:
        return ()
    return (
        (
            "every window saw all the others",
            all(len(seen) == WINDOWS - 1 for seen in met["frames_seen"]),
        ),
        ("every window heard others", all(met["tone_heard"])),
        (
            "every vote was counted once, also of the office that was killed",
            met["votes_cast"] == met["votes_counted"] == WINDOWS and met["votes"] == [WINDOWS - 1, 1, 0],
        ),
        ("the stage has twenty seats", met["seats"] == SEATS and met["refused_seats"] == ["stage_full"]),
        ("every caption was read in a window", met["captions"] == CAPTIONS),
        (
            "a decision of the desk stands at the office that carries it out",
            met["decisions_taken"] == met["decisions_arrived"] == 1,
        ),
        ("the meeting was broadcast", met["hls_segments"] > 0 and met["hls_seconds"] > 0),
        ("the meeting was recorded", met["record_bytes"] > 0),
        *_of_parts(met),
        *(() if "without_browser" in met else _of_browsers(met)),
    )


def _of_parts(met: Told) -> tuple[tuple[str, bool], ...]:
    """What was promised of papers, an interpreter, a closed meeting and a conversation."""
    papers, closed, spoken = met["papers"], met["closed"], met["conversation"]
    return (
        ("a paper was added, and read at an office with no line", papers["added"] == 1 and all(papers["read_offline"])),
        (
            "a page was shown to all, each office from its own copy",
            len(papers["shown"]) == WINDOWS - 1 and all(map(all, papers["shown"])),
        ),
        ("an interpreter was heard", met["interpreting"]["tone"] > 0),
        (
            "a closed meeting was held, and who had no key was refused",
            closed["frames"] > 0 and closed["refused"] == "keys_missing",
        ),
        (
            "a citizen's conversation was held, and its outcome read at the body",
            spoken is None or (spoken["state"] == "held" and spoken["outcome_read"]),
        ),
        (
            "whoever the citizen spoke with was seen",
            spoken is None or "without_browser" in met or (spoken["frames"] > 0 and spoken["sees"] == 1),
        ),
    )


def _of_browsers(met: Told) -> tuple[tuple[str, bool], ...]:
    """What was promised of those who come by a browser, where there is one."""
    guest, viewer, papers = met["guest"], met["viewer"], met["papers"]
    return (
        (
            "the page that was shown to all came to a guest and to a viewer",
            all(papers["guest"]) and all(papers["viewer"]),
        ),
        (
            "a guest who came by a link was seen and saw the others",
            guest["frames"] > 0 and all(guest["size"]) and guest["sees"] == WINDOWS,
        ),
        (
            "a viewer's browser played the broadcast and showed captions",
            viewer["played_s"] > 0 and all(viewer["size"]) and viewer["captions"] > 0,
        ),
    )


def _could_answer(look: Told) -> bool:
    return any(one["state"] in ("with_body", "answered") for one in look["appeals"])


def _whole(chain: Told) -> bool:
    return not chain["problems"] and all(epoch["is_gapless"] for epoch in chain["epochs"])


def _reason(problem: Told) -> str:
    return f"{problem['field']}: {problem['code']}" if problem["field"] else str(problem["code"])
