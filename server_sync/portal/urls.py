"""Public addresses: short ones, for paper and for reading aloud."""

from django.urls import path, re_path

from server_sync.portal import follow, own_acts, receipt_pages, views

urlpatterns = [
    path("", views.home, name="home"),
    path("requests", views.requests, name="requests"),
    path("totals", views.totals, name="totals"),
    path("offices", views.offices, name="offices"),
    path("verify", receipt_pages.verify, name="verify"),
    path("a", follow.find, name="find"),
    path("a/<str:number>", follow.case, name="case"),
    path("a/<str:number>/close", follow.close, name="close_case"),
    path("a/<str:number>/say/<slug:act>", own_acts.say, name="own_act"),
    re_path(r"^[Qq]/(?P<encoded>[^/]*)/?$", receipt_pages.receipt, name="receipt"),
    re_path(r"^[Qq]/(?P<encoded>[^/]*)/proof\.json$", receipt_pages.proof, name="receipt_proof"),
]
