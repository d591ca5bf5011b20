"""Addresses of meetings that are no pages."""

from django.urls import path

from server_sync.meetings.hearing import heard

urlpatterns = [path("meetings/heard", heard, name="meetings_heard")]
