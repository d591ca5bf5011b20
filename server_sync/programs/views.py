"""The description of the API for programs and for people, and the administrators' page of keys."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from server_sync.programs import openapi, pace
from server_sync.programs.names import GROUPS
from server_sync.programs.operations import OPERATIONS
from server_sync.programs.wording import SCOPES


@require_safe
def description(_request: HttpRequest) -> JsonResponse:
    """What every address takes and answers, for programs."""
    return JsonResponse(openapi.document(), json_dumps_params={"ensure_ascii": False})


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """The same for people, with how to begin."""
    groups = [
        {"name": words, "code": group.value, "operations": [one for one in OPERATIONS if one.group is group]}
        for group, words in GROUPS.items()
    ]
    told = {
        "here": "api",
        "groups": groups,
        "scopes": [(scope.value, words) for scope, words in SCOPES.items()],
        "reading": pace.READING.most,
        "reading_with_key": pace.READING_WITH_KEY.most,
        "writing": pace.WRITING.most,
    }
    return render(request, "programs/api.html", told)
