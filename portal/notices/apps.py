from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "portal.notices"
    label = "notices"

    def ready(self) -> None:
        from portal.accounts.audit import acted
        from portal.notices import of_jobs, of_teams, of_webhooks, telling, told

        told.add(of_jobs.TABLE)
        told.add(of_teams.TABLE)
        told.add(of_webhooks.TABLE)
        acted.connect(telling.tell)
