"""A merchant's own source at a marketplace: what he says of his stores never corrects what the
marketplace says."""

from django.utils.translation import gettext, gettext_noop, override

from merchants.companies.models import Merchant
from merchants.marketplaces.kinds import Marketplace, StoreKind
from reports.events.contract import CONVERSIONS
from reports.sources.models import EventKind, Rhythm, Source, SourceKind

# A merchant exports his orders himself, in the time of his shop.
ZONE = "Asia/Shanghai"
DELAY_DAYS = 7
NAME = gettext_noop("Own figures: %(marketplace)s")
# What nobody outside the marketplace sees.
NOT_SENT = {"search"}


def source_of(merchant: Merchant, marketplace: str) -> Source:
    """The merchant's source for `marketplace` (empty: the in-app shops), made when it is first
    asked for. Its code tells nothing but the number of the merchant.
    """
    source, _is_new = Source.objects.get_or_create(
        merchant=merchant,
        marketplace=marketplace,
        defaults={
            "code": f"own-{merchant.pk}-{marketplace or 'in-app'}".replace("_", "-"),
            "name_zh": _name("zh-hans", marketplace),
            "name_en": _name("en", marketplace),
            "kind": SourceKind.MERCHANT,
            "events": EventKind.CONVERSIONS,
            "zone": ZONE,
            "rhythm": Rhythm.EACH_WEEK,
            "delay_days": DELAY_DAYS,
            "sends": [kind for kind in CONVERSIONS.choices("kind") if kind not in NOT_SENT],
        },
    )
    return source


def _name(language: str, marketplace: str) -> str:
    with override(language):
        label = Marketplace(marketplace).label if marketplace else StoreKind.IN_APP.label
        return gettext(NAME) % {"marketplace": label}
