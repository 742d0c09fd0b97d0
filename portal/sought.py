"""How rows are found by what somebody typed: every word, in any order, in any case."""

from django.db.models import Q

from portal import meaning

# So many words are compared; who pastes a whole text is found by its beginning.
MOST_WORDS = 10


def holding(text: str, *fields: str) -> Q:
    """Rows in which each word of `text` stands in one of `fields`; none for a text of no words."""
    words = meaning.words(text)[:MOST_WORDS]
    if not words:
        return Q(pk__in=())
    wanted = Q()
    for word in words:
        somewhere = Q()
        for field in fields:
            somewhere |= Q(**{f"{field}__icontains": word})
        wanted &= somewhere
    return wanted
