"""What sales leave by the shares that a merchant assumes with dates, as of the moment asked for.

Shares are assumed of business days, so credit is taken day by day: a period in which one changed is
summed stretch by stretch.
"""

from datetime import date
from functools import cached_property

from django.db.models import BigIntegerField, Case, Value, When
from psycopg import sql

from campaigns.costs.economics import WHOLE_PERMILLE, Assumed, Assumption, Stretch
from reports.answers.question import Question

_STRETCH = sql.SQL("WHEN sold_on BETWEEN {first} AND {last} THEN {factor}")


class Worth:
    """What is assumed of the business days that a question reads. One query, when it is asked."""

    def __init__(self, question: Question) -> None:
        self._question = question

    @property
    def is_any(self) -> bool:
        """Whether it is known of any of the days what a sale leaves."""
        return any(factor is not None for _first, _last, factor in self.factors)

    @cached_property
    def factors(self) -> list[tuple[date, date, int | None]]:
        """Millionths of its value that a sale leaves, by days; None where it is not known."""
        return [(one.first_on, one.last_on, _factor(one)) for one in self._stretches]

    @property
    def used(self) -> list[Assumption]:
        """What it is computed with, in the order of shares and days."""
        known = [one for one in self._stretches if _factor(one) is not None]
        found = {said.pk: said for one in known for said in one.assumed.values()}
        place = {what.value: place for place, what in enumerate(Assumed)}
        return sorted(found.values(), key=lambda one: (place[one.what], one.from_on))

    @property
    def unknown_days(self) -> list[tuple[date, date]]:
        """The days of which something is not assumed."""
        return [(first, last) for first, last, factor in self.factors if factor is None]

    def factor_of(self, on: date) -> int | None:
        """The factor of one day; None where it is not known."""
        found = (factor for first, last, factor in self.factors if first <= on <= last)
        return next(found, None)

    @property
    def of_day(self) -> Case:
        """The factor of the day of a fact of credit; null where it is not known."""
        whens = [
            When(on__range=(first, last), then=Value(factor))
            for first, last, factor in self.factors
            if factor is not None
        ]
        return Case(*whens, default=None, output_field=BigIntegerField())

    @property
    def in_sql(self) -> sql.Composable:
        """The same of `sold_on`."""
        whens = [
            _STRETCH.format(
                first=sql.Literal(first), last=sql.Literal(last), factor=sql.Literal(factor)
            )
            for first, last, factor in self.factors
            if factor is not None
        ]
        return sql.SQL("(CASE {} END)").format(sql.SQL(" ").join(whens))

    @cached_property
    def _stretches(self) -> list[Stretch]:
        asked = self._question
        first_on, last_on = asked.order_days
        return Assumption.objects.stretches(asked.merchant, first_on, last_on, asked.as_of)


class NoWorth(Worth):
    """Nothing, without asking: for what is compared by credit alone."""

    factors: list[tuple[date, date, int | None]] = []


def _factor(stretch: Stretch) -> int | None:
    """What is left of a sale, in millionths: after what comes back, of the margin what the platform
    does not keep. It may be less than nothing."""
    shares = [stretch.assumed.get(what) for what in Assumed]
    said = [one.permille for one in shares if one is not None and one.permille is not None]
    if len(said) < len(shares):
        return None
    margin, returns, commission = said
    return (WHOLE_PERMILLE - returns) * (margin - commission)
