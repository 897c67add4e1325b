from django.apps import AppConfig


class Blockages(AppConfig):
    name = "personshaped.team.blockages"
    label = "blockages"
