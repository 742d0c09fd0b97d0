"""What is known of the days of Alice's merchant in a world of news, derived slowly and anew.

From what was done there, with the sentences of the design: nothing here reads slices, or asks what
reports ask.
"""

from datetime import date, timedelta

from merchants.catalogue.models import Category, Product
from merchants.listings.models import ListingPeriod
from merchants.stores.models import Store
from portal import clock
from reports.answers.day_states import DayState
from reports.attribution.choices import DEFAULT_WINDOW_DAYS
from reports.attribution.tests.acting import COMMUNITY, World
from reports.sources.refunds import REFUND_DAYS, RefundPeriod
from reports.sources.suspensions import DataSuspension

WINDOW = timedelta(days=DEFAULT_WINDOW_DAYS)


class Expecting:
    """Remembers which stores each suspension has come to concern; asked after every act."""

    def __init__(self, world: World) -> None:
        self.world, self.concerned = world, dict[int, set[int]]()

    def states(self, days: list[date]) -> dict[date, DayState]:
        """By order day, of days that are over, in the default window."""
        held = self._held()
        refund_days = self._refund_days()
        return {on: self._state(on, held, refund_days) for on in days}

    def _state(self, on: date, held: list[tuple[date, date | None]], refund_days: int) -> DayState:
        world = self.world
        if any(first <= on and (last is None or on <= last) for first, last in held):
            return DayState.WITHHELD
        closed = world.closed
        touched = world.came_of_touches | closed.touches
        told = world.came_of_store | closed.orders
        if on not in touched or on not in told:
            return DayState.GAP
        window = {on - timedelta(days=k) for k in range(WINDOW.days + 1)}
        if on not in closed.orders or not window <= closed.touches:
            return DayState.COLLECTING
        is_over = on + timedelta(days=refund_days) < clock.today()
        return DayState.FINAL if is_over else DayState.PROVISIONAL

    def _held(self) -> list[tuple[date, date | None]]:
        """From when until when suspensions withhold days: those of touches a window longer."""
        found = []
        begun = set(
            ListingPeriod.objects.filter(listing__merchant=self.world.store.merchant_id)
            .values_list("listing__product__store", flat=True)
        )  # fmt: skip
        for one in DataSuspension.objects.filter(lifted_at=None).select_related("source"):
            concerned = self.concerned.setdefault(one.pk, set())
            of_touches = one.source.code == COMMUNITY
            stores = Store.objects.filter(pk__in=begun)
            if not of_touches:
                stores = stores.filter(kind__in=["tmall", "taobao"])
            if one.category_id:
                stores = stores.filter(products__category__in=_below(one.category_id))
            concerned |= set(stores.values_list("pk", flat=True))
            if concerned:
                last = one.last_on and one.last_on + (WINDOW if of_touches else timedelta())
                found.append((one.first_on, last))
        return found

    def _refund_days(self) -> int:
        """The longest of all that the merchant sells: the narrowest category says how long."""
        found = set()
        for product in Product.objects.filter(store__merchant=self.world.store.merchant_id):
            category: Category | None = product.category
            while category and not (ruled := _ruled(category)):
                category = category.parent
            found.add(ruled.days if category and ruled else REFUND_DAYS)
        return max(found)


def _ruled(category: Category) -> RefundPeriod | None:
    return RefundPeriod.objects.filter(category=category).order_by("pk").last()


def _below(category: int) -> list[int]:
    return [category, *Category.objects.filter(parent=category).values_list("pk", flat=True)]
