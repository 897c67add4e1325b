"""Addresses of what we are trying."""

from __future__ import annotations

from django.urls import path

from personshaped.team.experiments import views

urlpatterns = [
    path("", views.experiments, name="experiments"),
    path("begin/", views.begin, name="begin-experiment"),
    path("changes/", views.note_change, name="note-change"),
    path("measures/", views.measures, name="measures"),
    path("measures/<int:measure>/drop/", views.drop_measure, name="drop-measure"),
    path("register/", views.register, name="cases-register"),
    path("register/<int:case>/", views.write_case, name="write-case"),
    path("triangle/", views.triangle, name="triangle"),
    path("triangle/<int:level>/", views.write_level, name="write-level"),
    path("<int:experiment>/", views.experiment, name="experiment"),
    path("<int:experiment>/write/", views.write, name="write-experiment"),
]
