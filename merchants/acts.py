"""What the audit log says of the nouns of this app: a sentence per act, a label per fact."""

from django.utils.translation import gettext_lazy as _

from merchants.catalogue.models import Category, Product
from merchants.notes.models import Note
from merchants.openings.models import Programme
from merchants.rulechanges.models import RuleChange
from portal.accounts.acts import register
from portal.accounts.models import User


def announce() -> None:
    """Name every noun; called once, when the app is ready."""
    _companies()
    _goods()
    _notes_and_listings()
    _openings()
    _rule_changes()


def _companies() -> None:
    register(
        "merchant",
        {
            "assigned": _("Account manager assigned"),
            "edited": _("Company data changed"),
            "registered": _("Merchant registered"),
            "returned": _("Merchant returned for changes"),
            "submitted": _("Merchant sent to verification"),
            "verified": _("Merchant verified"),
        },
        {
            "name": _("Name"),
            "credit_code": _("Unified social credit code"),
            "account_manager": _("Account manager"),
        },
        {"account_manager": (User, "email")},
    )
    register(
        "store",
        {
            "registered": _("Store registered"),
            "rejected": _("Store rejected"),
            "verified": _("Store verified"),
            "verifying": _("Store sent to verification again"),
        },
        {"kind": _("Kind"), "external_id": _("External ID"), "url": _("Address")},
    )


def _goods() -> None:
    register(
        "product",
        {"added": _("Product added"), "edited": _("Product changed")},
        {
            "external_id": _("External ID"),
            "title": _("Title"),
            "category": _("Category"),
            "price_fen": _("Price"),
            "is_available": _("Available"),
        },
        {"category": (Category, "code")},
    )


def _notes_and_listings() -> None:
    register(
        "note",
        {"mirrored": _("Note mirrored from the community")},
        {
            "title": _("Title"),
            "author_name": _("Author"),
            "kind": _("Kind"),
            "published_at": _("Published"),
            "text": _("Text"),
            "cover": _("Cover"),
        },
    )
    register(
        "feedrequest",
        {
            "submitted": _("Asked for the community's feed"),
            "approved": _("Feed approved"),
            "rejected": _("Feed rejected"),
            "withdrawn": _("Feed request withdrawn"),
        },
        {"account_name": _("Account in the community")},
    )
    register(
        "listing",
        {
            "edited": _("Listing changed"),
            "ended": _("Listing ended"),
            "linked": _("Product linked to a note"),
            "live": _("Listing went live"),
            "paused": _("Listing paused"),
        },
        {
            "note": _("Note"),
            "product": _("Product"),
            "placement": _("Placement"),
            "fallback": _("Fallback"),
            "has_ad_label": _("Advertisement label"),
        },
        {
            "note": (Note, "external_id"),
            "product": (Product, "id"),
            "fallback": (Product, "id"),
        },
    )


def _openings() -> None:
    # Rules of before were signed one by one, and have such entries.
    register(
        "opening",
        {
            "proposed": _("Opening proposed"),
            "rejected": _("Opening rejected"),
            "signed": _("Opening signed"),
            "withdrawn": _("Opening withdrawn"),
        },
        {
            "programme": _("Programme"),
            "category": _("Category"),
            "placement": _("Placement"),
            "store_kind": _("Kind"),
            # Older entries have their scope in words.
            "scope": _("Scope"),
            "state": _("Rule"),
            "effective_at": _("In force from"),
        },
        {"programme": (Programme, "code"), "category": (Category, "code")},
    )
    # The first act is the application's own verb, the others are its moves.
    register(
        "application",
        {"submitted": _("Application submitted")},
        {"programme": _("Programme"), "category": _("Category"), "document": _("Document")},
        {"programme": (Programme, "code"), "category": (Category, "code")},
    )
    register(
        "openingapplication",
        {
            "approved": _("Application approved"),
            "rejected": _("Application rejected"),
            "returned": _("Application returned for changes"),
            "submitted": _("Application submitted again"),
        },
    )


def _rule_changes() -> None:
    register(
        "rulechange",
        {
            "proposed": _("Rule change proposed"),
            "first_signed": _("Rule change signed by the first of two"),
            "rejected": _("Rule change rejected"),
            "signed": _("Rule change signed"),
            "withdrawn": _("Rule change withdrawn"),
        },
        {
            "kind": _("Kind"),
            "effective_at": _("In force from"),
            "expires_at": _("Ends"),
            "grandfather": _("What was there before"),
            "stays_until_at": _("Stays until"),
            "sweeps": _("Closes what lies in it, too"),
            "takes_back": _("Takes back"),
            "lines": _("Rules"),
        },
        {"takes_back": (RuleChange, "id")},
    )
