"""Forms about people and teams."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Role
from portal.ui.fields import LineField, MailField


class InvitationForm(forms.Form):
    email = MailField(label=_("E-mail"))
    role = forms.ChoiceField(
        label=_("Role"),
        choices=Role.choices,
        initial=Role.OPERATOR,
        help_text=_(
            "Owners manage the team; operators run stores and boosts; analysts read reports; "
            "finance sees the wallet."
        ),
    )


class MembershipForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)


class AccountForm(forms.Form):
    """What people see of each other, the name; and how they hear of what happens."""

    name = LineField(label=_("Full name"), max_length=80)
    mails_notices = forms.BooleanField(
        label=_("Mail me my notices"),
        required=False,
        help_text=_("What the bell tells you is sent to your address, too."),
    )
