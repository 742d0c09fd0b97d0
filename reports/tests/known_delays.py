"""Delay curves without a count: tests say how long orders take, and see what is made of it."""

from datetime import timedelta

from merchants.catalogue.models import Category
from merchants.companies.models import Merchant
from portal import clock
from reports.answers.delays import DelayCurve, DelayMix
from reports.attribution.choices import Model
from reports.metrics.sums import MICRO

WINDOW = 15


def known(
    category: Category | None = None,
    *,
    merchants: int = 5,
    orders: int = 1000,
    ago: int = 0,
    last: int = 5,
    first: int | None = None,
    model: Model = Model.LAST_TOUCH,
) -> None:
    """A curve: half of all, or `first` of them, at once, the rest at the age of `last`."""
    by_age = [(orders // 2 if first is None else first) * MICRO] + [0] * WINDOW
    by_age[last] += orders * MICRO - by_age[0]
    DelayCurve.objects.create(
        at=clock.now() - timedelta(days=ago), category=category, window_days=WINDOW,
        model=model, by_age=by_age, of_days=[0.0] * 16, of_merchants=[0.0] * 16,
        cohorts=90, merchants=merchants, squared=1.0,
    )  # fmt: skip


def mix(shop: Merchant, ago: int = 0, **parts: int) -> None:
    pks = {
        str(Category.objects.get(code=code.replace("_", "-")).pk): part
        for code, part in parts.items()
    }
    DelayMix.objects.create(merchant=shop, at=clock.now() - timedelta(days=ago), parts=pks)
