"""Makes the description of the API (OpenAPI 3.1) out of the table of operations."""

from typing import Any, Final

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext

from server_sync.programs import schemas
from server_sync.programs.names import GROUPS
from server_sync.programs.operations import OPERATIONS, Group, Operation
from server_sync.programs.parameters import Parameter
from server_sync.programs.wording import SCOPES

VERSION: Final = "1.0.0"
REFUSED: Final = (406, 429)
"""What every address may say."""
REASONS: Final = {
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    406: "Not Acceptable",
    409: "Conflict",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    429: "Too Many Requests",
}


def document() -> dict[str, Any]:
    """The description, its words in the language of the moment."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    told = {
        "openapi": "3.1.0",
        "info": {
            "title": gettext("Requests to public officials: open data and Open311"),
            "version": VERSION,
            "description": gettext("Made from the program itself. The page /api says how to begin."),
        },
        "servers": [{"url": settings.LIAISON_PUBLIC_URL}],
        "tags": [{"name": group.value, "description": str(GROUPS[group])} for group in Group],
        "paths": paths,
        "components": {
            "schemas": {"Error": schemas.ERROR, "Open311Errors": schemas.OPEN311_ERRORS},
            "securitySchemes": {
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "; ".join(f"{scope.value}: {words}" for scope, words in SCOPES.items()),
                }
            },
        },
    }
    plain: dict[str, Any] = _plain(told)
    return plain


def _operation(operation: Operation) -> dict[str, Any]:
    told: dict[str, Any] = {
        "operationId": "_".join(filter(None, (operation.view, operation.form, operation.method.lower()))),
        "tags": [operation.group.value],
        "summary": operation.words,
        "parameters": [_parameter(one, "path") for one in operation.in_path]
        + [_parameter(one, "query") for one in operation.parameters]
        + [_parameter(one, "header") for one in operation.headers],
        "responses": _responses(operation),
        "security": [{"key": []}] if operation.scope is not None else [{}, {"key": []}],
    }
    if operation.body:
        told["requestBody"] = {
            "required": True,
            "content": {
                "application/x-www-form-urlencoded": {
                    "schema": {
                        "type": "object",
                        "properties": {one.name: {**one.schema, "description": one.words} for one in operation.body},
                        "required": [one.name for one in operation.body if one.is_needed],
                        "additionalProperties": False,
                    }
                }
            },
        }
    return told


def _parameter(one: Parameter, where: str) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": one.name,
        "in": where,
        "description": one.words,
        "required": one.is_needed or where == "path",
        "schema": one.schema,
    }
    if one.several and where == "query":
        told |= {"style": "form", "explode": False}
    if one.example:
        told["example"] = [one.example] if one.several else one.example
    return told


def _responses(operation: Operation) -> dict[str, Any]:
    content: dict[str, Any] = {operation.media: {"schema": operation.schema} if operation.schema else {}}
    whole = {str(status): {"description": REASONS[status], "content": content} for status in (200, *operation.also)}
    named = "Open311Errors" if operation.is_open311 else "Error"
    media = operation.media if operation.is_open311 else "application/json"
    error = {"schema": {"$ref": f"#/components/schemas/{named}"}} if media == "application/json" else {}
    errors = (*operation.errors, *_of_keys(operation), *REFUSED)
    refusals = {
        str(status): {"description": REASONS[status], "content": {media: error}} for status in sorted(set(errors))
    }
    return {**refusals, **whole}


def _of_keys(operation: Operation) -> tuple[int, ...]:
    """A key that is none is refused everywhere; where one is needed it may also not allow it."""
    if operation.is_open311:
        return (403,)
    return (401,) if operation.is_open else (401, 403)


def _plain(told: Any) -> Any:
    """It with words said, as JSON has them."""
    if isinstance(told, dict):
        return {name: _plain(value) for name, value in told.items()}
    if isinstance(told, list | tuple):
        return [_plain(value) for value in told]
    return str(told) if isinstance(told, Promise) else told
