"""What an admin decides about companies, stores, feeds, rules and applications, and sees then."""

from collections.abc import Sequence, Set
from typing import Any

from django.db.models import F, Value
from django.db.models.functions import Concat
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from merchants.companies import look_alikes
from merchants.companies import verbs as companies
from merchants.companies.models import Merchant
from merchants.notes import feed_requests
from merchants.notes.models import FeedRequest
from merchants.openings import applications, changing, standing
from merchants.openings.models import OpeningApplication
from merchants.pages import judged
from merchants.pages.fields import AccountManagerField
from merchants.pages.rulechange import rows
from merchants.rulechanges import notice
from merchants.rulechanges import verbs as rulechanges
from merchants.rulechanges.models import RuleChange
from merchants.stores import verbs as stores
from merchants.stores.models import Store
from portal import clock, words
from portal.review import kinds
from portal.review.forms import ReviewForm
from portal.review.kinds import Answer, Kind


class MerchantReviewForm(ReviewForm):
    account_manager = AccountManagerField(
        required=False,
        help_text=_("Needed when you verify: this person looks after the merchant."),
    )
    field_order = ["version", "decision", "account_manager", "reason"]


def announce() -> None:
    """Add the kinds; called once, when the app is ready."""
    kinds.add(_merchants(), _stores(), _feeds(), _rulechanges(), _applications())


def _merchants() -> Kind:
    return Kind(
        code="merchant",
        label=_("Company verification"),
        to_do=_("Merchants to verify"),
        icon="users",
        action="merchant.verify",
        rows=lambda: Merchant.objects.select_related("team", "account_manager"),
        name=lambda: F("name"),
        asked_by=F("name"),
        question=_("Is the company who it says it is?"),
        answers=(
            Answer(
                "verify",
                _("Verify"),
                _("It may submit boosts and publish listings; its account manager is told."),
                companies.verify,
                takes=("account_manager", "reason"),
            ),
            Answer(
                "send_back",
                _("Return"),
                _("The merchant reads your reason, corrects its data and hands it in again."),
                companies.send_back,
            ),
        ),
        evidence="merchants/_merchant_evidence.html",
        facts=judged.MERCHANT,
        form=MerchantReviewForm,
        context=_of_a_merchant,
    )


def _stores() -> Kind:
    return Kind(
        code="store",
        label=_("Store"),
        to_do=_("Stores to verify"),
        icon="building-store",
        action="store.verify",
        rows=lambda: Store.objects.select_related("merchant__team"),
        name=lambda: F("name"),
        asked_by=F("merchant__name"),
        question=_("Does this store belong to the merchant?"),
        answers=(
            Answer(
                "verify",
                _("Verify"),
                _("Its products can be linked, and its orders count in the merchant's reports."),
                stores.verify,
            ),
            Answer(
                "reject",
                _("Reject"),
                _("The merchant reads your reason, may correct the store and hand it in again."),
                stores.reject,
            ),
        ),
        evidence="merchants/_store_evidence.html",
        facts=judged.STORE,
        context=_of_a_store,
    )


def _feeds() -> Kind:
    return Kind(
        code="feed",
        label=_("Note feed"),
        to_do=_("Note feeds to connect"),
        icon="notes",
        action="feed.decide",
        rows=lambda: FeedRequest.objects.select_related("merchant__team"),
        name=lambda: F("account_name"),
        asked_by=F("merchant__name"),
        question=_("Should the notes of this account come to the merchant?"),
        answers=(
            Answer(
                "approve",
                _("Approve"),
                _("The merchant is told that its notes come with the feed within a day."),
                feed_requests.approve,
            ),
            Answer(
                "reject",
                _("Reject"),
                _("The merchant reads your reason and may ask again."),
                feed_requests.reject,
            ),
        ),
        evidence="merchants/_feed_evidence.html",
        facts=judged.FEED,
        context=_of_a_feed,
    )


def _rulechanges() -> Kind:
    return Kind(
        code="rulechange",
        label=_("Rule change"),
        to_do=_("Rule changes to sign"),
        icon="door",
        action="opening.sign",
        rows=lambda: RuleChange.objects.select_related("author", "takes_back"),
        name=rows.about,
        asked_by=None,
        question=_("Should these rules be in force?"),
        answers=(
            Answer(
                "sign",
                _("Sign"),
                _then_of_a_change,
                rulechanges.sign,
            ),
            Answer(
                "reject",
                _("Reject"),
                _("Nothing changes. Whoever proposed it reads your reason and may propose anew."),
                rulechanges.reject,
            ),
        ),
        evidence="merchants/_rulechange_evidence.html",
        facts=judged.RULECHANGE,
        context=_of_a_change,
        by_two=_needing_two,
        formerly="opening",
    )


def _applications() -> Kind:
    return Kind(
        code="application",
        label=_("Application"),
        to_do=_("Applications to decide"),
        icon="file-check",
        action="application.decide",
        rows=lambda: OpeningApplication.objects.select_related(
            "merchant__team", "programme", "category"
        ),
        name=_scope_name,
        asked_by=F("merchant__name"),
        question=_("May the merchant link outside for this category?"),
        answers=(
            Answer(
                "approve",
                _("Approve"),
                _("Its listings of the category can go live wherever an opening is in force."),
                applications.approve,
            ),
            Answer(
                "send_back",
                _("Return"),
                _("The merchant reads your reason and may hand in another document."),
                applications.send_back,
            ),
            Answer(
                "reject",
                _("Reject"),
                _("The merchant reads your reason; it may apply anew, not correct this one."),
                applications.reject,
            ),
        ),
        evidence="merchants/_application_evidence.html",
        facts=judged.APPLICATION,
        context=_of_an_application,
    )


def _scope_name() -> Concat:
    language = words.name("zh", "en")
    return Concat(F(f"programme__name_{language}"), Value(" · "), F(f"category__name_{language}"))


def _of_a_merchant(merchant: Merchant) -> dict[str, Any]:
    return {
        "merchant": merchant,
        "members": merchant.team.memberships.select_related("user").order_by("created_at"),
        "stores": merchant.stores.order_by("created_at"),
        "look_alikes": look_alikes.of(merchant.name, but=merchant),
    }


def _of_a_store(store: Store) -> dict[str, Any]:
    return {
        "store": store,
        "merchant": store.merchant,
        "others": store.merchant.stores.exclude(pk=store.pk).order_by("created_at"),
        "namesakes": store.namesakes().select_related("merchant"),
        "look_alikes": look_alikes.of(store.name, but=store.merchant),
    }


def _of_a_feed(asked: FeedRequest) -> dict[str, Any]:
    others = FeedRequest.objects.filter(account_name__iexact=asked.account_name)
    return {
        "asked": asked,
        "merchant": asked.merchant,
        "others": others.exclude(merchant=asked.merchant).select_related("merchant"),
        "stores": asked.merchant.stores.order_by("created_at"),
    }


def _of_a_change(change: RuleChange) -> dict[str, Any]:
    lines = changing.lines_of(change)
    told = changing.told(change, clock.now(), lines)
    return {
        "change": change,
        "lines": lines,
        "kept": changing.kept_by(lines),
        "told": told,
        "rules": standing.standing_by(lines),
    }


def _needing_two(changes: Sequence[RuleChange]) -> Set[int]:
    """Those that take two signatures beside their author's, if the last came now."""
    now = clock.now()
    return {one.pk for one in changes if rulechanges.needed(one, at=now) == notice.THREE}


def _then_of_a_change(change: RuleChange) -> Promise:
    if change.takes_back_id:
        return _("What decided before decides again from your signature on.")
    return _("It is in force from its moment on, or at once if that has passed.")


def _of_an_application(application: OpeningApplication) -> dict[str, Any]:
    return {
        "application": application,
        "merchant": application.merchant,
        "stores": application.merchant.stores.filter(
            kind__in=application.programme.store_kinds
        ).order_by("created_at"),
    }
