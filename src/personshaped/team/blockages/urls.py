"""Addresses of what is in our way; those about one person stand under their story."""

from __future__ import annotations

from django.urls import path

from personshaped.team.blockages import views

urlpatterns = [
    path("in-the-way/", views.blockages, name="blockages"),
    path("in-the-way/say/", views.say, name="say-blockage"),
    path("in-the-way/<int:blockage>/", views.say_more, name="blockage"),
    path("in-the-way/conditions.csv", views.as_decisions, name="conditions-csv"),
    path("in-the-way/<int:blockage>/gather/", views.gather, name="gather"),
    path("in-the-way/condition/<int:condition>/", views.condition, name="condition"),
    path("in-the-way/condition/<int:condition>/write/", views.write, name="write-condition"),
    path("in-the-way/condition/<int:condition>/take-up/", views.take_up, name="take-up"),
    path("in-the-way/condition/<int:condition>/figure/", views.figure, name="condition-figure"),
    path("story/<slug:address>/in-the-way/", views.say_of_person, name="say-blockage-of-person"),
    path("story/<slug:address>/in-the-way/<int:blockage>/", views.told, name="blockage-told"),
]
