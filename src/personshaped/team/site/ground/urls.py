"""Addresses of the team's ground, the tally, how things are, and trying something about what is in the way."""

from __future__ import annotations

from django.urls import path

from personshaped.team.site.ground import views

urlpatterns = [
    path("ground/", views.ground, name="ground"),
    path("ground/write/", views.write, name="write-ground"),
    path("tally/", views.tally, name="tally"),
    path("tally/<int:line>/back/", views.take_back, name="tally-back"),
    path("in-the-way/condition/<int:condition>/try/", views.try_about_condition, name="try-about-condition"),
    path("in-the-way/<int:blockage>/try/", views.try_about_blockage, name="try-about-blockage"),
    path("story/<slug:address>/how-things-are/", views.observations, name="observations"),
]
