"""Addresses of the pages on which two people decide."""

from django.urls import path

from server_sync.oversight import doubt_pages, erasure_pages, stop_pages

urlpatterns = [
    path("doubts", doubt_pages.listed, name="doubts"),
    path("doubts/<str:event>", doubt_pages.one, name="doubt"),
    path("doubts/<str:event>/<slug:act>", doubt_pages.act, name="doubt_act"),
    path("stops/<str:stop>", stop_pages.one, name="stop"),
    path("stops/<str:stop>/<slug:act>", stop_pages.act, name="stop_act"),
    path("erasures", erasure_pages.listed, name="erasures"),
    path("erasures/<str:appeal>", erasure_pages.one, name="erasure"),
    path("erasures/<str:appeal>/<slug:act>", erasure_pages.act, name="erasure_act"),
]
