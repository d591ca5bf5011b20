"""Addresses of the pages of whoever keeps the directory of officials."""

from django.urls import path

from server_sync.directory import views

urlpatterns = [
    path("directory", views.listed, name="directory"),
    path("directory.csv", views.as_csv, name="directory_csv"),
    path("directory/<int:file_id>", views.one, name="directory_file"),
]
