"""Which rule decides, told a second time from the words of the rules alone, without any haste.

Asks nothing of `deciding`: a world of a few rules is walked through from the top of the tree down.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta, timezone
from typing import Any

SHANGHAI = timezone(timedelta(hours=8))


def on(at: datetime) -> date:
    """The day in Shanghai."""
    return at.astimezone(SHANGHAI).date()


def midnight(at: datetime) -> datetime:
    """The end of that day."""
    ends_on = on(at) + timedelta(days=1)
    return datetime(ends_on.year, ends_on.month, ends_on.day, tzinfo=SHANGHAI)


def decides(
    rules: Iterable[Any], parents: Mapping[int, int | None], category: int, at: datetime
) -> Any | None:
    """The one of `rules` of a programme, placement and kind of store that decides about `category`
    at `at`. The path is walked from the root; on it the newest rule of each step is carried on,
    after those that something wider has taken with it are gone."""
    path = [category]
    while (above := parents[path[0]]) is not None:
        path.insert(0, above)
    alive = [r for r in rules if r.effective_at <= at and not (r.until_at and r.until_at <= at)]
    carried: Any = None
    for step, here in enumerate(path):
        for rule in (r for r in alive if r.category_id == here):
            fell = False
            for wider in (w for w in alive if w.sweeps and w.category_id in path[:step]):
                is_kept = any(one in path[: step + 1] for one in wider.kept)
                if not is_kept and not wider.effective_at < rule.effective_at:
                    fell = True
            if fell:
                continue
            is_first = carried is None or carried.category_id != here
            if is_first or (carried.effective_at, carried.pk) < (rule.effective_at, rule.pk):
                carried = rule
    return carried


def word(rule: Any | None, at: datetime) -> str:
    """What is in force, in the words of the rules: closed where there is nothing, and from the
    midnight of Shanghai that ends the last day of what is closing."""
    if rule is None:
        return "closed"
    if rule.state == "closing" and on(at) > rule.last_on:
        return "closed"
    return str(rule.state)


def leads(
    rules: list[Any],
    parents: Mapping[int, int | None],
    category: int,
    at: datetime,
    *,
    merchant: int,
    since_at: datetime | None,
) -> bool:
    """Whether a listing of `merchant`, live and untouched since `since_at`, leads outside."""
    rule: Any = decides(rules, parents, category, at)
    said = word(rule, at)
    if said in ("open", "closing") or (said == "pilot" and merchant in rule.merchants):
        return True
    if rule is None or since_at is None or rule.effective_at < since_at:
        return False
    if rule.grandfather == "none":
        return False
    if rule.grandfather == "until_date" and not at < rule.grandfather_until:
        return False
    before = rule.effective_at - timedelta(microseconds=1)
    return leads(rules, parents, category, before, merchant=merchant, since_at=since_at)
