from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "portal.notices"
    label = "notices"

    def ready(self) -> None:
        from portal.accounts.audit import acted
        from portal.notices import telling

        acted.connect(telling.tell)
