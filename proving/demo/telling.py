"""Tells a demonstration as one page: what happened, with its pictures, the receipts, and how anybody checks them."""

import json
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Any, Final

from proving.demo.pages import LANGUAGES

Told = dict[str, Any]

STYLE: Final = """
:root{color-scheme:light dark;--canvas:#F4F5F3;--surface:#FFFFFF;--line:#D3D8D4;--text:#16211C;--muted:#55615B;
--primary:#0F5C5A;--tint:#E3F0EE;--link:#0B5B8A;--good:#1B6E47;--good-tint:#E4F3EA;--bad:#A8201A;--bad-tint:#FBE6E4}
@media(prefers-color-scheme:dark){:root{--canvas:#111917;--surface:#1A2421;--line:#33423D;--text:#E7EEEA;
--muted:#A6B5AE;--primary:#6FC7BD;--tint:#1E3835;--link:#7CC0EA;--good:#73CFA0;--good-tint:#17352A;--bad:#F58B83;
--bad-tint:#421E1C}}
*{box-sizing:border-box}body{margin:0;background:var(--canvas);color:var(--text);
font:17px/1.55 system-ui,"Segoe UI","Noto Sans","DejaVu Sans",sans-serif}
header{background:#12312F;color:#DCE9E6;padding:32px 24px}header div,main{max-width:1120px;margin:0 auto}
main{padding:0 24px 64px}h1{font-size:30px;margin:0 0 8px;font-weight:600}
h2{font-size:22px;font-weight:600;margin:48px 0 8px}
p{max-width:72ch;margin:8px 0}.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(165px,1fr));gap:12px;
margin:24px 0}.figure{background:var(--surface);border:1px solid var(--line);border-radius:10px;padding:12px 16px}
.figure b{display:block;font-size:28px;font-weight:600;font-variant-numeric:tabular-nums}
.figure span{color:var(--muted);font-size:15px}
.choice{position:sticky;top:0;background:var(--canvas);padding:12px 0;
border-bottom:1px solid var(--line);z-index:1;display:flex;gap:24px;flex-wrap:wrap}
.choice label{margin-right:12px}figure{margin:16px 0}
figure img{width:100%;height:auto;border:1px solid var(--line);border-radius:10px;display:block}
figure img[src*="phone"]{max-width:360px}figure img{max-height:640px;object-fit:cover;object-position:top}
figcaption{color:var(--muted);font-size:15px;margin-top:4px}.two{display:grid;
grid-template-columns:repeat(auto-fit,minmax(420px,1fr));gap:16px}.scroll{max-height:480px;overflow:auto;
border:1px solid var(--line);border-radius:10px;background:var(--surface)}table{border-collapse:collapse;width:100%;
font-size:15px}th,td{text-align:left;padding:6px 12px;border-bottom:1px solid var(--line);white-space:nowrap}
th{position:sticky;top:0;background:var(--surface)}td{font-variant-numeric:tabular-nums}a{color:var(--link)}
pre{background:var(--surface);border:1px solid var(--line);border-radius:10px;padding:12px 16px;overflow:auto;
font-size:14px}.note{border-radius:10px;padding:12px 16px;margin:16px 0}.good{background:var(--good-tint);
color:var(--good)}.bad{background:var(--bad-tint);color:var(--bad)}
"""

SCRIPT: Final = """
const chosen={language:"ky",theme:"light"};
for(const input of document.querySelectorAll(".choice input"))input.addEventListener("change",()=>{
chosen[input.name]=input.value;for(const picture of document.querySelectorAll("img[data-screen]"))
picture.src=`screens/${picture.dataset.screen}-${chosen.language}-${chosen.theme}.png`;});
"""

SCREENS: Final = {
    "enrolment": "A computer becomes a workplace by a one-time code from the centre; its key is made here.",
    "enrolled": "The end of the enrolment: a test receipt from the printer, and the recovery key for the safe.",
    "signin": "Who works today? After the first time no line is needed to sign in.",
    "reception": "The whole request on one page, by keyboard alone; kept as one types.",
    "review": "A last look before the number is given.",
    "registered": "The final number, the term with its arithmetic, and the receipt: without a line.",
    "last-number": "After the power was cut: the last number given here, to compare with the last paper.",
    "delivery": "What waits, in words. It goes by itself when the line is back.",
    "delivery-done": "The same when all is at the centre, with what it confirmed.",
    "requests": "The office's requests, with what the centre and the bodies have done since.",
    "meetings": "Camera, microphone and loudspeaker tried, each with its verdict in words.",
    "settings": "The person, the language, the devices, the workplace.",
    "lobby": "The next meeting in an office's window, with what to try before it.",
    "desk": "The chair's desk: who speaks, who asks, which offices are there.",
    "stage": "The same meeting at an office that was given the floor.",
    "grid": "All of equal size.",
    "vote": "An office votes: three keys and a confirmation.",
    "paper": "A paper of the meeting, read at an office while its line is down.",
    "paper-shown": "The page that the desk shows to all, from the office's own copy, beside the pictures.",
    "conversation": "A citizen speaks with who decides: the room, and the card of the request beside it.",
}
PAGES: Final = {
    "officer-work": "An officer's list, by how near the terms are.",
    "officer-case": "One request at the body that answers: why it is theirs, the term, the answer, four eyes.",
    "board": "The central operator's board of the 63 offices.",
    "board-dark": "The same in the dark and in English.",
    "public-home": "What everybody sees: only reviewed summaries and totals.",
    "public-home-phone": "The same on a telephone.",
    "public-requests": "Published requests.",
    "public-summary": "One published summary.",
    "public-totals": "Simple totals.",
    "guest": "A guest in a browser, who came by a link, was let in at the door and called to the stage.",
    "guest-paper": "The page that the desk shows to all, at the guest.",
    "viewer-paper": "The same where everybody watches.",
    "viewer": "What everybody sees on the site of a public meeting: the broadcast, with captions.",
    "public-receipt": "What a telephone's camera opens from the receipt's QR code.",
}


def tell_story(out: Path, told: Told, receipts: Iterable[Told], verdicts: dict[str, str], address: str) -> None:
    """Write out/index.html."""
    there = set(told["screenshots"])
    parts = [
        _head(told),
        _choice(),
        _section(
            "1. Two offices get to work",
            "The centre was started with keys made for this demonstration. A district and a province were enrolled "
            "through the enrolment screen, and a clerk signed in at each while the line was up." + _media(told),
            _screens(("enrolment", "enrolled", "signin"), there),
        ),
        _section(
            "2. The line goes down, the queue does not",
            f"{told['registered']} requests were registered with no line at all, {told['by_widgets']} of them typed "
            "into the real form, the rest through the same services. F9 pressed five times registered once. "
            + _refused(told),
            _screens(("reception", "review", "registered"), there),
        ),
        _section("3. The power is cut, twice", _kills(told), _screens(("last-number", "delivery"), there)),
        _section(
            "4. The line is back",
            f"Everything arrived exactly once: {told['in_register']} requests in the central register, "
            f"{told['lost']} lost, {told['duplicated']} twice, {told['number_gaps']} numbers skipped. "
            f"{told['bytes_per_request']} bytes a request for the texts, both directions together, signatures, "
            "confirmations and what had been sent to bodies by then included.",
            _pages(("board", "board-dark"), there),
        ),
        _section(
            "5. Somebody answers",
            f"Rules sent each request to the body that answers, with the reason in words. Officers wrote "
            f"{told['answers_sent']} answers, and each was approved by a second person before it was sent. "
            f"{told['answers_arrived']} came back to the offices, and {told['applicants_told']} applicants were told.",
            _pages(("officer-work", "officer-case"), there)
            + _screens(("requests", "delivery-done", "meetings", "settings"), there),
        ),
        _section(
            "6. What the public sees",
            f"An editor released {len(told['published'])} reviewed summaries. The public pages read nothing else.",
            _pages(("public-home", "public-home-phone", "public-requests", "public-summary", "public-totals"), there),
        ),
        *_portal(told, there),
        _receipts(told, receipts, verdicts, address, _pages(("public-receipt",), there)),
        *_meeting(told, there),
        _section("Figures", "", f"<pre>{escape(json.dumps(_short(told), ensure_ascii=False, indent=1))}</pre>"),
    ]
    page = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Liaison: the demonstration</title><style>{STYLE}</style>{''.join(parts)}</main>"
        f"<script>{SCRIPT}</script></html>\n"
    )
    (out / "index.html").write_text(page, encoding="utf-8")


def _head(told: Told) -> str:
    figures = (
        ("requests", "in the file"),
        ("registered", "registered with no line"),
        ("in_register", "in the central register"),
        ("lost", "lost"),
        ("duplicated", "twice"),
        ("receipts_valid_offline", "receipts valid at the other office"),
        ("receipts_valid_in_log", "receipts valid in the public log"),
        ("answers_arrived", "answers that came back"),
        ("kills", "times the power was cut"),
    )
    cells = "".join(f'<div class="figure"><b>{told[name]}</b><span>{words}</span></div>' for name, words in figures)
    lacking = told.get("missing") or []
    note = (
        '<p class="note good">Everything promised is there.</p>'
        if not lacking
        else f'<p class="note bad">Missing: {escape("; ".join(lacking))}</p>'
    )
    return (
        "<header><div><h1>A request registered with no line reaches the central register</h1>"
        f"<p>Real programs on this machine, invented people, seed {told['seed']}, "
        f"{told['seconds']['total']:.0f} seconds.</p></div></header>"
        f'<main>{note}<div class="figures">{cells}</div>'
    )


def _choice() -> str:
    def group(name: str, values: tuple[tuple[str, str], ...]) -> str:
        return "".join(
            f'<label><input type="radio" name="{name}" value="{value}"{" checked" * (place == 0)}> {words}</label>'
            for place, (value, words) in enumerate(values)
        )

    languages = group("language", (("ky", "Кыргызча"), ("ru", "Русский"), ("en", "English")))
    themes = group("theme", (("light", "light"), ("dark", "dark")))
    return f'<div class="choice"><div>Screens in {languages}</div><div>{themes}</div></div>'


def _section(title: str, words: str, more: str) -> str:
    return f"<section><h2>{escape(title)}</h2>{f'<p>{escape(words)}</p>' if words else ''}{more}</section>"


def _screens(names: Iterable[str], there: set[str]) -> str:
    shown = [
        f'<figure><img data-screen="{name}" src="screens/{name}-ky-light.png" alt="{escape(SCREENS[name])}" '
        f'loading="lazy"><figcaption>{escape(SCREENS[name])}</figcaption></figure>'
        for name in names
        if f"screens/{name}-ky-light.png" in there
    ]
    return f'<div class="two">{"".join(shown)}</div>' if len(shown) > 1 else "".join(shown)


def _pages(names: Iterable[str], there: set[str]) -> str:
    shown = [
        f'<figure><a href="pages/{name}.png"><img src="pages/{name}.png" alt="{escape(PAGES[name])}" loading="lazy">'
        f"</a><figcaption>{escape(PAGES[name])}</figcaption></figure>"
        for name in names
        if f"pages/{name}.png" in there
    ]
    return f'<div class="two">{"".join(shown)}</div>'


def _media(told: Told) -> str:
    media = told.get("media_server")
    return f" The media server of meetings ran beside it, at {media['joined_at']}." if media else ""


def _portal(told: Told, there: set[str]) -> list[str]:
    """Citizens at the portal, where there was a mail server."""
    portal = told.get("portal")
    if portal is None:
        return []
    words = (
        f"{portal['submitted']} citizens wrote to officials from a browser without script, some of them from abroad; "
        f"{portal['confirmed']} were confirmed by a code that came by e-mail, and each got a number, a receipt and a "
        f"letter ({portal['mails_sent']} letters over a real mail server). What a village head could not decide was "
        f"forwarded; {portal['answered']} were answered with a file, which their citizens fetched, and rated. "
        f"{portal['complaints']} complained: the body above answered {portal['decided_above']} anew. "
        f"{portal['published']} summaries were published and stood in the open data at once. Another program, "
        f"with a key that two administrators gave it, brought {portal['by_programs']} by Open311 and read them."
    )
    rows = "".join(
        f"<tr><td>{escape(name)}</td>"
        + "".join(
            f'<td><a href="pages/every/{name}-{language}-{size}.png">{language}, {size}</a></td>'
            for language in LANGUAGES
            for size in ("desk", "phone")
        )
        + "</tr>"
        for name in sorted({file.split("/")[-1].rsplit("-", 2)[0] for file in there if file.startswith("pages/every/")})
    )
    table = f'<div class="scroll"><table><tbody>{rows}</tbody></table></div>' if rows else ""
    return [_section("7. Citizens write on the portal", words, table)]


def _meeting(told: Told, there: set[str]) -> list[str]:
    met = told.get("meeting")
    if met is None:
        return []
    words = (
        "The chair's assistant planned a meeting on a page; the offices had it with their next exchange. "
        f"Three windows entered it by one button, the slowest within {met['join_s']} seconds, and saw and heard each "
        f"other; an office that was given the floor was seen {met['picture_s']} seconds later. Then {met['seats']} sat "
        "on stage, and the next was refused by the centre. All voted; the power of one office was cut after its vote "
        f"and before it was sent: of {met['votes_cast']} votes {met['votes_counted']} were counted, each once. "
        "A decision was written down at the desk and stands at the office that carries it out. "
        f"{met['captions']} lines of captions were typed on their page and read in the windows, in two languages. The "
        f"last {met['hls_seconds']:.0f} seconds of the broadcast were fetched in {met['hls_segments']} pieces, and the "
        "record can be watched on the meeting's page. " + _browsers(met) + _parts(met)
    )
    screens = ("lobby", "paper", "desk", "stage", "grid", "paper-shown", "vote", "conversation")
    pictures = _screens(screens, there) + _pages(("guest", "guest-paper", "viewer", "viewer-paper"), there)
    return [_section("9. The Government meets", words, pictures)]


def _browsers(met: Told) -> str:
    if "without_browser" in met:
        return f"{met['without_browser']}, so no guest came and nobody watched."
    guest, viewer = met["guest"], met["viewer"]
    return (
        f"A guest came by a link, was let in and called, was seen in {guest['size'][0]}×{guest['size'][1]} and saw "
        f"{guest['sees']} others. A viewer's browser played {viewer['played_s']:.0f} seconds and showed "
        f"{viewer['captions']} lines. The page that the desk showed to all came to both."
    )


def _parts(met: Told) -> str:
    """What else was shown of meetings."""
    papers, closed, spoken = met["papers"], met["closed"], met["conversation"]
    words = (
        f" A paper that the planner added was read at an office with no line and then shown to all "
        f"{len(papers['shown'])} of them. An office interpreted, and another heard it after "
        f"{met['interpreting']['heard_s']} seconds. In a closed meeting an office saw the hall, and an invited "
        f"computer without a key was refused ({closed['refused']})."
    )
    if spoken is None:
        return words
    held = f" A citizen asked to speak about {spoken['number']}: the body set the hour, the conversation was held"
    return f"{words}{held}, and its outcome stands at the request."


def _refused(told: Told) -> str:
    refused = told["refused"]
    if not refused:
        return "None was refused."
    named = "; ".join(f"{one['id']}: {one['reason']}" for one in refused[:20])
    return f"{len(refused)} were refused, disturbing nothing: {named}."


def _kills(told: Told) -> str:
    said = [
        f"{one['office']} was killed while {one['when']}: {one['shown_before']} numbers had been shown there, "
        f"{len(one['missing_after'])} were missing after the restart."
        for one in told["kills_told"]
    ]
    return " ".join(said) + " A number is shown only when it is on the disk; what was sent twice arrived once."


def _receipts(told: Told, receipts: Iterable[Told], verdicts: dict[str, str], address: str, more: str) -> str:
    rows = "".join(
        f"<tr><td>{escape(one['number'])}</td><td>{one['code']}</td>"
        f'<td><a href="receipts/{one["number"]}.pdf">paper</a></td>'
        f'<td><a href="receipts/{one["number"]}.qr.txt">QR code\'s text</a></td>'
        f'<td><a href="log/proofs/{one["number"]}.json">proof</a></td>'
        f"<td>{escape(verdicts.get(one['number'], ''))}</td></tr>"
        for one in receipts
    )
    first = next(iter(verdicts), "NUMBER")
    commands = (
        f"python3 docs/verify_receipt.py --keys out/log/keys.json \\\n    out/receipts/{first}.qr.txt\n\n"
        f"python3 docs/verify_receipt.py --keys out/log/keys.json \\\n"
        f"    --proof out/log/proofs/{first}.json --checkpoint out/log/checkpoint.txt \\\n"
        f"    out/receipts/{first}.qr.txt"
    )
    words = (
        f"Each of the {told['receipts_valid_offline']} receipts was checked at the other office with no line, by what "
        f"its QR code says, and {told['receipts_valid_in_log']} were proved to lie in the public log by a script that "
        "has nothing of Liaison's. The log's answers as they were then lie in out/log; they came from "
        f"{address}/log/keys, /log/checkpoint and /log/proof/inclusion. docs/protocol.md says how, with test vectors."
    )
    table = (
        '<div class="scroll"><table><thead><tr><th>Number</th><th>Code</th><th></th><th></th><th></th>'
        f"<th>Third party's verdict</th></tr></thead><tbody>{rows}</tbody></table></div>"
    )
    return _section("8. Receipts, and how to check them", words, f"<pre>{escape(commands)}</pre>{table}{more}")


def _short(told: Told) -> Told:
    return {name: value for name, value in told.items() if name not in ("screenshots", "refused", "kills_told")}
