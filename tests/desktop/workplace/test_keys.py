"""One key opens the store; people, the safe and the system's keyring each hold it wrapped."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison_desktop.domain.errors import SignInRefused, WorkplaceDamaged
from liaison_desktop.workplace import keys
from tests.desktop.office import CHEAP

KEY = bytes(range(32))


@settings(max_examples=20)
@given(secret=st.text(min_size=1, max_size=60), other=st.text(min_size=1, max_size=60))
def test_only_the_same_secret_of_the_same_holder_opens_a_wrap(secret: str, other: str):
    locked = keys.Wrap.from_plain(keys.wrap(KEY, secret, "person 1", CHEAP).to_plain())
    assert keys.unwrap(locked, secret, "person 1") == KEY
    with pytest.raises(SignInRefused):
        keys.unwrap(locked, secret, "person 2")
    if other != secret:
        with pytest.raises(SignInRefused):
            keys.unwrap(locked, other, "person 1")


def test_a_password_costs_time_but_not_patience():
    began = time.perf_counter()
    locked = keys.wrap(KEY, "алты-сан 77", "person 1")
    assert keys.COST.memory_kib >= 64 * 1024
    assert keys.COST.time >= 3
    assert keys.unwrap(locked, "алты-сан 77", "person 1") == KEY
    assert time.perf_counter() - began > 0


@pytest.mark.parametrize(
    "change", [{"kdf": "md5"}, {"time": 10**9}, {"memory_kib": 10**9}, {"salt": "%"}, {"nonce": None}]
)
def test_a_broken_or_monstrous_wrap_is_refused(change: dict[str, object]):
    plain = keys.wrap(KEY, "x", "person 1", CHEAP).to_plain()
    with pytest.raises(WorkplaceDamaged):
        keys.Wrap.from_plain(plain | change)


def test_a_recovery_key_is_read_as_it_is_written_by_hand():
    key = keys.new_recovery_key()
    assert keys.read_recovery_key(key.lower().replace("-", " ")) == key
    assert keys.read_recovery_key("o0iIl-11111-22222-33333-44444") == "00111-11111-22222-33333-44444"
    with pytest.raises(SignInRefused):
        keys.read_recovery_key("U" * 25)
