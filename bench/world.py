"""Whose pages are opened: the busiest merchant of the database, by the names of the table."""

from typing import Any


def world_of() -> dict[str, Any]:
    """The merchant with the most listings, and one object of each noun that is its own; nothing
    where no merchant has a listing."""
    from django.db.models import Count

    from merchants.companies.models import Merchant
    from tests.conftest import KINDS, MADE_UP

    merchant = Merchant.objects.alias(size=Count("listings")).order_by("-size").first()
    listing = merchant.listings.order_by("pk").first() if merchant else None
    if merchant is None or listing is None:
        return {}
    return {**_shop(merchant, listing), **_work(merchant), **KINDS, **MADE_UP}


def _shop(merchant: Any, listing: Any) -> dict[str, Any]:
    from merchants.catalogue.models import Product
    from merchants.openings.models import Opening, OpeningApplication
    from merchants.rulechanges.models import RuleChange

    in_app = Product.objects.sold_in_app().order_by("pk").first()
    return {
        "merchant": merchant,
        "store": merchant.stores.order_by("-pk").first(),
        "product": listing.product,
        "note": listing.note,
        "listing": listing,
        "in_app_product": in_app,
        "in_app_store": in_app.store if in_app else None,
        "opening": Opening.objects.first(),
        "rulechange": RuleChange.objects.first(),
        "application": OpeningApplication.objects.filter(merchant=merchant).first(),
    }


def _work(merchant: Any) -> dict[str, Any]:
    from campaigns.boosts.models import Boost
    from campaigns.funds.models import Fund
    from campaigns.ledger.models import Payment
    from portal.exports.models import Export
    from portal.jobs.models import Job
    from reports.sources.models import Batch

    team = merchant.team
    payments = Payment.objects.order_by("pk")
    return {
        "team": team,
        "membership": team.memberships.exclude(role="owner").first(),
        "invitation": team.invitations.first(),
        "job": Job.objects.filter(team=team).first(),
        "export": Export.objects.filter(owner__memberships__team=team).first(),
        "batch": Batch.objects.filter(merchant=merchant).order_by("-quarantined").first(),
        "boost": Boost.objects.filter(merchant=merchant).order_by("pk").first(),
        "fund": Fund.objects.first(),
        "payment": payments.filter(account__merchant__isnull=False).first(),
        "top_up": payments.filter(account__merchant=None).first(),
    }
