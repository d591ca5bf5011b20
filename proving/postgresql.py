"""A PostgreSQL of our own for tests and measurements: Debian's programs, a temporary folder, loopback only."""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from proving.world import free_port

START_S: Final = 60
"""How long a server may take to answer; a slow disk needs about 5."""
STOP_S: Final = 30
PERSON: Final = "liaison"


NOT_DURABLE: Final = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
"""For data that live no longer than the tests."""


class NoPostgresql(Exception):
    """The server's programs are not here, or it did not start; the text says which."""


def programs() -> Path:
    """Find the newest installed server's programs; raises NoPostgresql."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    if not found:
        raise NoPostgresql("PostgreSQL is not installed (Debian: postgresql)")
    return found[-1].parent


@contextmanager
def postgresql(*, is_durable: bool = False) -> Iterator[str]:
    """Run an empty server and give its `DATABASE_URL`; it is stopped and its data thrown away at the end.

    A durable one writes through to the disk before it says that something is kept, as a centre's must.

    As root the server runs as the system's `postgres`, because initdb refuses root. Its password is drawn anew.
    """
    bin_folder = programs()
    folder = Path(tempfile.mkdtemp(prefix="liaison-postgresql-"))
    try:
        password = secrets.token_urlsafe(24)
        (folder / "password").write_text(password)
        as_owner = _as_owner(folder)
        initdb = [*as_owner, str(bin_folder / "initdb"), "-D", str(folder / "data"), "-U", PERSON, "-E", "UTF8"]
        initdb += ["--locale=C.UTF-8", "--auth=scram-sha-256", f"--pwfile={folder / 'password'}", "--no-sync"]
        _run(initdb, folder)
        port = free_port()
        url = f"postgresql://{PERSON}:{password}@127.0.0.1:{port}/postgres"
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(port),
            "unix_socket_directories": "",
            "wal_level": "minimal",  # nobody follows it
            "max_wal_senders": "0",
            "max_connections": "60",
            **({} if is_durable else NOT_DURABLE),
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with (folder / "server.log").open("wb") as log:
            server = subprocess.Popen(
                [*as_owner, str(bin_folder / "postgres"), "-D", str(folder / "data"), *options],
                cwd=folder,
                stdout=log,
                stderr=log,
            )
        try:
            _wait_until_it_answers(url, server, folder / "server.log")
            yield url
        finally:
            _stop(server)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _as_owner(folder: Path) -> list[str]:
    """Give the words to put before a command so that it does not run as root."""
    if os.geteuid() != 0:
        return []
    owner = pwd.getpwnam("postgres")
    for path in (folder, *folder.iterdir()):
        os.chown(path, owner.pw_uid, owner.pw_gid)
    return ["setpriv", f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups"]


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoPostgresql(f"{Path(command[0]).name} ended with {done.returncode}: {done.stderr.strip()}")


def _wait_until_it_answers(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    import psycopg

    end = time.monotonic() + START_S
    while True:
        try:
            psycopg.connect(url, connect_timeout=5).close()
        except psycopg.OperationalError as not_yet:
            if server.poll() is not None or time.monotonic() > end:
                raise NoPostgresql(f"the server did not start: {log.read_text()[-2000:]}") from not_yet
            time.sleep(0.1)
        else:
            return


def _stop(server: subprocess.Popen[bytes]) -> None:
    if server.poll() is None:
        server.send_signal(signal.SIGINT)  # its "fast shutdown": open transactions are rolled back
    try:
        server.wait(STOP_S)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
