"""A button whose act rests on what its page says is about just that: what changed since is told,
and nothing is done. So are decisions (`test_decision_versions`) and forms (`test_edit_versions`).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from campaigns.boosts.models import Boost, BoostStatus
from merchants.companies.models import Merchant, MerchantStatus
from merchants.listings.models import Listing, ListingStatus
from portal.accounts import audit
from portal.accounts.models import AuditEntry, Membership, User
from tests.permission_table import ROWS, address

pytestmark = pytest.mark.django_db

World = dict[str, Any]
TOLD = "Not done: this was changed since you opened it."

# Buttons whose act means the same whatever else has changed; their verbs look at the state.
WHATEVER_CHANGED = {
    "accounts:language-set": "one's own",
    "accounts:theme-set": "one's own",
    "notices:notice-read-all": "one's own",
    "accounts:invitation-withdraw": "an invitation never changes",
    "merchants:feed-request-withdraw": "only what is asked for is taken back",
    "merchants:rulechange-withdraw": "a rule never changes, and it is the author's own",
    "merchants:listing-pause": "readers see less, at once",
    "merchants:listing-end": "readers see less, at once",
    "campaigns:announcement-withdraw": "the merchant's own word, on which no money rests",
    "campaigns:campaign-close": "no boost is added, whatever the campaign is called",
    "campaigns:campaign-open": "boosts may be added, whatever the campaign is called",
    "campaigns:campaign-note-remove": "the note itself stays as it is, and can be added again",
    "campaigns:reconciliation-run": "computes what there is",
    "campaigns:invoice-ask-back": "an issued invoice never changes",
    "campaigns:invoice-keep": "an issued invoice never changes",
    "campaigns:invoice-withdraw": "only what is asked for is taken back",
    "campaigns:partner-leave": "one's own",
    "campaigns:guest-revoke": "a code opens nothing, at once",
    "campaigns:refund-withdraw": "money comes back, nothing is promised",
    "campaigns:boost-withdraw": "money comes back, nothing is promised",
    "review:review-claim": "says who reads it; what is decided names its version",
    "review:review-release": "one's own",
    "campaigns:boost-pause": "nothing is spent, at once",
    "campaigns:boost-resume": "a boost that is approved never changes",
    "reports:report-run": "computes what there is",
    "jobs:job-try": "tries what there is",
    "webhooks:endpoint-on": "sends what waits, as it was announced",
    "webhooks:endpoint-keys": "shows the keys there are",
    "webhooks:message-replay": "a message never changes, and its id is sent",
    "jobs:job-give-up": "a job says nothing but its state, which the verb looks at",
}


@dataclass(frozen=True)
class Press:
    """A button, the page it is on, what it is about, and how that is before it is pressed."""

    url_name: str
    page: str
    args: str
    row: str
    verb: str
    before: Callable[[World], object]

    def __str__(self) -> str:
        return self.url_name


def _off_the_note(status: ListingStatus) -> Callable[[World], object]:
    """The listing in this state, which readers have not seen yet."""

    def before(world: World) -> None:
        world["listing"].periods.all().delete()
        Listing.objects.filter(pk=world["listing"].pk).update(status=status)

    return before


def _put(model: Any, name: str, **state: object) -> Callable[[World], object]:
    return lambda world: model.objects.filter(pk=world[name].pk).update(**state)


M = "merchant.code"
PRESSES = [
    Press("merchants:merchant-submit", "merchants:merchant-detail", M, "merchant",
          "merchant.edited", _put(Merchant, "merchant", status=MerchantStatus.RETURNED)),
    Press("merchants:listing-publish", "merchants:listing-detail", f"{M} listing.pk", "listing",
          "listing.edited", _off_the_note(ListingStatus.DRAFT)),
    Press("merchants:listing-resume", "merchants:listing-detail", f"{M} listing.pk", "listing",
          "listing.edited", _off_the_note(ListingStatus.PAUSED)),
    Press("campaigns:boost-submit", "campaigns:boost-detail", f"{M} boost.pk", "boost",
          "boost.edited", _put(Boost, "boost", status=BoostStatus.DRAFT)),
    Press("campaigns:cost-withdraw", "campaigns:cost-detail", f"{M} cost.key", "cost",
          "cost.corrected", lambda world: None),
    Press("accounts:membership-remove", "accounts:membership-edit", "team.pk membership.pk",
          "membership", "team.role_changed", _put(Membership, "membership", role="analyst")),
]  # fmt: skip


@dataclass(frozen=True)
class At:
    """An address of the press: its page, or where it is sent."""

    url_name: str
    args: str


@pytest.mark.parametrize("press", PRESSES, ids=str)
def test_what_changed_since_it_was_read_is_told_and_not_done(
    press: Press, world: World, alice: User, bob: User, client_of: Callable[[User], Client]
) -> None:
    press.before(world)
    client = client_of(alice)
    page = address(At(press.page, press.args), world)
    url = address(At(press.url_name, press.args), world)
    read = version_for(url, client.get(page).content.decode())
    audit.record(press.verb, world[press.row], by=bob)
    acts = done(world[press.row])
    told = client.post(url, {"version": read}, follow=True)
    assert TOLD in told.content.decode()
    assert done(world[press.row]) == acts
    again = version_for(url, client.get(page).content.decode())
    assert again != read
    assert TOLD not in client.post(url, {"version": again}, follow=True).content.decode()


def version_for(url: str, page: str) -> str:
    """What the button that is sent to `url` carries."""
    form = re.search(rf'<form method="post" action="{re.escape(url)}">.*?</form>', page, re.DOTALL)
    assert form, url
    found = re.search(r'name="version" value="(\d+)"', form.group())
    assert found, f"{url} carries no version"
    return found.group(1)


def done(row: Any) -> int:
    """How much was done to a row."""
    return AuditEntry.objects.filter(subject=audit.name_of(row)).count()


def test_every_button_is_about_what_was_read_or_says_why_not() -> None:
    buttons = {row.url_name for row in ROWS if row.method == "POST"}
    assert buttons == {press.url_name for press in PRESSES} | WHATEVER_CHANGED.keys()
