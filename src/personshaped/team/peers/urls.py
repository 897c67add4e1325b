"""Addresses of peers."""

from __future__ import annotations

from django.urls import path

from personshaped.team.peers import views

urlpatterns = [
    path("", views.peers, name="peers"),
    path("<int:place>/", views.peer, name="peer"),
    path("<int:place>/write/", views.write, name="write-peer"),
    path("<int:place>/fact/", views.add_fact, name="peer-fact"),
    path("<int:place>/between/", views.tie, name="peer-tie"),
    path("<int:place>/board/", views.set_up, name="set-up-board"),
    path("<int:place>/board/<int:board>/", views.write_board, name="write-board"),
    path("<int:place>/board/<int:board>/met/", views.board_met, name="board-met"),
    path("<int:place>/agree/", views.agree, name="peer-agree"),
    path("<int:place>/agreement/<int:agreement>/", views.write_agreement, name="write-agreement"),
]
