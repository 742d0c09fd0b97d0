"""A decision is about what was read: what changed since is told and not taken."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.boosts.models import Boost
from campaigns.ledger.models import Payment
from campaigns.ledger.refunds import BalanceRefund
from campaigns.tests.conftest import a_boost, money  # noqa: F401 - fixtures
from merchants.catalogue.models import Product
from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from merchants.notes.models import FeedRequest, Note
from merchants.openings.models import OpeningApplication
from merchants.rulechanges.models import RuleChange
from merchants.stores.models import Store
from portal.accounts.models import Membership, Role, User
from portal.refusals import Refusal
from portal.review.kinds import Answer, Kind
from portal.review.subjects import Reviewable
from tests.deciding import DAY, answers, decide, is_open, typed

pytestmark = pytest.mark.django_db


def changed(subject: Reviewable) -> None:
    """Somebody changes what is judged, past the verbs or by one that is still allowed."""
    match subject:
        case Merchant():
            Merchant.objects.filter(pk=subject.pk).update(name="Gloss")
        case Store():
            Store.objects.filter(pk=subject.pk).update(external_id="1000002")
        case FeedRequest():
            FeedRequest.objects.filter(pk=subject.pk).update(account_name="Another account")
        case OpeningApplication():
            OpeningApplication.objects.filter(pk=subject.pk).update(document="applications/b.pdf")
        case RuleChange():
            RuleChange.objects.filter(pk=subject.pk).update(evidence="Another paper.")
        case Payment():
            Payment.objects.filter(pk=subject.pk).update(amount_fen=subject.amount_fen + 1)
        case BalanceRefund():
            BalanceRefund.objects.filter(pk=subject.pk).update(bank="Another bank")
        case Boost():
            Note.objects.filter(pk=subject.note_id).update(title="Another note")


@answers
def test_a_decision_about_what_changed_since_is_told_and_not_taken(
    hand_in: Callable[[str], Reviewable],
    manager: User,
    neutral: Callable[[Kind], User],
    client_of: Callable[[User], Client],
    kind: Kind,
    answer: Answer,
) -> None:
    reviewer, read = neutral(kind), hand_in(kind.code)
    client, url = client_of(reviewer), reverse("review:review-detail", args=[kind.code, read.pk])
    old = typed(read, answer, manager)
    changed(read)
    with pytest.raises(Refusal, match="Not taken: this was changed since you opened it"):
        decide(read, answer, by=reviewer, manager=manager)
    told = client.post(url, old)
    assert told.status_code == 422
    assert "Not taken: this was changed since you opened it." in told.content.decode()
    assert is_open(read)
    form = told.context["form"]
    assert form["version"].value() != old["version"]
    assert form["decision"].value() is None
    unanswered = client.post(url, {**old, "decision": ""}).context["form"]
    assert unanswered["version"].value() == form["version"].value()
    assert form["reason"].value() == "Because."
    again = {**old, "version": form["version"].value()}
    assert client.post(url, again).status_code == 302
    assert not is_open(read)


def test_all_that_a_page_says_of_the_subject_is_in_its_version(
    waiting: dict[str, Reviewable], live_listing: Listing, rival: Merchant
) -> None:
    """A note is another once it is a video or not public; a wallet, once its owner is renamed."""

    def version(kind: str) -> str:
        subject = waiting[kind]
        return type(subject)._default_manager.get(pk=subject.pk).version

    versions = [version("boost")]
    for change in ({"kind": "video"}, {"published_at": None}):
        Note.objects.update(**change)
        versions.append(version("boost"))
    assert len(set(versions)) == 3
    boost, store, company = waiting["boost"], waiting["store"], waiting["merchant"]
    assert isinstance(boost, Boost)
    assert isinstance(store, Store)
    assert isinstance(company, Merchant)
    products = Product.objects.filter(listings__note=boost.note)
    products.update(title="Another cream")
    versions.append(version("boost"))
    products.update(price_fen=1)
    versions.append(version("boost"))
    boost.note.listings.update(status="ended")
    versions.append(version("boost"))
    assert len(set(versions)) == 6
    before = version("merchant")
    Membership.objects.filter(team=company.team).update(role=Role.ANALYST)
    assert version("merchant") != before
    before = version("store")
    Store.objects.exclude(merchant=store.merchant).update(external_id=store.external_id)
    assert version("store") != before
    read = {kind: version(kind) for kind in ("store", "application", "payment")}
    Merchant.objects.update(name="Gloss")
    assert all(version(kind) != read[kind] for kind in read)


@answers
def test_what_was_handed_in_again_unchanged_is_another_version(
    hand_in: Callable[[str], Reviewable], kind: Kind, answer: Answer
) -> None:
    subject = hand_in(kind.code)
    assert subject.submitted_at
    before, subject.submitted_at = subject.version, subject.submitted_at + DAY
    assert subject.version != before
