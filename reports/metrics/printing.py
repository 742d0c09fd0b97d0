"""How the values of metrics are written: for people, and for files."""

from decimal import Decimal
from fractions import Fraction

from portal.ui import formats
from reports.metrics.registry import Unit, Value
from reports.metrics.sums import MICRO


def text(value: Value, unit: Unit) -> str:
    """A value as pages show it; unknown is a dash."""
    if value is None:
        return formats.NOTHING
    if unit == Unit.SHARE:
        return formats.percent(value)
    if unit == Unit.FEN:
        return formats.yuan(round(value))
    if unit == Unit.COUNT:
        return formats.count(round(value))
    return f"{plain(value, unit):,}"


def plain(value: Value, unit: Unit) -> Decimal | int | None:
    """A value as files hold it: yuan, conversions with 2 to 6 decimals, shares with 6; exact
    except for ratios, which are rounded half to even."""
    if value is None:
        return None
    if unit == Unit.COUNT:
        return round(value)
    if unit == Unit.FEN:
        return Decimal(round(value)).scaleb(-2)
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
