"""The words of a report's rows: what a key of a fact is called, and where it leads."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.boosts.models import Boost
from merchants.catalogue.models import Product
from merchants.listings.models import Listing
from merchants.marketplaces.kinds import StoreKind
from merchants.marketplaces.placements import Placement
from merchants.notes.models import Note
from portal import meaning, words
from reports.answers.question import By, Question
from reports.answers.spend import OF_NO_NOTE


@dataclass(frozen=True)
class Label:
    """`key` is the same in every language and in every export, and no other row's, `text` is for
    people. A listing or a product has the kind of its store."""

    key: str
    text: str
    detail: str = ""
    url: str = ""
    store_kind: str = ""

    def holds(self, words: str) -> bool:
        """Whether each word of `words` stands in it, in any case; never for marks alone."""
        parts = [part.casefold() for part in (self.text, self.detail, self.key)]
        wanted = [word.casefold() for word in meaning.words(words)]
        return bool(wanted) and all(any(word in part for part in parts) for word in wanted)


def labels(question: Question, keys: Iterable[Any]) -> dict[Any, Label]:
    """A label for each key, in a stable order: days by date, the others by name."""
    if question.by == By.DAY:
        return {day: _day(day) for day in question.days}
    named = _NAMERS[question.by](question, set(keys))
    return dict(sorted(named.items(), key=lambda item: (item[1].text, item[1].key)))


def named_like(question: Question, words: str) -> list[int]:
    """The keys of notes, listings, products or boosts that their room finds by `words`; what is of
    no note is found by its name."""
    rows: Any = {
        By.NOTE: Note.objects.filter(merchant=question.merchant),
        By.LISTING: Listing.objects.filter(merchant=question.merchant),
        By.PRODUCT: Product.objects.filter(store__merchant=question.merchant),
        By.BOOST: Boost.objects.filter(merchant=question.merchant),
    }
    own = rows[question.by].found_by(words)
    found = list(own.order_by().values_list("pk", flat=True))
    is_none = question.by == By.NOTE and _of_no_note().holds(words)
    return [*found, OF_NO_NOTE] if is_none else found


def _day(day: date) -> Label:
    return Label(day.isoformat(), words.day(day))


def _page(url_name: str, question: Question, pk: int) -> str:
    """The page of an object, asked the same question."""
    asked = {name: one for name, one in question.parameters.items() if name != "campaign"}
    return reverse(url_name, args=[question.merchant.code, pk], query=asked)


def _notes(question: Question, keys: set[Any]) -> dict[Any, Label]:
    notes = Note.objects.filter(merchant=question.merchant, pk__in=keys).defer("text")
    of_none = {OF_NO_NOTE: _of_no_note()} if OF_NO_NOTE in keys else {}
    return of_none | {
        note.pk: Label(
            note.external_id,
            note.title,
            note.author_name,
            _page("merchants:note-detail", question, note.pk),
        )
        for note in notes
    }


def _of_no_note() -> Label:
    """What was paid for a campaign as a whole."""
    return Label("campaigns", _("Campaigns as a whole, no note"))


def _listings(question: Question, keys: set[Any]) -> dict[Any, Label]:
    listings = Listing.objects.filter(merchant=question.merchant, pk__in=keys)
    return {
        listing.pk: Label(
            listing.code,
            listing.product.title,
            listing.note.title,
            _page("merchants:listing-detail", question, listing.pk),
            listing.product.store.kind,
        )
        for listing in listings.select_related("product__store", "note").defer("note__text")
    }


def _products(question: Question, keys: set[Any]) -> dict[Any, Label]:
    products = Product.objects.filter(store__merchant=question.merchant, pk__in=keys)
    return {
        product.pk: Label(
            # Stores may call products the same, and marketplaces stores.
            f"{product.store.kind}/{product.store.external_id}/{product.external_id}",
            product.title,
            product.store.name,
            _page("merchants:product-detail", question, product.pk),
            product.store.kind,
        )
        for product in products.select_related("store")
    }


def _boosts(question: Question, keys: set[Any]) -> dict[Any, Label]:
    boosts = Boost.objects.filter(merchant=question.merchant, pk__in=keys)
    named: dict[Any, Label] = {
        boost.pk: Label(
            boost.external_id,
            boost.note.title,
            words.period(boost.starts_on, boost.ends_on),
            _page("campaigns:boost-detail", question, boost.pk),
        )
        for boost in boosts.select_related("note").defer("note__text")
    }
    if None in keys:
        named[None] = Label("organic", _("Organic, no boost"))
    return named


def _placements(question: Question, keys: set[Any]) -> dict[Any, Label]:
    return {key: Label(key, str(Placement(key).label)) for key in keys}


def _store_kinds(question: Question, keys: set[Any]) -> dict[Any, Label]:
    return {key: Label(key, str(StoreKind(key).label)) for key in keys}


_NAMERS = {
    By.NOTE: _notes,
    By.LISTING: _listings,
    By.PRODUCT: _products,
    By.BOOST: _boosts,
    By.PLACEMENT: _placements,
    By.STORE_KIND: _store_kinds,
}
