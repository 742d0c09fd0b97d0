"""What is done to funds, their rounds and awards, and to what is shown of them."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from merchants.catalogue.models import Category
from merchants.openings.models import Programme
from portal.accounts.acts import register


def announce() -> None:
    """Name these nouns; called once, when the app is ready."""
    register(
        "fund",
        {"created": _("Fund created"), "edited": _("Terms of the fund changed")},
        {
            "code": pgettext_lazy("fund", "Code"),
            "name_zh": _("Chinese name"),
            "name_en": _("English name"),
            "source": _("Origin"),
            "starts_on": _("First day"),
            "ends_on": _("Last day"),
            "programme": _("Programme"),
            "category": _("Category"),
            "sold_below_fen": _("Sells less in 30 days than"),
            "newer_than_days": _("Here for fewer days than"),
            "own_cash_percent": _("Least own share, in per cent"),
            "merchant_cap_fen": _("Most for one merchant"),
            "company_cap_fen": _("Most for one company"),
            "grants_by": _("Granted"),
            "small_below_fen": _("Small is who sells less in 30 days than"),
            "reserve_percent": _("Kept for small ones, in per cent"),
            "draw_order": _("When it is spent"),
        },
        {"programme": (Programme, "code"), "category": (Category, "code")},
    )
    register(
        "round",
        {
            "opened": _("Round of a fund opened"),
            "moved": _("Round of a fund moved"),
            "called_off": _("Round of a fund called off"),
            "allocated": _("Round of a fund divided"),
            "applied": _("Round of a fund carried out"),
        },
        {"cut_at": _("Collects until")},
    )
    register(
        "fundpartner",
        {
            "asked": _("Address of a fund’s partner named"),
            "signed": _("Address of a fund’s partner signed"),
            "sent": _("Code for a fund’s page mailed"),
        },
        {"email": _("Registered address"), "asked_email": _("Address that waits for a signature")},
    )
    register(
        "fundguest",
        {
            "revoked": _("Code for a fund’s page revoked"),
        },
        {},
    )
    register(
        "parity",
        {
            "fell": _("Small companies are approved less often by a fund"),
            "mended": _("Small companies are not approved less often any more"),
        },
        {
            "small_approved": _("Small companies approved"),
            "small_answered": _("Small companies answered"),
            "large_approved": _("Large companies approved"),
            "large_answered": _("Large companies answered"),
        },
    )
    register(
        "award",
        {
            "granted": _("Granted in a round"),
            "returned": _("The boost came back from a round"),
            "lapsed": _("A round’s grant lapsed"),
        },
        {},
    )
