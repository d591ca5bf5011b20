"""Another program at the centre: with a key it brings a request by Open311, and reads what is published."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from proving.world import Centre, ProgramFailed

BELOW: Final = "/open311/v2"
ANSWER_S: Final = 60.0
NUMBERS_AT_ONCE: Final = 50


class Program:
    """A program with a key that two administrators gave it."""

    def __init__(self, centre: Centre, name: str) -> None:
        import requests

        self._address = f"{centre.address}{BELOW}"
        key = centre.manage(
            *("make_program_key", "--name", name, "--about", "A demonstration", "--days", "30"),
            *("--scope", "write:requests", "--first", "administrator", "--second", "administrator-2"),
        )
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {key.split()[-1]}"

    def bring(self, told: Mapping[str, str], code_of: Callable[[], str]) -> str:
        """Bring a request and the code that its person was sent; gives its number."""
        token = self._answer(self._session.post(f"{self._address}/requests.json", told, timeout=ANSWER_S))[0]["token"]
        address = f"{self._address}/tokens/{token}.json"
        self._answer(self._session.post(address, {"code": code_of()}, timeout=ANSWER_S))
        return str(self._answer(self._session.get(address, timeout=ANSWER_S))[0]["service_request_id"])

    def read(self, numbers: Collection[str]) -> list[str]:
        """Which of these it is told of; at most fifty are asked for."""
        asked = {"service_request_id": ",".join(list(numbers)[:NUMBERS_AT_ONCE])}
        answer = self._session.get(f"{self._address}/requests.json", params=asked, timeout=ANSWER_S)
        return [str(one["service_request_id"]) for one in self._answer(answer)]

    def close(self) -> None:
        """Ask nothing more."""
        self._session.close()

    @staticmethod
    def _answer(answer: Any) -> Any:
        if answer.status_code != 200:
            raise ProgramFailed(f"a program was answered {answer.status_code}: {answer.text[:300]}")
        return answer.json()
