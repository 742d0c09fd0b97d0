"""Which documents belong to an application still: not those that were replaced."""

from django.core.files.storage import default_storage

from merchants.openings.models import DOCUMENTS, OpeningApplication
from portal.uploads.keeping import keep


def announce() -> None:
    keep("documents", lambda: default_storage, _handed_in, below=DOCUMENTS)


def _handed_in(names: list[str]) -> set[str]:
    rows = OpeningApplication.objects.filter(document__in=names)
    return set(rows.values_list("document", flat=True))
