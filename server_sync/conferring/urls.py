"""Addresses of the pages of meetings."""

from django.urls import path

from server_sync.conferring import deciding_views, guests, paper_views, views

urlpatterns = [
    path("meetings", views.listed, name="meetings"),
    path("meetings/plan", views.plan, name="meeting_plan"),
    path("meetings/<str:meeting>", views.one, name="meeting"),
    path("meetings/<str:meeting>/record", views.record, name="meeting_record"),
    path("meetings/<str:meeting>/change", views.change, name="meeting_change"),
    path("meetings/<str:meeting>/cancel", views.cancel, name="meeting_cancel"),
    path("meetings/<str:meeting>/decisions", deciding_views.decisions, name="meeting_decisions"),
    path("meetings/<str:meeting>/minutes", deciding_views.minutes, name="meeting_minutes"),
    path("meetings/<str:meeting>/papers", paper_views.papers, name="meeting_papers"),
    path("meetings/<str:meeting>/papers/<str:paper>", paper_views.paper, name="meeting_paper"),
    path("meetings/<str:meeting>/guests", guests.listed, name="meeting_guests"),
    path("meetings/<str:meeting>/guests/withdraw", guests.withdraw, name="meeting_guest_withdraw"),
]
