"""How what is judged about merchants, stores, feeds, rules and applications reads."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Choices
from django.utils.translation import gettext_lazy as _

from merchants.companies.models import MerchantStatus
from merchants.marketplaces.kinds import StoreKind
from merchants.marketplaces.placements import Placement
from merchants.openings.changing import AT_ONCE
from merchants.openings.models import OpeningState
from merchants.rulechanges.models import ChangeKind, Grandfather
from merchants.stores.models import StoreStatus
from portal import words
from portal.accounts.models import Role
from portal.review.changes import Fact, moment, plain


def of_choices(choices: type[Choices]) -> Callable[[Any], str]:
    """How a value of a closed set reads."""
    labels: dict[Any, Any] = dict(choices.choices)
    return lambda value: str(labels.get(value, value))


def identity(value: Mapping[str, Any]) -> str:
    """A merchant as `Merchant.identity` tells it."""
    status = of_choices(MerchantStatus)(value["status"])
    return plain([value["name"], value["credit_code"], status])


def _people(value: list[list[str]]) -> str:
    return plain([f"{email} ({of_choices(Role)(role)})" for email, role in value])


def _namesakes(value: list[list[str]]) -> str:
    return plain([f"{name} ({of_choices(StoreStatus)(status)})" for name, status in value])


def _lines(value: list[list[Any]]) -> str:
    return plain([_line(*line[:8]) for line in value])


def _line(
    programme: str,
    category: str,
    placement: str,
    store_kind: str,
    state: str,
    last_on: str | None,
    kept: list[Any],
    pilots: list[Any],
) -> str:
    parts = [programme, category, of_choices(Placement)(placement)]
    parts += [of_choices(StoreKind)(store_kind), of_choices(OpeningState)(state)]
    if last_on:
        parts.append(_("last day %(on)s") % {"on": last_on})
    if kept:
        parts.append(_("keeps %(branches)s") % {"branches": ", ".join(map(str, kept))})
    if pilots:
        parts.append(_("for %(merchants)s") % {"merchants": ", ".join(map(str, pilots))})
    return " / ".join(map(str, parts))


def _taken(value: str) -> str:
    """An instant, or the word for at once."""
    return str(_("at once")) if value == AT_ONCE else moment(value)


MERCHANT = {
    "name": Fact(_("Name")),
    "credit_code": Fact(_("Credit code")),
    "status": Fact(_("Status"), of_choices(MerchantStatus)),
    "people": Fact(_("People"), _people),
}
STORE = {
    "merchant": Fact(_("Merchant"), identity),
    "kind": Fact(_("Kind"), of_choices(StoreKind)),
    "name": Fact(_("Name")),
    "external_id": Fact(_("Id")),
    "url": Fact(_("Address")),
    "namesakes": Fact(_("Other stores of this id"), _namesakes),
}
FEED = {"merchant": Fact(_("Merchant"), identity), "account": Fact(_("Account"))}
APPLICATION = {
    "merchant": Fact(_("Merchant"), identity),
    "programme": Fact(_("Programme")),
    "category": Fact(_("Category")),
    "document": Fact(_("Document"), lambda value: plain(value[1])),
}
RULECHANGE = {
    "kind": Fact(_("Kind"), of_choices(ChangeKind)),
    "takes_back": Fact(_("Takes back"), lambda value: f"#{value}"),
    "lines": Fact(_("Rules"), _lines),
    "effective_at": Fact(_("In force from"), moment),
    "expires_at": Fact(_("Ends"), moment),
    "grandfather": Fact(_("What was there before"), of_choices(Grandfather)),
    "grandfather_until": Fact(_("Stays until"), moment),
    "sweeps": Fact(_("Closes what lies in it, too"), lambda value: str(_("Yes"))),
    "reason": Fact(_("Reason")),
    "evidence": Fact(_("Evidence")),
    "taken_at": Fact(_("Takes something away"), _taken),
    "persons": Fact(_("Persons who have to say yes")),
    "decides_now": Fact(_("Rules in force before"), lambda value: words.count(len(value))),
}
