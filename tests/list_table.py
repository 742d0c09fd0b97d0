"""Every list of the site, and how it grows. A list without a line here makes the tests red.

How to add a line: `Listed("campaigns:boost-list", "merchant.code", "owner", rows.boost)`. The first
two words are those of `tests/permission_table.py`, the third is the persona who looks, the fourth
makes one more row of what is listed (`tests/rows.py`). Then, where they differ:

- `shown` counts the rows on the page: those of its table, or `named("alerts")`, `choices("note")`;
- `query` narrows the page to the new rows or asks for another part of it;
- `most` is how many rows the page shows of a kind, if that is less than six.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests import rows
from tests.rows import WORD

Context = Any
M = "merchant.code"


def table(context: Context) -> int:
    """The rows of the page's table."""
    return len(context["table"].page.object_list)


def named(name: str) -> Callable[[Context], int]:
    """The rows that the template knows under `name`."""
    return lambda context: len(context[name])


def choices(field: str) -> Callable[[Context], int]:
    """What can be chosen in a field of the page's form."""
    return lambda context: len(list(context["form"].fields[field].choices))


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
    make: Callable[[rows.World, int], object]
    shown: Callable[[Context], int] = table
    query: str = ""
    most: int = 6

    def __str__(self) -> str:
        return f"{self.url_name} {self.make.__name__} {self.query}".strip()


ACCOUNTS = [
    Listed("accounts:notice-list", "", "owner", rows.notice),
    Listed("accounts:team-detail", "team.pk", "owner", rows.member),
    Listed("accounts:team-detail", "team.pk", "analyst", rows.member),
    Listed("accounts:team-detail", "team.pk", "owner", rows.invitation, named("invitations")),
    Listed("accounts:team-audit", "team.pk", "owner", rows.audit_entry, query="?verb=boost.edited"),
    Listed("accounts:platform-audit", "", "admin", rows.audit_entry, query="?verb=boost.edited"),
    Listed(
        "accounts:account-settings", "", "owner", rows.company_of_alice, merchants_in_the_navigation
    ),
]

MERCHANTS = [
    Listed("merchants:store-list", M, "owner", rows.store),
    Listed("merchants:product-list", M, "owner", rows.product),
    Listed("merchants:note-list", M, "owner", rows.note),
    Listed("merchants:note-detail", f"{M} note.pk", "owner", rows.listing_of_the_note),
    Listed("merchants:listing-list", M, "owner", rows.listing),
    Listed(
        "merchants:listing-detail", f"{M} listing.pk", "owner", rows.listing_period,
        named("periods"),
    ),
    Listed("merchants:offer-list", M, "owner", rows.rule),
    Listed("merchants:application-list", M, "owner", rows.application),
    Listed("merchants:merchant-queue", "", "admin", rows.company),
    Listed("merchants:store-queue", "", "admin", rows.store_of_a_company),
    Listed("merchants:opening-list", "", "admin", rows.rule),
    Listed("merchants:application-queue", "", "admin", rows.application_of_a_company),
    Listed(
        "merchants:store-card", "in_app_store.pk", "anonymous", rows.in_app_product,
        named("products"),
    ),
    Listed("merchants:product-search", "", "anonymous", rows.in_app_product, named("products")),
]  # fmt: skip

FORMS = [
    Listed("merchants:listing-new", M, "owner", rows.note, choices("note")),
    Listed("merchants:listing-new", M, "owner", rows.product, choices("product")),
    Listed("merchants:listing-new", M, "owner", rows.in_app_product, choices("fallback")),
    Listed("merchants:product-new", M, "owner", rows.store, choices("store")),
    Listed("merchants:product-new", M, "owner", rows.category, choices("category")),
    Listed("merchants:opening-new", "", "admin", rows.category, choices("category")),
    Listed("merchants:application-new", M, "owner", rows.category, choices("category")),
    Listed(
        "merchants:merchant-review", "merchant.pk", "admin", rows.manager,
        choices("account_manager"),
    ),
    Listed("campaigns:boost-new", M, "owner", rows.note, choices("note")),
    Listed("campaigns:boost-new", M, "owner", rows.fund, choices("fund")),
    Listed("reports:batch-new", "", "admin", rows.source, choices("source")),
]  # fmt: skip

CAMPAIGNS = [
    Listed("campaigns:boost-list", M, "owner", rows.boost),
    Listed(
        "campaigns:boost-detail", f"{M} boost.pk", "owner", rows.hold_from_a_fund, named("history")
    ),
    Listed(
        "campaigns:boost-detail", f"{M} boost.pk", "owner", rows.release_to_a_fund,
        named("history"),
    ),
    Listed("campaigns:boost-detail", f"{M} boost.pk", "owner", rows.boost_review, named("reviews")),
    Listed("campaigns:boost-detail", f"{M} boost.pk", "owner", rows.grant, named("lines")),
    Listed(
        "campaigns:wallet-detail", M, "owner", rows.hold_from_the_wallet, query="?reason=hold"
    ),
    Listed(
        "campaigns:wallet-detail", M, "owner", rows.release_to_the_wallet, query="?reason=release"
    ),
    Listed("campaigns:review-list", "", "account_manager", rows.boost_of_a_company),
    Listed(
        "campaigns:review-detail", "boost.pk", "account_manager", rows.boost_review,
        named("reviews"),
    ),
    Listed("campaigns:review-detail", "boost.pk", "account_manager", rows.grant, named("lines")),
    Listed("campaigns:fund-list", "", "admin", rows.fund),
]  # fmt: skip

REPORTS = [
    Listed("reports:batch-list", "", "admin", rows.batch_of_a_company),
    Listed("reports:batch-detail", "batch.pk", "admin", rows.quarantined_row),
    Listed("reports:data-list", M, "owner", rows.batch),
    Listed("reports:data-detail", f"{M} batch.pk", "owner", rows.quarantined_row),
    Listed("reports:report-detail", M, "owner", rows.credited_boost, query="?by=note"),
    Listed("reports:report-detail", M, "owner", rows.credited_boost, query="?by=listing"),
    Listed("reports:report-detail", M, "owner", rows.credited_boost, query="?by=boost"),
    Listed("reports:report-models", M, "owner", rows.credited_boost, query="?by=note"),
    Listed("reports:report-models", M, "owner", rows.credited_boost, query="?by=listing"),
    Listed("reports:home-merchant", M, "owner", rows.returned_boost, named("alerts"), most=5),
    Listed("reports:home-merchant", M, "owner", rows.rejected_store, named("alerts"), most=5),
    Listed("reports:home-merchant", M, "owner", rows.returned_application, named("alerts"), most=5),
    Listed("reports:platform-home", "", "admin", rows.company, named("merchants")),
    Listed("reports:search", "", "owner", rows.note, hits, f"?q={WORD} note"),
    Listed("reports:search", "", "owner", rows.listing, hits, f"?q={WORD} product"),
    Listed("reports:search", "", "owner", rows.store, hits, f"?q={WORD} store"),
    Listed("reports:search", "", "owner", rows.boost, hits, f"?q={WORD} note"),
    Listed("reports:search", "", "admin", rows.company, hits, f"?q={WORD}"),
]

LISTS = [*ACCOUNTS, *MERCHANTS, *FORMS, *CAMPAIGNS, *REPORTS]
