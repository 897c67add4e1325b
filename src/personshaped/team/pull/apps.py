from django.apps import AppConfig


class Pull(AppConfig):
    name = "personshaped.team.pull"
    label = "pull"
