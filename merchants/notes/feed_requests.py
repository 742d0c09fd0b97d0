"""Asking for the community's feed: a merchant without notes asks, an admin answers."""

from django.db import transaction

from merchants.companies.models import Merchant
from merchants.notes.models import FeedRequest, FeedStatus
from portal import meaning
from portal.accounts import audit, permissions
from portal.accounts.models import User
from portal.refusals import given_reason, optional_reason
from portal.review import door
from portal.saving import save_or_refuse


@transaction.atomic
def ask(merchant: Merchant, *, account_name: str, by: User) -> tuple[FeedRequest, bool]:
    """Ask for the notes of an account in the community; the request, and whether it is new.

    While one waits, it is the answer, whatever account is named: to name another, withdraw it.
    """
    merchant = Merchant.locked(merchant.pk)
    permissions.require(by, "feed.ask", merchant.team)
    if waiting := merchant.feed_requests.filter(status=FeedRequest.WAITING).first():
        return waiting, False
    asked = FeedRequest(merchant=merchant, account_name=meaning.line(account_name))
    save_or_refuse(asked)
    audit.record(
        "feedrequest.submitted",
        asked,
        by=by,
        team=merchant.team,
        new={"account_name": asked.account_name},
    )
    return asked, True


@transaction.atomic
def withdraw(asked: FeedRequest, *, by: User) -> FeedRequest:
    """Take a request back that waits; another may be made."""
    asked = FeedRequest.locked(asked.pk)
    permissions.require(by, "feed.ask", asked.merchant.team)
    asked.move_to(FeedStatus.WITHDRAWN, by=by)
    return asked


@transaction.atomic
def approve(asked: FeedRequest, *, version: str, by: User, reason: str = "") -> FeedRequest:
    """The feed brings the account's notes from now on; `reason` may tell the merchant more."""
    asked = door.enter(asked, "feed.decide", version=version, by=by)
    asked.decision_reason = optional_reason(reason)
    asked.move_to(FeedStatus.APPROVED, by=by, reason=asked.decision_reason)
    return asked


@transaction.atomic
def reject(asked: FeedRequest, *, version: str, reason: str, by: User) -> FeedRequest:
    """Refuse the request; the merchant reads why and may ask again."""
    asked = door.enter(asked, "feed.decide", version=version, by=by)
    asked.decision_reason = given_reason(reason)
    asked.move_to(FeedStatus.REJECTED, by=by, reason=asked.decision_reason)
    return asked
