"""Addresses of listening."""

from __future__ import annotations

from django.urls import path

from personshaped.team.listening import views

urlpatterns = [
    path("", views.listen, name="listening"),
    path("answer/", views.answer, name="listening-answer"),
    path("undo/", views.undo, name="listening-undo"),
    path("differ/", views.agreement, name="listening-agreement"),
]
