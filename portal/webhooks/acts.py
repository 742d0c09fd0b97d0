"""What the audit log says of endpoints and messages."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.accounts.acts import register


def announce() -> None:
    """Name the nouns; called once, when the app is ready."""
    register(
        "endpoint",
        {
            "opened": _("Endpoint added"),
            "readdressed": _("Another address asked for"),
            "signed": _("Address signed"),
            "on": _("Endpoint switched on"),
            "off": _("Endpoint switched off"),
            "rotated": _("Keys changed"),
            "keys_shown": _("Keys read"),
        },
        {
            "code": pgettext_lazy("endpoint", "Code"),
            "url": pgettext_lazy("endpoint", "Address"),
            "asked_url": _("Address that waits for a signature"),
            "generation": _("Number of the keys"),
            "old_until_at": _("The old keys hold until"),
        },
    )
    register(
        "message",
        {"replayed": _("Message sent again")},
        {"subject": pgettext_lazy("message", "About")},
    )
