from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "campaigns"
    label = "campaigns"

    def ready(self) -> None:
        from campaigns import acts, notices
        from campaigns.boosts import asked, funding, reasons
        from campaigns.delivery import announcing, refusing, spending, taking
        from campaigns.ledger import payments, proof
        from campaigns.pages import navigation, review
        from campaigns.pages.closing import parts as closing_parts
        from campaigns.pages.cost import parts as cost_parts
        from campaigns.pages.delivery import parts
        from campaigns.reconciling import proving
        from campaigns.statements import covering, invoices
        from portal.notices import told

        acts.announce()
        invoices.announce()
        covering.listen()
        reasons.announce()
        told.add(notices.TABLE)
        navigation.announce()
        review.announce()
        proof.add_promises(funding.PROMISES)
        proof.add_promises(funding.COUNTS)
        proof.add_promises(spending.PROMISES)
        proof.add_promises(proving.PROMISES)
        proof.add_promises(proving.MONTHS)
        proof.add_promises(
            proving.HANDS,
            two_person_fen=payments.TWO_PERSON_FEN,
            evening_hour=asked.EVENING_HOUR,
        )
        # Before what is told of it, which says how much is left.
        taking.listen()
        announcing.listen()
        refusing.listen()
        closing_parts.announce()
        parts.announce()
        cost_parts.announce()
