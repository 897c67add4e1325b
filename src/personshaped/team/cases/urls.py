from __future__ import annotations

from django.urls import path

from personshaped.team.cases import views

urlpatterns = [
    path("", views.cases, name="cases"),
    path("begin/", views.begin, name="begin-history"),
    path("<slug:address>/", views.history, name="history"),
    path("<slug:address>/add/", views.add, name="add-lines"),
    path("<slug:address>/sheet/", views.sheet, name="history-sheet"),
    path("<slug:address>/mark/", views.mark, name="mark-lines"),
    path("<slug:address>/line/<int:seq>/", views.line, name="write-line"),
    path("<slug:address>/wanted/", views.want, name="wanted"),
    path("<slug:address>/source/", views.source, name="history-source"),
]
