from django.apps import AppConfig


class People(AppConfig):
    name = "personshaped.team.people"
    label = "people"
