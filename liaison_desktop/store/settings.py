"""Small values of the program that belong to the encrypted store."""

from liaison_desktop.store.store import Store
from liaison_desktop.workplace.clock import ClerksWord, Clock, HeldTime, ServerTime, hold_time

CLOCK_WORD = "clock_word"
"""What the clerk said of the clock, with the start of the system for which it was said."""


def read_setting(store: Store, name: str, default: str = "") -> str:
    """Give a setting's text."""
    row = store.connection.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
    return default if row is None else str(row[0])


def keep_setting(store: Store, name: str, value: str) -> None:
    """Keep a setting's text."""
    with store.transaction() as connection:
        connection.execute(
            "INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, value),
        )


def forget_setting(store: Store, name: str) -> None:
    """Drop a setting."""
    with store.transaction() as connection:
        connection.execute("DELETE FROM settings WHERE name = ?", (name,))


def server_time(store: Store) -> ServerTime | None:
    """The centre's time as last heard; None before the first word from it."""
    row = store.connection.execute(
        "SELECT time_ms, heard_wall_ms, heard_monotonic_ms, boot FROM server_times WHERE id = 1"
    ).fetchone()
    return None if row is None else ServerTime(*row)


def hear_server_time(store: Store, clock: Clock, time_ms: int) -> None:
    """Keep the centre's time; an older one than was heard before is passed over."""
    with store.transaction() as connection:
        connection.execute(
            "INSERT INTO server_times (id, time_ms, heard_wall_ms, heard_monotonic_ms, boot) VALUES (1, ?, ?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET time_ms = excluded.time_ms, heard_wall_ms = excluded.heard_wall_ms, "
            "heard_monotonic_ms = excluded.heard_monotonic_ms, boot = excluded.boot "
            "WHERE excluded.time_ms >= server_times.time_ms",
            (time_ms, clock.wall_ms(), clock.monotonic_ms(), clock.boot),
        )


def held_time(store: Store, clock: Clock) -> HeldTime:
    """The time that counts here: the clock held against the centre's last word, and against the clerk's."""
    boot, _, word = read_setting(store, CLOCK_WORD).partition(" ")
    said = ClerksWord(word) if boot == clock.boot.hex() else ClerksWord.NOT_ASKED
    return hold_time(clock, server_time(store), said)


def keep_clerks_word(store: Store, clock: Clock, word: ClerksWord) -> None:
    """Keep what the clerk says of the clock; it holds until the system is started anew or the centre is heard."""
    keep_setting(store, CLOCK_WORD, f"{clock.boot.hex()} {word.value}")
