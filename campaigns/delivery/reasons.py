"""Why an ad server shows a boost less or no more, in words of ours: it says codes of its own."""

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class Reason(models.TextChoices):
    """The codes that docs/ad-servers.md asks for; an ad server may say others."""

    AUDIENCE_TOO_SMALL = "audience_too_small", gettext_lazy("too few people fit")
    BID_TOO_LOW = "bid_too_low", gettext_lazy("its bid is too low")
    POLICY = "policy", gettext_lazy("against the ad server’s rules")
    QUALITY = "quality", gettext_lazy("its quality is rated low")
    NOTE_GONE = "note_gone", gettext_lazy("the note is not there any more")
    TECHNICAL = "technical", gettext_lazy("a fault of the ad server")


def told(code: str) -> str:
    """The reason in the reader's language; a code that we do not know as a quotation."""
    if code in Reason.values:
        return str(Reason(code).label)
    return _("code “%(code)s”") % {"code": code}
