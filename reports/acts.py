"""What the audit log says of the nouns of this app: a sentence per act, a label per fact."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from merchants.catalogue.models import Category
from portal.accounts.acts import register
from reports.sources.models import Source


def announce() -> None:
    """Name every noun; called once, when the app is ready."""
    _what_comes_in()
    _what_is_agreed()
    _what_is_owed()
    _what_is_computed()


def _what_comes_in() -> None:
    register(
        "batch",
        {"receive": _("Data file received")},
        {
            "source": _("Origin"),
            "sha256": _("Fingerprint (SHA-256)"),
            "bytes": _("Size in bytes"),
        },
        {"source": (Source, "code")},
    )
    register(
        "source",
        {"edit": _("What the source declares changed")},
        {
            "name_zh": _("Chinese name"),
            "name_en": _("English name"),
            "unit": _("Unit of amounts"),
            "zone": _("Time zone of times that name none"),
            "most_fen": _("Largest amount of a line"),
            "rhythm": pgettext_lazy("source", "Sends its rows"),
            "delay_days": _("Days until they are due"),
            "sends": pgettext_lazy("source", "Sends"),
        },
    )


def _what_is_agreed() -> None:
    register(
        "datasuspension",
        {
            "made": _("Data suspended"),
            "end_changed": _("End of the suspension of data changed"),
            "lifted": _("Suspension of data lifted"),
            "concerned": _("The merchant was told that data he rests on are suspended"),
        },
        {
            "source": _("Source"),
            "category": _("Category"),
            "first_on": _("First day"),
            "last_on": _("Last day"),
            "stores": _("Stores concerned"),
        },
        {"source": (Source, "code"), "category": (Category, "code")},
    )
    register(
        "regime",
        {
            "opened": _("Sampling agreed"),
            "changed": _("Sampling regime changed"),
            "closed": _("Sampling regime ended"),
        },
        {
            "source": _("Source"),
            "category": _("Category"),
            "first_on": _("First day"),
            "last_on": _("Last day"),
            "ratio": _("Share of users"),
        },
        {"source": (Source, "code"), "category": (Category, "code")},
    )
    register(
        "category",
        {"refund_period_set": _("Refund period set")},
        {"refund_days": _("Days for returns")},
    )


def _what_is_owed() -> None:
    register(
        "breach",
        {
            "found": _("Data is overdue"),
            "over": _("Data that was overdue is closed"),
            "told": _("The merchant was told that data is overdue"),
            "ended": _("The merchant was told that data that was overdue is closed"),
        },
    )
    register("slice", {"closed": _("The marketplace said that the day is whole")})


def _what_is_computed() -> None:
    register("report", {"run": _("Computation requested")})
    register(
        "restatement",
        {"told": _("Numbers of finished days changed")},
        {"changed_on": _("Report day")},
    )
