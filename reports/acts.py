"""What the audit log says of the nouns of this app: a sentence per act, a label per fact."""

from django.utils.translation import gettext_lazy as _

from portal.accounts.acts import register
from reports.sources.models import Source


def announce() -> None:
    """Name every noun; called once, when the app is ready."""
    register(
        "batch",
        {"receive": _("Data file received")},
        {
            "source": _("Origin"),
            "sha256": _("Fingerprint (SHA-256)"),
            "bytes": _("Size in bytes"),
        },
        {"source": (Source, "code")},
    )
    register("report", {"run": _("Computation requested")})
