"""Forms about people and teams, and what is ours in those of allauth."""

from typing import Any

from allauth.account.forms import AddEmailForm, LoginForm, ResetPasswordForm, SignupForm
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Role, User
from portal.ui.fields import IdField, LineField, MailField


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


class _AsMeant:
    """In a form of allauth, addresses and codes are taken as people mean them."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, kind in (("login", MailField), ("email", MailField), ("code", IdField)):
            if theirs := self.fields.get(name):
                ours = kind(label=theirs.label, max_length=getattr(theirs, "max_length", None))
                ours.widget.attrs |= theirs.widget.attrs | ours.widget.attrs
                ours.widget.attrs.pop("type", None)
                self.fields[name] = ours


class SignInForm(_AsMeant, LoginForm):
    pass


class AddressForm(_AsMeant, AddEmailForm):
    pass


class ForgottenForm(_AsMeant, ResetPasswordForm):
    pass


class SecondFactorForm(_AsMeant, AuthenticateForm):
    pass


class SecondFactorAgainForm(_AsMeant, ReauthenticateForm):
    pass


class AppForm(_AsMeant, ActivateTOTPForm):
    pass


class PasskeyForm(AddWebAuthnForm):
    name = LineField(label=_("Name"), required=False)


class PasskeyNameForm(EditWebAuthnForm):
    name = LineField(label=_("Name"))


class SignUpForm(_AsMeant, SignupForm):
    """Answers alike whether the address has an account or not, and takes as long."""

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        if self.account_already_exists:
            # The hash is what takes time, and a new account has one.
            make_password(self.cleaned_data["password1"])
        saved: tuple[User | None, HttpResponse | None] = super().try_save(request)
        return saved
