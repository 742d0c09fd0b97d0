"""Lists of notes."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
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

    def render_title(self, value: str, record: Note) -> str:
        if not record.cover:
            return value
        source = reverse("merchants:note-cover", args=[record.merchant.code, record.pk])
        # The title beside it says what it is.
        return format_html(
            '<img class="note-thumb" src="{}?v={}" width="36" height="48" alt="" loading="lazy">{}',
            source,
            record.cover_version,
            value,
        )

    def value_title(self, value: str) -> str:
        return value

    class Meta(PortalTable.Meta):
        model = Note
        fields = ("title", "author_name", "kind", "published_at", "external_id", "listings")
