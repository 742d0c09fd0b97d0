"""Lists of notes."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from django_tables2.utils import A

from merchants.notes.models import Note
from portal.ui.columns import CountColumn, InstantColumn
from portal.ui.tables import NOWRAP, PortalTable


class NoteTable(PortalTable):
    title = tables.Column(linkify=("merchants:note-detail", [A("merchant__code"), A("pk")]))
    kind = tables.Column(attrs=NOWRAP)
    published_at = InstantColumn()
    listings = CountColumn(accessor="listing_count", verbose_name=_("Listings"))

    empty_title = _("No note yet")
    empty_text = _("Notes come with the feed of the community; there is nothing to type.")
    empty_icon = "notes"

    indexed = ("published_at",)

    class Meta(PortalTable.Meta):
        model = Note
        fields = ("title", "author_name", "kind", "published_at", "external_id", "listings")
