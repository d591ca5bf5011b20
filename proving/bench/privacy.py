"""How much of what points to a person is found in texts that are to be published, and how much else is taken for it."""

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from proving.bench.figures import Figure
from proving.bench.privacy_sentences import Label, Labelled, as_one, sentences
from server_sync.privacy.finder import find
from server_sync.privacy.finding import Finding

WHOLE: Final = 0.8
"""So much of what is marked has to lie in findings of its kind; less of a name would leave a name."""
TODAY: Final = date(2026, 11, 30)
RECALL: Final = {"pin": 0.98, "phone": 0.98, "email": 0.98, "name": 0.9, "address": 0.9}
LONG: Final = 100_000


@dataclass(frozen=True, slots=True)
class Score:
    """Of one kind: how many were marked, how many of them found, how many findings there are and how many are right."""

    marked: int
    found: int
    findings: int
    right: int

    @property
    def recall(self) -> float:
        """The share of what is marked that was found."""
        return self.found / self.marked if self.marked else 1.0

    @property
    def precision(self) -> float:
        """The share of findings that are right."""
        return self.right / self.findings if self.findings else 1.0


def scores(labelled: Iterable[Labelled]) -> dict[str, Score]:
    """Look at each sentence by itself. An official's name found as a name is right, and not asked for."""
    counts: Counter[tuple[str, str]] = Counter()
    for one in labelled:
        found = find(one.text, today=TODAY)
        for label in one.labels:
            if label.kind != "official":
                counts[label.kind, "marked"] += 1
                counts[label.kind, "found"] += _is_found(label, found)
        for finding in found:
            counts[finding.kind.value, "findings"] += 1
            counts[finding.kind.value, "right"] += _is_right(finding, one.labels)
    kinds = sorted({kind for kind, _what in counts})
    return {kind: Score(*(counts[kind, what] for what in ("marked", "found", "findings", "right"))) for kind in kinds}


def _is_found(label: Label, found: Sequence[Finding]) -> bool:
    covered = sum(
        max(0, min(label.end, one.end) - max(label.start, one.start)) for one in found if one.kind.value == label.kind
    )
    return covered >= WHOLE * (label.end - label.start)


def _is_right(finding: Finding, labels: Sequence[Label]) -> bool:
    of_kind = (
        one for one in labels if one.kind == finding.kind.value or (one.kind, finding.kind) == ("official", "name")
    )
    return any(
        2 * (min(one.end, finding.end) - max(one.start, finding.start)) >= finding.end - finding.start
        for one in of_kind
    )


def privacy() -> list[Figure]:
    """Recall and precision by kind on what was held out, and the time that a long text takes."""
    held_out = list(sentences("held_out"))
    figures = []
    for kind, score in scores(held_out).items():
        more = {"marked": score.marked, "found": score.found, "findings": score.findings, "right": score.right}
        figures.append(
            Figure(f"privacy_{kind}_recall", score.recall, "", RECALL.get(kind, 0), at_most=False, more=more)
        )
        figures.append(Figure(f"privacy_{kind}_precision", score.precision, "", 0, at_most=False))
    text = as_one(held_out)
    begun = time.perf_counter()
    find((text * (LONG // len(text) + 1))[:LONG], today=TODAY)
    figures.append(Figure("privacy_100_000_letters", time.perf_counter() - begun, "s", 5))
    return figures
