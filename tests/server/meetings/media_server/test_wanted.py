"""What the operator wants of the media server is read once; a mistake is told in words, so is what is for trials."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from server_sync.config.fitness import fit_for_the_public
from server_sync.meetings.media_server.configuration import as_livekit_reads_it, pair_of, write_configuration
from server_sync.meetings.media_server.wanted import Kind, Ports, Redis, Wanted, read_wanted, troubles_of_media

ROOT = Path(__file__).resolve().parents[4]
PUBLIC = "https://kattar.gov.kg"
TRIAL = "http://localhost:8000"
SECRET = "s" * 40


def wanted(public_url: str = TRIAL, **told: str) -> Wanted:
    return read_wanted({f"LIAISON_MEDIA_{name}": value for name, value in told.items()}, public_url)


def test_without_a_word_there_is_none_and_nothing_is_said():
    assert wanted().kind is Kind.OFF
    assert list(troubles_of_media(wanted(), is_trial=False)) == []


def test_a_program_and_one_elsewhere_can_be_named(program):
    assert wanted(SERVER=str(program)).executable == program
    named = wanted(SERVER="wss://meet.gov.kg", API_KEY="key", API_SECRET=SECRET)
    assert (named.kind, named.elsewhere, named.client_url) == (
        Kind.ELSEWHERE,
        "https://meet.gov.kg",
        "wss://meet.gov.kg",
    )


def test_a_public_one_is_joined_through_the_proxy_of_the_pages():
    assert wanted(PUBLIC, SERVER="built", HOST="10.1.2.3").client_url == "wss://kattar.gov.kg"


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"SERVER": "livekit-server"}, "LIAISON_MEDIA_SERVER"),
        ({"SERVER": "/nowhere/livekit-server"}, "LIAISON_MEDIA_SERVER"),
        ({"SERVER": "wss://"}, "LIAISON_MEDIA_SERVER"),
        ({"SERVER": "wss://meet.gov.kg"}, "LIAISON_MEDIA_API_KEY"),
        ({"HOST": "kattar.gov.kg"}, "LIAISON_MEDIA_HOST"),
        ({"HOST": "::"}, "LIAISON_MEDIA_HOST"),
        ({"PORTS": "udp:7882"}, "LIAISON_MEDIA_PORTS"),
        ({"PORTS": "udp=99999"}, "LIAISON_MEDIA_PORTS"),
        ({"PORTS": "dance=1"}, "LIAISON_MEDIA_PORTS"),
        ({"PORTS": "udp=3478"}, "serves twice"),
        ({"PORTS": "turn=0"}, "turn"),
        ({"URL": "https://kattar.gov.kg"}, "LIAISON_MEDIA_URL"),
        ({"REDIS": "10.1.2.3:6379"}, "LIAISON_MEDIA_REDIS"),
        ({"REDIS": "redis://10.1.2.3:port"}, "LIAISON_MEDIA_REDIS"),
        ({"API_KEY": "key"}, "LIAISON_MEDIA_API_KEY"),
        ({"API_KEY": "key", "API_SECRET": "short"}, "32"),
        ({"API_KEY": "key", "API_SECRET_FILE": "/nowhere"}, "LIAISON_MEDIA_API_SECRET_FILE"),
        ({"WEBHOOK": "kattar.gov.kg"}, "LIAISON_MEDIA_WEBHOOK"),
    ],
)
def test_a_setting_that_cannot_be_is_named(told, words):
    with pytest.raises(ImproperlyConfigured, match=words):
        wanted(**told)


def test_a_secret_in_a_file_is_taken_and_one_that_others_can_read_is_not(tmp_path):
    file = tmp_path / "secret"
    file.write_text(f"{SECRET}\n")
    file.chmod(0o640)
    assert pair_of(wanted(API_KEY="key", API_SECRET_FILE=str(file)), tmp_path).secret == SECRET
    file.chmod(0o644)
    with pytest.raises(ImproperlyConfigured, match="chmod o="):
        wanted(API_KEY="key", API_SECRET_FILE=str(file))


def test_a_password_in_an_address_is_read_and_never_told():
    assert wanted(REDIS="rediss://centre:pass%3Aword@10.1.2.3/2").redis == Redis(
        "10.1.2.3:6379", "centre", "pass:word", 2, is_over_tls=True
    )
    with pytest.raises(ImproperlyConfigured) as refused:
        wanted(REDIS="redis://:hidden@10.1.2.3:port")
    assert "hidden" not in str(refused.value)


def test_a_secret_is_drawn_once_and_belongs_to_its_owner(tmp_path):
    first = pair_of(Wanted(), tmp_path)
    assert pair_of(Wanted(), tmp_path) == first
    assert len(first.secret) >= 32
    kept = tmp_path / "media" / "secret"
    assert kept.stat().st_mode & 0o077 == 0
    kept.write_bytes(b"")
    assert len(pair_of(Wanted(), tmp_path).secret) >= 32


FULL = Wanted(
    kind=Kind.BUILT,
    host="10.1.2.3",
    ports=Ports(),
    interfaces=("eth0",),
    turn_domain="turn.gov.kg",
    turn_certificate=Path("/etc/ssl/turn.pem"),
    turn_key=Path("/etc/ssl/turn.key"),
    redis=Redis("10.1.2.4:6379", "centre", "word", 1, is_over_tls=True),
    key="key",
    secret=SECRET,
    webhook="https://kattar.gov.kg/told",
)


@pytest.mark.parametrize(
    "described",
    [
        Wanted(),
        FULL,
        replace(FULL, turn_certificate=None, turn_key=None),
        replace(FULL, host="2001:db8::1", interfaces=(), redis=None),
    ],
    ids=["of a trial", "of the public", "TLS before it", "IPv6"],
)
def test_livekit_server_knows_every_word_of_its_file(described, program, tmp_path):
    path = write_configuration(described, described.ports or Ports.free(), pair_of(described, tmp_path), tmp_path)
    assert path.stat().st_mode & 0o777 == 0o600
    told = subprocess.run([program, "--config", path, "ports"], capture_output=True, text=True, check=False, timeout=30)
    assert (told.returncode, "could not parse" in told.stdout + told.stderr) == (0, False), told.stdout + told.stderr


def test_what_keeps_meetings_alive_on_thin_lines_and_strangers_out_is_in_the_file():
    told = as_livekit_reads_it(FULL, Ports(), pair_of(FULL, Path("/nowhere")))
    assert told["room"]["auto_create"] is False
    assert told["room"]["departure_timeout"] >= 600
    assert told["rtc"]["congestion_control"]["allow_pause"] is True
    assert (told["rtc"]["node_ip"], told["rtc"]["use_external_ip"]) == ("10.1.2.3", False)
    assert told["rtc"]["interfaces"] == {"includes": ["eth0"]}
    assert told["bind_addresses"] == ["127.0.0.1"]
    assert told["turn"]["udp_port"]
    assert told["turn"]["allow_restricted_peer_cidrs"] == ["10.1.2.3/32"]
    assert told["webhook"] == {"api_key": "key", "urls": ["https://kattar.gov.kg/told"]}


@pytest.mark.parametrize(
    ("differing", "words"),
    [
        ({"host": "127.0.0.1"}, "LIAISON_MEDIA_HOST"),
        ({"client_url": "ws://kattar.gov.kg"}, "wss://"),
        ({"turn_domain": ""}, "LIAISON_MEDIA_TURN_DOMAIN"),
        ({"turn_certificate": Path("/nowhere.pem")}, "/nowhere.pem"),
        ({"turn_key": None}, "belong together"),
        ({"redis": Redis("10.1.2.4:6379")}, "password"),
        ({"kind": Kind.BUILT, "program": None}, "not built"),
    ],
)
def test_what_is_only_fit_for_a_trial_is_named_for_a_centre_of_the_public(
    differing, words, tmp_path, settings, monkeypatch
):
    monkeypatch.setattr("server_sync.meetings.media_server.wanted.built", lambda: None)
    for name in ("turn.pem", "turn.key", "livekit-server"):
        (tmp_path / name).touch()
    whole = replace(
        FULL,
        kind=Kind.NAMED,
        program=tmp_path / "livekit-server",
        client_url="wss://kattar.gov.kg",
        turn_certificate=tmp_path / "turn.pem",
        turn_key=tmp_path / "turn.key",
    )
    assert list(troubles_of_media(whole, is_trial=False)) == []
    lacking = replace(whole, **differing)
    assert any(words in said for said in troubles_of_media(lacking, is_trial=False))
    settings.LIAISON_MEDIA, settings.LIAISON_PUBLIC_URL = lacking, PUBLIC
    assert any(words in check.msg for check in fit_for_the_public(None))


def test_a_centre_that_does_not_meet_loads_nothing_of_it():
    code = (
        "import sys; from server_sync.common.sqlite import use_sound_sqlite; use_sound_sqlite(); import os, django; "
        "os.environ['DJANGO_SETTINGS_MODULE'] = 'server_sync.config.settings'; django.setup(); "
        "import server_sync.config.management.commands.run; "
        "print(sorted({name.split('.')[0] for name in sys.modules} & {'livekit', 'aiohttp', 'google', 'jwt'}))"
    )
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
