from django.apps import AppConfig


class Visits(AppConfig):
    name = "personshaped.team.visits"
    label = "visits"
