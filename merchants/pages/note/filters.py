"""The filter above the list of notes."""

from django.utils.translation import gettext_lazy as _

from merchants.notes.models import Note, NoteKind
from portal.ui.filters import FoundFilter, PortalFilter, choice_filter


class NoteFilter(PortalFilter):
    title = FoundFilter(label=_("Title, author or id"))
    kind = choice_filter("kind", NoteKind.choices, _("Kind"))

    class Meta:
        model = Note
        fields: list[str] = []
