from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    label = "reports"

    def ready(self) -> None:
        from celery.signals import worker_ready

        from campaigns.boosts import figures, forecast, results
        from campaigns.campaigns import progress as campaign_progress
        from campaigns.funds import sizes
        from portal.health import parts
        from portal.notices import told
        from portal.review import sizes as review_sizes
        from portal.shell import objects
        from reports import acts, notices
        from reports.answers import (
            boosts_brought,
            boosts_listed,
            past,
            progress,
            sold,
            sold_by_many,
        )
        from reports.attribution import staleness, unplaced
        from reports.pages import navigation
        from reports.pages.object.parts import numbers_of
        from reports.sources import adservers, closing, concerned, keeping, lacking
        from reports.sources.signals import batch_committed

        acts.announce()
        forecast.told_by(past.of)
        results.told_by(boosts_brought.of)
        figures.told_by(boosts_listed.of)
        campaign_progress.told_by(progress.of)
        sizes.told_by(sold.of)
        review_sizes.told_by(sold_by_many.sizes, sold_by_many.explained)
        told.add(notices.TABLE)
        keeping.announce()
        navigation.announce()
        objects.add(numbers_of)
        parts.add("lake", lacking.finding)
        worker_ready.connect(lacking.say_at_start, dispatch_uid="reports.lacking")
        staleness.listen()
        concerned.listen()
        adservers.listen()
        batch_committed.connect(unplaced.on_batch_committed)
        # After the news, which hold the turn: what is given out meanwhile does not see half of it.
        batch_committed.connect(closing.on_batch_committed)
