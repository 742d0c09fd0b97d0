"""What beat wakes."""

from datetime import timedelta

from portal.jobs.registry import scheduled


@scheduled("merchants.forget_changes", every=timedelta(hours=1))
def forget_changes() -> None:
    """Delete what the log of changes keeps for no copy any more."""
    from merchants.links.models import Change

    Change.objects.forget()
