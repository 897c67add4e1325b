from django.apps import AppConfig


class Listening(AppConfig):
    name = "personshaped.team.listening"
    label = "team_listening"
