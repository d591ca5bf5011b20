"""Addresses of the sync API."""

from django.urls import path, re_path

from server_sync.exchange.attaching import blob
from server_sync.exchange.calling_meetings import meeting
from server_sync.exchange.calls import answered, unknown
from server_sync.exchange.entering import enrol, person, reference
from server_sync.exchange.exchanging import exchange

urlpatterns = [
    path("sync/v1/enrol", answered(enrol, "POST"), name="enrol"),
    path("sync/v1/person", answered(person, "POST"), name="person"),
    path("sync/v1/exchange", answered(exchange, "POST"), name="exchange"),
    path("sync/v1/meeting", answered(meeting, "POST"), name="in_meeting"),
    re_path(r"^sync/v1/reference/(?P<name>[a-z0-9_]{1,60}\.csv)$", answered(reference, "GET"), name="reference"),
    re_path(r"^sync/v1/blob/(?P<blob_hex>[0-9a-f]{64})$", blob, name="blob"),
    re_path(r"^sync/", answered(unknown, None), name="unknown"),
]
