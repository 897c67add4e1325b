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
    path("<int:place>/agree/", views.agree, name="peer-agree"),
    path("<int:place>/agreement/<int:agreement>/", views.write_agreement, name="write-agreement"),
]
