"""Every list of the site, and how it grows. A list without a line here makes the tests red.

How to add a line: `Listed("campaigns:boost-list", "merchant.code", "owner", money.boost)`. The
first two words are those of `tests/permission_table.py`, the third is the persona who looks, the
fourth makes one more row of what is listed (`tests/rows/`). Then, where they differ:

- `shown` counts the rows on the page: those of its table, or `named("alerts")`, `choices("note")`;
- `query` narrows the page to the new rows or asks for another part of it;
- `most` is how many rows the page shows of a kind, if that is less than six.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from portal.ui.finding import Sought
from tests.rows import WORD, World, costs, data, delivery, money, people, shops

Context = Any
M = "merchant.code"


def table(context: Context) -> int:
    """The rows of the page's table."""
    return len(context["table"].page.object_list)


def named(name: str) -> Callable[[Context], int]:
    """How many there are under a name of the page, which finds some when it shows them."""

    def count(context: Context) -> int:
        there = context[name]
        return len(there() if callable(there) else there)

    return count


def to_choose(field: str) -> Callable[[Context], int]:
    """The rows among which one chooses in a field that finds them."""
    return lambda context: len(context["form"].fields[field].shown(Sought()).rows)


def choices(field: str) -> Callable[[Context], int]:
    """What can be chosen in a field of the page's form."""
    return lambda context: len(list(context["form"].fields[field].choices))


def days_of_delivery(context: Context) -> int:
    """The days of the part of a boost's page that tells of its delivery."""
    (part,) = (one for one in context["parts"]() if one.template == "campaigns/_delivery.html")
    return len(part.shown["days"])


def hits(context: Context) -> int:
    """What the search found, of all kinds."""
    return sum(len(group.hits) for group in context["groups"])


def merchants_in_the_navigation(context: Context) -> int:
    return len(context["navigation"].others)


@dataclass(frozen=True)
class Listed:
    """A page, and how one more row of what it lists comes to be."""

    url_name: str
    args: str
    persona: str
    make: Callable[[World, int], object]
    shown: Callable[[Context], int] = table
    query: str = ""
    most: int = 6

    def __str__(self) -> str:
        return f"{self.url_name} {self.make.__name__} {self.query}".strip()


ACCOUNTS = [
    Listed("notices:notice-list", "", "owner", people.notice),
    Listed("jobs:job-list", "", "admin", people.troubled_job, query="?cause=disk"),
    Listed("webhooks:endpoint-list", "", "admin", people.endpoint),
    Listed("webhooks:endpoint-detail", "endpoint.pk", "admin", people.message),
    Listed("webhooks:message-detail", "message.pk", "admin", people.attempt, named("tries")),
    Listed("accounts:team-detail", "team.pk", "owner", people.member),
    Listed("accounts:team-detail", "team.pk", "analyst", people.member),
    Listed("accounts:team-detail", "team.pk", "owner", people.invitation, named("invitations")),
    Listed(
        "accounts:team-audit", "team.pk", "owner", people.audit_entry, query="?verb=boost.edited"
    ),
    Listed("accounts:platform-audit", "", "admin", people.audit_entry, query="?verb=boost.edited"),
    Listed(
        "accounts:account-settings",
        "",
        "owner",
        shops.company_of_alice,
        merchants_in_the_navigation,
    ),
]

MERCHANTS = [
    Listed("merchants:store-list", M, "owner", shops.store),
    Listed("merchants:store-detail", f"{M} in_app_store.pk", "owner", shops.in_app_product),
    Listed(
        "merchants:store-detail", f"{M} store.pk", "owner", people.act_upon_the_store,
        named("history"),
    ),
    Listed("merchants:product-list", M, "owner", shops.product),
    Listed("merchants:product-detail", f"{M} product.pk", "owner", shops.listing_of_the_product),
    Listed("merchants:note-list", M, "owner", shops.note),
    Listed("merchants:note-detail", f"{M} note.pk", "owner", shops.listing_of_the_note),
    Listed("merchants:listing-list", M, "owner", shops.listing),
    Listed(
        "merchants:listing-detail", f"{M} listing.pk", "owner", shops.listing_period,
        named("periods"),
    ),
    Listed("merchants:offer-list", M, "owner", shops.rule),
    Listed("merchants:application-list", M, "owner", shops.application),
    Listed("merchants:merchant-directory", "", "admin", shops.company),
    Listed("merchants:store-directory", "", "admin", shops.store_of_a_company),
    Listed("merchants:rulechange-list", "", "admin", shops.rule),
    Listed("merchants:policy-matrix", "", "admin", shops.rule, named("rows"), most=42),
    Listed("merchants:policy-calendar", "", "admin", shops.rule),
    Listed("merchants:application-directory", "", "admin", shops.application_of_a_company),
    Listed(
        "merchants:store-card", "in_app_store.pk", "anonymous", shops.in_app_product,
        named("products"),
    ),
    Listed("merchants:product-search", "", "anonymous", shops.in_app_product, named("products")),
]  # fmt: skip

FORMS = [
    Listed("merchants:listing-new", M, "owner", shops.note, to_choose("note")),
    Listed("merchants:listing-new", M, "owner", shops.product, to_choose("product")),
    Listed("merchants:listing-new", M, "owner", shops.in_app_product, to_choose("fallback")),
    Listed("merchants:product-new", M, "owner", shops.store, to_choose("store")),
    Listed("merchants:product-new", M, "owner", shops.category, choices("category")),
    Listed("merchants:rulechange-new", "", "admin", shops.category, choices("categories")),
    Listed("merchants:application-new", M, "owner", shops.category, choices("category")),
    Listed(
        "review:review-detail", "merchant_kind merchant.pk", "admin", people.manager,
        to_choose("account_manager"),
    ),
    Listed(
        "merchants:merchant-assign", "merchant.pk", "admin", people.manager,
        to_choose("account_manager"),
    ),
    Listed(
        "review:review-detail", "merchant_kind merchant.pk", "admin", people.member,
        named("members"),
    ),
    Listed(
        "review:review-detail", "merchant_kind merchant.pk", "admin", people.decision,
        named("decided"),
    ),
    Listed(
        "review:review-detail", "merchant_kind merchant.pk", "admin", shops.store, named("stores")
    ),
    Listed(
        "review:review-detail", "store_kind store.pk", "admin", shops.store, named("others")
    ),
    Listed(
        "review:review-detail", "store_kind store.pk", "admin", shops.namesake, named("namesakes")
    ),
    Listed(
        "review:review-detail", "feed_kind feedrequest.pk", "admin", shops.same_account,
        named("others"),
    ),
    Listed(
        "review:review-detail", "application_kind application.pk", "admin", shops.tmall_store,
        named("stores"),
    ),
    Listed("campaigns:payment-new", "", "account_manager", money.merchant_of_the_manager,
        to_choose("merchant"),
    ),
    Listed("campaigns:boost-new", M, "owner", shops.listing, to_choose("note")),
    Listed("campaigns:boost-new", M, "owner", money.fund, choices("fund")),
    Listed("campaigns:boost-quick", M, "owner", shops.listing, to_choose("note")),
    Listed("campaigns:boost-new", M, "owner", money.campaign, to_choose("campaign")),
    Listed("campaigns:campaign-note-add", f"{M} campaign.pk", "owner", shops.note,
        to_choose("note"),
    ),
    Listed("reports:batch-new", "", "admin", data.source, choices("source")),
    Listed("campaigns:ad-server-new", "", "admin", delivery.endpoint, choices("endpoint")),
]  # fmt: skip

CAMPAIGNS = [
    Listed("campaigns:boost-list", M, "owner", money.boost),
    Listed(
        "campaigns:boost-detail", f"{M} boost.pk", "owner", money.hold_from_a_fund,
        named("transfers"),
    ),
    Listed(
        "campaigns:boost-detail", f"{M} boost.pk", "owner", money.release_to_a_fund,
        named("transfers"),
    ),
    Listed(
        "campaigns:boost-detail", f"{M} boost.pk", "owner", money.boost_review, named("reviews")
    ),
    Listed("campaigns:boost-detail", f"{M} boost.pk", "owner", money.grant, named("lines")),
    Listed(
        "campaigns:boost-detail", f"{M} boost.pk", "owner", delivery.spend_day, days_of_delivery
    ),
    Listed(
        "campaigns:wallet-detail", M, "owner", money.hold_from_the_wallet, query="?reason=hold"
    ),
    Listed(
        "campaigns:wallet-detail", M, "owner", money.release_to_the_wallet, query="?reason=release"
    ),
    Listed("campaigns:campaign-list", M, "owner", money.campaign),
    Listed("campaigns:campaign-detail", f"{M} campaign.pk", "owner", money.boost_of_the_campaign),
    Listed(
        "campaigns:campaign-detail", f"{M} campaign.pk", "owner", money.note_of_the_campaign,
        named("notes"),
    ),
    Listed("review:review-list", "", "account_manager", money.boost_of_a_company),
    Listed("review:review-list", "", "admin", shops.store_of_a_company),
    Listed(
        "review:review-together", "boost_kind campaign.pk", "account_manager",
        money.boost_of_the_campaign, named("choices"),
    ),
    Listed("review:review-quality", "", "admin", people.coded_decision, query="?by=reason"),
    Listed(
        "review:review-detail", "boost_kind boost.pk", "account_manager", money.grant,
        named("lines"),
    ),
    Listed(
        "review:review-detail", "boost_kind boost.pk", "account_manager", money.ended_boost,
        named("before"),
    ),
    Listed(
        "review:review-detail", "boost_kind boost.pk", "account_manager", money.review_of_the_note,
        named("note_reviews"), most=5,
    ),
    Listed(
        "review:review-detail", "payment_kind payment.pk", "account_manager", money.deposit,
        named("others"), most=4,
    ),
    Listed(
        "campaigns:wallet-detail", M, "owner", money.payment_to_sign, named("to_sign")
    ),
    Listed(
        "campaigns:wallet-detail", M, "owner", money.announcement, named("announced")
    ),
    Listed("campaigns:refund-list", M, "owner", money.balance_refund),
    Listed("campaigns:reconciliation-list", "", "admin", money.discrepancy),
    Listed("campaigns:invoice-list", M, "owner", money.invoice),
    Listed("campaigns:invoice-list", M, "owner", money.invoice, named("under_way")),
    Listed("campaigns:invoice-list", M, "owner", money.invoice, named("short")),
    Listed("campaigns:issuing-list", "", "admin", money.invoice),
    Listed("campaigns:payout-list", "", "admin", money.paid_refund),
    Listed(
        "review:review-detail", "refund_kind refund.pk", "account_manager", money.balance_refund,
        named("earlier"), most=5,
    ),
    Listed("campaigns:statement-list", M, "owner", money.statement),
    Listed("campaigns:statement-detail", f"{M} month", "owner", money.deposit),
    Listed(
        "campaigns:statement-detail", f"{M} month", "owner", money.own_hold,
        lambda context: len(context["statement"].aside),
    ),
    Listed("campaigns:cost-list", M, "owner", costs.cost, query="?about=Grown"),
    Listed("campaigns:cost-list", M, "owner", costs.cost_of_a_note, query="?about=Grown"),
    Listed("campaigns:cost-detail", f"{M} cost.key", "owner", costs.version),
    Listed("campaigns:cost-new", M, "owner", money.boost, to_choose("boost")),
    Listed("campaigns:cost-new", M, "owner", shops.note, to_choose("note")),
    Listed("campaigns:cost-new", M, "owner", costs.cost, choices("campaign")),
    Listed("campaigns:assumption-list", M, "owner", costs.assumption),
    Listed("campaigns:merchant-list", "", "account_manager", money.merchant_of_the_manager),
    Listed("campaigns:fairness-list", "", "admin", money.fund),
    Listed("campaigns:fairness-list", "", "admin", money.parity, named("below")),
    Listed("campaigns:partner-detail", "fund.pk", "admin", money.fund_guest, named("guests")),
    Listed("campaigns:partner-detail", "fund.pk", "admin", money.fund_reading),
    Listed("campaigns:fund-list", "", "admin", money.fund),
    Listed("campaigns:fund-detail", "fund.pk", "admin", money.a_round),
    Listed("campaigns:round-detail", "award.round.pk", "admin", money.award_of_one_round),
    Listed("campaigns:award-list", M, "owner", money.award),
    Listed("campaigns:ad-server-list", "", "admin", delivery.ad_server),
    Listed("campaigns:delivery-message-list", "ad_server.pk", "admin", delivery.message),
    Listed("campaigns:refused-list", "", "admin", delivery.refused_hour),
    Listed("campaigns:apart-list", "", "admin", delivery.kept_apart),
]  # fmt: skip

REPORTS = [
    Listed("reports:batch-list", "", "admin", data.batch_of_a_company),
    Listed("reports:batch-detail", "batch.pk", "admin", data.quarantined_row),
    Listed("reports:unplaced-list", "", "admin", data.unplaced),
    Listed("reports:source-list", "", "admin", data.source),
    Listed("reports:health-platform", "", "admin", data.marketplace),
    Listed("reports:breach-list", "", "admin", data.breach),
    Listed("reports:health-merchant", M, "owner", data.owing_store),
    Listed("reports:source-detail", "batch.source.pk", "admin", data.batch_of_one_source),
    Listed(
        "reports:source-detail", "batch.source.pk", "admin", data.suspension, named("suspensions")
    ),
    Listed("reports:suspension-list", "", "admin", data.suspension),
    Listed("reports:refund-list", "", "admin", data.refund_period),
    Listed("reports:regime-list", "batch.source.pk", "admin", data.regime),
    Listed("reports:data-list", M, "owner", data.batch),
    Listed("reports:data-detail", f"{M} batch.pk", "owner", data.quarantined_row),
    Listed("reports:report-detail", M, "owner", data.credited_boost, query="?by=note"),
    Listed("reports:report-detail", M, "owner", data.credited_boost, query="?by=listing"),
    Listed("reports:report-detail", M, "owner", data.credited_boost, query="?by=boost"),
    Listed("reports:report-models", M, "owner", data.credited_boost, query="?by=note"),
    Listed("reports:report-models", M, "owner", data.credited_boost, query="?by=listing"),
    Listed("reports:report-changes", M, "owner", data.restatement),
    Listed("reports:home-merchant", M, "owner", money.returned_boost, named("alerts"), most=5),
    Listed("reports:home-merchant", M, "owner", shops.rejected_store, named("alerts"), most=5),
    Listed(
        "reports:home-merchant", M, "owner", shops.returned_application, named("alerts"), most=5
    ),
    Listed("reports:platform-home", "", "admin", shops.company, named("merchants")),
    Listed("reports:search", "", "owner", shops.note, hits, f"?q={WORD} note"),
    Listed("reports:search", "", "owner", shops.listing, hits, f"?q={WORD} product"),
    Listed("reports:search", "", "owner", shops.store, hits, f"?q={WORD} store"),
    Listed("reports:search", "", "owner", money.boost, hits, f"?q={WORD} note"),
    Listed("reports:search", "", "admin", shops.company, hits, f"?q={WORD}"),
]

LISTS = [*ACCOUNTS, *MERCHANTS, *FORMS, *CAMPAIGNS, *REPORTS]
