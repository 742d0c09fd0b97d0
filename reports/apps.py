from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    label = "reports"

    def ready(self) -> None:
        from portal.shell import objects
        from reports import acts
        from reports.attribution import staleness
        from reports.pages import navigation
        from reports.pages.object.parts import numbers_of
        from reports.sources import keeping
        from reports.sources.signals import batch_committed

        acts.announce()
        keeping.announce()
        navigation.announce()
        objects.add(numbers_of)
        batch_committed.connect(staleness.on_batch_committed)
