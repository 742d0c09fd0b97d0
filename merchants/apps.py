from django.apps import AppConfig


class MerchantsConfig(AppConfig):
    name = "merchants"
    label = "merchants"

    def ready(self) -> None:
        from merchants import acts
        from merchants.pages import navigation

        acts.announce()
        navigation.announce()
