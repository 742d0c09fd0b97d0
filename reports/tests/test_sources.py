"""Sources as data: what each declares, and what the database does not let it say."""

import pytest
from django.db import IntegrityError, transaction

from merchants.companies.models import Merchant
from reports.events.contract import CONTRACTS
from reports.sources.models import EventKind, Source, SourceKind

pytestmark = pytest.mark.django_db


def test_the_sources_of_every_installation_declare_kinds_of_events_that_exist() -> None:
    sources = Source.objects.all()
    assert {source.code: source.kind for source in sources} == {
        "community": SourceKind.COMMUNITY,
        "links": SourceKind.LINKS,
        "in_app": SourceKind.MARKETPLACE,
        "taobao_tmall": SourceKind.MARKETPLACE,
        "jd": SourceKind.MARKETPLACE,
        "vip": SourceKind.MARKETPLACE,
    }
    for source in sources:
        assert source.sends
        assert set(source.sends) <= set(CONTRACTS[source.events].choices("kind"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "community", "events": "conversions"},
        {"kind": "marketplace", "events": "touchpoints"},
        {"kind": "merchant", "merchant": None},
        {"kind": "marketplace", "merchant": ...},
        {"most_fen": 0},
    ],
)
def test_a_source_that_contradicts_itself_is_not_kept(
    wrong: dict[str, object], shop: Merchant
) -> None:
    right = {"kind": SourceKind.MERCHANT, "events": EventKind.CONVERSIONS, "merchant": shop}
    Source.objects.create(code="right", **right)
    if wrong.get("merchant") is ...:
        wrong["merchant"] = shop
    with pytest.raises(IntegrityError, match="source_"), transaction.atomic():
        Source.objects.create(code="wrong", marketplace="jd", **right | wrong)


def test_a_merchant_has_one_source_for_each_marketplace(shop: Merchant) -> None:
    own = {"kind": SourceKind.MERCHANT, "events": EventKind.CONVERSIONS, "merchant": shop}
    Source.objects.create(code="own", **own)
    Source.objects.create(code="own-at-jd", marketplace="jd", **own)
    with pytest.raises(IntegrityError, match="once"), transaction.atomic():
        Source.objects.create(code="again", **own)
