"""Forms about people and teams, and what is ours in those of allauth."""

from allauth.account.forms import SignupForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Role, User
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


class PasskeyForm(AddWebAuthnForm):
    name = forms.CharField(label=_("Name"), required=False)


class PasskeyNameForm(EditWebAuthnForm):
    name = forms.CharField(label=_("Name"))


class SignUpForm(SignupForm):
    """Answers alike whether the address has an account or not, and takes as long."""

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        if self.account_already_exists:
            # The hash is what takes time, and a new account has one.
            make_password(self.cleaned_data["password1"])
        saved: tuple[User | None, HttpResponse | None] = super().try_save(request)
        return saved
