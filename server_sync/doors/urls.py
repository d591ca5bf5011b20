"""Addresses of the doors; `meetings/guest` and `captions` stand before the addresses of single meetings."""

from django.urls import path, re_path

from server_sync.doors import captions, guest, live, papers

urlpatterns = [
    path("meetings/guest", guest.page, name="guest"),
    path("meetings/guest/come", guest.come, name="guest_come"),
    path("meetings/guest/act", guest.act, name="guest_act"),
    path("meetings/guest/page/<str:paper>/<int:page>", papers.of_guest, name="guest_page"),
    path("captions", captions.listed, name="captions"),
    path("meetings/<str:meeting>/captions", captions.one, name="meeting_captions"),
    path("meetings/<str:meeting>/captions/lines", captions.lines, name="meeting_captions_lines"),
    path("live/<str:meeting>", live.page, name="live"),
    path("live/<str:meeting>/state", live.state, name="live_state"),
    path("live/<str:meeting>/page/<str:paper>/<int:page>", papers.of_viewer, name="live_page"),
    re_path(r"^live/(?P<meeting>[^/]+)/hls/(?P<name>[^?]+)$", live.file, name="live_file"),
]
