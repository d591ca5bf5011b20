"""The encrypted file: what opens it, what it refuses, what it never changes."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from sqlcipher3 import dbapi2

from liaison_desktop.domain.errors import DiskFull, StoreError, StoreForeign, StoreNewer
from liaison_desktop.services import reading
from liaison_desktop.services.drafting import save_draft
from liaison_desktop.services.registering import register_appeal
from liaison_desktop.store import migrations
from liaison_desktop.store.connection import SQLITE_LEAST, utilities
from liaison_desktop.store.epochs import current_epoch
from liaison_desktop.store.events import erase_event, keep_event
from liaison_desktop.store.projecting import project_again
from liaison_desktop.store.scrubbing import scrub, waiting_on_second
from liaison_desktop.store.settings import keep_setting, read_setting
from liaison_desktop.store.store import Store
from liaison_desktop.workplace.second_medium import SecondMedium
from server_sync.contract import codec
from server_sync.contract.bodies import SessionOpened
from server_sync.contract.events import Event, Header, make_event
from server_sync.contract.evidence.chain import event_hash_after_erasure
from server_sync.contract.folding import fold
from server_sync.contract.shapes import to_plain
from tests.desktop.office import Office, make_draft
from tests.desktop.services.faults import fill_disk

KEY = b"k" * 32


@pytest.fixture
def store(tmp_path: Path):
    made = Store.create(tmp_path / "liaison.db", KEY, tmp_path / "blobs")
    yield made
    made.close()


def test_the_library_is_the_one_without_the_lost_pages(store: Store):
    assert dbapi2.sqlite_version_info >= SQLITE_LEAST
    version = store.connection.execute("SELECT sqlite_version()").fetchone()[0]
    assert tuple(int(part) for part in version.split(".")) >= SQLITE_LEAST


def test_every_commit_is_on_the_disk_before_it_is_believed(store: Store):
    ask = store.connection.execute
    assert ask("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert ask("PRAGMA synchronous").fetchone()[0] == 2
    assert ask("PRAGMA foreign_keys").fetchone()[0] == 1
    assert ask("PRAGMA temp_store").fetchone()[0] == 2


def test_the_file_is_noise_without_its_key(tmp_path: Path):
    made = Store.create(tmp_path / "liaison.db", KEY, tmp_path / "blobs")
    keep_setting(made, "canary", "канарейка")
    made.close()
    raw = (tmp_path / "liaison.db").read_bytes()
    assert not raw.startswith(b"SQLite format 3")
    assert "канарейка".encode() not in raw
    for wrong in (b"x" * 32, b"short"):
        with pytest.raises(StoreForeign):
            Store.open(tmp_path / "liaison.db", wrong, tmp_path)
    assert (tmp_path / "liaison.db").read_bytes() == raw


@pytest.mark.parametrize("content", [b"", b"\x00" * 4096, b"SQLite format 3\x00" + bytes(5000), b"PK\x03\x04" * 3000])
def test_a_file_that_is_no_store_is_refused_and_left_as_it_is(tmp_path: Path, content: bytes):
    path = tmp_path / "liaison.db"
    path.write_bytes(content)
    with pytest.raises((StoreForeign, StoreError)):
        Store.open(path, KEY, tmp_path)
    assert path.read_bytes() == content


def test_a_store_of_another_program_is_refused(tmp_path: Path):
    other = dbapi2.connect(str(tmp_path / "liaison.db"))
    other.execute(f"""PRAGMA key = "x'{KEY.hex()}'" """)
    other.execute("PRAGMA application_id = 99")
    other.execute("CREATE TABLE t (a)")
    other.commit()
    other.close()
    with pytest.raises(StoreForeign):
        Store.open(tmp_path / "liaison.db", KEY, tmp_path)


def test_a_store_of_a_newer_program_is_left_to_it(store: Store, tmp_path: Path):
    store.connection.execute(f"PRAGMA user_version = {migrations.NEWEST + 1}")
    store.close()
    with pytest.raises(StoreNewer):
        Store.open(store.path, KEY, tmp_path)


def test_a_new_store_never_takes_the_place_of_one(store: Store, tmp_path: Path):
    with pytest.raises(StoreError) as refused:
        Store.create(store.path, KEY, tmp_path)
    assert refused.value.code == "store_exists"


def test_migrations_are_taken_once_and_say_so(store: Store, tmp_path: Path):
    assert migrations.version_of(store.connection) == migrations.NEWEST
    assert migrations.migrate(store.connection) == 0
    taken = [row[0] for row in store.connection.execute("SELECT name FROM migrations ORDER BY number")]
    assert taken == [name for name, _ in migrations.STEPS]


def test_sqlite_utils_looks_at_the_same_library(store: Store):
    tables = utilities(store.connection).table_names()
    assert {"events", "outbox", "appeals", "feed_rows", "drafts"} <= set(tables)


def test_a_broken_step_leaves_the_tables_as_they_were(store: Store, monkeypatch: pytest.MonkeyPatch):
    def broken(connection) -> None:
        connection.execute("CREATE TABLE half (a)")
        connection.execute("CREATE TABLE events (a)")

    before = migrations.version_of(store.connection)
    monkeypatch.setattr(migrations, "STEPS", (*migrations.STEPS, ("broken", broken)))
    monkeypatch.setattr(migrations, "NEWEST", before + 1)
    with pytest.raises(dbapi2.OperationalError):
        migrations.migrate(store.connection)
    assert store.connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'half'").fetchone() is None
    assert migrations.version_of(store.connection) == before


def test_events_are_never_changed_or_deleted(office: Office):
    made = register_appeal(office.desk, make_draft())
    connection = office.desk.store.connection
    for statement in (
        "DELETE FROM events",
        "UPDATE events SET body = x'00'",
        "UPDATE events SET header = x'00'",
        "UPDATE events SET seq = 99",
        "UPDATE events SET number = 'ALA-26-A-00009-0000'",
        "UPDATE events SET salt = NULL, body = NULL",
    ):
        with pytest.raises(dbapi2.IntegrityError):
            connection.execute(statement)
    assert connection.execute("SELECT number FROM events WHERE kind = 1").fetchone()[0] == made.number


def test_an_erased_event_keeps_its_name_and_loses_its_words(office: Office):
    made = register_appeal(office.desk, make_draft(text="канарейка"))
    with office.desk.store.transaction() as connection:
        assert erase_event(connection, made.event)
        assert not erase_event(connection, made.event)
    connection = office.desk.store.connection
    header, salt, body, commitment, remains = connection.execute(
        "SELECT header, salt, body, commitment, remains FROM events WHERE event_hash = ?", (made.event,)
    ).fetchone()
    assert (salt, body) == (None, None)
    assert event_hash_after_erasure(header, commitment) == made.event
    assert "канарейка".encode() not in remains
    with pytest.raises(dbapi2.IntegrityError):
        connection.execute("UPDATE events SET remains = ? WHERE event_hash = ?", (b"other", made.event))


def test_erased_words_leave_the_second_medium_too_also_one_that_was_away(office: Office, tmp_path: Path):
    stick = tmp_path / "stick"
    stick.mkdir()
    office.desk.second = SecondMedium(stick, office.desk.store.key)
    gone, stays = (register_appeal(office.desk, make_draft()).event for _ in range(2))
    assert office.desk.copy_to_second()
    stick.rename(tmp_path / "pocket")
    with office.desk.store.transaction() as connection:
        erase_event(connection, gone)
    office.desk.forget_on_second()
    (tmp_path / "pocket").rename(stick)
    office.desk.forget_on_second()
    epoch = current_epoch(office.desk.store.connection).epoch
    copied = {event.hash for event in SecondMedium(stick, office.desk.store.key).read(epoch)}
    assert stays in copied
    assert gone not in copied
    assert waiting_on_second(office.desk.store) == {}
    later = register_appeal(office.desk, make_draft()).event
    assert office.desk.copy_to_second()
    assert later in {event.hash for event in SecondMedium(stick, office.desk.store.key).read(epoch)}


def _decrypted(office: Office) -> bytes:
    """Every byte of every page of the file as it reads under its key (SQLCipher 4: AES-256-CBC, 80 bytes apart)."""
    raw, key = office.home.store.read_bytes(), office.desk.store.key
    read = bytearray()
    for at in range(0, len(raw), 4096):
        page = raw[at : at + 4096]
        vector, sealed = page[-80:-64], page[16 if at == 0 else 0 : -80]
        opener = Cipher(algorithms.AES(key), modes.CBC(vector)).decryptor()
        read += opener.update(sealed) + opener.finalize()
    return bytes(read)


def test_after_erasing_no_page_of_the_file_holds_the_words(office: Office):
    words = {"surname": "Ыйканарейкина", "subject": "щщканарейка-тема", "text": "ээканарейка-сөз " * 300}
    draft = make_draft(**words)
    save_draft(office.desk, draft)
    made = register_appeal(office.desk, draft)
    for _ in range(10):
        register_appeal(office.desk, make_draft())
    office.desk.store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    said = [form.encode() for word in words.values() for form in (word.split()[0], fold(word.split()[0]))]
    before = _decrypted(office)
    assert all(form in before for form in said[:1])
    with office.desk.store.transaction() as connection:
        erase_event(connection, made.event)
        project_again(connection, made.event)
    assert scrub(office.desk.store)
    assert not scrub(office.desk.store)
    after = _decrypted(office)
    assert not [form.decode() for form in said if form in after]
    assert "канарейка".encode() not in after
    assert reading.list_requests(office.desk, "канарейк") == ()
    assert reading.appeal_card(office.desk, made.event).seen.is_erased


def test_an_event_of_a_newer_kind_is_kept_as_it_is(store: Store):
    header = Header(b"e" * 16, 1, 900, 0, 0, bytes(8))
    event = Event(codec.encode(to_plain(header)), bytes(16), codec.encode({0: "from the future"}))
    with store.transaction() as connection:
        kept = keep_event(connection, event)
        assert keep_event(connection, event) == kept
    row = store.connection.execute("SELECT is_understood, body FROM events").fetchall()
    assert row == [(0, event.body)]


def test_one_own_seq_has_one_event(store: Store):
    header = Header(b"e" * 16, 1, 9, 0, 0, bytes(8))
    with store.transaction() as connection:
        keep_event(connection, make_event(header, SessionOpened("clerk", "a"), bytes(16)), is_own=True)
    with pytest.raises(dbapi2.IntegrityError), store.transaction() as connection:
        keep_event(connection, make_event(header, SessionOpened("clerk", "b"), bytes(16)), is_own=True)
    assert store.connection.execute("SELECT count(*) FROM events").fetchone()[0] == 1


def test_a_transaction_is_whole_or_nothing(store: Store):
    def half() -> None:
        with store.transaction():
            keep_setting(store, "a", "1")
            raise ValueError

    with pytest.raises(ValueError):
        half()
    assert read_setting(store, "a", "none") == "none"


def test_a_full_disk_is_named_and_changes_nothing(store: Store):
    fill_disk(store)
    with pytest.raises(DiskFull):
        keep_setting(store, "big", "x" * 1_000_000)
    assert read_setting(store, "big") == ""
    assert store.find_damage(thorough=True) == ()


def test_a_closed_store_says_so(store: Store):
    store.close()
    with pytest.raises(StoreError) as closed:
        read_setting(store, "a")
    assert closed.value.code == "store_closed"
