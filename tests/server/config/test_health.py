"""A watchdog can ask without signing in and learns nothing else."""

import shutil
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connection


def test_a_working_server_says_so(nobody):
    answer = nobody.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert "no-store" in answer["Cache-Control"]
    assert not answer.cookies


@pytest.mark.expects_log("Service Unavailable: /healthz")
def test_a_server_that_takes_nothing_from_offices_because_its_disk_is_full_says_so(nobody, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(total=1000, used=990, free=10))
    answer = nobody.get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"status": "no_room"})


@pytest.mark.expects_log("Service Unavailable: /healthz")
def test_a_server_without_its_database_says_so(nobody, monkeypatch):
    def broken() -> None:
        raise DatabaseError("gone")

    with monkeypatch.context() as patched:
        patched.setattr(connection, "cursor", broken)
        answer = nobody.get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"status": "no_database"})
