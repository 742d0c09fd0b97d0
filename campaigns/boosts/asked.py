"""What of a boost can be asked for: closed sets, bounds, and the constraints that keep them."""

from datetime import date, datetime

from django.db import models
from django.db.models import F, Q
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.boosts.period import days_of
from portal import clock, typed, words
from portal.refusals import Refusal
from portal.words import yuan

# The full form: whole days, and so much for each.
MIN_DAILY_BUDGET_FEN = 10_000
MAX_DAYS = 90
# The quick form: so much in all, for whole hours from the approval on.
MIN_QUICK_FEN, MAX_QUICK_FEN = 7_500, 750_000
MIN_QUICK_HOURS, MAX_QUICK_HOURS = 6, 168
# The evening begins at this hour of Shanghai and ends at midnight.
EVENING_HOUR = 18


class PlanRefusal(Refusal):
    """This cannot be asked for; `field` names what has to change."""


class AskingForm(models.TextChoices):
    """On which form a boost was asked for, which says what its bounds are."""

    QUICK = "quick", gettext_lazy("Quick form")
    FULL = "full", gettext_lazy("Full form")


class DayPart(models.TextChoices):
    """At which hours of its days a boost is shown."""

    WHOLE = "whole", gettext_lazy("All day")
    EVENING = "evening", gettext_lazy("Evenings, 18:00 to 24:00")


CONSTRAINTS: list[models.BaseConstraint] = [
    models.CheckConstraint(
        condition=Q(ends_on__gte=F("starts_on")),
        name="boost_ends_after_it_starts",
        violation_error_message=gettext_lazy("The last day is on or after the first."),
    ),
    models.CheckConstraint(
        condition=~Q(form="full") | Q(budget_fen__gte=MIN_DAILY_BUDGET_FEN, hours=None),
        name="boost_budget_at_least_one_day",
        violation_error_message=format_lazy(
            gettext_lazy("The budget is at least {daily} a day."), daily=yuan(MIN_DAILY_BUDGET_FEN)
        ),
    ),
    models.CheckConstraint(
        condition=~Q(form="quick")
        | Q(
            budget_fen__range=(MIN_QUICK_FEN, MAX_QUICK_FEN),
            # What is null is no answer to a constraint, which then holds.
            hours__isnull=False,
            hours__range=(MIN_QUICK_HOURS, MAX_QUICK_HOURS),
            daily_cap_fen=None,
            day_part="whole",
        ),
        name="boost_of_the_quick_form",
    ),
    models.CheckConstraint(condition=Q(form__in=AskingForm.values), name="boost_of_a_form"),
    models.CheckConstraint(condition=Q(day_part__in=DayPart.values), name="boost_of_a_day_part"),
    models.CheckConstraint(
        condition=Q(from_hour__lte=23, to_hour__range=(1, 24))
        & (Q(ends_on__gt=F("starts_on")) | Q(to_hour__gt=F("from_hour"))),
        name="boost_of_whole_hours",
    ),
    models.CheckConstraint(
        condition=Q(daily_cap_fen=None) | Q(daily_cap_fen__gte=MIN_DAILY_BUDGET_FEN),
        name="boost_cap_is_a_days_budget",
    ),
]


def check_days(starts_on: date, ends_on: date, budget_fen: int, *, at: datetime) -> None:
    """Raise PlanRefusal unless these are days of the full form from that of `at` on, with enough
    for each."""
    days = days_of(starts_on, ends_on)
    if starts_on < clock.day_of(at):
        raise PlanRefusal(_("The first day is today or later."), field="starts_on")
    typed.require_year(starts_on, field="starts_on")
    if not 1 <= days <= MAX_DAYS:
        raise PlanRefusal(
            _("A boost runs for 1 to %(most)s.") % {"most": words.days(MAX_DAYS)}, field="days"
        )
    if budget_fen < MIN_DAILY_BUDGET_FEN * days:
        raise PlanRefusal(
            _("The budget is at least %(daily)s a day: %(least)s for %(days)s.")
            % {
                "daily": words.yuan(MIN_DAILY_BUDGET_FEN),
                "least": words.yuan(MIN_DAILY_BUDGET_FEN * days),
                "days": words.days(days),
            },
            field="budget",
        )


def check_quick(budget_fen: int, hours: int) -> None:
    """Raise PlanRefusal unless this can be asked for on the quick form."""
    if not MIN_QUICK_FEN <= budget_fen <= MAX_QUICK_FEN:
        raise PlanRefusal(
            _("A quick boost costs %(least)s to %(most)s.")
            % {"least": words.yuan(MIN_QUICK_FEN), "most": words.yuan(MAX_QUICK_FEN)},
            field="own",
        )
    if not MIN_QUICK_HOURS <= hours <= MAX_QUICK_HOURS:
        raise PlanRefusal(
            _("A quick boost runs for %(least)s to %(most)s hours.")
            % {"least": MIN_QUICK_HOURS, "most": MAX_QUICK_HOURS},
            field="hours",
        )
