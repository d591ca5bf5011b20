"""What answers look like, in the words of JSON Schema; columns are those that the answers are made of."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from server_sync.contract.bodies import AppealKind, Outcome
from server_sync.contract.workflow import State
from server_sync.portal import figure_files, open_data
from server_sync.programs.open311 import telling

Schema = dict[str, Any]
_TEXT: Final[Schema] = {"type": "string"}
_TEXT_OR_NOT: Final[Schema] = {"type": ["string", "null"]}
_DAY: Final[Schema] = {"type": "string", "format": "date"}
_DAY_OR_NOT: Final[Schema] = {"type": ["string", "null"], "format": "date"}
_COUNT_OR_NOT: Final[Schema] = {"type": ["integer", "null"], "minimum": 0}


def anything(*needed: str) -> Schema:
    """An object that has at least these."""
    return {"type": "object", "required": list(needed)}


def whole(fields: Mapping[str, Schema]) -> Schema:
    """An object that has all of these and nothing else."""
    return {"type": "object", "properties": dict(fields), "required": list(fields), "additionalProperties": False}


def listed(items: Schema) -> Schema:
    """A list of these."""
    return {"type": "array", "items": items}


def _named(words: Promise | str, schema: Schema) -> Schema:
    return {**schema, "description": words}


_COLUMNS: Final[dict[str, tuple[Promise, Schema]]] = {
    "number": (_("Registration number, as on the receipt."), _TEXT),
    "address": (_("Its page on the portal."), {"type": "string", "format": "uri"}),
    "kind": (_("Kind"), {"enum": [kind.name.lower() for kind in AppealKind]}),
    "registered_on": (_("Day of registration."), _DAY),
    "due_on": (_("Last day for the answer."), _DAY_OR_NOT),
    "state": (_("Where it stands."), {"enum": [state.value for state in State]}),
    "answered_on": (_("Day of the newest answer."), _DAY_OR_NOT),
    "outcome": (_("What it decided."), {"enum": [*(outcome.name.lower() for outcome in Outcome), None]}),
    "is_late": (_("Whether it came after the last day."), {"type": ["boolean", "null"]}),
    "office": (_("Code of the office that registered."), _TEXT),
    "office_name": (_("Its name."), _TEXT),
    "body": (_("Code of the body that answers."), _TEXT_OR_NOT),
    "body_name": (_("Its name."), _TEXT_OR_NOT),
    "topics": (_("Codes of its topics."), listed(_TEXT)),
    "topic_names": (_("Their names."), listed(_TEXT)),
    "subject_ky": (_("Subject of the summary in Kyrgyz."), _TEXT_OR_NOT),
    "subject_ru": (_("In Russian."), _TEXT_OR_NOT),
    "subject_en": (_("In English."), _TEXT_OR_NOT),
    "published_at": (_("When it was published."), {"type": "string", "format": "date-time"}),
}
REQUEST: Final = whole({name: _named(*_COLUMNS[name]) for name in open_data.COLUMNS})
REQUESTS: Final = whole({
    "what": _TEXT,
    "page": {"type": "string", "format": "uri"},
    "next": {"type": ["string", "null"], "format": "uri"},
    "requests": listed(REQUEST),
})  # fmt: skip

_OF_FIGURES: Final[dict[str, Schema]] = {
    **dict.fromkeys(figure_files.COLUMNS, _COUNT_OR_NOT),
    **dict.fromkeys(("about", "code", "name_ky", "name_ru", "name_en", "period"), _TEXT),
    "median_days": {"type": ["number", "null"]},
}
FIGURES: Final[Schema] = {
    "type": "object",
    "required": ["period", "asked_at", "rounded_down_to", "columns", "rows"],
    "properties": {
        "period": _TEXT,
        "asked_at": {"type": "string", "format": "date-time"},
        "rounded_down_to": {"type": "integer"},
        "columns": {"type": "string", "format": "uri"},
        "rows": listed(
            whole({name: _named(figure_files.COLUMNS[name], _OF_FIGURES[name]) for name in figure_files.COLUMNS})
        ),
        "tables": {
            "type": "object",
            "additionalProperties": {"type": "object", "additionalProperties": _COUNT_OR_NOT},
        },
    },
    "additionalProperties": False,
}

OPEN311_REQUESTS: Final = listed(
    whole({name: _named(said.words, said.schema) for name, said in telling.REQUEST.items()})
)
SERVICES: Final = listed(whole({name: _named(said.words, said.schema) for name, said in telling.SERVICE.items()}))
DEFINITION: Final = whole({
    "service_code": _TEXT,
    "attributes": listed(
        whole({
            "variable": {"type": "boolean"},
            "code": _TEXT,
            "datatype": {"enum": ["string", "singlevaluelist"]},
            "required": {"type": "boolean"},
            "datatype_description": _TEXT,
            "order": {"type": "integer"},
            "description": _TEXT,
            "values": listed(whole({"key": _TEXT, "name": _TEXT})),
        })
    ),
})  # fmt: skip
DISCOVERY: Final = anything("changeset", "contact", "key_service", "endpoints")
OPEN311_ERRORS: Final = listed(whole({"code": {"type": "integer"}, "description": _TEXT}))
TOKEN: Final = listed(
    whole({"token": _TEXT, "service_notice": _TEXT, "account_id": {"type": "null"}}),
)
REGISTERED: Final = listed(
    whole({"service_request_id": _TEXT, "service_notice": _TEXT, "account_id": {"type": "null"}}),
)
TOKEN_OF: Final = listed(whole({"service_request_id": _TEXT_OR_NOT, "token": _TEXT}))

ERROR: Final[Schema] = {
    "type": "object",
    "required": ["code"],
    "properties": {"code": _TEXT, "params": {"type": "object"}, "words": _TEXT},
}
PROOF: Final[Schema] = {"anyOf": [anything("finding", "receipt_base32"), ERROR]}
"""What is no receipt is said to be none, by 400."""
