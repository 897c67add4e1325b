"""Every address of the application."""

from __future__ import annotations

from django.urls import include, path
from django.views.i18n import set_language

from personshaped.team.experiments import views as experiments
from personshaped.team.people import views as people
from personshaped.team.site import guardian, keepers, known_in_study, picture_person, retention, their_record, views

CLOSED = (
    "signup/",
    "email/",
    "confirm-email/",
    "confirm-email/<path:rest>",
    "password/reset/",
    "password/reset/<path:rest>",
    "password/set/",
    "login/code/confirm/",
    "inactive/",
)
"""The framework's pages for e-mail and for accounts one makes oneself: here a keeper gives them, nothing is sent."""
handler403 = "personshaped.team.site.views.refused"
handler404 = "personshaped.team.site.languages.not_here"
urlpatterns = [
    path("", views.home, name="home"),
    path("begin/", views.begin, name="begin"),
    path("story/<slug:address>/", views.person, name="person"),
    path("story/<slug:address>/need/", people.hear_need, name="hear-need"),
    path("story/<slug:address>/need/<int:need>/", people.answer, name="answer"),
    path("story/<slug:address>/matters/", people.matters, name="matters"),
    path("story/<slug:address>/about/", people.about, name="about-them"),
    path("story/<slug:address>/need/<int:need>/next/", people.next_step, name="next-step"),
    path("story/<slug:address>/need/<int:need>/triangle/", experiments.stand, name="need-level"),
    path("story/<slug:address>/around/", people.around, name="around"),
    path("story/<slug:address>/household/", people.household, name="household"),
    path("story/<slug:address>/household/apart/", people.apart, name="apart"),
    path("story/<slug:address>/record/", their_record.record, name="record"),
    path("story/<slug:address>/record.json", their_record.take_away, name="take-away"),
    path("picture/", include("personshaped.team.site.picture_urls")),
    path("story/<slug:address>/known/", known_in_study.known, name="known-in-study"),
    path("story/<slug:address>/records/", picture_person.story, name="records"),
    path("listening/", include("personshaped.team.listening.urls")),
    path("links/", include("personshaped.team.links.urls")),
    path("", include("personshaped.team.blockages.urls")),
    path("trying/", include("personshaped.team.experiments.urls")),
    path("peers/", include("personshaped.team.peers.urls")),
    path("histories/", include("personshaped.team.cases.urls")),
    path("", include("personshaped.team.site.ground.urls")),
    path("", include("personshaped.team.visits.urls")),
    path("", include("personshaped.team.pull.urls")),
    path("trail/", guardian.read_trail, name="trail"),
    path("story/<slug:address>/hand-over-record/", guardian.subject_access, name="subject-access"),
    path("story/<slug:address>/erase/", guardian.erase_person, name="erase-person"),
    path("how-long/", retention.kept, name="kept"),
    path("how-long/erase/", retention.erase_past, name="erase-past"),
    path("histories/<slug:address>/erase/", retention.erase_whole_history, name="erase-history"),
    path("sign-in/language/", set_language, name="set_language"),
    *(path(f"sign-in/{one}", views.closed, name="closed") for one in CLOSED),
    path("sign-in/", include("allauth.urls")),
    path("keep/", keepers.pages.urls),
]
