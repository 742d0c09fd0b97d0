"""The report cut to one object: what one note, listing, product, store or boost brought."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Model
from django.http import Http404
from django.shortcuts import get_object_or_404

from campaigns.boosts.models import Boost, Objective
from campaigns.campaigns.models import Campaign
from merchants.catalogue.models import Product
from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from merchants.notes.models import Note
from merchants.stores.models import Store
from reports.answers.columns import of_base, spending
from reports.answers.coverage import Coverage, coverage
from reports.answers.doubts import Doubt, doubts_of
from reports.answers.facts import Facts
from reports.answers.maturity import NOTHING, Maturity
from reports.answers.question import By, Question, TimeBase
from reports.answers.summing import Keys
from reports.metrics import costs as all_costs
from reports.metrics import registry as metrics
from reports.metrics.registry import Metric
from reports.metrics.sums import Expected, Sums

# Reads are a note's, and a boost carries its id on them. A listing, a product or a store has those
# of the notes that it is on, each once, and shares them with what else is on these.
_SHOWN = (metrics.READS, metrics.CLICKS, metrics.ORDERS, metrics.ASSISTED, metrics.GMV)

# What it cost, and what that brought.
_OF_COST = (
    metrics.SPEND, metrics.SPEND_OWN, metrics.IMPRESSIONS, metrics.CPM, metrics.CPC,
    metrics.COST_PER_VISIT, metrics.COST_PER_ORDER, metrics.OWN_ROI, metrics.ALL_ROI,
    all_costs.OUTSIDE_COST, all_costs.TOTAL_COST, all_costs.TOTAL_OWN_COST,
    all_costs.OWN_ROI_OF_ALL, all_costs.ALL_ROI_OF_ALL,
)  # fmt: skip

# What an order counts once. A product and a store have several listings, which share their orders.
_COUNTS_ASSISTS = ("note", "listing")


@dataclass(frozen=True)
class _Kind:
    """How the numbers of one kind of object are found."""

    code: str
    # What partners, files and addresses call it.
    key: str
    by: By
    # None of what the question itself is cut to.
    keys: Callable[[Any], Keys | None]
    store_kind: Callable[[Any], str] = lambda row: ""


_KINDS: dict[type[Model], _Kind] = {
    Note: _Kind("note", "external_id", By.NOTE, lambda note: [note.pk]),
    Boost: _Kind("boost", "external_id", By.BOOST, lambda boost: [boost.pk]),
    Campaign: _Kind("campaign", "pk", By.NOTE, lambda campaign: None),
    Listing: _Kind(
        "listing", "code", By.LISTING, lambda listing: [listing.pk],
        lambda listing: listing.product.store.kind,
    ),
    Product: _Kind(
        "product", "external_id", By.LISTING, lambda product: _of(product=product),
        lambda product: product.store.kind,
    ),
    Store: _Kind(
        "store", "external_id", By.LISTING, lambda store: _of(product__store=store),
        lambda store: store.kind,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Cut:
    """The numbers of one object, over the days that `coverage` tells of; what they are `by` says
    whether it shares its touches. `code` is the kind of object, `key` is the same everywhere. Of
    `lacking` kinds nobody sends it any events."""

    by: By
    code: str
    pk: int
    key: str
    name: str
    question: Question
    coverage: Coverage
    metrics: tuple[Metric[Sums], ...]
    sums: Sums
    expected: Expected
    lacking: frozenset[str]
    facts: Facts

    @property
    def told(self) -> Sums | None:
        """Its sums as they are told: of no days they are not 0, but what these cost is."""
        if self.coverage.has_numbers:
            return self.sums
        return self.sums.blank() if self.facts.spending.is_any else None

    @property
    def doubts(self) -> list[Doubt]:
        """What to bear in mind of its credited money, where that is estimated."""
        return doubts_of(self.sums if self.coverage.has_numbers else None, self.lacking)


def knows(row: Model) -> bool:
    """Whether reports have numbers of such an object."""
    return type(row) in _KINDS


def find(merchant: Merchant, code: str, pk: int) -> Model:
    """The object of the merchant; raises Http404 where there is none that reports know."""
    for model, kind in _KINDS.items():
        if kind.code == code:
            whose = "store__merchant" if model is Product else "merchant"
            found: Model = get_object_or_404(model, **{whose: merchant, "pk": pk})
            return found
    raise Http404


def asked_of(question: Question, row: Model) -> Question:
    """`question` as it is answered of `row`: a campaign is told by touch day, note by note, however
    it was asked. What is kept of an answer that is given away follows from this question."""
    if not isinstance(row, Campaign):
        return question
    by = _KINDS[Campaign].by
    return replace(question, campaign=row, time_base=TimeBase.TOUCH, by=by)


def cut(question: Question, row: Model) -> Cut:
    """The part of the report on `question` that is `row`'s, in a bounded number of queries."""
    kind = _KINDS[type(row)]
    question = asked_of(question, row)
    covered = coverage(question)
    facts = Facts(
        question, covered.report_days, covered.blank, covered.without_orders, has_worth=False
    )
    lacking = facts.connected.of_row(kind.by, row.pk, kind.store_kind(row))
    store_kind = kind.store_kind(row)
    by_kind = replace(question, by=kind.by)
    of_cost = [one for one in spending(by_kind, facts.spending.sides) if one in _OF_COST]
    shown_of = (*_SHOWN, *_aims(row), *of_cost)
    asked = facts.assists.told_in_files(of_base(by_kind, shown_of))
    shown = tuple(
        facts.of_row(metric, kind.by, row.pk, store_kind)
        for metric in asked
        if metric != metrics.ASSISTED or kind.code in _COUNTS_ASSISTS
    )
    keys, key = kind.keys(row), str(getattr(row, kind.key))
    # What shares its touches has no share of its own that is in.
    # Nor has what has no numbers.
    has_own = covered.has_numbers and not kind.by.shares_touches
    maturity = Maturity(facts, covered)
    if keys is None:
        total, expected = facts.everything, maturity.whole
    else:
        own = maturity.of(kind.by, keys) if has_own else {}
        total, expected = facts.total(kind.by, keys), own.get(row.pk, NOTHING)
    return Cut(
        kind.by, kind.code, row.pk, key, str(row), question, covered, shown,
        total, expected, lacking,
        facts,
    )  # fmt: skip


def _aims(row: Model) -> tuple[Metric[Sums], ...]:
    """What a boost was asked for, where that is measured and is not shown anyway."""
    is_for_follows = isinstance(row, Boost) and row.objective == Objective.FOLLOWERS
    return (metrics.AUTHOR_FOLLOWS,) if is_for_follows else ()


def _of(**which: Any) -> Any:
    return Listing.objects.filter(**which).values("pk")
