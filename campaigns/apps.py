from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "campaigns"
    label = "campaigns"

    def ready(self) -> None:
        from campaigns import acts, notices
        from campaigns.boosts import funding
        from campaigns.ledger import proof
        from campaigns.pages import navigation, review
        from portal.notices import told

        acts.announce()
        told.add(notices.TABLE)
        navigation.announce()
        review.announce()
        proof.add_promises(funding.PROMISES)
