"""Addresses of the board."""

from django.urls import path

from server_sync.monitoring import views

urlpatterns = [
    path("board", views.board, name="board"),
    path("board/live", views.live, name="board_live"),
    path("board.csv", views.as_csv, name="board_csv"),
    path("board/<str:code>", views.site, name="board_site"),
]
