"""The calendar of policy: every instant at which a signed change alters something, in its word."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from merchants.catalogue.models import Category
from merchants.openings.deciding import Rule
from merchants.openings.models import OpeningState, Programme
from merchants.pages.matrix import cells
from merchants.rulechanges.models import RuleChange
from portal.choices import Colour, ColouredChoices


class Mark(ColouredChoices):
    """What happens at an instant of the calendar: a closed set."""

    ANNOUNCED = "announced", Colour.GREY, _("Signed and announced")
    EFFECTIVE = "effective", Colour.AZURE, _("In force")
    LAST_DAY = "last_day", Colour.YELLOW, _("Last day ends")
    EXPIRY = "expiry", Colour.GREY, _("Expires")
    TAKEN_BACK = "taken_back", Colour.RED, _("Taken back")
    STAYS_END = "stays_end", Colour.YELLOW, _("What stayed ends")


@dataclass(frozen=True)
class Date:
    """At `at`, `mark` befalls so many `rules` of `change` that say `state`, the first of them under
    `programme` and for `category`."""

    at: datetime
    mark: Mark
    state: OpeningState
    change: RuleChange
    programme: Programme
    category: Category
    rules: int


def dates(rules: Iterable[tuple[Rule, datetime | None]]) -> list[Date]:
    """Of signed rules, each with when it was taken back, the latest first: three queries, however
    many there are."""
    found: dict[tuple[datetime, Mark, str, int], list[Rule]] = defaultdict(list)
    listed = list(rules)
    changes = cells.changes_of(rule for rule, _taken_back_at in listed)
    for rule, taken_back_at in listed:
        change = changes[rule.change_id or 0]
        for at, mark in _marks(rule, change, taken_back_at):
            found[at, mark, rule.state, change.pk].append(rule)
    programmes, tree = Programme.objects.in_bulk(), Category.objects.as_tree()
    told = [
        Date(
            at, mark, OpeningState(state), changes[change], programmes[its[0].programme_id],
            tree[its[0].category_id], len(its),
        )
        for (at, mark, state, change), its in found.items()
    ]  # fmt: skip
    order = list(Mark)
    told.sort(key=lambda one: (one.at, order.index(one.mark), one.change.pk), reverse=True)
    return told


def _marks(
    rule: Rule, change: RuleChange, taken_back_at: datetime | None
) -> Iterable[tuple[datetime, Mark]]:
    """The instants of one rule. One that ended before does not meet what would have come."""
    if change.signed_at is not None:
        yield change.signed_at, Mark.ANNOUNCED
    coming = [
        (rule.effective_at, Mark.EFFECTIVE),
        (rule.ends_at, Mark.LAST_DAY),
        (rule.grandfather_until, Mark.STAYS_END),
    ]
    for at, mark in coming:
        if at is not None and (rule.until_at is None or at < rule.until_at):
            yield at, mark
    if rule.until_at is not None:
        was_taken = taken_back_at is not None and taken_back_at <= rule.until_at
        yield rule.until_at, Mark.TAKEN_BACK if was_taken else Mark.EXPIRY
