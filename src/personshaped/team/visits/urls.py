"""Addresses of visits; each stands under the story of one person."""

from __future__ import annotations

from django.urls import path

from personshaped.team.visits import views

urlpatterns = [
    path("story/<slug:address>/visit/", views.add, name="add-visit"),
    path("story/<slug:address>/visit/draft/", views.draft, name="draft-visit"),
    path("story/<slug:address>/visit/sheet/", views.sheet, name="visit-sheet"),
    path("story/<slug:address>/visit/<int:visit>/", views.visit, name="visit"),
    path("story/<slug:address>/visit/<int:visit>/recording/", views.record, name="record-visit"),
    path("story/<slug:address>/recording/<int:recording>/", views.play, name="recording"),
    path("story/<slug:address>/recording/<int:recording>/away/", views.remove, name="remove-recording"),
]
