"""What rooms let the worker do: the trouble of one is no other's."""

import pytest

from server_sync.common import chores


@pytest.mark.expects_log("chore_failed")
def test_a_chore_that_fails_keeps_none_of_those_behind_it_from_being_done_and_is_told(monkeypatch):
    done: list[int] = []

    def fail() -> None:
        raise LookupError

    monkeypatch.setattr(chores, "_chores", [fail, lambda: done.append(1)])
    with pytest.raises(LookupError):
        chores.do_chores()
    assert done == [1]
