from django.apps import AppConfig


class Peers(AppConfig):
    name = "personshaped.team.peers"
    label = "peers"
