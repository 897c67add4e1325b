"""Addresses of asking in and handing over."""

from __future__ import annotations

from django.urls import path

from personshaped.team.pull import views

urlpatterns = [
    path("story/<slug:address>/ask-in/", views.ask, name="ask-in"),
    path("story/<slug:address>/ask-in/<int:ask>/", views.bring, name="bring"),
    path("story/<slug:address>/leave/", views.leave, name="leave-story"),
    path("story/<slug:address>/hand-over/", views.hand_over, name="hand-over"),
    path("asked/<int:ask>/", views.answer_ask, name="answer-ask"),
    path("asked/over/<int:handover>/", views.answer_handover, name="answer-handover"),
]
