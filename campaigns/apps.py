from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "campaigns"
    label = "campaigns"

    def ready(self) -> None:
        from campaigns import acts
        from campaigns.boosts import funding
        from campaigns.boosts.models import HOLDING
        from campaigns.ledger import proof
        from campaigns.pages import navigation

        acts.announce()
        navigation.announce()
        proof.add_promises(funding.PROMISES, holding=sorted(HOLDING))
