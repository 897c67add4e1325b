from django.apps import AppConfig


class Links(AppConfig):
    name = "personshaped.team.links"
    label = "team_links"
