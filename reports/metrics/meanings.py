"""What a number counts, of what one row of it is, and whether rows add up: closed sets.

A metric made of several sums names one population, or it would subtract what was never added. A
ratio has one grain above and below, or it would divide things of different days.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

TOUCH_DAY = _("day of the touchpoint")


class Population(models.TextChoices):
    """What is counted. The refund of an order belongs to the orders, it takes back some of them."""

    TOUCHES = "touches", _("touches of notes with a live listing")
    CLICKS_ASIDE = "clicks_aside", _("clicks that are kept beside and earn no credit")
    SEARCHES = "searches", _("searches at the partner")
    VISITS = "visits", _("store visits")
    FAVOURITES = "favourites", _("favourites")
    CARTS = "carts", _("products put into the cart")
    ORDERS = "orders", _("order lines, and refunds of order lines")
    DEPOSITS = "deposits", _("presale deposits, and refunds of presale deposits")
    FOLLOWS = "follows", _("store follows")
    NOBODYS_REFUNDS = "nobodys_refunds", _("refunds that are no known order's")
    SPEND = "spend", _("money that notes have cost, by the delivery of boosts and outside")
    SERVED = "served", _("impressions and clicks that the ad server counted")


class Grain(models.TextChoices):
    """What one row of the sums is that a metric is made of, and of which day."""

    EXPOSURE = "note_boost_touch_day", _("note, boost and day of the touch")
    CREDIT = "listing_boost_order_day", _("listing, boost and day of the conversion")
    CREDIT_OF_TOUCH = "listing_boost_touch_day", _("listing, boost and day of the touch")
    ASSIST = "note_order_day", _("note or listing, order line, and day of the conversion")
    STORE = "store_level_order_day", _("store, level of the match and day of the conversion")


class Additive(models.TextChoices):
    """Whether the values of rows add up to the value of the whole."""

    YES = "yes", _("adds up")
    SHARED = (
        "shared",
        _("adds up by note, boost and day; what is linked on a note shares it and does not add up"),
    )
    NO = "no", _("does not add up")


# What the events of each kind are, touches and conversions. Closed: a test holds it against the
# contract of events, so that a new kind is red until it is named here.
POPULATIONS: dict[str, Population] = {
    "view": Population.TOUCHES,
    "like": Population.TOUCHES,
    "collect": Population.TOUCHES,
    "comment": Population.TOUCHES,
    "share": Population.TOUCHES,
    "follow": Population.TOUCHES,
    "click": Population.TOUCHES,
    "repeated_click": Population.CLICKS_ASIDE,
    "machine_click": Population.CLICKS_ASIDE,
    "search": Population.SEARCHES,
    "visit": Population.VISITS,
    "favourite": Population.FAVOURITES,
    "cart": Population.CARTS,
    "order": Population.ORDERS,
    "refund": Population.ORDERS,
    "presale_deposit": Population.DEPOSITS,
    "deposit_refund": Population.DEPOSITS,
    "follow_store": Population.FOLLOWS,
    "unknown_refund": Population.NOBODYS_REFUNDS,
    "excess_refund": Population.NOBODYS_REFUNDS,
}
# Where money works that was paid outside: the channels of costs.
CHANNELS = ("creator", "paid", "search")
# What is known of costs, whatever else is known of a day. No source sends it.
OF_SPEND: dict[str, Population] = {
    "captured": Population.SPEND,
    "cash": Population.SPEND,
    "platform": Population.SPEND,
    "partner": Population.SPEND,
    "unmatched": Population.SPEND,
    "unmatched_outside": Population.SPEND,
    **{f"outside_{channel}": Population.SPEND for channel in CHANNELS},
    "impressions": Population.SERVED,
    "served_clicks": Population.SERVED,
}
# Before the kind of a conversion: the part of its credit that touches have who carry a boost's id.
BOOSTED = "boosted:"
# The same of what conversions leave by the shares that are assumed of their days, in millionths of
# fen, and of conversions of days of which something is not assumed.
KEPT, UNASSUMED = "kept:", "unassumed:"
# Facts of these kinds are made of events of others: they come only where all of those do.
MADE_OF: dict[str, frozenset[str]] = {
    "deposit_refund": frozenset({"presale_deposit", "refund"}),
    "unknown_refund": frozenset({"refund"}),
    "excess_refund": frozenset({"refund"}),
}
# Of what grain the columns of facts are, of which sums are made.
GRAINS: dict[str, Grain] = {
    "touchpoints": Grain.EXPOSURE,
    "credit_micro": Grain.CREDIT,
    "value_fen": Grain.CREDIT,
    "assisted": Grain.ASSIST,
    "spent": Grain.EXPOSURE,
    "conversions": Grain.STORE,
}


def kind_of_event(kind: str) -> str:
    """The kind of events that a part of a sum is made of."""
    return kind.rpartition(":")[2]


def population_of(kind: str) -> Population:
    """What the parts of a sum count that are called `kind`."""
    return (POPULATIONS | OF_SPEND)[kind_of_event(kind)]
