"""Counting the delays of a day: once a day, merchant by merchant, in sums that do not grow."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import accumulate
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from psycopg import sql

from merchants.companies.models import Merchant
from portal import clock
from reports.answers.coverage import states_of
from reports.answers.delays import (
    LEAST_MERCHANTS,
    LEAST_ORDERS,
    PARTS,
    DelayCurve,
    DelayMix,
    DelaysGiven,
)
from reports.answers.question import Question, TimeBase
from reports.answers.statements import statement
from reports.attribution.choices import WINDOWS, Model
from reports.attribution.models import ReportDay

# Touches between one window and one window and so many days old say how long orders take.
SPAN_DAYS = 90
# Category (None for all), window, model.
Key = tuple[int | None, int, str]
_DELAYS, _MIXES_THINNED = statement("delays"), statement("mixes_thinned")


@dataclass
class _Sums:
    """What was counted for one curve; see nowcast.Delays."""

    by_age: list[int]
    of_days: list[float]
    of_merchants: list[float]
    cohorts: int = 0
    merchants: int = 0
    squared: float = 0.0

    @classmethod
    def of_window(cls, window_days: int) -> "_Sums":
        ages = window_days + 1
        return cls([0] * ages, [0.0] * ages, [0.0] * ages)

    def add(self, own: "_Sums") -> None:
        """What one merchant's cohorts had."""
        whole = sum(own.by_age) / 10**6
        for age, so_far in enumerate(accumulate(own.by_age)):
            self.by_age[age] += own.by_age[age]
            self.of_days[age] += own.of_days[age]
            self.of_merchants[age] += (so_far / 10**6) ** 2 / whole
        self.cohorts += own.cohorts
        self.merchants += 1
        self.squared += whole**2

    @property
    def is_enough(self) -> bool:
        return sum(self.by_age) >= LEAST_ORDERS * 10**6 and self.merchants >= LEAST_MERCHANTS


@dataclass
class _Counted:
    curves: dict[Key, _Sums] = field(default_factory=dict)
    mixes: dict[int, dict[str, int]] = field(default_factory=dict)


def compute(told: Callable[[int, int], None] = lambda done, of: None) -> bool:
    """Write down the curves and mixes of now, unless today has some; whether it did.

    `told` hears how many merchants are done, and of how many.
    """
    if is_known():
        return False
    counted, merchants = _Counted(), list(_with_numbers())
    for done, merchant in enumerate(merchants):
        told(done, len(merchants))
        _add(counted, merchant)
    with transaction.atomic():
        # What was given out before this went by the curves before: nobody is given more meanwhile.
        ReportDay.objects.take_turn()
        if is_known():
            return False
        _write(counted, at=clock.now())
    return True


def is_known() -> bool:
    """Whether the curves of today are written down."""
    return DelayCurve.objects.filter(at__gte=clock.start_of(clock.today())).exists()


def _first_on() -> date:
    return clock.today() - timedelta(days=SPAN_DAYS + max(WINDOWS))


def _with_numbers() -> Iterable[Merchant]:
    days = ReportDay.objects.current().filter(merchant=OuterRef("pk"), on__gte=_first_on())
    return Merchant.objects.filter(Exists(days)).order_by("pk")


def _add(counted: _Counted, merchant: Merchant) -> None:
    """Add what the merchant's touches earned; a cohort counts when its whole window is complete."""
    own: dict[Key, _Sums] = {}
    for category, window, model, age, micro, square, begun in _delays_of(merchant):
        sums = own.setdefault((category, window, model), _Sums.of_window(window))
        sums.by_age[age] += micro
        # The squares of what has come by an age stand there from it on.
        for later in range(age, window + 1):
            sums.of_days[later] += square
        sums.cohorts += begun
    for key, sums in own.items():
        counted.curves.setdefault(key, _Sums.of_window(key[1])).add(sums)
    of_categories = {
        category: sum(sums.by_age)
        for (category, window, model), sums in own.items()
        if category is not None and (window, model) == (max(WINDOWS), Model.LAST_TOUCH)
    }
    counted.mixes[merchant.pk] = _parts(of_categories)


def _parts(of_categories: dict[int, int]) -> dict[str, int]:
    """Whole twentieths that add up to all; the largest remainders are rounded up."""
    whole = sum(of_categories.values())
    if not whole:
        return {}
    parts = {pk: PARTS * micro // whole for pk, micro in of_categories.items()}
    by_rest = sorted(parts, key=lambda pk: (-(PARTS * of_categories[pk] % whole), pk))
    for pk in by_rest[: PARTS - sum(parts.values())]:
        parts[pk] += 1
    return {str(pk): part for pk, part in sorted(parts.items()) if part}


def _delays_of(merchant: Merchant) -> list[tuple[int | None, int, str, int, int, float, int]]:
    """The rows of delays.sql for the merchant's cohorts that are whole."""
    first_on, last_on = _first_on(), clock.today() - timedelta(days=1)
    days = dict(
        ReportDay.objects.current()
        .filter(merchant=merchant, on__range=(first_on, last_on))
        .filter(has_touch_days=True, stale_at=None, samples={})
        .values_list("on", "pk")
    )
    cohorts = [(on, window) for window in WINDOWS for on in _whole(merchant, window, days.keys())]
    if not cohorts:
        return []
    models = sql.SQL(", ").join(
        sql.SQL("({}, {})").format(sql.Literal(model.value), sql.Identifier("fact", model.micro))
        for model in Model
    )
    asked: dict[str, Any] = {
        "merchant": merchant.pk,
        "first_on": first_on,
        "last_on": last_on,
        "report_days": list(days.values()),
        "touched_on": [on for on, _window in cohorts],
        "window_days": [window for _on, window in cohorts],
    }
    with connection.cursor() as cursor:
        cursor.execute(_DELAYS.format(models=models), asked)
        rows: list[tuple[int | None, int, str, int, int, float, int]] = cursor.fetchall()
    return rows


def _whole(merchant: Merchant, window: int, computed: Iterable[date]) -> list[date]:
    """The days whose touches have earned all that they will, and of which everything is in."""
    last_on = clock.today() - timedelta(days=window + 1)
    first_on = last_on - timedelta(days=SPAN_DAYS - 1)
    question = Question(merchant, first_on, last_on, window_days=window, time_base=TimeBase.TOUCH)
    known = set(computed)
    return [
        day.on
        for day in states_of(question)
        if day.is_complete
        and all(day.on + timedelta(days=age) in known for age in range(window + 1))
    ]


def _write(counted: _Counted, *, at: datetime) -> None:
    for window in WINDOWS:
        for model in Model:
            counted.curves.setdefault((None, window, model.value), _Sums.of_window(window))
    DelayCurve.objects.bulk_create(
        [
            DelayCurve(
                at=at, category_id=category, window_days=window, model=model,
                by_age=sums.by_age, of_days=sums.of_days, of_merchants=sums.of_merchants,
                cohorts=sums.cohorts, merchants=sums.merchants, squared=sums.squared,
            )
            for (category, window, model), sums in counted.curves.items()
            if category is None or sums.is_enough
        ],
        batch_size=1000,
    )  # fmt: skip
    newest = DelayMix.objects.order_by("merchant", "-at").distinct("merchant")
    was: defaultdict[int, dict[str, int]] = defaultdict(dict)
    was.update(newest.values_list("merchant", "parts"))
    DelayMix.objects.bulk_create(
        [
            DelayMix(merchant_id=merchant, at=at, parts=counted.mixes.get(merchant, {}))
            for merchant in sorted({*was, *counted.mixes})
            if was[merchant] != counted.mixes.get(merchant, {})
        ],
        batch_size=1000,
    )
    _thin(at - timedelta(days=settings.RESTATEMENT_DAYS))


def _thin(before: datetime) -> None:
    """Let go what no moment that is still asked for can need; new ones are written by now. What
    something was given out by stays."""
    given = DelaysGiven.objects.filter(at=OuterRef("at"), window_days=OuterRef("window_days"))
    DelayCurve.objects.filter(~Exists(given), at__lt=before).delete()
    with connection.cursor() as cursor:
        cursor.execute(_MIXES_THINNED, {"before": before})
