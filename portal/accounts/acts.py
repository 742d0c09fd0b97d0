"""What audit entries say to people: one name per verb, one per fact, values as they are read."""

from datetime import datetime
from functools import cache
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from portal import words
from portal.accounts.models import AuditEntry

VERBS: dict[str, Any] = {
    "application.submitted": _("Application submitted"),
    "batch.receive": _("Data file received"),
    "boost.approved": _("Boost approved"),
    "boost.completed": _("Boost completed"),
    "boost.draft": _("Boost taken back for changes"),
    "boost.edited": _("Boost changed"),
    "boost.paused": _("Boost paused"),
    "boost.rejected": _("Boost rejected"),
    "boost.requested": _("Boost drafted"),
    "boost.returned": _("Boost returned for changes"),
    "boost.running": _("Boost started"),
    "boost.scheduled": _("Boost scheduled"),
    "boost.stopped": _("Boost stopped"),
    "boost.submitted": _("Boost sent to review"),
    "deposit.recorded": _("Deposit recorded"),
    "fund.created": _("Fund created"),
    "listing.edited": _("Listing changed"),
    "listing.ended": _("Listing ended"),
    "listing.linked": _("Product linked to a note"),
    "listing.live": _("Listing went live"),
    "listing.paused": _("Listing paused"),
    "merchant.edited": _("Company data changed"),
    "merchant.registered": _("Merchant registered"),
    "merchant.returned": _("Merchant returned for changes"),
    "merchant.submitted": _("Merchant sent to verification"),
    "merchant.verified": _("Merchant verified"),
    "note.mirrored": _("Note mirrored from the community"),
    "opening.proposed": _("Opening proposed"),
    "opening.signed": _("Opening signed"),
    "opening.withdrawn": _("Opening withdrawn"),
    "openingapplication.approved": _("Application approved"),
    "openingapplication.rejected": _("Application rejected"),
    "openingapplication.returned": _("Application returned for changes"),
    "openingapplication.submitted": _("Application submitted again"),
    "product.added": _("Product added"),
    "product.edited": _("Product changed"),
    "report.run": _("Computation requested"),
    "store.registered": _("Store registered"),
    "store.rejected": _("Store rejected"),
    "store.verified": _("Store verified"),
    "store.verifying": _("Store sent to verification again"),
    "team.created": _("Team created"),
    "team.invitation_withdrawn": _("Invitation withdrawn"),
    "team.invited": _("Member invited"),
    "team.joined": _("Member joined"),
    "team.removed": _("Member removed"),
    "team.role_changed": _("Role changed"),
    "user.created": _("Account created"),
    "user.renamed": _("Name changed"),
}

FACTS: dict[str, Any] = {
    "account": _("Ledger account"),
    "amount_fen": _("Amount"),
    "author_name": _("Author"),
    "budget_fen": _("Budget"),
    "bytes": _("Size in bytes"),
    "category": _("Category"),
    "code": _("Code"),
    "credit_code": _("Unified social credit code"),
    "document": _("Document"),
    "effective_at": _("In force from"),
    "ends_on": _("Last day"),
    "external_id": _("External ID"),
    "fallback": _("Fallback"),
    "fund": _("Fund"),
    "grant_fen": _("Paid by the fund"),
    "has_ad_label": _("Advertisement label"),
    "is_available": _("Available"),
    "kind": _("Kind"),
    "name": _("Name"),
    "note": _("Note"),
    "objective": _("Objective"),
    "owner": _("Owner"),
    "placement": _("Placement"),
    "platform_role": _("Platform role"),
    "price_fen": _("Price"),
    "product": _("Product"),
    "programme": _("Programme"),
    "published_at": _("Published"),
    "reference": _("Reference"),
    "role": _("Role"),
    "scope": _("Scope"),
    "sha256": _("Fingerprint (SHA-256)"),
    "source": _("Origin"),
    "starts_on": _("First day"),
    "state": _("Rule"),
    "status": _("Status"),
    "title": _("Title"),
    "url": _("Address"),
}


def change(entry: AuditEntry) -> SafeString:
    """What the act changed, one fact per line: “Status: Draft → Live”. Nothing is left out but
    facts that were empty and still are; a fingerprint is shortened (the export has all of it)."""
    lines = [
        (FACTS.get(name, name), _before(entry, name), value)
        for name, value in ((name, _value(entry, name, entry.new[name])) for name in entry.new)
        if value or entry.old.get(name)
    ]
    return format_html_join("", "<div>{}{}{}{}</div>", ((n, now(": "), o, v) for n, o, v in lines))


def _before(entry: AuditEntry, name: str) -> str:
    return f"{_value(entry, name, entry.old[name])} → " if name in entry.old else ""


def _value(entry: AuditEntry, name: str, value: Any) -> str:
    """A fact as people read it: money in yuan, choices by their label, moments in Shanghai."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return now("yes") if value else now("no")
    if name == "sha256":
        return f"{str(value)[:12]}…"
    if name.endswith("_fen"):
        return words.yuan(value)
    if isinstance(value, int):
        return words.count(value)
    at: datetime | None = parse_datetime(str(value)) if name.endswith("_at") else None
    if at:
        return words.instant(at)
    return str(_labels(entry.subject.partition(":")[0], name).get(str(value), value))


@cache
def _labels(model_name: str, field: str) -> dict[str, Any]:
    """The labels of the choices of a field; none when it has no choices or there is no field."""
    for model in _models().get(model_name, []):
        try:
            found = model._meta.get_field(field)
        except FieldDoesNotExist:
            continue
        return {str(value): label for value, label in getattr(found, "flatchoices", ())}
    return {}


@cache
def _models() -> dict[str, list[type[models.Model]]]:
    named: dict[str, list[type[models.Model]]] = {}
    for model in apps.get_models():
        named.setdefault(str(model._meta.model_name), []).append(model)
    return named
