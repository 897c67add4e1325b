from django.apps import AppConfig


class Experiments(AppConfig):
    name = "personshaped.team.experiments"
    label = "experiments"
