"""Every address that programs may ask: what it takes, what it answers. The one table of the API.

The border reads it to refuse what an address does not take, and to slow down who asks too much; the description and the
page are made from it. A new address for programs stands here or a test fails.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from server_sync.appeals.facets import UNANSWERED
from server_sync.appeals.figures import Period, Sort, this_year
from server_sync.contract.bodies import ADDRESS_CHARACTERS, AppealKind, Outcome
from server_sync.contract.limits import EMAIL_CHARACTERS, NAME_CHARACTERS, PHONE_CHARACTERS
from server_sync.portal.wanted import TYPED_MOST
from server_sync.portal.writing.forms import TEXT_MOST
from server_sync.programs import schemas
from server_sync.programs.keys import Scope
from server_sync.programs.open311 import telling
from server_sync.programs.open311.writing_out import MEDIA
from server_sync.programs.parameters import Parameter
from server_sync.workplaces.models import CENTRE
from server_sync.workplaces.reference import reference_book

FORMS: Final = ("json", "xml")
CODE: Final = r"[0-9A-Za-z][0-9A-Za-z.@_\-]*"
NUMBER: Final = r"[0-9A-Za-z\-]{10,40}"
MOMENT: Final = (
    r"20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3])(:[0-5][0-9]){2}"
    r"(Z|[+\- ](0[0-9]|1[0-4]):[0-5][0-9])"
)
IDS_MOST: Final = 50
CODES_MOST: Final = 10
PAGE_MOST: Final = 100
PAGES_MOST: Final = 999_999


class Group(StrEnum):
    """What addresses are listed together."""

    REQUESTS = "requests"
    FIGURES = "figures"
    OPEN311 = "open311"
    EVIDENCE = "evidence"
    ABOUT = "about"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One address and method.

    `view` is the name of its address in Django, `form` the ending that says how it answers. `also` are statuses of
    answers that are no errors, `reads_itself` says that the view says by name which value is wrong.
    `scope`: the key that is needed; everybody may ask the others, from other sites' pages too.
    """

    view: str
    path: str
    group: Group
    words: Promise
    media: str
    schema: dict[str, Any] | None = None
    form: str = ""
    method: str = "GET"
    in_path: tuple[Parameter, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    body: tuple[Parameter, ...] = ()
    headers: tuple[Parameter, ...] = ()
    scope: Scope | None = None
    errors: tuple[int, ...] = (400, 404)
    also: tuple[int, ...] = ()
    reads_itself: bool = False
    example: str = ""

    @property
    def is_open311(self) -> bool:
        """Whether it speaks as the standard says, in errors too."""
        return self.group is Group.OPEN311

    @property
    def is_open(self) -> bool:
        """Whether everybody may ask."""
        return self.scope is None


LANGUAGE: Final = Parameter(
    name="language", words=_("Language of names and words: ky, ru or en."), choices=("ky", "ru", "en"), example="ru"
)
_PAGE: Final = Parameter(name="page", words=_("Page, from 1."), greatest=PAGES_MOST)
_PLACE: Final = Parameter(
    name="place",
    words=_("Office that registered, or all of a province."),
    pattern=CODE,
    longest=40,
    offered=lambda: [*(site.code for site in reference_book().sites), CENTRE],
    example="KG-C",
)
_TOPIC: Final = Parameter(
    name="topic",
    words=_("Topic, or all below it."),
    pattern=CODE,
    longest=20,
    offered=lambda: [category.code for category in reference_book().categories],
    example="09",
)
_BODY: Final = Parameter(
    name="body",
    words=_("Body that answered."),
    pattern=CODE,
    longest=60,
    is_known=lambda code: reference_book().body(code) is not None,
)
WANTED: Final = (
    Parameter(name="q", words=_("Words of the summary, or a number."), longest=TYPED_MOST),
    _TOPIC,
    _PLACE,
    Parameter(
        name="outcome",
        words=_("What was decided; none for what nobody answered yet."),
        choices=(*(outcome.name.lower() for outcome in Outcome), UNANSWERED),
    ),
    Parameter(name="kind", words=_("Kind"), choices=tuple(kind.name.lower() for kind in AppealKind)),
    Parameter(
        name="period",
        words=_("Year (2026) or month (2026-11) of registration."),
        pattern="20[0-9]{2}(-(0[1-9]|1[0-2]))?",
        longest=7,
        example="2026",
    ),
    _BODY,
    Parameter(
        name="official",
        words=_("Official to whom it is addressed."),
        pattern=CODE,
        longest=60,
        is_known=_BODY.is_known,
    ),
)
FIGURES: Final = (
    Parameter(
        name="about", words=_("Of what the figures are."), choices=tuple(sort.value for sort in Sort), example="body"
    ),
    Parameter(name="code", words=_("Code of one thing; without it all of the sort."), pattern=CODE, longest=60),
    Parameter(
        name="period",
        words=_("Year (2026), quarter (2026-Q4), the year up to a quarter (2026-Q4-ytd) or month (2026-11)."),
        pattern="20[0-9]{2}(-(0[1-9]|1[0-2])|-Q[1-4](-ytd)?)?",
        longest=12,
        is_known=lambda code: Period.of(code, this_year(timezone.localdate())).code == code,
        example="2026",
    ),
)  # fmt: skip
_ORIGIN: Final = Parameter(name="origin", words=_("Name of a log of before; the newest if it is left out."))
_SIZE: Final = Parameter(name="size", words=_("Leaves of the log."), least=0, greatest=999_999_999)
_KEY: Final = Parameter(name="api_key", words=_("Key of the program, unless it stands in the header."), longest=100)
_JURISDICTION: Final = Parameter(
    name="jurisdiction_id",
    words=_("May be left out: there is one jurisdiction, called as the host of these addresses."),
    longest=100,
    offered=lambda: [telling.jurisdiction()],
)
_LOCALE: Final = Parameter(name="locale", words=LANGUAGE.words, choices=LANGUAGE.choices, example="ru")
SPOKEN: Final = (_JURISDICTION, _LOCALE)
_IDS: Final = Parameter(
    name="service_request_id",
    words=_("Registration numbers, with commas; all else is passed over then."),
    pattern=NUMBER,
    longest=40,
    several=IDS_MOST,
)
_SERVICE: Final = Parameter(
    name="service_code",
    words=_("Topic, as in the list of services."),
    pattern=CODE,
    longest=20,
    offered=telling.service_codes,
    example="09.01",
)
SEARCHED: Final = (
    *SPOKEN,
    _IDS,
    Parameter(
        name="service_code",
        words=_("Topics, with commas."),
        pattern=CODE,
        longest=20,
        several=CODES_MOST,
        offered=_TOPIC.offered,
        example="09.01",
    ),
    Parameter(
        name="start_date",
        words=_("Registered from this moment; 90 days before the end if it is left out. A span is at most 90 days."),
        pattern=MOMENT,
        longest=30,
    ),
    Parameter(
        name="end_date",
        words=_("Registered up to this moment; 90 days after the start, or now, if it is left out."),
        pattern=MOMENT,
        longest=30,
    ),
    Parameter(name="status", words=_("open, closed or both."), choices=("open", "closed"), several=2),
    _PAGE,
    Parameter(name="page_size", words=_("Requests of a page."), greatest=PAGE_MOST),
)
REQUEST_ID: Final = Parameter(
    name="service_request_id", words=telling.REQUEST["service_request_id"].words, pattern=NUMBER, longest=40,
    is_needed=True, example="WEB-26-A-00001-0181",
)  # fmt: skip

AGAIN: Final = Parameter(
    name="Idempotency-Key",
    words=_("Name of this request at the program: brought once more under it, it is not a second one. For a day."),
    pattern=r"[0-9A-Za-z_\-]{1,100}",
    longest=100,
)
_COORDINATE: Final = r"-?[0-9]{1,3}(\.[0-9]{1,10})?"
BROUGHT: Final = (
    _KEY,
    *SPOKEN,
    replace(_SERVICE, is_needed=True),
    Parameter(
        name="description",
        words=_("The request, in the person's own words."),
        longest=TEXT_MOST,
        is_lines=True,
        is_needed=True,
    ),
    Parameter(name="last_name", words=_("Surname"), longest=NAME_CHARACTERS, is_needed=True),
    Parameter(name="first_name", words=_("Given name"), longest=NAME_CHARACTERS),
    Parameter(
        name="email", words=_("Where the code goes, and news of the answer."), longest=EMAIL_CHARACTERS, is_needed=True
    ),
    Parameter(name="phone", words=_("Telephone"), longest=PHONE_CHARACTERS),
    Parameter(
        name="address_id", words=_("Where it is about: code of a district, town or province."), offered=telling.places,
        none_such="not_in_list",
    ),
    Parameter(
        name="address_string", words=_("Where it is about, in words; added to the text."), longest=ADDRESS_CHARACTERS
    ),
    Parameter(name="lat", words=_("Latitude of it, with long; added to the text."), pattern=_COORDINATE, longest=20),
    Parameter(name="long", words=_("Longitude of it."), pattern=_COORDINATE, longest=20),
    Parameter(name="device_id", words=_("Passed over: who has which telephone is not kept.")),
    Parameter(name="account_id", words=_("Passed over.")),
    *(
        Parameter(name=f"attribute[{one.code}]", words=one.words, longest=one.longest, offered=one.offered,
                  none_such="not_in_list")
        for one in telling.ATTRIBUTES
    ),
)  # fmt: skip
_TOKEN: Final = Parameter(
    name="token",
    words=_("What was given for the request; holds until a day after it is registered, a week if it is not."),
    pattern=r"[0-9A-Za-z_\-]{32}",
    longest=32,
    is_needed=True,
)
_OF_WRITING: Final = (400, 404, 409, 413, 415)


def _open311(view: str, path: str, words: Promise, root: dict[str, Any], **more: Any) -> tuple[Operation, ...]:
    """One address of Open311 in both forms."""
    return tuple(
        Operation(
            view=f"open311_{view}",
            path=f"/open311/v2/{path}.{form}" if path else f"/open311/discovery.{form}",
            group=Group.OPEN311,
            words=words,
            media=MEDIA[form],
            schema=root if form == "json" else None,
            form=form,
            **{"parameters": SPOKEN, **more},
        )
        for form in FORMS
    )


OPERATIONS: Final[tuple[Operation, ...]] = (
    Operation(
        view="requests_json",
        path="/requests.json",
        group=Group.REQUESTS,
        words=_("Published requests, the newest first, a hundred at a time; next is the address of those that follow."),
        media="application/json",
        schema=schemas.REQUESTS,
        parameters=(*WANTED, _PAGE, LANGUAGE),
        example="/requests.json?place=KG-C&outcome=none",
    ),
    Operation(
        view="requests_csv",
        path="/requests.csv",
        group=Group.REQUESTS,
        words=_("The same as a table; the header Link leads to those that follow."),
        media="text/csv",
        parameters=(*WANTED, _PAGE, LANGUAGE),
        example="/requests.csv?topic=09",
    ),
    Operation(
        view="requests_feed",
        path="/requests.atom",
        group=Group.REQUESTS,
        words=_("The newest of them as a feed (Atom)."),
        media="application/atom+xml",
        parameters=(*WANTED, LANGUAGE),
        example="/requests.atom",
    ),
    Operation(
        view="figures_json",
        path="/figures.json",
        group=Group.FIGURES,
        words=_("How requests are answered: of the country, or of places, bodies, officials and topics."),
        media="application/json",
        schema=schemas.FIGURES,
        parameters=(*FIGURES, LANGUAGE),
        example="/figures.json?about=body",
    ),
    Operation(
        view="figures_csv",
        path="/figures.csv",
        group=Group.FIGURES,
        words=_("The same as a table."),
        media="text/csv",
        parameters=(*FIGURES, LANGUAGE),
        example="/figures.csv?about=place&code=KG-C",
    ),
    *_open311(
        "discovery",
        "",
        _("What programs ask first: where the addresses are."),
        schemas.DISCOVERY,
        parameters=(_LOCALE,),
    ),
    *_open311("services", "services", _("Topics that can be written about."), schemas.SERVICES),
    *_open311(
        "service",
        "services/{service_code}",
        _("What can be said of a topic beside the description."),
        schemas.DEFINITION,
        in_path=(_SERVICE,),
    ),
    *_open311(
        "requests",
        "requests",
        _("Published requests, the newest first; a thousand at most, by pages."),
        schemas.OPEN311_REQUESTS,
        parameters=SEARCHED,
    ),
    *_open311(
        "requests",
        "requests",
        _("Bring a request. It is registered when the person has confirmed it by the code of the letter."),
        {"anyOf": [schemas.TOKEN, schemas.REGISTERED]},
        method="POST",
        parameters=(),
        body=BROUGHT,
        headers=(AGAIN,),
        scope=Scope.WRITE_REQUESTS,
        errors=_OF_WRITING,
    ),
    *_open311(
        "request",
        "requests/{service_request_id}",
        _("What is published under a number."),
        schemas.OPEN311_REQUESTS,
        in_path=(REQUEST_ID,),
    ),
    *_open311(
        "token",
        "tokens/{token}",
        _("What became of a request that this program brought: its number, once the person has confirmed."),
        schemas.TOKEN_OF,
        in_path=(_TOKEN,),
        scope=Scope.WRITE_REQUESTS,
    ),
    *_open311(
        "token",
        "tokens/{token}",
        _("Bring the code by which the person confirms; the request is registered then."),
        schemas.TOKEN_OF,
        method="POST",
        parameters=(),
        in_path=(_TOKEN,),
        body=(
            _KEY,
            *SPOKEN,
            Parameter(name="code", words=_("Six digits of the letter."), pattern="[0-9]{6}", longest=6, is_needed=True),
        ),
        scope=Scope.WRITE_REQUESTS,
        errors=_OF_WRITING,
    ),
    Operation(
        view="receipt_proof",
        path="/Q/{receipt}/proof.json",
        group=Group.EVIDENCE,
        words=_("Check a receipt by the code of its square, with all that proves it."),
        media="application/json",
        schema=schemas.PROOF,
        in_path=(
            Parameter(
                name="receipt",
                words=_("What stands in the square of the receipt behind /Q/."),
                pattern="[0-9A-Za-z]+",
                longest=1_000,
                is_needed=True,
            ),
        ),
        parameters=(LANGUAGE,),
        errors=(),
        also=(400,),
        reads_itself=True,
    ),
    Operation(
        view="log_checkpoint",
        path="/log/checkpoint",
        group=Group.EVIDENCE,
        words=_("Newest checkpoint of the public log, or that of a size, or one that so many sites saw."),
        media="text/plain",
        parameters=(
            _ORIGIN,
            _SIZE,
            Parameter(name="cosigned", words=_("So many different sites signed it."), greatest=1_000),
        ),
        reads_itself=True,
        example="/log/checkpoint",
    ),
    Operation(
        view="log_cosignatures",
        path="/log/cosignatures",
        group=Group.EVIDENCE,
        words=_("Newest signature of each office below the log."),
        media="application/json",
        schema=schemas.anything("origin", "cosignatures"),
        parameters=(_ORIGIN,),
        reads_itself=True,
        example="/log/cosignatures",
    ),
    Operation(
        view="log_inclusion",
        path="/log/proof/inclusion",
        group=Group.EVIDENCE,
        words=_("Proof that an event is in the log."),
        media="application/json",
        schema=schemas.anything("origin", "index", "size", "proof", "checkpoint"),
        parameters=(
            Parameter(
                name="hash", words=_("Hash of the event, 64 hexadecimal digits."), pattern="[0-9a-fA-F]{64}",
                longest=64, is_needed=True,
            ),
            _SIZE,
        ),
        reads_itself=True,
    ),
    Operation(
        view="log_consistency",
        path="/log/proof/consistency",
        group=Group.EVIDENCE,
        words=_("Proof that a smaller log is the beginning of a larger one."),
        media="application/json",
        schema=schemas.anything("origin", "from", "to", "proof", "checkpoint"),
        parameters=(
            _ORIGIN,
            Parameter(
                name="from", words=_("Leaves of the smaller one."), least=0, greatest=999_999_999, is_needed=True,
                example="1",
            ),
            Parameter(
                name="to", words=_("Leaves of the larger one; all if it is left out."), least=0, greatest=999_999_999
            ),
        ),
        reads_itself=True,
    ),
    Operation(
        view="log_keys",
        path="/log/keys",
        group=Group.EVIDENCE,
        words=_("Every public key and certificate, and what was withdrawn."),
        media="application/json",
        schema=schemas.anything("roots", "keys", "workplaces", "revocations", "logs"),
        reads_itself=True,
        example="/log/keys",
    ),
    Operation(
        view="api_description",
        path="/api/openapi.json",
        group=Group.ABOUT,
        words=_("This description."),
        media="application/json",
        schema={"type": "object", "required": ["openapi", "info", "paths"]},
        parameters=(LANGUAGE,),
        example="/api/openapi.json?language=ru",
    ),
)  # fmt: skip

_FOUND: Final = {(one.view, one.form, one.method): one for one in OPERATIONS}
VIEWS: Final = frozenset(one.view for one in OPERATIONS)


def operation_of(view: str, form: str, method: str) -> Operation | None:
    """What is described of an address; whoever asks by HEAD asks for what GET gives."""
    return _FOUND.get((view, form, "GET" if method in {"HEAD", "OPTIONS"} else method))
