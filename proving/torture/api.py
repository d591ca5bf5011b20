"""`./liaison torture api`: every described address is asked what its description allows and what it forbids, for long.

A real centre answers, over the wire, a program that knows nothing but `/api/openapi.json` and has a key that may all.
"""

import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from proving.demo.showing import Shown
from proving.mailbox import Mailbox, mail_server, surroundings_of_mail, why_no_mail
from proving.world import Centre, ProgramFailed, free_port

SITE: Final = "KG-C-ALA"
EXAMPLES: Final = 10
"""Of each address, method and mode in a round."""
PACE_WAIT_S: Final = 61.0
LONGEST: Final = 600
"""Letters of a failure that are told."""

Told = dict[str, Any]


@dataclass
class ApiTrial:
    """The trial of the API, and what came of it."""

    folder: Path
    seed: int
    shown: Shown
    statuses: Counter[int] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    rounds: int = 0

    def __post_init__(self) -> None:
        self._mailbox, self._mail_port, self._ends = Mailbox(), free_port(), ExitStack()
        spoken = {} if why_no_mail() else surroundings_of_mail(self._mail_port)
        self.centre = Centre(self.folder / "centre", free_port(), environment=spoken)

    def run(self, rounds: int, seconds: float) -> None:
        """Ask round after round, each with a seed of its own, and begin no address after so long."""
        if find_spec("schemathesis") is None:
            raise ProgramFailed("schemathesis is missing: ./liaison test installs what testing needs")
        import schemathesis
        from schemathesis import GenerationMode

        if not why_no_mail():
            self._ends.enter_context(mail_server(self._mailbox, self._mail_port))
        self.shown.stage("A centre, a key that may all, and a program that read the description")
        self.centre.prepare((SITE,))
        self.centre.start()
        key = self.centre.manage(
            *("make_program_key", "--name", "A trial", "--about", "Asks all", "--scope", "read:open"),
            *("--scope", "write:requests", "--scope", "vouch:person"),
            *("--first", "administrator", "--second", "administrator-2"),
        ).split()[-1]
        schema = schemathesis.openapi.from_url(f"{self.centre.address}/api/openapi.json?language=en")
        until = time.monotonic() + seconds
        for round_ in range(rounds):
            for path, methods in schema.raw_schema["paths"].items():
                for method in methods:
                    for mode in GenerationMode:
                        if time.monotonic() > until:
                            return
                        self._ask(schema[path][method], mode, key, self.seed + round_)
            self.rounds += 1
            self.shown.count(self.rounds, rounds, "rounds")

    def _ask(self, operation: Any, mode: Any, key: str, seed: int) -> None:
        import hypothesis
        from hypothesis import HealthCheck, Phase
        from hypothesis.errors import Unsatisfiable
        from schemathesis.specs.openapi.checks import positive_data_acceptance

        @hypothesis.seed(seed)
        @hypothesis.settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: Any) -> None:
            answer = case.call(headers={"Authorization": f"Bearer {key}"})
            self.statuses[answer.status_code] += 1
            if answer.status_code == 429:
                time.sleep(min(PACE_WAIT_S, float(answer.headers["retry-after"][0])))
            # what has the right form may still be refused for what it says: a span of years, a size nobody signed
            case.validate_response(answer, excluded_checks=[positive_data_acceptance])

        try:
            ask()
        except Unsatisfiable:
            return  # an address that takes nothing can be given nothing wrong
        except Exception as failure:  # noqa: BLE001 (each check has an error of its own, several come as a group)
            self.broken.append(f"{operation.label}, {mode.value}, seed {seed}: {failure}"[:LONGEST])

    def told(self) -> Told:
        """What came of it."""
        statuses = {str(status): count for status, count in sorted(self.statuses.items())}
        asked = sum(self.statuses.values())
        return {"rounds": self.rounds, "asked": asked, "statuses": statuses, "broken": self.broken}

    def close(self) -> None:
        """End the centre and the mail server."""
        self.centre.stop()
        self._ends.close()
