"""How the values of metrics are written: for people, and for files."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from portal import words
from reports.metrics.registry import REGISTRY, Metric, Of, Unit, Value, unknown_in
from reports.metrics.sums import MICRO

CENT = Decimal("0.01")


def text(value: Value, unit: Unit, digits: int | None = None) -> str:
    """A value as pages show it; unknown is a dash.

    A number of conversions that is whole has no decimals, another one all that it has; where it
    stands among others, `digits` says how many all of them have (see `digits_of`).
    """
    if value is None:
        return words.NOTHING
    if unit == Unit.SHARE:
        return words.percent(value)
    if unit == Unit.FEN:
        return words.yuan(round(value))
    if unit == Unit.COUNT:
        return words.count(round(value))
    exact = Decimal(round(value)).scaleb(-6)
    if digits is not None:
        return words.decimal(exact, digits)
    return words.count(int(exact)) if exact == int(exact) else words.decimal(plain(value, unit))


def beside(metric: Metric[Of], facts: Of | None) -> str:
    """How many conversions are not in the value of `metric`, since nobody knows theirs; empty
    where all are in it."""
    count = unknown_in(metric, facts)
    if not count:
        return ""
    said = {"count": text(count, REGISTRY[metric.unknown].unit)}
    return (
        _("%(count)s of unknown value") if metric.unit == Unit.FEN else _("%(count)s unknown")
    ) % said


def told(metric: Metric[Of], facts: Of | None) -> str:
    """The value of `metric`, and what is not in it."""
    value, missing = text(metric.of(facts), metric.unit), beside(metric, facts)
    return _("%(value)s, %(missing)s") % {"value": value, "missing": missing} if missing else value


def digits_of(values: Iterable[Value], unit: Unit) -> int | None:
    """The decimals of a column of `values`: two for conversions that are split, none for whole
    ones; other units have their own."""
    if unit != Unit.MICRO:
        return None
    return 2 if any(value is not None and value % MICRO for value in values) else 0


def plain(value: Value, unit: Unit) -> Decimal | int | None:
    """A value as files hold it: yuan, conversions with 2 to 6 decimals, shares with 6; exact
    except for ratios, which are rounded half to even."""
    if value is None:
        return None
    if unit == Unit.COUNT:
        return round(value)
    if unit == Unit.FEN:
        return words.in_yuan(round(value)).quantize(CENT)
    if unit == Unit.SHARE:
        return Decimal(round(value * MICRO)).scaleb(-6)
    exact = Decimal(round(value)).scaleb(-6)
    shortest = exact.normalize()
    decimals = max(2, -int(shortest.as_tuple().exponent))
    return shortest.quantize(Decimal(1).scaleb(-decimals))


def number(value: int | Fraction | None, unit: Unit) -> float | None:
    """A value as a chart draws it; never for anything that is counted on."""
    written = plain(value, unit)
    return None if written is None else float(written)
