from django.apps import AppConfig


class Cases(AppConfig):
    name = "personshaped.team.cases"
    label = "cases"
