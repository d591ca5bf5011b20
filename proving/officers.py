"""People of the centre at their pages: they sign in, read lists, fill the forms as they stand, and send them.

A browser without pictures: it keeps cookies, finds a page's forms and sends back every field of the one it fills.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Final, Self
from urllib.parse import urljoin

from typing_extensions import override

from proving.world import ProgramFailed
from server_sync.contract.bodies import Outcome

NUMBER: Final = re.compile(r'href="/work/a/([A-Z0-9-]+)"')
PAGE_S: Final = 60.0

File = tuple[str, str, bytes]


@dataclass
class Form:
    """One form of a page with what stands in its fields."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)

    def name_of(self, end: str) -> str:
        """The field whose name is this, or ends with it after a prefix; raises ProgramFailed."""
        for name in self.fields:
            if name == end or name.endswith(f"-{end}"):
                return name
        raise ProgramFailed(f"the form {self.action} has no field {end}: {sorted(self.fields)}")


class _Forms(HTMLParser):
    """Reads the forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._form: Form | None = None
        self._text = ""
        self._select = ""

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(told.get("action", ""))
            self.found.append(self._form)
        elif self._form is None:
            return
        elif tag == "input" and told.get("name"):
            is_tick = told.get("type") in ("checkbox", "radio")
            if told.get("type") not in ("submit", "button") and (not is_tick or "checked" in told):
                self._form.fields[told["name"]] = told.get("value", "on" if is_tick else "")
            elif is_tick:
                self._form.fields.setdefault(told["name"], "")
        elif tag == "textarea":
            self._text = told.get("name", "")
            self._form.fields[self._text] = ""
        elif tag == "select":
            self._select = told.get("name", "")
        elif tag == "option" and self._select and (self._select not in self._form.fields or "selected" in told):
            self._form.fields[self._select] = told.get("value", "")

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "textarea":
            self._text = ""
        elif tag == "select":
            self._select = ""

    @override
    def handle_data(self, data: str) -> None:
        if self._text and self._form is not None:
            self._form.fields[self._text] += data.lstrip("\n")


class Browser:
    """One person's browser at the centre's pages; `place` is the loopback address it calls from."""

    def __init__(self, address: str, language: str = "ru", place: str = "") -> None:
        import requests

        self._address = address
        self._session = requests.Session()
        if place:
            self._session.mount("http://", calling_from(place))
        self._session.cookies.set("language", language)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def sign_in(self, person: Mapping[str, Any]) -> None:
        """Sign in with the words of the demonstration."""
        page = self.open("/sign-in")
        form = next(form for form in forms(page) if "password" in form.fields)
        answer = self._post("/sign-in", {**form.fields, "login": person["login"], "password": person["password"]})
        if "sessionid" not in self._session.cookies:
            raise ProgramFailed(f"{person['login']} was not let in: {said_on(answer)}")

    @property
    def cookies(self) -> list[dict[str, str]]:
        """The cookies, for a browser that takes pictures."""
        return [{"name": one.name, "value": one.value or "", "url": self._address} for one in self._session.cookies]

    def open(self, path: str) -> str:
        """Read a page; raises ProgramFailed for one that does not open."""
        answer = self._session.get(urljoin(self._address, path), timeout=PAGE_S)
        if answer.status_code != 200:
            raise ProgramFailed(f"{path}: {answer.status_code} {said_on(answer.text)}")
        return answer.text

    def numbers(self, path: str) -> list[str]:
        """The requests a list shows, in its order."""
        return list(dict.fromkeys(NUMBER.findall(self.open(path))))

    def fill(self, page: str, ending: str, press: str = "", **typed: str) -> str:
        """Fill the form whose address ends so, on the page of a request, and send it; gives the page that follows."""
        form, fields = _filled(page, ending, typed)
        return self._post(form.action, {**fields, **({press: "1"} if press else {})})

    def attach(self, page: str, ending: str, press: str, file: File, /, **typed: str) -> str:
        """Do so with a file, in the field whose name ends with the file's first word."""
        form, fields = _filled(page, ending, typed)
        return self._post(form.action, {**fields, press: "1"}, (form.name_of(file[0]), *file[1:]))

    def size(self, path: str) -> int:
        """How many bytes a file has that is offered there; 0 while there is none."""
        answer = self._session.get(urljoin(self._address, path), timeout=PAGE_S)
        return len(answer.content) if answer.status_code == 200 else 0

    def send(self, path: str, page: str, holds: str, press: str = "", **typed: str) -> str:
        """Fill the form of a page that has a field of this name, press a button of it; gives the page that follows."""
        return self._post(path, {**self._fields(path, page, holds), **typed, **({press: "1"} if press else {})})

    def bring(self, path: str, page: str, holds: str, file: File, /, **typed: str) -> str:
        """Do so with a file: its field, what it is called, and what is in it."""
        return self._post(path, {**self._fields(path, page, holds), **typed}, file)

    def _fields(self, path: str, page: str, holds: str) -> dict[str, str]:
        form = next((form for form in forms(page) if holds in form.fields), None)
        if form is None:
            raise ProgramFailed(f"{path} has no form with {holds}: {said_on(page)}")
        return form.fields

    def _post(self, path: str, fields: Mapping[str, str], file: File | None = None) -> str:
        files = None if file is None else {file[0]: (file[1], file[2])}
        answer = self._session.post(
            urljoin(self._address, path),
            data={name: value for name, value in fields.items() if value and (file is None or name != file[0])},
            files=files,
            timeout=PAGE_S,
            headers={"Referer": self._address + path},
        )
        if answer.status_code != 200:
            raise ProgramFailed(f"{path}: {answer.status_code} {said_on(answer.text)}")
        return answer.text


def _filled(page: str, ending: str, typed: Mapping[str, str]) -> tuple[Form, dict[str, str]]:
    """The form of a page whose address ends so, with what was typed over what stands in it."""
    form = next((form for form in forms(page) if form.action.endswith(ending)), None)
    if form is None:
        raise ProgramFailed(f"the page has no form {ending}: {[one.action for one in forms(page)]}")
    return form, {**form.fields, **{form.name_of(name): value for name, value in typed.items()}}


def forms(page: str) -> list[Form]:
    """The forms of a page."""
    reader = _Forms()
    reader.feed(page)
    return reader.found


def write_answers(address: str, person: Mapping[str, Any], most: int) -> list[str]:
    """An officer takes up requests of the own list, writes answers and hands them to the second person."""
    with Browser(address) as browser:
        browser.sign_in(person)
        written: list[str] = []
        for number in browser.numbers("/work"):
            if len(written) >= most:
                break
            if write_answer(browser, number):
                written.append(number)
        return written


def write_answer(browser: Browser, number: str, file: File | None = None) -> bool:
    """Take a request up, write its answer, with a file or without, and hand it over; False where one may not."""
    page = browser.open(f"/work/a/{number}")
    if not _offers(page, "/answer"):
        return False
    if _offers(page, "/accept"):
        browser.fill(page, "/accept", note="Кароого алынды.")
        page = browser.open(f"/work/a/{number}")
    if file is not None:
        page = browser.attach(page, "/answer", "attach", file, **answer_to(number))
    browser.fill(page, "/answer", press="ready", **answer_to(number))
    return True


def forward(browser: Browser, number: str, body: str) -> None:
    """Give a request on to the body that answers."""
    why = {"ky": "Бул маселени ушул орган чечет.", "ru": "Этот вопрос решает названный орган."}
    browser.fill(browser.open(f"/work/a/{number}"), "/forward", body=body, **why)


def _offers(page: str, act: str) -> bool:
    return any(form.action.endswith(act) for form in forms(page))


def calling_from(place: str) -> Any:
    """What lets a session call from a loopback address of its own, as people call from different ones."""
    from requests.adapters import HTTPAdapter

    class Calling(HTTPAdapter):
        @override
        def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
            super().init_poolmanager(*args, **kwargs, source_address=(place, 0))

    return Calling()


def answer_to(number: str) -> dict[str, str]:
    """An answer: what it decides, and its words in two languages."""
    return {
        "outcome": str(Outcome.ACCEPTED_FOR_WORK.value),
        "reference": f"№ {number.split('-')[3]}",
        "ky": f"Сиздин {number} номериндеги кайрылууңуз каралды. Комиссия жерине барып, иштер башталды; "
        "жыйынтыгы тууралуу кошумча билдирилет.",
        "ru": f"Ваше обращение {number} рассмотрено. Комиссия выехала на место, работы начаты; о результате будет "
        "сообщено дополнительно.",
    }


def approve_answers(address: str, person: Mapping[str, Any], numbers: list[str]) -> list[str]:
    """A second officer of the body reads what waits and sends it."""
    with Browser(address) as browser:
        browser.sign_in(person)
        approved = []
        for number in browser.numbers("/work/check") if numbers else ():
            if number in numbers:
                browser.fill(browser.open(f"/work/a/{number}"), "/approve")
                approved.append(number)
        return approved


def publish_summaries(
    address: str, person: Mapping[str, Any], most: int, among: Collection[str] | None = None
) -> list[str]:
    """The public editor writes short summaries of answered requests; nobody is recognised in them."""
    with Browser(address) as browser:
        browser.sign_in(person)
        published = []
        waiting = browser.numbers("/work/publish")
        for number in [one for one in waiting if among is None or one in among][:most]:
            browser.fill(
                browser.open(f"/work/a/{number}"),
                "/publish",
                subject_ky="Коомдук маселе боюнча кайрылуу",
                subject_ru="Обращение по общественному вопросу",
                text_ky="Жаран жергиликтүү маселени чечүүнү суранды. Жооптуу орган иштер башталганын билдирди.",
                text_ru="Гражданин просил решить местный вопрос. Ответственный орган сообщил, что работы начаты.",
                taken_out="Имя, адрес и подробности, по которым можно узнать человека.",
                is_reviewed="on",
            )
            published.append(number)
        return published


def confirm_summaries(address: str, person: Mapping[str, Any], among: Collection[str]) -> list[str]:
    """The second editor reads what was proposed and makes it public."""
    with Browser(address) as browser:
        browser.sign_in(person)
        confirmed = []
        for number in [one for one in browser.numbers("/work/publish?show=proposed") if one in among]:
            browser.fill(browser.open(f"/work/a/{number}"), "/confirm", is_reviewed="on")
            confirmed.append(number)
        return confirmed


def said_on(page: str) -> str:
    """What a page says, shortly."""
    text = re.sub(r"<(script|style).*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())[:400]
