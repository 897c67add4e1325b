from django.apps import AppConfig


class Ground(AppConfig):
    name = "personshaped.team.site.ground"
    label = "ground"
