"""The report cut to one object: what one note, listing, product, store or boost brought."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from campaigns.boosts.models import Boost
from merchants.catalogue.models import Product
from merchants.listings.models import Listing
from merchants.notes.models import Note
from merchants.stores.models import Store
from reports.answers.coverage import Coverage, coverage
from reports.answers.facts import Facts, Keys
from reports.answers.maturity import NOTHING, Maturity
from reports.answers.question import By, Question
from reports.metrics import registry as metrics
from reports.metrics.registry import Metric
from reports.metrics.sums import Expected, Sums

# Reads are a note's, and a boost carries its id on them. A listing, a product or a store has those
# of the notes that it is on, each once, and shares them with what else is on these.
_SHOWN = (metrics.READS, metrics.CLICKS, metrics.ORDERS, metrics.GMV)


@dataclass(frozen=True)
class _Kind:
    """How the numbers of one kind of object are found."""

    by: By
    keys: Callable[[Any], Keys]
    store_kind: Callable[[Any], str] = lambda row: ""


_KINDS: dict[type[Model], _Kind] = {
    Note: _Kind(By.NOTE, lambda note: [note.pk]),
    Boost: _Kind(By.BOOST, lambda boost: [boost.pk]),
    Listing: _Kind(
        By.LISTING, lambda listing: [listing.pk], lambda listing: listing.product.store.kind
    ),
    Product: _Kind(
        By.LISTING, lambda product: _of(product=product), lambda product: product.store.kind
    ),
    Store: _Kind(By.LISTING, lambda store: _of(product__store=store), lambda store: store.kind),
}


@dataclass(frozen=True)
class Cut:
    """The numbers of one object, over the days that `coverage` tells of; what they are `by` says
    whether it shares its touches."""

    by: By
    question: Question
    coverage: Coverage
    metrics: tuple[Metric[Sums], ...]
    sums: Sums
    expected: Expected


def knows(row: Model) -> bool:
    """Whether reports have numbers of such an object."""
    return type(row) in _KINDS


def cut(question: Question, row: Model) -> Cut:
    """The part of the report on `question` that is `row`'s, in a bounded number of queries."""
    kind = _KINDS[type(row)]
    covered = coverage(question)
    facts = Facts(question, covered.report_days, covered.left_out)
    lacking = facts.connected.of_row(kind.by, row.pk, kind.store_kind(row))
    shown = tuple(metric.without(lacking) for metric in _SHOWN)
    keys = kind.keys(row)
    # What shares its touches has no share of its own that is in.
    own = {} if kind.by.shares_touches else Maturity(facts, covered).of(kind.by, keys)
    return Cut(
        kind.by, question, covered, shown, facts.total(kind.by, keys), own.get(row.pk, NOTHING)
    )


def _of(**which: Any) -> Any:
    return Listing.objects.filter(**which).values("pk")
