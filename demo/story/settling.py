"""Merchants settle in: company, team, stores, products, notes, listings. All by the usual verbs."""

from dataclasses import dataclass, field

from django.core.files.base import ContentFile

from demo.people.cast import Cast
from demo.plan import covers as drawings
from demo.plan.planned import PlannedListing, PlannedMerchant, PlannedNote, Stage, World
from demo.story import rules
from merchants.catalogue import verbs as products
from merchants.catalogue.models import Category, Product
from merchants.companies import verbs as merchants
from merchants.companies.models import Merchant
from merchants.listings import verbs as listings
from merchants.listings.models import Listing
from merchants.notes import covers
from merchants.notes import verbs as notes
from merchants.notes.covers import Cover
from merchants.notes.models import Note
from merchants.stores import verbs as stores
from portal import clock
from portal.accounts import teams
from portal.accounts.models import Role, User


@dataclass
class Settled:
    """The rows of what was planned: merchants by slug, notes by id, listings by `key`."""

    merchants: dict[str, Merchant] = field(default_factory=dict)
    notes: dict[str, Note] = field(default_factory=dict)
    listings: dict[str, Listing] = field(default_factory=dict)
    # By the number of their drawing.
    covers: dict[int, Cover] = field(default_factory=dict)

    def cover(self, number: int) -> Cover:
        """The drawing, opened and kept once."""
        if number not in self.covers:
            self.covers[number] = covers.take_in(ContentFile(drawings.cover(number)))
        return self.covers[number]


def settle(
    planned: PlannedMerchant, settled: Settled, *, world: World, cast: Cast, owner: User
) -> None:
    """Bring one merchant to its stage: who sells came first, the others have just come."""
    is_selling = planned.stage == Stage.SELLING
    with clock.at(world.period.settles_at if is_selling else world.period.ends_at):
        merchant = _come_in(planned, cast, owner)
        settled.merchants[planned.slug] = merchant
        if not is_selling:
            return
        manager = cast.managers[len(settled.merchants) % len(cast.managers)]
        settled.merchants[planned.slug] = merchant = merchants.verify(
            merchant, version=merchant.version, account_manager=manager, by=cast.admin
        )
        sold = _stock(merchant, planned, cast=cast, owner=owner)
        rules.admit(merchant, planned, cast, owner)
    for note in planned.notes:
        settled.notes[note.external_id] = _mirror(merchant, note, settled)
    for listing in planned.listings:
        mirrored = settled.notes[listing.note.external_id]
        settled.listings[listing.key] = _publish(merchant, listing, mirrored, sold, owner)


def gather_team(merchant: Merchant, *, world: World, cast: Cast, owner: User) -> None:
    """The demo owner invites colleagues, one per role; they accept. One invitation is open."""
    with clock.at(world.period.settles_at):
        for role, user in cast.colleagues.items():
            invitation = teams.invite(merchant.team, email=user.email, role=role, by=owner)
            teams.accept(invitation.token, by=user)
    with clock.at(world.period.ends_at):
        teams.invite(merchant.team, email="agency@notelink.example", role=Role.ANALYST, by=owner)


def _come_in(planned: PlannedMerchant, cast: Cast, owner: User) -> Merchant:
    """Register the company and hand it in, as far as its stage says."""
    merchant = merchants.register(name=planned.name, credit_code=planned.credit_code, by=owner)
    if planned.stage == Stage.NEW:
        return merchant
    merchant = merchants.submit(merchant, by=owner)
    if planned.stage == Stage.RETURNED:
        reason = "营业执照已过期，请上传在有效期内的执照后重新提交。"
        merchant = merchants.send_back(
            merchant, version=merchant.version, reason=reason, by=cast.admin
        )
    return merchant


def _stock(
    merchant: Merchant, planned: PlannedMerchant, *, cast: Cast, owner: User
) -> dict[str, Product]:
    """Register the stores, have them verified and fill them; products by their external id."""
    category = Category.objects.get(code=planned.category)
    sold = {}
    for store in planned.stores:
        registered = stores.register(
            merchant,
            kind=store.kind,
            name=store.name,
            external_id=store.external_id,
            url=store.url,
            by=owner,
        )
        registered = stores.verify(registered, version=registered.version, by=cast.admin)
        for product in planned.products:
            if product.store is store:
                sold[product.external_id] = products.add(
                    registered,
                    external_id=product.external_id,
                    title=product.title,
                    category=category,
                    price_fen=product.price_fen,
                    url=product.url,
                    by=owner,
                )
    return sold


def _mirror(merchant: Merchant, note: PlannedNote, settled: Settled) -> Note:
    with clock.at(note.published_at):
        return notes.mirror(
            merchant,
            external_id=note.external_id,
            title=note.title,
            author_name=note.author,
            kind=note.kind,
            published_at=note.published_at,
            text=note.text,
            cover=settled.cover(note.cover),
        )


def _publish(
    merchant: Merchant,
    planned: PlannedListing,
    note: Note,
    sold: dict[str, Product],
    owner: User,
) -> Listing:
    with clock.at(planned.live_from):
        listing = listings.link(
            merchant,
            note=note,
            product=sold[planned.product.external_id],
            placement=planned.placement,
            fallback=sold[planned.fallback.external_id] if planned.fallback else None,
            has_ad_label=True,
            by=owner,
        )
        listings.publish(listing, by=owner)
    if planned.paused_at and planned.resumed_at:
        with clock.at(planned.paused_at):
            listings.pause(listing, by=owner)
        with clock.at(planned.resumed_at):
            listings.resume(listing, by=owner)
    return listing
