"""What a report is asked: whose facts, which days, which model and window, broken down by what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.campaigns.models import Campaign
from merchants.companies.models import Merchant
from portal import clock, words
from portal.refusals import Refusal
from reports.attribution.choices import DEFAULT_WINDOW_DAYS, MOST_DAYS, Model
from reports.metrics.meanings import Additive
from reports.metrics.registry import Metric

EARLIEST_ON = date(2013, 1, 1)
# A file may name a moment of a machine whose clock runs ahead.
CLOCKS_DIFFER = timedelta(minutes=10)


class By(models.TextChoices):
    """What one row of a report stands for."""

    NOTE = "note", _("Note")
    LISTING = "listing", _("Listing")
    PRODUCT = "product", _("Product")
    BOOST = "boost", _("Boost")
    PLACEMENT = "placement", _("Placement")
    STORE_KIND = "store_kind", _("Marketplace")
    DAY = "day", _("Day")

    @property
    def shares_touches(self) -> bool:
        """Whether several rows have the same touches, which belong to notes."""
        return self in (By.LISTING, By.PRODUCT, By.PLACEMENT, By.STORE_KIND)

    def shares(self, metric: Metric[Any]) -> bool:
        """Whether rows share what `metric` counts, so that their numbers do not add up."""
        return self.shares_touches and metric.additive == Additive.SHARED

    def heading(self, metric: Metric[Any]) -> str:
        """What a column of `metric` is called: its name, and that its rows share what it counts."""
        return (
            f"{metric.name} ({gettext('shared, does not add up')})"
            if self.shares(metric)
            else metric.name
        )


# What a campaign is broken down by: touches say of which notes and boosts they are, and where they
# led is known of all together alone.
OF_CAMPAIGNS = (By.NOTE, By.LISTING, By.BOOST, By.DAY)


class TimeBase(models.TextChoices):
    """Which day a number belongs to: of what was credited, or of the touch that earned it.

    Touches are of their own day under both.
    """

    ORDER = "order", _("Order day")
    TOUCH = "touch", _("Touch day")


class BadRange(Refusal):
    """The days asked for cannot be a report."""


@dataclass(frozen=True)
class Question:
    """One report, asked completely. Days are business days of Asia/Shanghai, both included.

    With `as_of` it is asked of the numbers that were shown at that moment, as far as they are kept.
    With a `campaign` it is asked of the notes, boosts and costs that belong to it then: by touch
    day, on which what it cost and what that brought stand beside each other.
    Raises BadRange for days that are reversed, out of this world, in the future or too many, and
    for a campaign of another merchant, by order day or by something else than `OF_CAMPAIGNS`.
    """

    merchant: Merchant
    first_on: date
    last_on: date
    model: Model = Model.LAST_TOUCH
    window_days: int = DEFAULT_WINDOW_DAYS
    by: By = By.NOTE
    time_base: TimeBase = TimeBase.ORDER
    as_of: datetime | None = None
    campaign: Campaign | None = None

    def __post_init__(self) -> None:
        if self.campaign and self.campaign.merchant_id != self.merchant.pk:
            raise BadRange(gettext("This is none of your campaigns."), field="campaign")
        if self.campaign and not self.is_by_touch:
            raise BadRange(
                gettext("What a campaign cost and brought is told by touch day."), field="time_base"
            )
        if self.campaign and self.by not in OF_CAMPAIGNS:
            raise BadRange(
                gettext("A campaign is broken down by note, listing, boost or day."), field="by"
            )
        today = clock.today()
        if self.first_on < EARLIEST_ON:
            raise BadRange(
                gettext("Reports begin on %(day)s.") % {"day": words.day(EARLIEST_ON)},
                field="first_on",
            )
        if self.last_on > today:
            raise BadRange(
                gettext("Reports end today, on %(day)s.") % {"day": words.day(today)},
                field="last_on",
            )
        if self.last_on < self.first_on:
            raise BadRange(gettext("The last day is on or after the first."), field="last_on")
        if self.as_of and self.as_of > clock.now() + CLOCKS_DIFFER:
            raise BadRange(gettext("This moment is still to come."), field="as_of")
        if len(self.days) > MOST_DAYS:
            raise BadRange(
                gettext("A report covers at most %(most)s days; these are %(count)s.")
                % {"most": MOST_DAYS, "count": words.count(len(self.days))},
                field="first_on",
            )

    @property
    def breakdowns(self) -> Sequence[By]:
        """What the same may be broken down by."""
        return OF_CAMPAIGNS if self.campaign else tuple(By)

    @property
    def parameters(self) -> dict[str, str | int]:
        """What an address asks, but for the breakdown."""
        return {
            "first_on": self.first_on.isoformat(),
            "last_on": self.last_on.isoformat(),
            "model": self.model.value,
            "window_days": self.window_days,
            "time_base": self.time_base.value,
            **({"as_of": self.moment} if self.as_of else {}),
            **({"campaign": self.campaign.pk} if self.campaign else {}),
        }

    @property
    def moment(self) -> str:
        """The moment it is asked of, as an address and a file have it; empty for the present."""
        return self.as_of.astimezone(UTC).isoformat().replace("+00:00", "Z") if self.as_of else ""

    @property
    def is_by_touch(self) -> bool:
        return self.time_base == TimeBase.TOUCH

    @property
    def order_days(self) -> tuple[date, date]:
        """The first and the last business day of what is read of credit: by the day of the touch
        what a touch earns until its window has passed, as far as that is over."""
        if not self.is_by_touch:
            return self.first_on, self.last_on
        window = timedelta(days=self.window_days)
        return self.first_on, min(self.last_on + window, self._today)

    @property
    def open_days(self) -> list[date]:
        """The days asked for whose touches may still earn, since their window runs."""
        if not self.is_by_touch:
            return []
        window = timedelta(days=self.window_days)
        return [day for day in self.days if day + window >= self._today]

    @property
    def comparable_from(self) -> date | None:
        """The first day on which the days asked for are compared with others; None when they are.

        While the window of a touch runs its day lacks what is still to come, and the days before do
        not: the difference would tell of nothing but age.
        """
        open_days = self.open_days
        return open_days[-1] + timedelta(days=self.window_days + 1) if open_days else None

    @property
    def _today(self) -> date:
        """The business day of the moment it is asked of."""
        return words.local(self.as_of).date() if self.as_of else clock.today()

    @cached_property
    def days(self) -> list[date]:
        """Every day asked for, in order."""
        return _between(self.first_on, self.last_on)

    @property
    def days_read(self) -> list[date]:
        """Every business day of what is read, in order."""
        return _between(*self.order_days)


def _between(first_on: date, last_on: date) -> list[date]:
    return [first_on + timedelta(days=step) for step in range((last_on - first_on).days + 1)]


def recent(*, days: int) -> tuple[date, date]:
    """The first and last of the newest `days` business days that are over: they end yesterday."""
    last_on = clock.today() - timedelta(days=1)
    return last_on - timedelta(days=days - 1), last_on
