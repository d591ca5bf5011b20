"""Addresses of the doors; `meetings/guest` and `captions` stand before the addresses of single meetings."""

from django.urls import path, re_path

from server_sync.doors import captions, guest, live

urlpatterns = [
    path("meetings/guest", guest.page, name="guest"),
    path("meetings/guest/come", guest.come, name="guest_come"),
    path("meetings/guest/act", guest.act, name="guest_act"),
    path("captions", captions.listed, name="captions"),
    path("meetings/<str:meeting>/captions", captions.one, name="meeting_captions"),
    path("meetings/<str:meeting>/captions/lines", captions.lines, name="meeting_captions_lines"),
    path("live/<str:meeting>", live.page, name="live"),
    path("live/<str:meeting>/state", live.state, name="live_state"),
    re_path(r"^live/(?P<meeting>[^/]+)/hls/(?P<name>[^?]+)$", live.file, name="live_file"),
]
