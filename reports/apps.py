from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    label = "reports"

    def ready(self) -> None:
        from reports import acts
        from reports.attribution import staleness
        from reports.pages import navigation
        from reports.sources.signals import batch_committed

        acts.announce()
        navigation.announce()
        batch_committed.connect(staleness.on_batch_committed)
