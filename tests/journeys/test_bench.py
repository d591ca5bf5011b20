"""That the measuring runs and says each figure beside its limit; how fast things are is not a test's business."""

import json
from pathlib import Path

from proving.bench.__main__ import main
from proving.bench.meeting_load import SMALL
from proving.emulated_line import may_be_emulated


def test_each_figure_stands_beside_its_limit(tmp_path: Path) -> None:
    file = tmp_path / "bench.json"
    assert main(["--quick", "--keep", str(tmp_path / "offices"), "--json", str(file), "register"]) == 0
    told = json.loads(file.read_text(encoding="utf-8"))
    assert set(told["figures"]) == {"register_p95_beyond_fsync"}
    for figure in told["figures"].values():
        assert {"value", "limit", "met", "unit"} <= set(figure)
    assert told["machine"]["cores"] >= 1


def test_the_siege_ends_by_itself_and_says_each_figure(tmp_path: Path) -> None:
    file = tmp_path / "siege.json"
    assert main(["--quick", "--keep", str(tmp_path), "--json", str(file), "siege"]) == 0
    figures = json.loads(file.read_text(encoding="utf-8"))["figures"]
    assert set(figures) == {
        "siege_exchange_p95_ratio",
        "siege_page_p95_ratio",
        "siege_refused",
        "worst_request_seconds",
        "worst_request_megabytes",
    }
    assert figures["siege_refused"]["value"] == 0
    assert figures["worst_request_megabytes"]["met"]
    assert len(figures["worst_request_seconds"]["more"]["each"]) > 40


def test_the_trial_of_a_camera_and_a_full_meeting_are_measured_with_kills_and_a_cut(tmp_path: Path) -> None:
    file = tmp_path / "meetings.json"
    assert main(["--quick", "--keep", str(tmp_path), "--json", str(file), "meetings"]) == 0
    figures = json.loads(file.read_text(encoding="utf-8"))["figures"]
    assert set(figures) == {
        "lag_with_picture_p99",
        "picture_back_after_kill",
        "picture_cpu",
        "echo_return_loss",
        *({"thin_sound_in_time", "thin_sound_delay"} if may_be_emulated() else ()),
        "paint_of_a_full_stage",
        "lag_in_a_full_meeting_p99",
        "first_picture_p50",
        "meeting_back_after_cut",
        "meeting_back_after_kill",
        "meeting_memory",
        "cpu_beside_browser",
        "media_server_cores",
        "media_server_memory",
    }
    assert figures["picture_back_after_kill"]["more"]["back_s"]["n"] == 3
    assert figures["echo_return_loss"]["met"], figures["echo_return_loss"]
    assert figures["media_server_cores"]["more"]["pictures_a_second"]["min"] > 0, "somebody sees nothing"
    assert figures["meeting_back_after_cut"]["more"]["cut_s"] == SMALL.cut_s
    assert figures["cpu_beside_browser"]["more"]["browser"]["pictures_a_second"] > 0, "a browser sees nothing"
