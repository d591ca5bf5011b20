"""Sound over a line of 128 kbit/s that loses one packet in twenty is understood; in small what the bench measures."""

from pathlib import Path

import pytest

from proving.bench.thin_sound import LINE, thin_sound
from proving.emulated_line import may_be_emulated


@pytest.mark.skipif(not may_be_emulated(), reason="a line is emulated by root, where network namespaces may be made")
def test_sound_over_a_thin_line_that_loses_packets_is_heard_in_time(tmp_path: Path) -> None:
    figures = {one.name: one for one in thin_sound(tmp_path, 6)}
    in_time, delay = figures["thin_sound_in_time"], figures["thin_sound_delay"]
    assert in_time.value > 0.9, in_time
    assert delay.value < 2, delay
    assert 20 < in_time.more["came_kbps"] < LINE.kbps, "it went over that line and left room"
    assert in_time.more["stills"] > 0
