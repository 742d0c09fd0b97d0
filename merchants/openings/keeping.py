"""Which documents belong to an application still: not those that were replaced; and whether where
they are kept answers."""

from django.core.files.storage import default_storage

from merchants.openings.models import DOCUMENTS, OpeningApplication
from portal.health import parts
from portal.health.rounds import Finding
from portal.uploads.keeping import keep


def announce() -> None:
    keep("documents", lambda: default_storage, _handed_in, below=DOCUMENTS)
    parts.add("documents", _finding)


def _finding() -> Finding:
    """Any name does: a store that does not answer raises StoreAway."""
    default_storage.exists(f"{DOCUMENTS}/health")
    return Finding()


def _handed_in(names: list[str]) -> set[str]:
    rows = OpeningApplication.objects.filter(document__in=names)
    return set(rows.values_list("document", flat=True))
