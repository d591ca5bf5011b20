"""Addresses that belong to all pages."""

from django.urls import path

from server_sync.pages import signing_in

urlpatterns = [
    path("sign-in", signing_in.sign_in, name="sign_in"),
    path("sign-out", signing_in.sign_out, name="sign_out"),
    path("password", signing_in.password, name="password"),
    path("me", signing_in.own_page, name="own_page"),
]
