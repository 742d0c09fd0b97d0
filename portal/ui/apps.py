from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in


class UiConfig(AppConfig):
    name = "portal.ui"
    label = "ui"

    def ready(self) -> None:
        from portal.ui import unsent

        user_logged_in.connect(unsent.forget_others)
