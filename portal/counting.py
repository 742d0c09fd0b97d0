"""How many rows belong to each row of a list, counted for the rows that are shown."""

from typing import Any

from django.db.models import Count, Model, OuterRef, Subquery
from django.db.models.functions import Coalesce


def counted(model: type[Model], relation: str) -> Coalesce:
    """The number of rows that each row of `model` has in its reverse `relation`.

    Count would join and group all rows of a list before its first page; this is a subquery of each
    row, which PostgreSQL asks for those of the page alone.
    """
    reverse: Any = model._meta.get_field(relation)
    name = reverse.field.name
    own = reverse.related_model.objects.filter(**{name: OuterRef("pk")}).order_by()
    return Coalesce(Subquery(own.values(name).annotate(n=Count("pk")).values("n")), 0)
