"""Accounts that do not come through the sign-up page: commands and the demo world make them."""

from allauth.account.models import EmailAddress
from django.db import transaction

from portal.accounts import audit
from portal.accounts.models import User
from portal.saving import save_or_refuse


@transaction.atomic
def create(
    email: str,
    password: str | None,
    *,
    name: str,
    platform_role: str = "",
    language: str = "",
) -> User:
    """A person who can sign in at once: the address counts as verified.

    Raises Refusal when the address is none or has an account already.
    """
    user = User(
        email=User.objects.normalize_email(email).lower(),
        name=name,
        platform_role=platform_role,
        language=language,
    )
    user.set_password(password)
    save_or_refuse(user)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    audit.record("user.created", user, by=None, new={"platform_role": platform_role})
    return user


@transaction.atomic
def rename(user: User, name: str) -> None:
    """Change the name others see."""
    old, user.name = user.name, name
    user.save(update_fields=["name"])
    audit.record("user.renamed", user, by=user, old={"name": old}, new={"name": name})


def choose_mails(user: User, *, mails_notices: bool) -> None:
    """Whether notices are mailed to the person from now on, too."""
    user.mails_notices = mails_notices
    user.save(update_fields=["mails_notices"])
