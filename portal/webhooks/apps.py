from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "portal.webhooks"
    label = "webhooks"

    def ready(self) -> None:
        from portal.webhooks import acts

        acts.announce()
