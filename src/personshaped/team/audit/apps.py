from django.apps import AppConfig


class Audit(AppConfig):
    name = "personshaped.team.audit"
    label = "audit"
