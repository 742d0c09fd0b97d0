"""What a merchant assumes of its trade, with dates: margin, returns, the platform's part. ADR 0144.

Nothing is computed with a share that nobody has said: as long as one is missing, so is what takes
it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Self

from django.db import models, transaction
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from merchants.companies.models import Merchant
from portal import clock, meaning, typed, words
from portal.accounts import audit, permissions
from portal.accounts.models import User
from portal.refusals import Refusal

WHOLE_PERMILLE = 1000
MOST_SOURCE = 200


class Assumed(models.TextChoices):
    """What is assumed: a closed set. Each is a share of the merchant's revenue."""

    MARGIN = "margin", gettext_lazy("Margin")
    RETURN_RATE = "return_rate", gettext_lazy("Return rate")
    PLATFORM_COMMISSION = "platform_commission", gettext_lazy("Commission of the platform")


# What each is for, in the words of a page.
USES: dict[Assumed, Promise] = {
    Assumed.MARGIN: gettext_lazy(
        "What is left of a sale after its goods, before the platform's commission and the costs of"
        " notes."
    ),
    Assumed.RETURN_RATE: gettext_lazy(
        "What is expected to come back of orders that may still be sent back."
    ),
    Assumed.PLATFORM_COMMISSION: gettext_lazy("What the marketplace keeps of a sale."),
}


@dataclass(frozen=True)
class Stretch:
    """Days, both ends included, on which the same is assumed: by what, where anything is."""

    first_on: date
    last_on: date
    assumed: "dict[Assumed, Assumption]"


class AssumptionQuerySet(models.QuerySet["Assumption"]):
    def as_of(self, moment: datetime) -> Self:
        """What had been said at a moment."""
        return self.filter(recorded_at__lte=moment)

    def in_force(
        self, merchant: Merchant, on: date, as_of: datetime | None = None
    ) -> "dict[Assumed, Assumption]":
        """What is assumed of a business day, as of a moment (else as of now); what is not assumed
        is not in it. One query."""
        return _in_force(self.said_of(merchant, on, as_of), on)

    def stretches(
        self, merchant: Merchant, first_on: date, last_on: date, as_of: datetime | None = None
    ) -> list[Stretch]:
        """The days of a period, cut where an assumption changes; they follow each other without a
        gap. One query, as of a moment (else as of now)."""
        said = list(self.said_of(merchant, last_on, as_of))
        begins = sorted({first_on, *(one.from_on for one in said if one.from_on > first_on)})
        ends = [*(begin - timedelta(days=1) for begin in begins[1:]), last_on]
        return [
            Stretch(begin, end, _in_force(said, begin))
            for begin, end in zip(begins, ends, strict=True)
        ]

    def said_of(self, merchant: Merchant, last_on: date, as_of: datetime | None) -> Self:
        """All that was said of days up to `last_on`; what counts of a day comes last."""
        said = self.filter(merchant=merchant, from_on__lte=last_on)
        known = said if as_of is None else said.as_of(as_of)
        return known.select_related("recorded_by").order_by("from_on", "recorded_at", "pk")


class Assumption(models.Model):
    """That a share is `permille` of the revenue from the business day `from_on` on, until a later
    day is said; None says that it is not assumed from there on.

    Rows are for good: a trigger keeps them. Of two that begin on one day the one that was recorded
    later counts. `source` says where the share is from.
    """

    merchant = models.ForeignKey(Merchant, models.PROTECT, related_name="assumptions")
    what = models.CharField(max_length=20, choices=Assumed)
    permille = models.PositiveSmallIntegerField(null=True, blank=True)
    from_on = models.DateField()
    source = models.CharField(max_length=MOST_SOURCE)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    objects = AssumptionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["merchant", "from_on", "recorded_at"], name="assumption_of_merchant"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(permille=None) | Q(permille__lte=WHOLE_PERMILLE),
                name="assumption_is_a_share",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_what_display())

    @property
    def share(self) -> Fraction | None:
        """The share itself; None where it is not assumed any more."""
        return None if self.permille is None else Fraction(self.permille, WHOLE_PERMILLE)

    @property
    def percent(self) -> str:
        """The share as it is read, a dash where nothing is assumed."""
        return words.percent(self.share)


class EconomicsRefusal(Refusal):
    """Nothing can be assumed like this."""


@transaction.atomic
def assume(
    merchant: Merchant,
    what: Assumed,
    *,
    permille: int | None,
    from_on: date,
    source: str,
    by: User,
) -> Assumption:
    """Say what a share is from a business day on; None ends an assumption there.

    The same said again, with nothing said between, is what was said first.
    """
    # The merchant's row: of two at once the second sees the first.
    merchant = Merchant.locked(merchant.pk)
    permissions.require(by, "economics.edit", merchant.team)
    source = meaning.line(source)
    typed.require_year(from_on, field="from_on")
    if not source:
        raise EconomicsRefusal(_("Write where the share is from."), field="source")
    if len(source) > MOST_SOURCE:
        raise EconomicsRefusal(
            _("The source has at most %(most)s characters.") % {"most": MOST_SOURCE},
            field="source",
        )
    if permille is not None and not 0 <= permille <= WHOLE_PERMILLE:
        raise EconomicsRefusal(_("A share is from 0% to 100%."), field="permille")
    there = Assumption.objects.filter(merchant=merchant, what=what, from_on=from_on)
    for last in there.order_by("-recorded_at", "-pk")[:1]:
        if (last.permille, last.source) == (permille, source):
            return last
        moment = clock.no_earlier_than(last.recorded_at)
    if not there:
        moment = clock.now()
    made = Assumption.objects.create(
        merchant=merchant,
        what=what,
        permille=permille,
        from_on=from_on,
        source=source,
        recorded_by=by,
        recorded_at=moment,
    )
    told = {
        "what": what,
        "share": None if made.share is None else made.percent,
        "from_on": from_on.isoformat(),
        "source": source,
    }
    audit.record("assumption.recorded", made, by=by, team=merchant.team, new=told)
    return made


def _in_force(said: "Iterable[Assumption]", on: date) -> "dict[Assumed, Assumption]":
    """Of rows in the order in which they begin: the last of each share that has begun."""
    last = {Assumed(one.what): one for one in said if one.from_on <= on}
    return {what: one for what, one in last.items() if one.permille is not None}
