"""How the values of metrics are written: for people, and for files."""

import math
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from portal import words
from reports.metrics.estimates import Estimate, Statistic
from reports.metrics.metric import estimate_of, value_of
from reports.metrics.registry import REGISTRY, Metric, Of, Unit, Value, unknown_in
from reports.metrics.sums import MICRO

CENT = Decimal("0.01")
# Of what has a name and no number.
NOT_MEASURED = gettext_lazy("not measured")


def text(value: Value, unit: Unit, digits: int | None = None) -> str:
    """A value as pages show it; unknown is a dash.

    A number of conversions that is whole has no decimals, another one all that it has; where it
    stands among others, `digits` says how many all of them have (see `digits_of`).
    """
    if value is None:
        return words.NOTHING
    if unit == Unit.SHARE:
        return words.percent(value)
    if unit == Unit.TIMES:
        return words.decimal(Decimal(round(value * 100)).scaleb(-2), 2)
    if unit == Unit.FEN:
        return words.yuan(round(value))
    if unit == Unit.COUNT:
        return words.count(round(value))
    if isinstance(value, Fraction):
        # What is estimated has no more decimals than people read.
        value = round(value, -4)
    exact = Decimal(round(value)).scaleb(-6)
    if digits is not None:
        return words.decimal(exact, digits)
    return words.count(int(exact)) if exact == int(exact) else words.decimal(plain(value, unit))


def between(estimate: Estimate | None, unit: Unit) -> str:
    """Of what a number is estimated, and between which bounds it is; empty where all was counted.

    Such as “estimate, 95% interval 356–468, 50% sample”.
    """
    if estimate is None:
        return ""
    low, high = (text(bound, unit) for bound in bounds(estimate, unit))
    said = {"low": low, "high": high, "sample": sample(estimate.ratios)}
    if estimate.low is None:
        return _("estimate, too little in the %(sample)s sample to say how close") % said
    return _("estimate, 95%% interval %(low)s–%(high)s, %(sample)s sample") % said


def bounds(estimate: Estimate, unit: Unit) -> tuple[Value, Value]:
    """The bounds, rounded outward to whole fen, events or conversions; unknown where they are."""
    low, high = estimate.low, estimate.high
    step = {Unit.COUNT: 1, Unit.MICRO: MICRO, Unit.FEN: 1, Unit.SHARE: None, Unit.TIMES: None}[unit]
    if step is None or low is None or high is None:
        return low, high
    return math.floor(low / step) * step, math.ceil(high / step) * step


def bounds_of(metric: Metric[Of], facts: Of | None) -> tuple[Value, Value]:
    """The bounds of a value, rounded outward; the value itself where everything was counted."""
    found = metric.estimate(facts)
    value = metric.of(facts)
    return (value, value) if found is None else bounds(found, metric.unit)


def ratios_of(metric: Metric[Of], facts: Of | None) -> tuple[Fraction, ...]:
    """The ratios of the samples that a value is estimated from."""
    found = metric.estimate(facts)
    return found.ratios if found else ()


def decimal_of(value: Value) -> str:
    """A ratio as a decimal of up to six digits, such as “0.5”."""
    exact = Decimal(round((value or 0) * MICRO)).scaleb(-6)
    return format(exact.normalize(), "f")


def sample(ratios: Iterable[Fraction]) -> str:
    """How large samples are, such as “50%” or “30%, 50%”."""
    return pgettext("ratios", ", ").join(_share(ratio) for ratio in ratios)


def _share(ratio: Fraction) -> str:
    percent = Decimal(ratio.numerator * 100) / Decimal(ratio.denominator)
    return f"{format(percent.normalize(), 'f')}%"


def beside(metric: Metric[Of], facts: Of | None, *, is_sampled: bool = True) -> str:
    """What to know of the value of `metric`: between which bounds it is, where it is an estimate,
    and how many conversions are not in it, since nobody knows their value. Empty if neither. Facts
    of which nothing `is_sampled` need not be asked for bounds."""
    doubt = between(metric.estimate(facts), metric.unit) if is_sampled else ""
    parts = (doubt, _missing(metric, facts))
    return " · ".join(part for part in parts if part)


def _missing(metric: Metric[Of], facts: Of | None) -> str:
    count = unknown_in(metric, facts)
    if not count:
        return ""
    said = {"count": text(count, REGISTRY[metric.unknown].unit)}
    return (
        _("%(count)s of unknown value") if metric.unit == Unit.FEN else _("%(count)s unknown")
    ) % said


def told(metric: Metric[Of], facts: Of | None) -> str:
    """The value of `metric`, between which bounds it is, and what is not in it."""
    value, missing = text(metric.of(facts), metric.unit), beside(metric, facts)
    return _("%(value)s, %(missing)s") % {"value": value, "missing": missing} if missing else value


def estimated(metric: Metric[Of], facts: Of | None) -> str:
    """The value of `metric` for the middle of a sentence, with the bounds of an estimate."""
    value = text(metric.of(facts), metric.unit)
    doubt = between(metric.estimate(facts), metric.unit)
    return f"{value} ({doubt})" if doubt else value


def told_of(counted: Any, unit: Unit) -> tuple[str, str]:
    """What was counted as a value, and between which bounds it is; see `between`."""
    statistic = Statistic.RATIO if unit == Unit.SHARE else Statistic.SUM
    return text(value_of(counted), unit), between(estimate_of(counted, unit, statistic), unit)


def digits_of(values: Iterable[Value], unit: Unit) -> int | None:
    """The decimals of a column of `values`: two for conversions that are split, none for whole
    ones; other units have their own."""
    if unit != Unit.MICRO:
        return None
    return 2 if any(value is not None and value % MICRO for value in values) else 0


def plain(value: Value, unit: Unit) -> Decimal | int | None:
    """A value as files hold it: yuan, conversions with 2 to 6 decimals, shares and multiples with
    6; exact except for ratios, which are rounded half to even."""
    if value is None:
        return None
    if unit == Unit.COUNT:
        return round(value)
    if unit == Unit.FEN:
        return words.in_yuan(round(value)).quantize(CENT)
    if unit in (Unit.SHARE, Unit.TIMES):
        return Decimal(round(value * MICRO)).scaleb(-6)
    exact = Decimal(round(value)).scaleb(-6)
    shortest = exact.normalize()
    decimals = max(2, -int(shortest.as_tuple().exponent))
    return shortest.quantize(Decimal(1).scaleb(-decimals))


def number(value: int | Fraction | None, unit: Unit) -> float | None:
    """A value as a chart draws it; never for anything that is counted on."""
    written = plain(value, unit)
    return None if written is None else float(written)
