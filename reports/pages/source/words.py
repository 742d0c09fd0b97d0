"""What the kinds of events are called where a source declares them."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from reports.sources.models import Source

KINDS: dict[str, Promise] = {
    "view": pgettext_lazy("event", "Reads"),
    "like": pgettext_lazy("event", "Likes"),
    "collect": pgettext_lazy("event", "Saves"),
    "comment": pgettext_lazy("event", "Comments"),
    "share": pgettext_lazy("event", "Shares"),
    "follow": pgettext_lazy("event", "Follows"),
    "click": pgettext_lazy("event", "Clicks"),
    "repeated_click": pgettext_lazy("event", "Repeated clicks"),
    "machine_click": pgettext_lazy("event", "Clicks of machines"),
    "search": pgettext_lazy("event", "Searches"),
    "visit": pgettext_lazy("event", "Store visits"),
    "follow_store": pgettext_lazy("event", "Store follows"),
    "favourite": pgettext_lazy("event", "Favourites"),
    "cart": pgettext_lazy("event", "Added to cart"),
    "order": pgettext_lazy("event", "Orders"),
    "presale_deposit": pgettext_lazy("event", "Deposits"),
    "refund": pgettext_lazy("event", "Refunds"),
}


def sent_by(source: Source) -> str:
    """The kinds that the source sends, for people."""
    return " · ".join(str(KINDS[kind]) for kind in source.sends) or str(_("Nothing yet"))
