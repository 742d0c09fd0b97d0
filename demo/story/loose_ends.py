"""What still waits for somebody, so that the demo world's queues are not empty."""

from datetime import timedelta

from campaigns.ledger import payments
from demo.people.cast import Cast
from demo.plan import shops
from demo.plan.period import at
from demo.plan.planned import PlannedMerchant, World
from demo.story.rules import document
from demo.story.settling import Settled
from merchants.catalogue.models import Category
from merchants.companies.models import Merchant
from merchants.listings import verbs as listings
from merchants.marketplaces.placements import Placement
from merchants.notes import verbs as notes
from merchants.openings import applications
from merchants.openings import verbs as openings
from merchants.openings.models import OpeningState, Programme
from merchants.openings.verbs import Scope
from merchants.rulechanges import verbs as rulechanges
from merchants.stores import verbs as stores
from portal.accounts.models import User
from portal.notices import verbs as notices

REJECTED_STORE = "店铺主体与商家营业执照不一致，请提供品牌方授权。"
SHORT_NOTICE = "质检投诉集中，提前通知不足三十天，经三人复核。"
RETURNED_APPLICATION = "授权书缺少盖章页，请补充后重新提交。"


def leave(world: World, settled: Settled, cast: Cast) -> None:
    """Old notices are read by now; then come the things that are still to be decided."""
    for user in (cast.admin, cast.second_admin, cast.third_admin, *cast.managers, *cast.owners):
        notices.read_all(by=user)
    _rules_to_sign(world, cast)
    _listings_to_finish(world, settled, cast.owners[0])
    neighbours = [
        (merchant, settled.merchants[merchant.slug], owner)
        for merchant, owner in zip(world.merchants, cast.owners, strict=True)
        if merchant in world.selling
    ]
    for planned, merchant, owner in neighbours[:3]:
        _apply(merchant, planned, owner, cast, is_returned=planned is world.merchants[0])
    _payment_to_sign(settled.merchants[world.merchants[0].slug], cast)
    for number, (planned, merchant, owner) in enumerate(neighbours[1:4]):
        _one_more_store(merchant, planned, owner, cast, number=number)


def _rules_to_sign(world: World, cast: Cast) -> None:
    """A category to be opened waits for a signature; one to be closed is signed and announced."""
    next_week = at(world.period.last_on + timedelta(days=8))
    opens, closes = Programme.objects.order_by("pk")[:2]
    openings.propose(
        [Scope(opens, Category.objects.get(code="digital"), Placement.NOTE_BODY, "tmall")],
        state=OpeningState.OPEN,
        effective_at=next_week,
        reason="数码家电试点两周，站内同类店铺成交未见下降，申请正式开放。",
        by=cast.admin,
    )
    closing = openings.propose(
        [Scope(closes, Category.objects.get(code="pets-toys"), Placement.NOTE_BODY, "jd")],
        state=OpeningState.CLOSED,
        effective_at=next_week,
        reason="宠物玩具质检投诉上升，下周起暂停站外挂链。",
        by=cast.admin,
    )
    for signer in (cast.second_admin, cast.third_admin):
        rulechanges.sign(closing, version=closing.version, by=signer, reason=SHORT_NOTICE)


def _payment_to_sign(merchant: Merchant, cast: Cast) -> None:
    """A payment so large that the other account manager has to sign it."""
    payments.record(
        merchant, amount_fen=6_800_000, reference="DEMO-LARGE-0001", by=cast.managers[1]
    )


def _listings_to_finish(world: World, settled: Settled, owner: User) -> None:
    """The demo owner has a note without a product, and a draft at a placement that is closed."""
    planned = world.merchants[0]
    merchant = settled.merchants[planned.slug]
    notes.mirror(
        merchant,
        external_id=f"{planned.slug}-new-note",
        title="新品内测｜三位成分党用了七天，说几句实话",
        author_name="理性种草机",
        kind="video",
        published_at=world.period.ends_at - timedelta(hours=3),
    )
    listed = settled.listings[planned.listings[0].key]
    listings.link(
        merchant,
        note=listed.note,
        product=listed.product,
        placement=Placement.COMMENT_PINNED,
        fallback=listed.fallback,
        by=owner,
    )


def _apply(
    merchant: Merchant, planned: PlannedMerchant, owner: User, cast: Cast, *, is_returned: bool
) -> None:
    application = applications.submit(
        merchant,
        programme=Programme.objects.order_by("pk")[0],
        category=Category.objects.get(code="digital-appliances"),
        document=document(f"{planned.brand}-美容仪授权书.pdf"),
        by=owner,
    )
    if is_returned:
        applications.send_back(
            application,
            version=application.version,
            reason=RETURNED_APPLICATION,
            by=cast.second_admin,
        )


def _one_more_store(
    merchant: Merchant, planned: PlannedMerchant, owner: User, cast: Cast, *, number: int
) -> None:
    """A store at a marketplace where the merchant has none; the last one is rejected."""
    have = {store.kind for store in planned.stores}
    kind = next(kind for kind in shops.EXTERNAL_KINDS if kind not in have)
    store = shops.store(planned, kind, str(60_000_000 + number))
    registered = stores.register(
        merchant,
        kind=store.kind,
        name=store.name,
        external_id=store.external_id,
        url=store.url,
        by=owner,
    )
    if number == 2:
        stores.reject(
            registered, version=registered.version, reason=REJECTED_STORE, by=cast.second_admin
        )
