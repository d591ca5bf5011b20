"""Passwords are checked in one place, slowly for those who guess."""

import threading
import time
import unicodedata
from datetime import timedelta

import pytest
from django.utils import timezone

from server_sync.common.refusals import Refused
from server_sync.contract.messages import PersonRequest
from server_sync.workplaces import passwords, throttle
from server_sync.workplaces.models import Epoch, Person, Throttle
from server_sync.workplaces.models.people import fold_login
from server_sync.workplaces.passwords import change_password, check_password, generate_password
from server_sync.workplaces.people import check_person
from server_sync.workplaces.throttle import Guesser, has_guessed_much

PASSWORD = "Kara-Suu-1876"


def refusal_of(login: str, password: str, caller: str = "") -> Refused:
    with pytest.raises(Refused) as refused:
        check_password(login, password, Guesser(caller))
    return refused.value


def guess_until_told_to_wait(login: str, caller: str = "") -> int:
    for guesses in range(1, 20):
        refusal = refusal_of(login, f"guess {guesses}", caller)
        if refusal.code == "sign_in_wait":
            return guesses
    raise AssertionError("nobody was told to wait")


def let_the_wait_pass() -> None:
    for row in Throttle.objects.all():
        row.open_at = timezone.now() - timedelta(seconds=1)
        row.save(update_fields=["open_at"])


def test_the_right_password_says_who_it_is(alim):
    assert check_password("alim", PASSWORD) == alim


def test_a_login_is_found_in_any_case_and_with_spaces_around(alim):
    assert check_password("  ALIM ", PASSWORD) == alim


@pytest.mark.parametrize("marks", ["\u0301\u0316", "\u0f73", "\u05b0\u0591"])
def test_a_login_of_marks_alone_is_brought_into_order_in_no_time(db, marks):
    heaped = "а" + marks * 16_000
    assert sum(1 for letter in fold_login(heaped) if unicodedata.combining(letter)) <= 60
    assert refusal_of(heaped, "wrong").code == "sign_in_wrong"


def test_an_unknown_login_is_answered_like_a_wrong_password(alim):
    assert refusal_of("alim", "wrong").code == refusal_of("nobody-here", "wrong").code == "sign_in_wrong"


def test_a_person_who_left_cannot_sign_in(alim):
    Person.objects.filter(pk=alim.pk).update(is_active=False)
    assert refusal_of("alim", PASSWORD).code == "person_inactive"


def test_the_wait_grows_with_every_wrong_guess(alim):
    guess_until_told_to_wait("alim")
    waits = []
    for _ in range(4):
        let_the_wait_pass()
        refusal_of("alim", "wrong")
        waits.append(int(str(refusal_of("alim", "wrong").params["wait_s"])))
    assert waits == sorted(set(waits))
    assert waits[-1] >= 4 * waits[0]


def test_the_right_password_waits_too_while_somebody_guesses_here(alim):
    guess_until_told_to_wait("alim")
    assert refusal_of("alim", PASSWORD).code == "sign_in_wait"


def test_guesses_at_one_place_do_not_lock_the_person_out_elsewhere(alim):
    guess_until_told_to_wait("alim", caller="a stolen PC")
    assert check_password("alim", PASSWORD, Guesser("the own PC")) == alim


def test_guesses_from_many_places_are_slowed_down_as_well(alim):
    for place in range(16):
        refusal_of("alim", "wrong", caller=f"place {place}")
    assert refusal_of("alim", "wrong", caller="place 99").code == "sign_in_wait"


def test_who_was_right_leaves_no_trace(alim):
    check_password("alim", PASSWORD)
    assert not Throttle.objects.exists()


def test_no_login_that_was_typed_is_kept(alim):
    refusal_of("alim", "wrong")
    assert "alim" not in "".join(Throttle.objects.values_list("key", flat=True))


@pytest.mark.parametrize("login", ["", "x" * 5_000, "a\x00b", "😀", "'; drop table"])
def test_any_login_is_answered(centre, login):
    assert refusal_of(login, "wrong").code == "sign_in_wrong"


@pytest.mark.parametrize("login", ["", "a\x00b"])
def test_any_login_is_answered_at_a_pc_too(office_a, login):
    with pytest.raises(Refused) as refused:
        check_person(PersonRequest(login, "wrong"), office_a.epoch)
    assert refused.value.code == "sign_in_wrong"


def test_a_password_of_a_megabyte_is_refused_and_costs_nothing(alim):
    assert refusal_of("alim", "x" * 1_000_000).code == "sign_in_wrong"


def test_a_person_signs_in_at_their_own_office(alim, office_a):
    reply = check_person(PersonRequest("alim", PASSWORD), office_a.epoch)
    assert (reply.person, reply.surname, reply.roles[0].role) == (alim.id.bytes, "Алимов", "clerk")
    assert reply.roles[0].site_code == "KG-C-ALA"


def test_a_clerk_of_another_office_does_not_get_in(bela, office_a):
    with pytest.raises(Refused) as refused:
        check_person(PersonRequest("bela", PASSWORD), office_a.epoch)
    assert refused.value.code == "no_role_here"


def test_central_staff_do_not_open_an_office_store(nur, office_a):
    with pytest.raises(Refused) as refused:
        check_person(PersonRequest("nur", PASSWORD), office_a.epoch)
    assert refused.value.code == "no_role_here"


def test_central_staff_work_at_the_hub(nur, enrolled):
    hub = enrolled("KG-HALL")
    assert check_person(PersonRequest("nur", PASSWORD), hub.epoch).roles[0].role == "central_operator"


def test_a_one_time_password_has_to_be_changed_first(alim, office_a):
    Person.objects.filter(pk=alim.pk).update(must_change_password=True)
    with pytest.raises(Refused) as refused:
        check_person(PersonRequest("alim", PASSWORD), office_a.epoch)
    assert refused.value.code == "password_must_change"


def test_a_changed_password_is_the_only_one_that_works(alim):
    change_password(alim, PASSWORD, "Жаңы-сырсөз-2026")
    assert check_password("alim", "Жаңы-сырсөз-2026") == alim
    assert refusal_of("alim", PASSWORD).code == "sign_in_wrong"


@pytest.mark.parametrize(
    ("new", "code"),
    [
        ("short", "password_weak"),
        ("password123456", "password_weak"),
        (" " * 10, "password_weak"),
        ("Алимов Алим", "password_weak"),
        ("алим алимов", "password_weak"),
        ("Алим Алимов 1", "password_weak"),
        (PASSWORD, "password_same"),
    ],
)
def test_a_weak_new_password_is_refused(alim, new, code):
    if new == "password123456":
        new = "1234567890"
    with pytest.raises(Refused) as refused:
        change_password(alim, PASSWORD, new)
    assert refused.value.code == code


def test_generated_passwords_can_be_read_aloud_and_differ():
    made = {generate_password() for _ in range(50)}
    assert len(made) == 50
    assert not set("".join(made)) & set("01iloIO")


def test_whoever_guesses_with_many_hands_takes_no_thread_of_the_server(alim, monkeypatch):
    """One password is checked at a time and two wait; everybody else is sent away at once, and has not guessed."""
    inside, go_on = threading.Event(), threading.Event()

    def slowly(*_: object) -> str:
        inside.set()
        assert go_on.wait(20)
        return ""

    monkeypatch.setattr(passwords, "make_password", slowly)
    monkeypatch.setattr(passwords, "PATIENCE_S", 0.01)
    desk = passwords.Desk()
    monkeypatch.setattr(passwords, "_for_strangers", desk)

    def hold() -> None:
        with desk.taken("somebody"):
            slowly()

    holder = threading.Thread(target=hold)
    holder.start()
    assert inside.wait(20)
    try:
        with pytest.raises(Refused, match="sign_in_wait"):
            check_password("nobody", PASSWORD, Guesser("somewhere"))
        assert not Throttle.objects.filter(failures__gt=0).exists()
        assert check_password("alim", PASSWORD, Guesser("somewhere", "a browser that is known")) == alim
    finally:
        go_on.set()
        holder.join()


def test_one_account_keeps_no_other_out_with_many_hands(alim, monkeypatch):
    monkeypatch.setattr(passwords, "PATIENCE_S", 20)
    desk = passwords.Desk()
    monkeypatch.setattr(passwords, "_for_the_known", desk)
    inside, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        with desk.taken("a colleague"):
            inside.set()
            assert go_on.wait(20)

    holder = threading.Thread(target=hold)
    holder.start()
    assert inside.wait(20)
    for _ in range(4):
        with pytest.raises(Refused, match="sign_in_wait") as refused, desk.taken("a colleague"):
            pass
        assert refused.value.params["busy"] == 1
    threading.Timer(0.2, go_on.set).start()
    assert check_password("alim", PASSWORD, Guesser("somewhere", "a browser that is known")) == alim
    holder.join()


def test_places_from_which_much_was_guessed_wait_behind_those_from_which_nothing_was(alim, monkeypatch):
    monkeypatch.setattr(throttle, "MUCH_AT_PLACE", 2)
    for at in range(3):
        with pytest.raises(Refused, match="sign_in_wrong"):
            check_password(f"nobody {at}", PASSWORD, Guesser("a bad place"))
    desk = passwords.Desk()
    monkeypatch.setattr(passwords, "_for_strangers", desk)
    monkeypatch.setattr(passwords, "PATIENCE_S", 20)
    assert has_guessed_much(passwords.SIGN_IN, Guesser("a bad place"))
    assert not has_guessed_much(passwords.SIGN_IN, Guesser("another place"))
    heard: list[str] = []
    go_on = threading.Event()

    def come(who: str, *, has_guessed: bool) -> None:
        with desk.taken(who, has_guessed=has_guessed):
            heard.append(who)
            assert go_on.wait(20)

    def start(who: str, *, has_guessed: bool) -> threading.Thread:
        thread = threading.Thread(target=come, args=(who,), kwargs={"has_guessed": has_guessed})
        thread.start()
        line = desk._here[has_guessed]
        while who not in line:
            time.sleep(0.001)
        return thread

    several = [start("at the desk", has_guessed=True)]
    while not heard:
        time.sleep(0.001)
    several += [start(f"bad {at}", has_guessed=True) for at in range(2)]
    with pytest.raises(Refused, match="sign_in_wait"), desk.taken("bad 3", has_guessed=True):
        pass
    several.append(start("good", has_guessed=False))
    go_on.set()
    for one in several:
        one.join()
    assert heard[:2] == ["at the desk", "good"]


def test_a_first_sign_in_at_an_enrolled_pc_does_not_wait_for_strangers(alim, office_a, monkeypatch):
    monkeypatch.setattr(passwords, "PATIENCE_S", 0)
    with passwords._for_strangers.taken("somebody"):
        assert check_person(PersonRequest("alim", PASSWORD), office_a.epoch).login == "alim"


def first_sign_in(epoch: Epoch, password: str, new: str = "") -> object:
    return check_person(PersonRequest("alim", password, new), epoch)


OWN = "Жаңы-сырсөзүм-77"


@pytest.fixture
def with_one_time(alim: Person) -> Person:
    Person.objects.filter(pk=alim.pk).update(must_change_password=True)
    return alim


def test_a_one_time_password_opens_nothing_and_is_changed_by_the_same_call(office_a, with_one_time):
    with pytest.raises(Refused) as refused:
        first_sign_in(office_a.epoch, PASSWORD)
    assert refused.value.code == "password_must_change"
    assert first_sign_in(office_a.epoch, PASSWORD, OWN)
    assert first_sign_in(office_a.epoch, OWN)
    with pytest.raises(Refused):
        first_sign_in(office_a.epoch, PASSWORD)


def test_the_change_sent_again_after_a_lost_answer_is_answered_the_same(office_a, with_one_time):
    assert first_sign_in(office_a.epoch, PASSWORD, OWN) == first_sign_in(office_a.epoch, PASSWORD, OWN)


@pytest.mark.parametrize(("new", "code"), [("short", "password_weak"), (PASSWORD, "password_same")])
def test_a_new_password_that_will_not_do_is_refused_and_changes_nothing(office_a, with_one_time, new, code):
    with pytest.raises(Refused) as refused:
        first_sign_in(office_a.epoch, PASSWORD, new)
    assert refused.value.code == code
    assert Person.objects.get(pk=with_one_time.pk).must_change_password


def test_a_password_that_is_nobodys_one_time_one_is_not_changed(office_a, alim):
    first_sign_in(office_a.epoch, PASSWORD, OWN)
    assert first_sign_in(office_a.epoch, PASSWORD)


def test_who_does_not_know_the_one_time_password_changes_nothing(office_a, with_one_time):
    with pytest.raises(Refused) as refused:
        first_sign_in(office_a.epoch, "wrong guess 1", OWN)
    assert refused.value.code == "sign_in_wrong"
    assert Person.objects.get(pk=with_one_time.pk).check_password(PASSWORD)
