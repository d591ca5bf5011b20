"""Whoever types the operator's page literally meets commands that exist, options that are taken, files that hold."""

import re
import shlex
import shutil
import stat
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from django.core.management import get_commands, load_command_class

ROOT = Path(__file__).resolve().parents[3]
FILES = ROOT / "docs" / "operations"
PAGES = (ROOT / "README.md", ROOT / "docs" / "operations.md")
BLOCK = re.compile(r"^( *)```sh\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
CALL = re.compile(r"\./liaison server ([a-z_]+)((?: +(?:\\\n\s*)?[^\s|;&#`)]+)*)")
OF_OTHERS = {"nginx", "systemctl", "postgresql"}
"""What the page installs, and what only a computer with its own init has."""


def blocks(page: Path) -> list[str]:
    """What the page lets its reader type, without the indentation of the list it stands in."""
    found = BLOCK.findall(page.read_text(encoding="utf-8"))
    return [re.sub(f"^{indent}", "", text, flags=re.MULTILINE) for indent, text in found]


def calls() -> list[tuple[str, list[str]]]:
    """Every call of a command of the register with its options, in the blocks and between the words."""
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    return [(name, shlex.split(options.replace("\\\n", " "), comments=True)) for name, options in CALL.findall(text)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_block_of_commands_is_read_by_the_shell(page):
    assert blocks(page)
    for text in blocks(page):
        told = subprocess.run(["sh", "-n"], input=text, capture_output=True, text=True, check=False)
        assert told.returncode == 0, f"{text}\n{told.stderr}"


def test_every_command_of_the_register_that_is_named_takes_the_options_it_is_named_with():
    ours = get_commands()
    named = calls()
    assert {"make_keys", "make_administrator", "make_person", "grant_role", "make_enrolment_code", "rotate_key"} <= {
        name for name, _options in named
    }
    for name, options in named:
        if name == "help":
            continue
        assert name in ours, name
        parser = load_command_class(ours[name], name).create_parser("liaison", name)
        given = [option for option in options if option not in {"…", "on", "is"}]
        if given and given[0].startswith("--"):
            parser.parse_args(given)


def test_every_program_that_is_typed_is_one_of_debians(tmp_path):
    words = set()
    for text in blocks(ROOT / "docs" / "operations.md"):
        without_files = re.sub(r"<<'END'\n.*?^END$", "", text, flags=re.MULTILINE | re.DOTALL)
        words |= set(re.findall(r"(?:^|&& |then |-- )([a-z_-]+)", without_files, re.MULTILINE))
    known = {"cd", "for", "if", "centre", "do"}
    missing = {word for word in words - known - OF_OTHERS if shutil.which(word) is None}
    in_sbin = {word for word in missing if any((Path(place) / word).exists() for place in ("/usr/sbin", "/sbin"))}
    of_postgresql = {"createuser", "createdb", "dropdb", "pg_restore"}
    assert missing - in_sbin - of_postgresql == set()


def test_the_example_for_nginx_is_taken_by_nginx(tmp_path):
    nginx = shutil.which("nginx") or "/usr/sbin/nginx"
    if not Path(nginx).exists():
        pytest.skip("nginx is not installed")
    certificate(tmp_path)
    site = (FILES / "nginx.conf").read_text(encoding="utf-8").replace("/etc/ssl/kattar", str(tmp_path))
    site = re.sub(r"^.*listen \[::\].*\n", "", site, flags=re.MULTILINE)  # not every computer speaks IPv6
    site = re.sub(r"listen (\d+)", r"listen 127.0.0.1:1\g<1>9", site)
    conf = tmp_path / "nginx.conf"
    conf.write_text(f"pid {tmp_path}/pid; events {{}} http {{ access_log off; {site} }}")
    told = subprocess.run(
        [nginx, "-t", "-e", "stderr", "-p", tmp_path, "-c", conf], capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stderr
    assert "[warn]" not in told.stderr.replace('the "user" directive', "")


def certificate(folder: Path) -> None:
    """A certificate of nobody, so that a configuration that names one can be read."""
    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kattar.gov.kg")]), datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    (folder / "fullchain.pem").write_bytes(made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM))
    (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def test_the_units_are_taken_by_systemd(tmp_path):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd is not installed")
    for unit in FILES.glob("liaison*"):
        (tmp_path / unit.name).write_text(unit.read_text(encoding="utf-8").replace("/opt/liaison", str(ROOT)))
    units = sorted(str(path) for path in tmp_path.iterdir())
    assert len(units) == 4
    told = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stderr
    assert str(tmp_path) not in told.stderr, told.stderr


def test_a_backup_of_a_new_centre_is_whole_and_its_owners_alone(tmp_path):
    home, into = tmp_path / "centre", tmp_path / "backups"
    (home / "keys").mkdir(parents=True)
    into.mkdir()
    for name in ("db.sqlite3", "db.sqlite3-wal", "keys/log.key", "secret_key"):
        (home / name).write_text(name)
    surroundings = {"PATH": "/usr/bin:/bin", "LIAISON_HOME": str(home)}
    told = subprocess.run([FILES / "backup.sh", into], capture_output=True, text=True, check=True, env=surroundings)
    made = Path(told.stdout.strip())
    assert {path.relative_to(made).as_posix() for path in made.rglob("*") if path.is_file()} == {
        *("db.sqlite3", "db.sqlite3-wal", "keys/log.key", "secret_key", "complete"),
    }
    assert stat.S_IMODE(made.stat().st_mode) == 0o700


def test_a_backup_that_cannot_be_whole_is_not_called_complete(tmp_path):
    surroundings = {"PATH": "/usr/bin:/bin", "LIAISON_HOME": str(tmp_path / "nothing")}
    told = subprocess.run([FILES / "backup.sh", tmp_path], capture_output=True, check=False, env=surroundings)
    assert told.returncode != 0
    assert not list(tmp_path.rglob("complete"))
