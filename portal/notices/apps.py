from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "portal.notices"
    label = "notices"

    def ready(self) -> None:
        from portal.accounts.audit import acted
        from portal.notices import jobs, telling, told

        told.add(jobs.TABLE)
        acted.connect(telling.tell)
