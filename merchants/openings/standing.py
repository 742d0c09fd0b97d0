"""Which signed rules bear on the places of a change."""

from collections.abc import Sequence

from merchants.catalogue.models import Category
from merchants.openings.models import Opening


def standing_by(lines: Sequence[Opening]) -> list[Opening]:
    """The other signed rules that bear on where `lines` would decide: of what their categories lie
    in, and of what lies in them; the newest first."""
    if not lines:
        return []
    tree = Category.objects.as_tree()
    above = {pk: {one.pk for one in category.lineage()} for pk, category in tree.items()}
    near = {
        (line.programme_id, line.placement, line.store_kind, pk)
        for line in lines
        for pk in tree
        if pk in above[line.category_id] or line.category_id in above[pk]
    }
    rules = (
        Opening.objects.signed()
        .filter(
            programme__in={line.programme_id for line in lines},
            placement__in={line.placement for line in lines},
            store_kind__in={line.store_kind for line in lines},
        )
        .exclude(change=lines[0].change_id)
        .select_related("programme", "category", "change")
        .order_by("-effective_at", "-pk")
    )
    return [
        rule
        for rule in rules
        if (rule.programme_id, rule.placement, rule.store_kind, rule.category_id) in near
    ]
