"""The rules of the demo world: which categories may link outside, and who was admitted."""

from datetime import timedelta
from io import BytesIO

import pikepdf
from django.core.files.base import ContentFile

from demo.people.cast import Cast
from demo.plan.planned import PlannedMerchant
from merchants.catalogue.models import Category
from merchants.companies.models import Merchant
from merchants.marketplaces.placements import Placement
from merchants.openings import applications
from merchants.openings import verbs as openings
from merchants.openings.models import OpeningState, Programme
from merchants.openings.verbs import Scope
from merchants.rulechanges import verbs as rulechanges
from portal import clock
from portal.accounts.models import User

OPEN_CATEGORIES = ("beauty", "fashion", "home", "food", "baby", "sports", "pets")


def open_categories(cast: Cast) -> int:
    """Rules proposed by one admin and signed by the other, in force at once; how many."""
    count = 0
    for programme in Programme.objects.order_by("pk"):
        for category in Category.objects.filter(code__in=OPEN_CATEGORIES):
            for kind in sorted(programme.store_kinds):
                change = openings.propose(
                    [Scope(programme, category, Placement.NOTE_BODY, kind)],
                    state=OpeningState.OPEN,
                    effective_at=clock.now(),
                    reason=f"{programme.name_zh}：首批开放{category.name_zh}类目的笔记正文挂链。",
                    by=cast.admin,
                )
                rulechanges.sign(change, version=change.version, by=cast.second_admin)
                count += 1
    return count


def admit(merchant: Merchant, planned: PlannedMerchant, cast: Cast, by: User) -> None:
    """The merchant applies under every programme it has stores for; a day later it is admitted."""
    kinds = {store.kind for store in planned.stores}
    for programme in Programme.objects.order_by("pk"):
        if kinds.isdisjoint(programme.store_kinds):
            continue
        application = applications.submit(
            merchant,
            programme=programme,
            category=Category.objects.get(code=planned.category),
            document=document(f"{planned.brand}-授权书.pdf"),
            by=by,
        )
        with clock.at(clock.now() + timedelta(days=1)):
            applications.approve(application, version=application.version, by=cast.admin)


def document(name: str) -> "ContentFile[bytes]":
    """An (empty) page that counts as a document."""
    paper, written = pikepdf.new(), BytesIO()
    paper.add_blank_page()
    paper.save(written, deterministic_id=True)
    return ContentFile(written.getvalue(), name=name)
