"""Addresses of the API that stand in no other room: Open311, the description, keys."""

from django.urls import path, re_path

from server_sync.programs import key_pages, views
from server_sync.programs.open311 import views as open311

FORM = r"\.(?P<form>json|xml)$"

urlpatterns = [
    path("programs", key_pages.listed, name="program_keys"),
    path("programs/<uuid:key_id>/<slug:act>", key_pages.act, name="program_key_act"),
    path("api", views.about, name="api"),
    path("api/openapi.json", views.description, name="api_description"),
    re_path(rf"^open311/discovery{FORM}", open311.discovery, name="open311_discovery"),
    re_path(rf"^open311/v2/services{FORM}", open311.services, name="open311_services"),
    re_path(rf"^open311/v2/services/(?P<service_code>[^/]+){FORM}", open311.service, name="open311_service"),
    re_path(rf"^open311/v2/requests{FORM}", open311.requests, name="open311_requests"),
    re_path(rf"^open311/v2/requests/(?P<service_request_id>[^/]+){FORM}", open311.request_one, name="open311_request"),
    re_path(rf"^open311/v2/tokens/(?P<token>[^/]+){FORM}", open311.token, name="open311_token"),
    re_path(r"^open311(?:/.*)?$", open311.nothing, name="open311_nothing"),
]
