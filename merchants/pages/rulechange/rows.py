"""Rule changes as lists show them: what each is about, in one query."""

from django.db.models import CharField, Count, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Concat

from merchants.openings.models import Opening
from merchants.rulechanges.models import RuleChange
from portal import words


def _lines() -> QuerySet[Opening]:
    """The lines of a change of an outer query, or of the change that it takes back; the first line
    first."""
    of = Coalesce(OuterRef("takes_back"), OuterRef("pk"))
    return Opening.objects.filter(change=of).order_by("pk")


def _of_the_first(value: str | Combinable) -> Subquery:
    lines = _lines().annotate(told=F(value) if isinstance(value, str) else value)
    return Subquery(lines.values("told")[:1], output_field=CharField())


def about() -> Subquery:
    """The programme and category of the first line, in the language of the reader."""
    language = words.name("zh", "en")
    named = Concat(F(f"programme__name_{language}"), Value(" · "), F(f"category__name_{language}"))
    return _of_the_first(named)


def listed() -> QuerySet[RuleChange]:
    """Every change with its first `category`, `programme` and `state`, and how many `rules` it
    has."""
    language = words.name("zh", "en")
    counted = _lines().order_by().values("change").annotate(n=Count("pk")).values("n")
    return RuleChange.objects.select_related("author", "approver").annotate(
        category=_of_the_first(f"category__name_{language}"),
        programme=_of_the_first(f"programme__name_{language}"),
        state=_of_the_first("state"),
        rules=Coalesce(Subquery(counted), Value(0)),
    )
