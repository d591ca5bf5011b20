"""Addresses of subscriptions; those with a mark stand in letters."""

from django.urls import path

from server_sync.subscriptions import views

urlpatterns = [
    path("subscribe", views.subscribe, name="subscribe"),
    path("subscribe/sent", views.sent, name="subscribe_sent"),
    path("subscribe/confirm/<str:mark>", views.confirm, name="subscribe_confirm"),
    path("subscriptions", views.subscriptions, name="subscriptions"),
    path("subscriptions/<str:mark>", views.subscription, name="subscription"),
    path("subscriptions/<str:mark>/stop", views.stop, name="subscription_stop"),
]
