"""That the measuring runs and says each figure beside its limit; how fast things are is not a test's business."""

import json
from pathlib import Path

from proving.bench.__main__ import main


def test_each_figure_stands_beside_its_limit(tmp_path: Path) -> None:
    file = tmp_path / "bench.json"
    assert main(["--quick", "--keep", str(tmp_path / "offices"), "--json", str(file), "register"]) == 0
    told = json.loads(file.read_text(encoding="utf-8"))
    assert set(told["figures"]) == {"register_p95_beyond_fsync"}
    for figure in told["figures"].values():
        assert {"value", "limit", "met", "unit"} <= set(figure)
    assert told["machine"]["cores"] >= 1
