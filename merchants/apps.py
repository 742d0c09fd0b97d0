from django.apps import AppConfig


class MerchantsConfig(AppConfig):
    name = "merchants"
    label = "merchants"

    def ready(self) -> None:
        from merchants import acts, notices
        from merchants.links import following, generation, refreshing
        from merchants.notes import covers
        from merchants.openings import changing, keeping
        from merchants.pages import navigation, review
        from portal.notices import told
        from portal.runtime import beside

        changing.announce()
        acts.announce()
        keeping.announce()
        covers.announce()
        told.add(notices.TABLE)
        navigation.announce()
        review.announce()
        generation.announce()
        beside.add(following.follow_here, every_seconds=following.SECONDS)
        beside.add(refreshing.refresh_here, every_seconds=refreshing.EVERY_SECONDS)
