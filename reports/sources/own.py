"""A merchant's own source at a marketplace: what he says of his stores never corrects what the
marketplace says. Beside each other one sees where they differ."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext, gettext_noop, override

from merchants.companies.models import Merchant
from merchants.marketplaces.kinds import Marketplace, StoreKind
from reports.events.contract import CONVERSIONS
from reports.sources import statements
from reports.sources.models import EventKind, Rhythm, Source, SourceKind, Unit

# A merchant exports his orders himself, in the time of his shop.
ZONE = "Asia/Shanghai"
DELAY_DAYS = 7
NAME = gettext_noop("Own figures: %(marketplace)s")
# What nobody outside the marketplace sees.
NOT_SENT = {"search"}

# So many days of stores are shown beside each other.
MOST_BESIDE = 100


@dataclass(frozen=True)
class Beside:
    """A store's day: the rows that the merchant has sent and those of the marketplace. Once that
    has closed the day (`is_closed`) only its rows count, before that where both have a line. The
    day `is_reported` where he has said that his rows are all, and they are."""

    store: str
    on: date
    own: int
    theirs: int
    is_closed: bool
    is_reported: bool

    @property
    def difference(self) -> int:
        return self.theirs - self.own


def beside(merchant: Merchant, *, first_on: date, last_on: date) -> list[Beside]:
    """The days of his stores of which he has said something himself, the newest first."""
    rows = statements.run(
        "beside", merchant=merchant.pk, first_on=first_on, last_on=last_on, most=MOST_BESIDE
    )
    return [
        Beside(store, on, own, int(theirs), is_closed, is_reported)
        for store, on, own, theirs, is_closed, is_reported in rows
    ]


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


def units(sources: Iterable[Source], merchant: Merchant | None) -> dict[str, Unit]:
    """By which unit a file's amounts are read, by the name of each source that may be chosen for
    it: what a merchant hands in is read as his own source for that marketplace has declared."""
    if merchant is None:
        return {source.name: Unit(source.unit) for source in sources}
    declared = {own.marketplace: Unit(own.unit) for own in merchant.sources.all()}
    return {source.name: declared.get(source.marketplace, Unit.FEN) for source in sources}


def _name(language: str, marketplace: str) -> str:
    with override(language):
        label = Marketplace(marketplace).label if marketplace else StoreKind.IN_APP.label
        return gettext(NAME) % {"marketplace": label}
