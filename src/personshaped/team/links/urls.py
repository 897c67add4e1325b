"""Addresses of links."""

from __future__ import annotations

from django.urls import path

from personshaped.team.links import views

urlpatterns = [
    path("", views.links, name="links"),
    path("judge/", views.judge, name="links-judge"),
    path("judged/", views.judged, name="links-judged"),
    path("take-back/", views.take_back, name="links-take-back"),
]
