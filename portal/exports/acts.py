"""What the audit log says of exports."""

from django.utils.translation import gettext_lazy as _

from portal.accounts.acts import register
from portal.accounts.models import User


def announce() -> None:
    """Name the noun; called once, when the app is ready."""
    register(
        "export",
        {"ready": _("File of a list prepared")},
        {"file": _("File"), "asker": _("Asked for by")},
        {"asker": (User, "email")},
    )
