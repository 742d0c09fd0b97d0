"""What people call a kind of work."""

from django.utils.functional import Promise

# By kind; whoever registers one names it.
LABELS: dict[str, str | Promise] = {}


def of(kind: str) -> str | Promise:
    """Its name, in the language of whoever reads it; a job may be older than the kinds of today,
    and then says its kind."""
    return LABELS.get(kind, kind)
