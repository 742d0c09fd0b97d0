"""The first steps of a new merchant: the state of each, who acts next and by when."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.boosts.models import Boost
from campaigns.ledger import payments
from campaigns.ledger import transfers as ledger
from merchants.catalogue.models import Product
from merchants.companies.models import Merchant, MerchantStatus
from merchants.listings.models import Listing, ListingStatus
from merchants.marketplaces.kinds import StoreKind
from merchants.notes.models import FeedStatus
from merchants.openings.models import ApplicationStatus
from merchants.stores.models import StoreStatus
from portal import words
from portal.choices import Colour, ColouredChoices
from portal.review.subjects import Reviewable
from portal.ui import formats


class StepState(ColouredChoices):
    TO_DO = "to_do", Colour.GREY, gettext_lazy("To do")
    WAITING = "waiting", Colour.AZURE, gettext_lazy("With the platform")
    SENT_BACK = "sent_back", Colour.YELLOW, gettext_lazy("Sent back to you")
    DONE = "done", Colour.GREEN, gettext_lazy("Done")


@dataclass(frozen=True)
class Step:
    """`said` is what to know about its state: why it was sent back, who answers and by when.

    `needs` is what a person must be allowed to open its page, `merchant.view` apart.
    """

    text: str
    url: str
    state: StepState
    said: str = ""
    needs: str = ""
    is_next: bool = False

    @property
    def is_done(self) -> bool:
        return self.state == StepState.DONE

    @property
    def badge(self) -> SafeString:
        return formats.badge(self.state.colour, self.state.label)


def checklist(merchant: Merchant, *, may: set[str]) -> list[Step]:
    """The way to the first boost; empty once every step of it is done.

    One step is the next: what was sent back comes before what was not begun. A step whose page
    is not among what a person `may` open has no address.
    """
    reached = _reached(merchant)
    found = [step for make in _STEPS if (step := make(merchant, reached)) is not None]
    if all(step.is_done for step in found):
        return []
    mine = [step for step in found if step.state == StepState.SENT_BACK]
    mine += [step for step in found if step.state == StepState.TO_DO]
    return [
        replace(
            step,
            url="" if step.needs and step.needs not in may else step.url,
            is_next=mine[:1] == [step],
        )
        for step in found
    ]


class Reached(NamedTuple):
    """What a merchant has, as far as no more than that is asked."""

    has_product: bool
    has_listing: bool
    has_boost: bool


def _reached(merchant: Merchant) -> Reached:
    """All of it in one query."""
    asked = Merchant.objects.filter(pk=merchant.pk).values_list(
        Exists(Product.objects.filter(store__merchant=OuterRef("pk"))),
        Exists(Listing.objects.filter(merchant=OuterRef("pk")).exclude(status=ListingStatus.DRAFT)),
        Exists(Boost.objects.filter(merchant=OuterRef("pk"))),
    )
    return Reached(*asked.get())


def _url(name: str, merchant: Merchant) -> str:
    return reverse(name, args=[merchant.code])


def _decided(asked: Reviewable | None, reason: str = "") -> tuple[StepState, str]:
    """The state of a step that the platform has yet to decide, or has sent back for a `reason`."""
    if asked is None:
        return StepState.TO_DO, ""
    if asked.due_at is not None:
        due = words.instant(asked.due_at)
        return StepState.WAITING, _("The platform answers by %(due)s and tells you.") % {"due": due}
    return StepState.SENT_BACK, reason


def _company(merchant: Merchant, reached: Reached) -> Step:
    text, page = _("Have your company verified"), _url("merchants:merchant-detail", merchant)
    if merchant.status == MerchantStatus.VERIFIED:
        return Step(text, page, StepState.DONE)
    asked = None if merchant.status == MerchantStatus.DRAFT else merchant
    return Step(text, page, *_decided(asked, merchant.decision_reason))


def _store(merchant: Merchant, reached: Reached) -> Step:
    text, page = _("Register a store and have it verified"), _url("merchants:store-list", merchant)
    stores = merchant.stores.order_by("pk")
    if stores.filter(status=StoreStatus.VERIFIED).exists():
        return Step(text, page, StepState.DONE)
    asked = stores.filter(status=StoreStatus.VERIFYING).first() or stores.first()
    return Step(text, page, *_decided(asked, asked.decision_reason if asked else ""))


def _product(merchant: Merchant, reached: Reached) -> Step:
    state = StepState.DONE if reached.has_product else StepState.TO_DO
    text = _("Add a product, for example by pasting its address")
    return Step(text, _url("merchants:product-list", merchant), state)


def _note(merchant: Merchant, reached: Reached) -> Step:
    """Done by the first published note; until the feed is connected that is what is missing."""
    text, page = _("Have a published note"), _url("merchants:note-list", merchant)
    if merchant.notes.published().exists():
        return Step(text, page, StepState.DONE)
    asked = merchant.feed_requests.exclude(status=FeedStatus.WITHDRAWN).order_by("pk").last()
    if asked is None and not merchant.notes.exists():
        said = _("Ask for the community's feed; then your notes appear here by themselves.")
        return Step(text, page, StepState.TO_DO, said)
    if asked is None or asked.status == FeedStatus.APPROVED:
        said = _("Publish it in the community; it appears here by itself.")
        return Step(text, page, StepState.TO_DO, said)
    return Step(text, page, *_decided(asked, asked.decision_reason))


def _opening(merchant: Merchant, reached: Reached) -> Step | None:
    """None for who sells in the community alone, where nothing has to be opened."""
    if not merchant.stores.exclude(kind=StoreKind.IN_APP).exists():
        return None
    text = _("Apply for your category, to link outside")
    page = _url("merchants:application-list", merchant)
    asked = merchant.applications.order_by("-pk")
    if asked.filter(status=ApplicationStatus.APPROVED).exists():
        return Step(text, page, StepState.DONE)
    last = asked.filter(status=ApplicationStatus.SUBMITTED).first() or asked.first()
    return Step(text, page, *_decided(last, last.decision_reason if last else ""))


def _listing(merchant: Merchant, reached: Reached) -> Step:
    state = StepState.DONE if reached.has_listing else StepState.TO_DO
    text = _("Link a product to a note and publish the listing")
    return Step(text, _url("merchants:listing-list", merchant), state)


def _money(merchant: Merchant, reached: Reached) -> Step:
    text, page = _("Put money into your wallet"), _url("campaigns:wallet-detail", merchant)
    key = ledger.wallet_key(merchant)
    if ledger.has_received(key):
        return Step(text, page, StepState.DONE, needs="wallet.view")
    arrived = payments.waiting_for(key)
    return Step(text, page, *_decided(arrived[0] if arrived else None), needs="wallet.view")


def _boost(merchant: Merchant, reached: Reached) -> Step:
    state = StepState.DONE if reached.has_boost else StepState.TO_DO
    return Step(_("Boost a note"), _url("campaigns:boost-list", merchant), state)


_STEPS: tuple[Callable[[Merchant, Reached], Step | None], ...] = (
    _company, _store, _product, _note, _opening, _listing, _money, _boost,
)  # fmt: skip
