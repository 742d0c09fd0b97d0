"""What allauth does in our way: its mails leave in our words, under the site's own name and
address, a new password changes nothing else, and wrong passwords are counted by `attempts`.
"""

import logging
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal import words
from portal.accounts import attempts, budgets, clients, devices, mails, recent
from portal.accounts.models import User

log = logging.getLogger(__name__)

# Mails that whoever types an address can have sent to it.
ASKED_FOR = frozenset({
    "account/email/account_already_exists",
    "account/email/email_confirmation",
    "account/email/email_confirmation_signup",
    "account/email/password_reset_key",
    "account/email/unknown_account",
})  # fmt: skip


class AccountAdapter(DefaultAccountAdapter):
    """Its mails are the templates in `templates/account/email`, which say what can be sent."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": _(
            "Too many wrong passwords or codes. Wait a few minutes, then try again. A password you "
            "have forgotten can be reset."
        ),
        "rate_limited": _("Too many tries. Wait a few minutes, then try again."),
    }

    def get_client_ip(self, request: HttpRequest) -> str:
        return clients.address_of(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Nothing: allauth forgets a network's wrong passwords when somebody in it signs in."""

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """The person whose password this is; a validation error when too many were wrong."""
        tried = attempts.begin(request, credentials["email"])
        if tried is None:
            raise self.validation_error("too_many_login_attempts")
        user: AbstractBaseUser | None = super().authenticate(request, **credentials)
        if user:
            tried.take_back()
        return user

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        devices.remember(request, kwargs.get("email") or user.email)
        response: HttpResponse = super().post_login(request, user, **kwargs)
        return response

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """allauth asks before it touches addresses and factors; a login counts as an answer."""
        return not recent.is_recent(self.request)

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """Save the password alone: a role taken away meanwhile is not given back."""
        user.set_password(password)
        user.save(update_fields=["password"])

    def format_email_subject(self, subject: str) -> str:
        return mails.one_line(subject)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """allauth builds addresses for the host of the request; the site's own is in SITE_URL.

        What anybody can have sent to an address, known or not, is sent so many times a day and no
        more; the page answers the same, since it may not tell whose address is known.
        """
        if template_prefix in ASKED_FOR and not budgets.may_write_to(email):
            log.warning("A mail was not sent: its address had all that it may have in a day.")
            return
        ours = {
            name: _at_the_site(value) if name.endswith("_url") else value
            for name, value in context.items()
        }
        if "timestamp" in context:
            ours |= _what_was_done(context)
        super().send_mail(template_prefix, email, {**ours, "site_name": settings.SITE_NAME})


class FactorAdapter(DefaultMFAAdapter):
    """Apps of codes and keys keep our entry under the site's name; theirs is the host's."""

    def get_totp_issuer(self) -> str:
        return settings.SITE_NAME

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": settings.SITE_NAME}


def _what_was_done(context: dict[str, Any]) -> dict[str, str]:
    """When and with which browser an account was changed, and where a new password is chosen."""
    return {
        "timestamp": words.exact_instant(context["timestamp"]),
        "user_agent": mails.one_line(context["user_agent"]),
        "reset_url": mails.address(reverse("account_reset_password")),
    }


def _at_the_site(url: str) -> str:
    return mails.address(urlsplit(url)._replace(scheme="", netloc="").geturl())
