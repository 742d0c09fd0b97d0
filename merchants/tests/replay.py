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
    at `at`. What is in force is told in the order in which it began, and of one moment the narrower
    first: each rule is laid on those of its category, and one that sweeps clears all heaps below
    its own down to what it keeps, but only where something leads there at `at`. At the end the
    topmost of the narrowest heap decides."""
    path = _path(parents, category)
    alive = [r for r in rules if r.category_id in path and _is_alive(r, at)]
    alive.sort(key=lambda r: (r.effective_at, -path.index(r.category_id), r.pk))
    heaps: list[list[Any]] = [[] for _ in path]
    for rule in alive:
        step = path.index(rule.category_id)
        heaps[step].append(rule)
        if rule.sweeps:
            below = slice(step + 1, _kept_from(rule, path))
            if word(_topmost(heaps[below]), at) in ("open", "pilot", "closing"):
                heaps[below] = [[] for _ in heaps[below]]
    return _topmost(heaps)


def _path(parents: Mapping[int, int | None], category: int) -> list[int]:
    """From the root down to `category`."""
    path = [category]
    while (above := parents[path[0]]) is not None:
        path.insert(0, above)
    return path


def _is_alive(rule: Any, at: datetime) -> bool:
    return bool(rule.effective_at <= at and not (rule.until_at and rule.until_at <= at))


def _kept_from(rule: Any, path: list[int]) -> int:
    """The step of the path at which what `rule` keeps begins."""
    return min((path.index(one) for one in rule.kept if one in path), default=len(path))


def _topmost(heaps: list[list[Any]]) -> Any | None:
    return next((heap[-1] for heap in reversed(heaps) if heap), None)


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
    """Whether a listing of `merchant`, live and untouched since `since_at`, leads outside; None
    stands for what is not live. What is closing, and what is left alone, leads on if it led a
    microsecond before that rule began."""
    rule: Any = decides(rules, parents, category, at)
    said = word(rule, at)
    if _lets(said, rule, merchant):
        return True
    if rule is None or (since_at is not None and rule.effective_at < since_at):
        return False
    if said != "closing":
        if since_at is None or not _spares(rule, at):
            return False
        path = _path(parents, category)
        here = path.index(rule.category_id)
        for wider in rules:
            if not (wider.sweeps and wider.category_id in path[:here] and _is_alive(wider, at)):
                continue
            if wider.effective_at < rule.effective_at or _kept_from(wider, path) <= here:
                continue
            of_wider = word(wider, at)
            if not (
                of_wider == "closing" or _lets(of_wider, wider, merchant) or _spares(wider, at)
            ):
                return False
    before = rule.effective_at - timedelta(microseconds=1)
    return leads(rules, parents, category, before, merchant=merchant, since_at=since_at)


def _lets(said: str, rule: Any, merchant: int) -> bool:
    return said == "open" or (said == "pilot" and merchant in rule.merchants)


def _spares(rule: Any, at: datetime) -> bool:
    if rule.grandfather == "until_date":
        return bool(at < rule.grandfather_until)
    return bool(rule.grandfather == "until_edit")
