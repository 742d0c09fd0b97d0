"""The filter above the list of notes."""

from django.utils.translation import gettext_lazy as _

from merchants.notes.models import Note, NoteKind
from portal.ui.filters import PortalFilter, choice_filter, words_filter


class NoteFilter(PortalFilter):
    title = words_filter("title", _("Title contains"))
    kind = choice_filter("kind", NoteKind.choices, _("Kind"))

    class Meta:
        model = Note
        fields: list[str] = []
