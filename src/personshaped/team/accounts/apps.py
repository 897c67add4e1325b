from django.apps import AppConfig


class Accounts(AppConfig):
    name = "personshaped.team.accounts"
    label = "accounts"
    verbose_name = "People who work here"
