"""Which documents belong to an application still: not those that were replaced."""

from pathlib import Path

from django.conf import settings

from merchants.openings.models import DOCUMENTS, OpeningApplication
from portal.uploads.keeping import keep


def announce() -> None:
    keep("documents", lambda: Path(settings.MEDIA_ROOT) / DOCUMENTS, _handed_in)


def _handed_in(names: list[str]) -> set[str]:
    stored = [f"{DOCUMENTS}/{name}" for name in names]
    rows = OpeningApplication.objects.filter(document__in=stored)
    return {name.partition("/")[2] for name in rows.values_list("document", flat=True)}
