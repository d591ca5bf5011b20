"""The server starts from nothing, says where it listens, and ends cleanly when told to."""

import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from tests.server.config.programs import TIMEOUT_S, address_of, finished


def test_without_keys_it_says_what_to_do(manage):
    code, out, err = finished(manage("run", "--bind", "127.0.0.1:0"))
    assert code != 0
    assert "make_keys" in err
    assert "Traceback" not in err
    assert not out


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_and_ends_cleanly(manage, tmp_path, how):
    assert finished(manage("make_keys"))[0] == 0
    server = manage("run", "--bind", "127.0.0.1:0")
    address = address_of(server)
    assert (tmp_path / "centre" / "address").read_text().strip() == address
    assert requests.get(f"{address}/healthz", timeout=TIMEOUT_S).json() == {"status": "ok"}
    for path in (tmp_path / "centre").rglob("*"):
        assert not path.stat().st_mode & 0o077, path
    checkpoint = requests.get(f"{address}/log/checkpoint", timeout=TIMEOUT_S)
    assert checkpoint.text.splitlines()[1] == "0"
    server.send_signal(how)
    assert finished(server)[0] == 0
    assert not (tmp_path / "centre" / "address").exists()


def test_killed_at_any_moment_it_starts_again(begun):
    first = begun("run", "--bind", "127.0.0.1:0")
    origin = requests.get(f"{address_of(first)}/log/checkpoint", timeout=TIMEOUT_S).text
    first.kill()
    first.wait(TIMEOUT_S)
    second = begun("run", "--bind", "127.0.0.1:0")
    assert requests.get(f"{address_of(second)}/log/checkpoint", timeout=TIMEOUT_S).text == origin


@pytest.mark.parametrize("bind", ["nonsense", "127.0.0.1:x", "127.0.0.1:99999", "nowhere.invalid:80"])
def test_an_impossible_address_is_told_in_words(manage, bind):
    code, _, err = finished(manage("run", "--bind", bind))
    assert code != 0
    assert bind in err
    assert "Traceback" not in err


def test_a_taken_port_is_told_in_words(manage):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        code, _, err = finished(manage("run", "--bind", f"127.0.0.1:{other.getsockname()[1]}"))
    assert code != 0
    assert "Another server" in err
    assert "Traceback" not in err


def test_in_an_empty_folder_an_enrolment_code_is_printed_for_a_known_site(manage):
    code, out, _ = finished(manage("make_enrolment_code", "--site", "KG-C-ALA"))
    assert code == 0
    assert len(out.strip()) == 23
    code, _, err = finished(manage("make_enrolment_code", "--site", "KG-X"))
    assert code != 0
    assert "KG-X" in err


def test_two_processes_are_not_offered_on_sqlite(manage):
    code, _, err = finished(manage("run", "--workers", "2"))
    assert code != 0
    assert "PostgreSQL" in err


def children_of(pid: int) -> dict[int, str]:
    """Processes that a process has started, with their command lines."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return {int(child): Path(f"/proc/{child}/cmdline").read_text().replace("\0", " ") for child in listed}


def companion_of(server: subprocess.Popen[str]) -> int:
    return next((pid for pid, line in children_of(server.pid).items() if " work " in line), 0)


def is_running(pid: int) -> bool:
    state = Path(f"/proc/{pid}/stat")
    return state.exists() and state.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def wait_until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + TIMEOUT_S
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def test_what_nobody_waits_for_is_done_beside_and_ends_with_the_server(begun):
    server = begun("run", "--bind", "127.0.0.1:0")
    address_of(server)
    wait_until(lambda: companion_of(server) != 0)
    first = companion_of(server)
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: companion_of(server) not in {0, first})
    second = companion_of(server)
    server.terminate()
    assert finished(server)[0] == 0
    assert not is_running(second)


def test_nothing_is_left_running_when_the_server_is_killed(begun):
    server = begun("run", "--bind", "127.0.0.1:0")
    address_of(server)
    wait_until(lambda: companion_of(server) != 0 and len(children_of(server.pid)) > 1)
    left = list(children_of(server.pid))
    server.kill()
    server.wait(TIMEOUT_S)
    wait_until(lambda: not any(is_running(pid) for pid in left))


def test_help_lists_the_registers_own_commands_alone(manage):
    code, out, _err = finished(manage("help"))
    assert code == 0
    assert out.startswith("usage: ./liaison server COMMAND")
    listed = set(re.findall(r"^  (\w+)", out, re.MULTILINE))
    assert {"run", "make_keys", "make_person", "check"} <= listed
    assert not listed & {"flush", "testserver", "runserver", "loaddata", "startproject", "migrate"}


@pytest.mark.parametrize("arguments", [("make_keys", "--help"), ("help", "make_keys"), ("make_person",), ("dance",)])
def test_usage_and_refusals_name_a_command_that_runs(manage, arguments):
    _code, out, err = finished(manage(*arguments))
    assert "./liaison server" in out + err
    assert "-m server_sync" not in out + err
    assert "manage.py" not in out + err


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("LIAISON_TRUSTED_PROXIES", "foo", "LIAISON_TRUSTED_PROXIES"),
        ("LIAISON_TRUSTED_PROXIES", "0.0.0.0/0", "strangers"),
        ("LIAISON_TRUSTED_PROXIES", "::/0", "strangers"),
        ("LIAISON_PUBLIC_URL", "https://[", "LIAISON_PUBLIC_URL"),
        ("LIAISON_TLS", "proxi", "LIAISON_TLS=proxi"),
        ("DATABASE_URL", "mysql://a/b", "DATABASE_URL"),
        ("DATABASE_URL", "postgresql://a:b@c:port/d", "DATABASE_URL"),
        ("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing?connect_timeout=1", "cannot be reached"),
        ("LIAISON_HOME", "/dev/null/centre", "/dev/null"),
    ],
)
def test_a_mistyped_setting_is_told_in_a_line_and_never_by_a_traceback(manage, setting, value, words):
    public = {"LIAISON_PUBLIC_URL": "https://kattar.gov.kg", "LIAISON_TLS": "proxy"}
    code, _out, err = finished(manage("run", "--bind", "127.0.0.1:0", **(public | {setting: value})))
    assert code != 0
    assert words in err
    assert "Traceback" not in err


def test_a_check_of_a_centre_without_keys_or_named_proxy_says_so(manage):
    public = {"LIAISON_PUBLIC_URL": "https://kattar.gov.kg", "LIAISON_TLS": "proxy"}
    code, _out, err = finished(manage("check", "--deploy", **public))
    assert code != 0
    assert "./liaison server make_keys" in err
    assert "LIAISON_TRUSTED_PROXIES" in err
    assert finished(manage("make_keys", **public))[0] == 0
    code, _out, err = finished(manage("check", "--deploy", **public, LIAISON_TRUSTED_PROXIES="127.0.0.1"))
    assert (code, "Error" in err) == (0, False), err


def test_a_plain_address_is_told_in_one_sentence(manage):
    _code, _out, err = finished(manage("check", "--deploy", LIAISON_PUBLIC_URL="http://kattar.gov.kg"))
    assert "begins with http://" in err
    assert "SECURE_HSTS_SECONDS" not in err


@pytest.mark.parametrize("command", ["make_administrator", "make_person"])
def test_nobody_is_asked_for_a_password_without_a_terminal(begun, command):
    names = ("--login", "azat", "--surname", "Абдиев", "--given-name", "Азат")
    role = ("--role", "clerk", "--site", "KG-C-ALA") if command == "make_person" else ()
    code, _out, err = finished(begun(command, *names, *role, has_terminal=False))
    assert code != 0
    assert "--generate" in err
    assert "Traceback" not in err


def test_two_first_commands_at_once_both_do_their_work(manage):
    assert finished(manage("make_keys"))[0] == 0
    several = [manage("load_reference"), manage("load_reference"), manage("make_demo_data")]
    assert [finished(process)[0] for process in several] == [0, 0, 0]
