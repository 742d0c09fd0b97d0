"""What the login pages say in our own Chinese: message ids of allauth and Django, said anew.

The catalogues of our apps come before theirs, so naming a message here is enough to translate it.
"""

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext_lazy

SAID_ANEW = (
    _("Add Email"),
    _("Add Email Address"),
    _("Are you sure you want to sign out?"),
    _("Bad Token"),
    _("Confirm Email Address"),
    _("Email"),
    _("Email Address"),
    _("Email Addresses"),
    _("Email address"),
    _("If you have not created an account yet, then please %(link)ssign up%(end_link)s first."),
    _("Primary"),
    _("Re-send Verification"),
    _("Security Keys"),
    _("Sign Out"),
    _("Sign in with a passkey"),
    _("The following email addresses are associated with your account:"),
    _("Two-Factor Authentication"),
    _("Verify Your Email Address"),
    _("Your password can’t be a commonly used password."),
    _("Your password can’t be too similar to your other personal information."),
    ngettext_lazy(
        "Your password must contain at least %(min_length)d character.",
        "Your password must contain at least %(min_length)d characters.",
        "min_length",
    ),
)
