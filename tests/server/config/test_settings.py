"""What the settings promise about safety holds in the running server."""

import importlib.util
import stat
from datetime import date

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.utils import formats, translation

from server_sync.common.home import home, secret_key, write_private
from server_sync.common.sqlite import OLDEST_SOUND
from server_sync.config.database import POOL_TIMEOUT_S, postgresql

DAY = date(2026, 11, 23)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="about SQLite")
def test_sqlite_is_one_that_does_not_lose_data(db):
    with connection.cursor() as cursor:
        answers = {}
        for pragma in ("journal_mode", "synchronous", "foreign_keys"):
            cursor.execute(f"PRAGMA {pragma}")
            answers[pragma] = cursor.fetchone()[0]
        cursor.execute("SELECT sqlite_version()")
        version = tuple(int(part) for part in cursor.fetchone()[0].split("."))
    assert version >= OLDEST_SOUND
    assert (answers["synchronous"], answers["foreign_keys"]) == (2, 1)
    assert settings.DATABASES["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode = WAL" in settings.DATABASES["default"]["OPTIONS"]["init_command"]


def test_a_postgresql_is_described_by_its_address():
    described = postgresql("postgresql://liaison:p%40ss@127.0.0.1:5433/kattar?sslmode=require")
    assert (described["USER"], described["PASSWORD"], described["PORT"]) == ("liaison", "p@ss", "5433")
    assert described["OPTIONS"]["sslmode"] == "require"
    assert described["OPTIONS"]["pool"]["timeout"] == POOL_TIMEOUT_S


@pytest.mark.parametrize("url", ["mysql://a/b", "postgresql://host", "nonsense"])
def test_another_kind_of_database_is_refused_in_words(url):
    with pytest.raises(ImproperlyConfigured):
        postgresql(url)


def test_passwords_are_kept_by_argon2():
    fresh = importlib.util.spec_from_file_location("fresh_settings", settings.SETTINGS_MODULE.replace(".", "/") + ".py")
    assert fresh is not None
    assert fresh.loader is not None
    module = importlib.util.module_from_spec(fresh)
    fresh.loader.exec_module(module)
    assert module.PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]


def test_pages_may_load_nothing_from_elsewhere(nobody):
    policy = nobody.get("/healthz")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


def test_every_answer_has_the_protecting_headers(nobody):
    answer = nobody.get("/healthz")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.parametrize(("language", "number"), [("ky", "1\u00a0234,5"), ("ru", "1\u00a0234,5"), ("en", "1,234.5")])
def test_dates_and_numbers_are_written_as_people_here_do(language, number):
    with translation.override(language):
        assert formats.date_format(DAY) == "23.11.2026"
        assert formats.number_format(1234.5, use_l10n=True, force_grouping=True) == number


def test_the_secret_key_is_drawn_once_and_seen_by_its_owner_alone(tmp_path, monkeypatch):
    monkeypatch.setenv("LIAISON_HOME", str(tmp_path / "centre"))
    drawn = secret_key()
    assert secret_key() == drawn
    assert len(drawn) > 64
    assert stat.S_IMODE((home() / "secret_key").stat().st_mode) == 0o600
    assert stat.S_IMODE(home().stat().st_mode) == 0o700


def test_a_private_file_is_never_overwritten_by_mistake(tmp_path):
    write_private(tmp_path / "key", b"one")
    with pytest.raises(FileExistsError):
        write_private(tmp_path / "key", b"two")
    assert (tmp_path / "key").read_bytes() == b"one"
    write_private(tmp_path / "key", b"two", replace=True)
    assert (tmp_path / "key").read_bytes() == b"two"
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def test_a_full_disk_leaves_no_half_of_a_private_file(tmp_path, monkeypatch):
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_private(tmp_path / "key", b"one")
    assert list(tmp_path.iterdir()) == []


def test_no_migration_is_missing(db):
    from django.core.management import call_command

    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
