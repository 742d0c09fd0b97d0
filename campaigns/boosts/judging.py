"""What is judged of a boost: all that a reviewer reads, of one or of many at once. ADR 0150."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from merchants.listings.models import Listing
from merchants.notes.models import Note

if TYPE_CHECKING:
    from campaigns.boosts.models import Boost


def each(boosts: Sequence["Boost"]) -> dict[int, dict[str, object]]:
    """What is judged of each, by primary key. Their listings and their lines are read in a query
    each, however many boosts there are."""
    if not boosts:
        return {}
    sold, lines = _sold(boosts), _lines(boosts)
    return {one.pk: _judged(one, sold[one.note_id], lines[one.pk, one.asking]) for one in boosts}


def _sold(boosts: Iterable["Boost"]) -> Mapping[int, list[list[Any]]]:
    """What each note sells; that it can be bought goes without saying."""
    found = Listing.objects.live().filter(note__in={one.note_id for one in boosts}).order_by("pk")
    told = found.values_list(
        "note",
        "placement",
        "product__title",
        "product__price_fen",
        "product__store__name",
        "product__is_available",
    )
    sold = defaultdict(list)
    for note, *one, is_available in told:
        sold[note].append(one if is_available else [*one, False])
    return sold


def _lines(boosts: Sequence["Boost"]) -> Mapping[tuple[int, int], list[list[Any]]]:
    """Who pays what of each boost, by its submission."""
    found = type(boosts[0]).objects.filter(pk__in=[one.pk for one in boosts])
    told = found.values_list(
        "pk",
        "funding_lines__submission",
        "funding_lines__source",
        "funding_lines__fund__code",
        "funding_lines__amount_fen",
    )
    lines = defaultdict(list)
    for pk, submission, *one in told:
        lines[pk, submission].append(one)
    return lines


def _judged(boost: "Boost", sold: list[list[Any]], lines: list[list[Any]]) -> dict[str, object]:
    return {
        "merchant": boost.merchant.name,
        "note": [
            boost.note.external_id,
            boost.note.title,
            boost.note.author_name,
            boost.note.kind,
            boost.note.published_at,
        ],
        **_content(boost.note),
        "listings": sold,
        "objective": boost.objective,
        **_period(boost),
        "day_part": boost.day_part,
        "daily_cap_fen": boost.daily_cap_fen,
        "campaign": boost.campaign.name if boost.campaign else None,
        "budget_fen": boost.budget_fen,
        "lines": sorted(lines, key=str),
        "submission": boost.submission,
    }


def _content(note: Note) -> dict[str, object]:
    """Nothing of what the community has not sent: it can be judged by nobody."""
    content = {"note_text": note.text, "note_cover": note.cover_digest}
    return {name: value for name, value in content.items() if value is not None}


def _period(boost: "Boost") -> dict[str, object]:
    if not boost.is_dated:
        return {"hours_from_approval": boost.hours}
    days, hours = [boost.starts_on, boost.ends_on], [boost.from_hour, boost.to_hour]
    return {"days": days, "hours": hours}
