"""What a line can carry is decided from figures alone: down quickly, up slowly, and never to and fro."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as some

from liaison_desktop.meetings.profiles import (
    BAD_TIMES,
    CLEAN_S,
    FAILED_WITHIN_S,
    ORDER,
    PATIENCE_MOST_S,
    SHARES,
    Figures,
    Following,
    Profile,
    begin,
    follow,
    is_bad,
    is_mix,
    of_kbps,
)
from server_sync.contract.meeting_lines import MixTrack
from server_sync.contract.meetings import broadcast_of, mix_of

PROFILES = some.sampled_from(ORDER)
LOOKS = some.builds(
    Figures,
    passed_s=some.floats(0.5, 4.0),
    lost=some.floats(0.0, 1.0),
    quality=some.integers(0, 3),
    is_stalled=some.booleans(),
)
CLEAN = Figures(2.0)
BAD = Figures(2.0, lost=0.2)


def place(following: Following) -> int:
    return ORDER.index(following.profile)


def after(following: Following, *looks: Figures) -> Following:
    for look in looks:
        following = follow(following, look)
    return following


def test_each_measured_line_gets_the_profile_of_the_design() -> None:
    wanted = {
        4_000: Profile.ALL,
        2_000: Profile.SIX,
        1_000: Profile.THREE,
        512: Profile.MOSAIC,
        256: Profile.SMALL,
        128: Profile.STILLS,
        40: Profile.SOUND,
        0: Profile.SOUND,
    }
    assert {kbps: of_kbps(kbps) for kbps in wanted} == wanted


@given(some.integers(0, 100_000), some.integers(0, 100_000))
def test_a_thicker_line_never_gets_less(one: int, other: int) -> None:
    thin, thick = sorted((one, other))
    assert ORDER.index(of_kbps(thick)) <= ORDER.index(of_kbps(thin))


def test_what_is_given_up_is_the_others_cameras_then_the_own_then_moving_pictures_and_sound_never() -> None:
    shares = [SHARES[one] for one in ORDER]
    for more, less in pairwise(shares):
        assert more.needs_kbps > less.needs_kbps
        assert more.pictures >= less.pictures
        assert more.own_kbps >= less.own_kbps
        assert more.screen_a_second >= less.screen_a_second
    without_own = next(place for place, share in enumerate(shares) if not share.own_kbps)
    few_others = next(place for place, share in enumerate(shares) if share.pictures <= 1)
    assert few_others < without_own


def test_the_mix_is_called_as_the_contract_says() -> None:
    assert [one.mix_track for one in SHARES.values() if one.mix_track] == [
        MixTrack.PICTURE,
        MixTrack.SMALL,
        MixTrack.STILLS,
    ]
    assert is_mix(mix_of(bytes(16)))
    assert not is_mix(broadcast_of(bytes(16)))
    assert not is_mix("KG-C-ALA-00000001")


def test_the_word_of_the_server_is_no_reason_twice_for_one_moment() -> None:
    poor = Figures(2.0, quality=1)
    assert after(begin(Profile.SIX), *[poor] * 4).profile is Profile.SIX
    assert after(begin(Profile.SIX), *[poor] * 6).profile is Profile.THREE


def test_a_bad_line_is_given_less_within_two_looks_and_a_lost_one_at_once() -> None:
    assert after(begin(Profile.ALL), *[BAD] * BAD_TIMES).profile is Profile.SIX
    assert after(begin(Profile.ALL), *[BAD] * (BAD_TIMES - 1)).profile is Profile.ALL
    assert follow(begin(Profile.ALL), Figures(2.0, quality=0)).profile is Profile.SIX


def test_a_clean_line_is_given_one_profile_more_after_a_while_and_not_before() -> None:
    almost = after(begin(Profile.SMALL), *[CLEAN] * (CLEAN_S // 2 - 1))
    assert almost.profile is Profile.SMALL
    assert follow(almost, CLEAN).profile is Profile.MOSAIC


def test_one_bad_look_begins_the_wait_anew() -> None:
    almost = after(begin(Profile.SMALL), *[CLEAN] * (CLEAN_S // 2 - 1), BAD)
    assert after(almost, *[CLEAN] * (CLEAN_S // 2 - 1)).profile is Profile.SMALL


def test_a_radio_that_loses_one_packet_in_twenty_keeps_what_it_has() -> None:
    steady = after(begin(Profile.MOSAIC), *[Figures(2.0, lost=0.05)] * 500)
    assert steady.profile is Profile.MOSAIC


def test_a_line_that_carries_one_profile_and_not_the_next_is_disturbed_ever_more_seldom() -> None:
    following, ascents, at = begin(Profile.MOSAIC), [], 0.0
    while at < 3_600:
        before = following
        following = follow(following, BAD if place(following) < ORDER.index(Profile.MOSAIC) else CLEAN)
        at += 2.0
        if place(following) < place(before):
            ascents.append(at)
    waits = [later - earlier for earlier, later in pairwise(ascents)]
    assert waits == sorted(waits)
    assert len(ascents) < 15
    assert max(waits) <= PATIENCE_MOST_S + 2 * BAD_TIMES + FAILED_WITHIN_S


@given(PROFILES, some.lists(LOOKS, max_size=200))
def test_it_goes_one_step_at_a_time_and_up_only_after_a_clean_while(profile: Profile, looks: list[Figures]) -> None:
    following, clean_s = begin(profile), 0.0
    for look in looks:
        before = following
        following = follow(following, look)
        clean_s = clean_s + look.passed_s if look.is_clean else 0.0
        step = place(following) - place(before)
        assert step in (-1, 0, 1)
        if step == 1:
            assert is_bad(before, look)
        if step == -1:
            assert clean_s >= CLEAN_S
            clean_s = 0.0
        if step == 1:
            clean_s = 0.0


@given(PROFILES, some.lists(LOOKS, max_size=50))
def test_whatever_was_before_a_line_that_stays_clean_is_given_all_and_one_that_stays_bad_sound_alone(
    profile: Profile, looks: list[Figures]
) -> None:
    following = after(begin(profile), *looks)
    assert after(following, *[CLEAN] * (len(ORDER) * PATIENCE_MOST_S)).profile is Profile.ALL
    assert after(following, *[BAD] * (len(ORDER) * BAD_TIMES)).profile is Profile.SOUND


@given(some.lists(LOOKS, max_size=100), some.integers(0, 2))
def test_a_line_that_is_worse_at_every_look_has_never_more(looks: list[Figures], worse: int) -> None:
    better = after(begin(Profile.MOSAIC), *[Figures(2.0)] * len(looks))
    poorer = after(begin(Profile.MOSAIC), *[Figures(2.0, look.lost, min(look.quality, worse)) for look in looks])
    assert place(better) <= place(poorer)
