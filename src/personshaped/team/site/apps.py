from django.apps import AppConfig


class Site(AppConfig):
    name = "personshaped.team.site"
    label = "team_site"
