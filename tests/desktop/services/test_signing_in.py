"""People sign in without a line after the first time; wrong passwords cost time that a restart does not give back."""

from dataclasses import replace
from datetime import date

import pytest

from liaison_desktop.domain.errors import SignInRefused
from liaison_desktop.services import signing_in
from liaison_desktop.services.opening import open_desk, unattended_key
from liaison_desktop.services.registering import register_appeal
from liaison_desktop.ui.passwords import trouble_with
from liaison_desktop.workplace import keys
from server_sync.contract.messages import RoleScope
from tests.desktop.office import PASSWORD, SITE, Office, make_draft, make_place, person_reply


def _fresh(office: Office):
    return make_place(office.home.folder, office.clock, office.machine, office.vault)


def test_a_password_opens_the_store_without_a_line(office: Office):
    key, person = signing_in.unlock(_fresh(office), "ALIM ", PASSWORD)
    assert key == office.desk.store.key
    assert person.name == "Медер Ибраимов"


def test_several_people_open_the_same_store_each_with_their_own_password(office: Office):
    bela = signing_in.admit_person(office.place, office.desk, person_reply("bela", surname="Асанова"), "другой пароль")
    place = _fresh(office)
    assert signing_in.unlock(place, "alim", PASSWORD)[0] == signing_in.unlock(place, "bela", "другой пароль")[0]
    with pytest.raises(SignInRefused):
        signing_in.unlock(place, "alim", "другой пароль")
    signing_in.close_session(office.desk)
    signing_in.open_session(office.desk, bela, "test 1")
    made = register_appeal(office.desk, make_draft())
    assert made.number


@pytest.mark.parametrize("hollow", [" " * 10, "\u00a0\u2003\u200b" * 4, "a" * 12, "1212121212"])
def test_no_password_is_set_that_is_long_and_holds_nothing(office: Office, hollow: str):
    with pytest.raises(SignInRefused) as weak:
        signing_in.change_password(office.place, "alim", PASSWORD, hollow)
    assert weak.value.code == "password_weak"
    with pytest.raises(SignInRefused) as weak:
        signing_in.set_password_by_recovery(office.place, "alim", office.recovery_key, hollow)
    assert weak.value.code == "password_weak"
    told = trouble_with(hollow, hollow)
    assert told is not None
    assert told[0] == "new"
    assert signing_in.unlock(_fresh(office), "alim", PASSWORD)


def test_wrong_passwords_wait_longer_and_longer_and_a_restart_gives_nothing_back(office: Office):
    waits = []
    for _ in range(6):
        with pytest.raises(SignInRefused) as wrong:
            signing_in.unlock(_fresh(office), "alim", "жаңылыш")
        assert wrong.value.code == "password_wrong"
        waits.append(wrong.value.params["wait_s"])
        office.clock.go_on(int(wrong.value.params["wait_s"]) * 1000)
    assert waits == [0, 0, 5, 10, 20, 40]
    with pytest.raises(SignInRefused):
        signing_in.unlock(_fresh(office), "alim", "жаңылыш")
    with pytest.raises(SignInRefused) as held:
        signing_in.unlock(_fresh(office), "alim", PASSWORD)
    assert held.value.code == "sign_in_wait"
    office.clock.now_ms -= 10**10
    with pytest.raises(SignInRefused):
        signing_in.unlock(_fresh(office), "alim", PASSWORD)
    office.clock.now_ms += 10**10 + 900_000
    assert signing_in.unlock(_fresh(office), "alim", PASSWORD)
    with pytest.raises(SignInRefused) as anew:
        signing_in.unlock(_fresh(office), "alim", "жаңылыш")
    assert anew.value.params["wait_s"] == 0


def test_the_longest_wait_is_a_quarter_of_an_hour():
    assert signing_in.wait_after(500) == 900


def test_a_stranger_is_told_so(office: Office):
    with pytest.raises(SignInRefused) as refused:
        signing_in.unlock(office.place, "nobody", "x")
    assert refused.value.code == "person_unknown_here"


def test_a_changed_password_counts_from_now_on(office: Office):
    signing_in.change_password(office.place, "alim", PASSWORD, "жаңы сырсөз 9")
    assert signing_in.unlock(_fresh(office), "alim", "жаңы сырсөз 9")[0] == office.desk.store.key
    with pytest.raises(SignInRefused):
        signing_in.unlock(_fresh(office), "alim", PASSWORD)
    with pytest.raises(SignInRefused) as short:
        signing_in.change_password(office.place, "alim", "жаңы сырсөз 9", "кыска")
    assert short.value.code == "password_weak"


def test_the_recovery_key_from_the_safe_opens_the_store_and_gives_a_new_password(office: Office):
    typed = office.recovery_key.lower().replace("-", " ")
    assert signing_in.unlock_with_recovery(_fresh(office), typed) == office.desk.store.key
    signing_in.set_password_by_recovery(office.place, "alim", typed, "калыбына келди")
    assert signing_in.unlock(_fresh(office), "alim", "калыбына келди")
    with pytest.raises(SignInRefused) as wrong:
        signing_in.unlock_with_recovery(_fresh(office), "0" * keys.RECOVERY_CHARACTERS)
    assert wrong.value.code == "recovery_key_wrong"
    with pytest.raises(SignInRefused) as malformed:
        signing_in.unlock_with_recovery(_fresh(office), "12345")
    assert malformed.value.code == "recovery_key_malformed"


def test_the_first_key_lies_open_only_until_the_first_person_comes(office: Office):
    assert office.place.file.read().first_key is None
    assert "first_key" in office.home.description.read_text(encoding="utf-8")


def test_a_role_that_has_ended_lets_nobody_work(office: Office):
    ended = RoleScope("clerk", SITE, until_on=date(2026, 11, 1))
    person = signing_in.admit_person(office.place, office.desk, person_reply("bela", roles=(ended,)), PASSWORD)
    with pytest.raises(SignInRefused) as refused:
        signing_in.open_session(office.desk, person, "test 1")
    assert refused.value.code == "no_role_here"


def test_a_role_of_a_newer_program_is_left_out(office: Office):
    reply = person_reply("bela", roles=(RoleScope("astronaut", SITE), RoleScope("clerk", SITE)))
    assert [one.role.value for one in signing_in.person_of(reply, 0).roles] == ["clerk"]


def test_sessions_are_events_of_the_chain(office: Office):
    signing_in.close_session(office.desk)
    signing_in.close_session(office.desk)
    kinds = [row[0] for row in office.desk.store.connection.execute("SELECT kind FROM events ORDER BY seq")]
    assert kinds == [9, 10]


def test_a_person_taken_off_this_computer_needs_the_centre_again(office: Office):
    signing_in.forget_person(office.place, "alim")
    with pytest.raises(SignInRefused):
        signing_in.unlock(_fresh(office), "alim", PASSWORD)


def test_a_system_without_a_keyring_is_no_obstacle(office: Office):
    office.vault.has_keyring = False
    signing_in.admit_person(office.place, office.desk, person_reply("bela"), PASSWORD)
    assert unattended_key(office.place) is None
    key, _ = signing_in.unlock(_fresh(office), "bela", PASSWORD)
    office.desk.store.close()
    office.desk = open_desk(_fresh(office), key)


def test_language_comes_from_the_person(office: Office):
    signing_in.admit_person(office.place, office.desk, replace(person_reply("bela"), language="ru"), PASSWORD)
    assert office.place.file.read().language == "ru"
