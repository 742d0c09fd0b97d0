"""E-mails about accounts and teams, each in the language of the person who gets it."""

from urllib.parse import urljoin

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from portal.accounts.models import Invitation, User


def send_invitation(invitation: Invitation, token: str) -> None:
    """Send the link that `teams.accept` takes; the only place where the token is in clear."""
    invited = User.objects.filter(email=invitation.email).first()
    language = invited.language if invited else invitation.invited_by.language
    path = reverse("accounts:invitation-accept", args=[token])
    with translation.override(language or translation.get_language()):
        send_mail(
            _("%(name)s invites you to %(team)s")
            % {"name": invitation.invited_by, "team": invitation.team},
            render_to_string(
                "accounts/mail_invitation.txt",
                {"invitation": invitation, "url": urljoin(settings.SITE_URL, path)},
            ),
            None,
            [invitation.email],
        )
