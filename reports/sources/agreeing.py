"""Whether what a sender says of a sample is what is agreed with his source."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
from django.utils.translation import gettext as _

from merchants.catalogue.models import Category, Product
from merchants.stores.models import StoreStatus
from portal import words
from reports.sources.models import MARKETPLACE_STORE_KINDS, Batch, EventKind
from reports.sources.refusal import BatchRefused
from reports.sources.regimes import ALL, Regime, Span, ratio_on, spans

_MILLIONTH = Decimal("0.000001")
# So many products are asked for at once.
_AT_ONCE = 5000


def require(batch: Batch, work: Path, parts: Iterable[str]) -> None:
    """Compare the ratio of the manifest, where it says one, with the regimes of every day and
    category that the file has rows of. `parts` are those read from it, files below `work`.

    Raises BatchRefused, which names both.
    """
    if "sampling_ratio" not in batch.manifest:
        return
    said = Decimal(str(batch.manifest["sampling_ratio"])).quantize(_MILLIONTH)
    regimes = list(Regime.objects.filter(source=batch.source))
    tree = Category.objects.as_tree() if any(regime.category_id for regime in regimes) else {}
    found = spans(regimes, tree)
    for part in sorted(parts):
        on = date.fromisoformat(part.split("/")[0].removeprefix("day="))
        for category in _categories(batch, work / part, found, on):
            if (agreed := ratio_on(found, on, category)) != said:
                raise BatchRefused(_sentence(batch, on, tree.get(category), said, agreed))


def _categories(batch: Batch, file: Path, found: list[Span], on: date) -> Iterator[int]:
    """The categories of a day's rows as far as they matter: ALL for those of no other ratio."""
    own = {span.category_id for span in found if span.first_on <= on <= span.last_on} - {ALL}
    if batch.source.events == EventKind.TOUCHPOINTS or not own:
        yield ALL
        return
    rows = pq.read_table(file, columns=["store_id", "product_id"])
    named = {
        (row["store_id"], row["product_id"])
        for row in rows.group_by(["store_id", "product_id"]).aggregate([]).to_pylist()
    }
    products = sorted({product for _store, product in named if product is not None})
    listed: dict[tuple[str, str], int] = {}
    for start in range(0, len(products), _AT_ONCE):
        asked = Product.objects.filter(
            store__status=StoreStatus.VERIFIED,
            store__kind__in=MARKETPLACE_STORE_KINDS[batch.source.marketplace],
            external_id__in=products[start : start + _AT_ONCE],
            category__in=own,
        )
        for store, product, category in asked.values_list(
            "store__external_id", "external_id", "category_id"
        ):
            listed[store, product] = category
    yield from sorted({listed.get(pair, ALL) for pair in named})


def _sentence(
    batch: Batch, on: date, category: Category | None, said: Decimal, agreed: Decimal
) -> str:
    told = {
        "said": words.share(said), "agreed": words.share(agreed), "day": words.day(on),
        "source": batch.source.name, "category": category,
    }  # fmt: skip
    if category is not None:
        return (
            _(
                "The manifest says that the file has %(said)s of the users (sampling_ratio)."
                " For %(category)s of %(source)s on %(day)s %(agreed)s is agreed. Send it in a"
                " file of its own, or have the agreement changed."
            )
            % told
        )
    return (
        _(
            "The manifest says that the file has %(said)s of the users (sampling_ratio)."
            " For %(source)s on %(day)s %(agreed)s is agreed. Send the agreed sample, or have"
            " the agreement changed."
        )
        % told
    )
