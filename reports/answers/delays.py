"""Delay curves: how long after a touch the orders come that it earned, as of each day.

They are counted once a day (see delay_counting), so that a page reads a handful of rows and no
facts, and what is asked as of a moment has the curves of that moment.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Max, Q

from merchants.catalogue.models import Category
from merchants.companies.models import Merchant
from reports.answers.nowcast import Curve, Delays, curve_of, mixed
from reports.answers.question import Question
from reports.attribution.choices import Model

# A curve of fewer orders is none: at half of the orders it would be off by more than 3.5 % of all.
LEAST_ORDERS = 200
# A category of fewer merchants has no curve of its own: it would tell one of them of the others.
LEAST_MERCHANTS = 4
# The parts that a mix is told in: it is written down anew when it moves by one.
PARTS = 20


class DelayCurve(models.Model):
    """What was earned by the touches of all merchants in one category, or of all, by age.

    The touches are between one window and one window and 90 days old. `by_age` has, for each age
    from 0 to the window, the millionths of orders that came when the touch was that many business
    days old; for the other sums see nowcast.Delays. All rows of one moment are one set; the one of
    all categories is there even where nothing was counted.
    """

    at = models.DateTimeField()
    category = models.ForeignKey(Category, models.CASCADE, null=True, related_name="+")
    window_days = models.SmallIntegerField()
    model = models.CharField(max_length=20)
    by_age = ArrayField(models.BigIntegerField())
    of_days = ArrayField(models.FloatField())
    of_merchants = ArrayField(models.FloatField())
    cohorts = models.IntegerField()
    merchants = models.IntegerField()
    squared = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["at", "window_days", "model", "category"],
                name="delay_curve_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.at} {self.category_id or ''} {self.window_days} {self.model}"

    @property
    def delays(self) -> Delays:
        return Delays(
            self.by_age, self.of_days, self.of_merchants, self.cohorts, self.merchants, self.squared
        )


class DelayMix(models.Model):
    """Of which categories the orders are that a merchant's touches earned, in twentieths.

    A row says what it was from `at` on; it is of the orders that curves are made of, under the last
    touch and the widest window. Empty where there are none.
    """

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="+")
    at = models.DateTimeField()
    parts = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["merchant", "at"], name="delay_mix_once"),
        ]

    def __str__(self) -> str:
        return f"{self.merchant_id} {self.at}"


class DelaysGiven(models.Model):
    """That something was given out of a merchant while the curves of `at` were the newest: they and
    his mix of then are kept, so that the moment can be asked for again."""

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="+")
    at = models.DateTimeField()
    window_days = models.SmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["at", "merchant", "window_days"], name="delays_given_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.merchant_id} {self.at} {self.window_days}"


def keep(question: Question) -> None:
    """Keep what `question` of a moment goes by, as its answer is given out; in two queries."""
    known = DelayCurve.objects.filter(at__lte=question.as_of)
    at = known.aggregate(newest=Max("at"))["newest"]
    if at is not None:
        DelaysGiven.objects.bulk_create(
            [DelaysGiven(merchant=question.merchant, at=at, window_days=question.window_days)],
            ignore_conflicts=True,
        )


@dataclass(frozen=True)
class Law:
    """The delay curve of one merchant, mixed of those of his categories.

    `own` are the categories that have a curve of their own; what is in no such category goes by
    the curve of all, if `has_others`. `orders` is how many orders all of this was made of, rounded
    down to 1, 2 or 5 and noughts: nobody is told what others sell. None of `curve`: too few.
    """

    at: datetime
    curve: Curve | None
    own: tuple[Category, ...] = ()
    has_others: bool = True
    orders: int = 0


def law(question: Question) -> Law | None:
    """The curve that the days of `question` go by; None when none was counted yet. Two queries."""
    return _laws(question, [question.model]).get(question.model)


def laws(question: Question) -> dict[Model, Law]:
    """The same under every model: a first touch waits longer for its order than a last one."""
    return _laws(question, list(Model))


def _laws(question: Question, models_asked: list[Model]) -> dict[Model, Law]:
    until = Q() if question.as_of is None else Q(at__lte=question.as_of)
    mix = DelayMix.objects.filter(until, merchant=question.merchant).order_by("at").last()
    newest = DelayCurve.objects.filter(until).order_by("-at").values("at")
    rows = DelayCurve.objects.filter(
        at=newest[:1],
        window_days=question.window_days,
        model__in=models_asked,
    ).select_related("category")
    parts = {int(code): count for code, count in (mix.parts if mix else {}).items()}
    by_model: dict[Model, list[DelayCurve]] = defaultdict(list)
    for row in rows.filter(Q(category=None) | Q(category__in=parts)):
        by_model[Model(row.model)].append(row)
    found = {model: _law(of_model, parts) for model, of_model in by_model.items()}
    return {model: one for model, one in found.items() if one}


def _law(rows: list[DelayCurve], parts: dict[int, int]) -> Law | None:
    by_category = {row.category_id: row for row in rows}
    of_all = by_category.pop(None, None)
    if of_all is None:
        return None
    # One merchant alone is a law for himself only.
    is_enough = of_all.delays.orders >= LEAST_ORDERS and (of_all.merchants > 1 or bool(parts))
    whole = sum(parts.values())
    weights: dict[int | None, int] = {pk: parts[pk] for pk in by_category if pk is not None}
    weights[None] = (whole or 1) - sum(weights.values())
    used = {pk: weight for pk, weight in weights.items() if weight}
    if None in used and not is_enough:
        return Law(of_all.at, None)
    by_category[None] = of_all
    own = [by_category[pk] for pk in used if pk is not None]
    return Law(
        at=of_all.at,
        curve=mixed(
            [
                (curve_of(by_category[pk].delays), Fraction(weight, whole or 1))
                for pk, weight in used.items()
            ]
        ),
        own=tuple(row.category for row in own if row.category),
        has_others=None in used,
        orders=rounded_down((of_all if None in used else max(own, key=_orders)).delays.orders),
    )


def _orders(row: DelayCurve) -> int:
    return row.delays.orders


def rounded_down(number: int) -> int:
    """The next lower of 1, 2, 5, 10, 20, 50 …: as much as is told of what others sell."""
    step, found = 1, 0
    while step <= number:
        found = max(one for one in (step, 2 * step, 5 * step) if one <= number)
        step *= 10
    return found
