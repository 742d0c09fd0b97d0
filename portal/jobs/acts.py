"""What the audit log says of jobs."""

from django.utils.translation import gettext_lazy as _

from portal.accounts.acts import register


def announce() -> None:
    """Name the noun; called once, when the app is ready."""
    register(
        "job",
        {
            "failed": _("Work ended without a result"),
            "given_up": _("Work given up"),
            "tried_again": _("Work tried again at once"),
        },
        {"cause": _("Why")},
    )
