"""What is said of maturity, on pages and by commands, in the language of the reader."""

from django.utils.translation import gettext as _

from portal import words
from reports.answers.delays import LEAST_ORDERS, Law
from reports.answers.maturity import Maturity
from reports.metrics import printing
from reports.metrics import registry as metrics
from reports.metrics.sums import Expected


def orders(expected: Expected) -> str:
    """How many orders are expected, and between which bounds: “128 (110 to 150)”."""
    if expected.is_too_early:
        return _("Too early")
    if expected.orders is None:
        return words.NOTHING
    return _("%(orders)s (%(bounds)s)") % {
        "orders": words.count(expected.orders),
        "bounds": bounds(expected),
    }


def bounds(expected: Expected) -> str:
    """Between which numbers the orders are in 95 of 100 cases."""
    return _("%(low)s to %(high)s") % {
        "low": words.count(expected.low),
        "high": words.count(expected.high),
    }


def share(expected: Expected) -> str:
    """The part that is in: “62% in”; empty where it is not known, and by order day."""
    if expected.share is None:
        return ""
    return _("%(percent)s%% in") % {"percent": percent(expected)}


def share_below_all(expected: Expected) -> str:
    """The same beside a number of its own, where it is not all."""
    return share(expected) if expected.share != 1 else ""


def percent(expected: Expected) -> int | None:
    """The part that is in, of 100."""
    return None if expected.share is None else int(expected.share * 100)


def sentences(maturity: Maturity) -> list[str]:
    """How much is in, by whose delays that is known, and when it can be compared; by order day, and
    where the window of every touch is over, nothing."""
    if not maturity.cohorts:
        return []
    until = maturity.question.comparable_from
    return [
        *_how_much(maturity),
        _law(maturity.law),
        _(
            "These days are compared with the days before from %(day)s on: until then they lack"
            " what the others have."
        )
        % {"day": words.day(until)},
    ]


def by_model(maturity: Maturity) -> str:
    """How much is in under each model: “Last touch 64%, First touch 50%”; empty where it is not
    known, and where the window of every touch is over."""
    known = {model: percent(expected) for model, expected in maturity.by_model.items()}
    return _(", ").join(
        _("%(model)s %(percent)s%%") % {"model": model.label, "percent": in_percent}
        for model, in_percent in known.items()
        if in_percent is not None
    )


def _how_much(maturity: Maturity) -> list[str]:
    percent_in = percent(maturity.whole)
    if percent_in is None:
        return []
    said = _("%(percent)s%% of what these touches will have earned has usually come by now.")
    return [said % {"percent": percent_in}]


def _law(law: Law | None) -> str:
    """By whose delays the share is known."""
    if law is None or law.curve is None:
        return _(
            "Not enough is known yet of how long orders take: that needs %(orders)s orders whose"
            " window is over."
        ) % {"orders": words.count(LEAST_ORDERS)}
    told = {
        "orders": words.count(law.orders),
        "categories": _(", ").join(map(str, law.own)),
        "day": words.day(words.local(law.at)),
    }
    if not law.own:
        return (
            _(
                "Known from at least %(orders)s orders of all categories together, as of %(day)s:"
                " your categories alone have too few."
            )
            % told
        )
    if law.has_others:
        return (
            _(
                "Known from at least %(orders)s orders, as of %(day)s: of %(categories)s, and for"
                " your other categories of all together."
            )
            % told
        )
    return _("Known from at least %(orders)s orders of %(categories)s, as of %(day)s.") % told


def told(metric: metrics.Metric[Expected], expected: Expected) -> str:
    """A value of `metric` in a table of texts."""
    if metric == metrics.EXPECTED_ORDERS and expected.is_too_early:
        return _("Too early")
    if metric == metrics.SHARE_IN and expected.share is not None:
        # It is rounded down to whole per cent, and has no decimals to show.
        return f"{percent(expected)}%"
    return printing.text(metric.of(expected), metric.unit)
