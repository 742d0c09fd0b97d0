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
from reports.answers.question import By, Question
from reports.metrics import registry as metrics
from reports.metrics.registry import Metric
from reports.metrics.sums import Sums

# Reads are a note's, and a boost carries its id on them. What a listing, a product or a store
# shares with others of the same note is not theirs to claim: they show what was credited to them.
_OF_A_NOTE = (metrics.READS, metrics.CLICKS, metrics.ORDERS, metrics.GMV)
_OF_A_LISTING = (metrics.VISITS, metrics.CARTS, metrics.ORDERS, metrics.GMV)


@dataclass(frozen=True)
class _Kind:
    """How the numbers of one kind of object are found, and whether its touches are its own."""

    by: By
    keys: Callable[[Any], Keys]
    shown: tuple[Metric[Sums], ...]
    has_touches: bool = False


_KINDS: dict[type[Model], _Kind] = {
    Note: _Kind(By.NOTE, lambda note: [note.pk], _OF_A_NOTE, has_touches=True),
    Boost: _Kind(By.BOOST, lambda boost: [boost.pk], _OF_A_NOTE, has_touches=True),
    Listing: _Kind(By.LISTING, lambda listing: [listing.pk], _OF_A_LISTING),
    Product: _Kind(By.LISTING, lambda product: _of(product=product), _OF_A_LISTING),
    Store: _Kind(By.LISTING, lambda store: _of(product__store=store), _OF_A_LISTING),
}


@dataclass(frozen=True)
class Cut:
    """The numbers of one object, over the days that `coverage` tells of."""

    question: Question
    coverage: Coverage
    metrics: tuple[Metric[Sums], ...]
    sums: Sums


def knows(row: Model) -> bool:
    """Whether reports have numbers of such an object."""
    return type(row) in _KINDS


def cut(question: Question, row: Model) -> Cut:
    """The part of the report on `question` that is `row`'s, in a bounded number of queries."""
    kind = _KINDS[type(row)]
    covered = coverage(question)
    facts = Facts(question, covered.report_day_pks)
    ask = facts.total if kind.has_touches else facts.credited
    return Cut(question, covered, kind.shown, ask(kind.by, kind.keys(row)))


def _of(**which: Any) -> Any:
    return Listing.objects.filter(**which).values("pk")
