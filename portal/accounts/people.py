"""People: accounts that commands and the demo world make, and what each says of himself."""

from collections.abc import Iterator
from contextlib import contextmanager

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.utils import translation
from django.utils.translation import gettext as _

from portal import clock, meaning
from portal.accounts import audit, versions
from portal.accounts.models import Invitation, User
from portal.refusals import Refusal
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
        email=meaning.identifier(email).lower(),
        name=name,
        platform_role=platform_role,
        language=language,
    )
    user.set_password(password)
    save_or_refuse(user)
    try:
        with transaction.atomic():
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    except IntegrityError as known:
        # Somebody's second address: no row of ours has it.
        sentence = User._meta.get_field("email").error_messages["unique"]
        raise Refusal(str(sentence), field="email") from known
    audit.record("user.created", user, by=None, new={"platform_role": platform_role})
    return user


def invitations_to(user: User) -> QuerySet[Invitation]:
    """What ties him to teams that he is not in: the open invitations to any of his addresses, but
    for those that came when he was of the platform, which could not be accepted."""
    others = EmailAddress.objects.filter(user=user).values(small=Lower("email"))
    return _open_invitations().filter(Q(email=user.email.lower()) | Q(email__in=others))


def invitations_to_each() -> QuerySet[Invitation]:
    """What `invitations_to` finds of a person, inside a query of people."""
    others = EmailAddress.objects.filter(user=OuterRef(OuterRef("pk"))).values(small=Lower("email"))
    return _open_invitations().filter(Q(email=Lower(OuterRef("email"))) | Q(email__in=others))


def _open_invitations() -> QuerySet[Invitation]:
    return Invitation.objects.filter(
        accepted_at=None, expires_at__gt=clock.now(), ties_nobody=False
    )


def known_at(address: str) -> QuerySet[User]:
    """Who signs in with this address, or has proved that it is his, in whatever letters."""
    proved = Q(emailaddress__email__iexact=address, emailaddress__verified=True)
    return User.objects.filter(Q(email__iexact=address) | proved)


def find(email: str) -> User:
    """Whose account `email` is. Raises Refusal when it is nobody's."""
    found = User.objects.filter(email__iexact=meaning.identifier(email)).first()
    if found is None:
        raise Refusal(_("Nobody has an account at %(email)s.") % {"email": email}, field="email")
    return found


@transaction.atomic
def rename(user: User, name: str, *, version: str | None = None) -> None:
    """Change the name others see; nothing when it is this one.

    Raises Refusal for a name that is none or too long, and Outdated unless `version`, where a page
    had it, is the newest.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    versions.require(user, version)
    name = meaning.line(name)
    if user.name == name:
        return
    if not name:
        raise Refusal(_("Write your name; others read it beside what you do."), field="name")
    old, user.name = user.name, name
    save_or_refuse(user)
    audit.record("user.renamed", user, by=user, old={"name": old}, new={"name": name})


def choose_language(user: User, language: str) -> None:
    """What the portal speaks with the person, here and in mails, from now on: one of its own."""
    if language not in dict(settings.LANGUAGES):
        raise Refusal(_("There is no such language."))
    user.language = language
    user.save(update_fields=["language"])


@contextmanager
def spoken_to(user: User | None) -> Iterator[None]:
    """Speak the language the person has chosen; that of the moment where there is no choice."""
    chosen = user.language if user else ""
    with translation.override(chosen or translation.get_language()):
        yield


@transaction.atomic
def choose_mails(user: User, *, mails_notices: bool) -> None:
    """Whether notices are mailed to the person from now on, too; nothing when it is so already."""
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    old, user.mails_notices = user.mails_notices, mails_notices
    if old == mails_notices:
        return
    user.save(update_fields=["mails_notices"])
    audit.record(
        "user.mails_chosen",
        user,
        by=user,
        old={"mails_notices": old},
        new={"mails_notices": mails_notices},
    )
