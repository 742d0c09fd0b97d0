"""Notes come from the community's feed; here they are only mirrored."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from merchants.companies.models import Merchant
from merchants.notes.covers import Cover
from merchants.notes.models import Note
from merchants.stores.verbs import checked_external_id
from portal import meaning
from portal.accounts import audit
from portal.refusals import Refusal
from portal.saving import save_or_refuse

_MIRRORED = ("title", "author_name", "kind", "published_at", "text")


@transaction.atomic
def mirror(
    merchant: Merchant,
    *,
    external_id: str,
    title: str,
    author_name: str,
    kind: str,
    published_at: datetime | None,
    text: str | None = None,
    cover: Cover | None = None,
) -> Note:
    """Bring the note up to what the community says of it; the portal itself is the actor.

    `published_at` is empty while the note is not public. Of a text or a cover that is None it says
    nothing: they stay as they are. A note never changes its merchant.
    """
    external_id = checked_external_id(external_id)
    note = Note.objects.select_for_update(no_key=True).filter(external_id=external_id).first()
    old = {} if note is None else _facts(note)
    note = note or Note(merchant=merchant, external_id=external_id)
    if note.merchant_id != merchant.pk:
        raise of_another(external_id)
    note.title, note.author_name = meaning.line(title), meaning.line(author_name)
    note.kind, note.published_at = kind, published_at
    if text is not None:
        note.text = meaning.published(text)
    if cover is not None:
        _show(note, cover)
    new = _facts(note)
    if new != old:
        save_or_refuse(note)
        audit.record("note.mirrored", note, by=None, team=merchant.team, old=old, new=new)
    return note


def of_another(external_id: str) -> Refusal:
    """Says that the note is one of another merchant."""
    return Refusal(
        _("The note %(id)s belongs to another merchant.") % {"id": external_id},
        field="external_id",
    )


def _show(note: Note, cover: Cover) -> None:
    if cover.digest == note.cover_digest:
        return
    if cover.digest and not cover.name:
        raise Refusal(_("cover: the note has got another one meanwhile."))
    note.cover, note.cover_digest = cover.name, cover.digest


def _facts(note: Note) -> dict[str, str]:
    """A text or a cover is told once the community has sent it."""
    facts = {field: str(getattr(note, field) or "") for field in _MIRRORED}
    if note.text is None:
        del facts["text"]
    if note.cover_digest is not None:
        facts["cover"] = note.cover_digest
    return facts
