"""Addresses of the picture."""

from __future__ import annotations

from django.urls import path

from personshaped.team.site import picture_figures, picture_kept, picture_rows, picture_views

urlpatterns = [
    path("", picture_views.first, name="picture"),
    path("page/<slug:page>/", picture_views.page, name="picture-page"),
    path("chart/<slug:name>/", picture_views.chart, name="picture-chart"),
    path("chart/<slug:name>.svg", picture_views.svg, name="picture-svg"),
    path("chart/<slug:name>.csv", picture_views.sheet, name="picture-csv"),
    path("keep/", picture_kept.keep, name="keep-view"),
    path("keep/<int:view>/away/", picture_kept.drop, name="drop-view"),
    path("figures/", picture_figures.figures, name="picture-figures"),
    path("figures/<slug:name>/", picture_figures.figure, name="picture-figure"),
    path("figures/<slug:name>/rows/", picture_rows.rows, name="picture-rows"),
]
