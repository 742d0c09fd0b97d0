"""The one mail of a fund's partner, in both languages: nobody knows which he reads."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from campaigns.sharing.models import FundGuest
from portal import words
from portal.accounts import mails


def send_code(guest: FundGuest, code: str) -> None:
    """Mail the code to whom it is for; the only place where it is in clear."""
    subjects, texts = [], []
    for language in (words.CHINESE, words.ENGLISH):
        with translation.override(language):
            told = {"fund": guest.fund, "site": settings.SITE_NAME}
            subjects.append(_("The books of “%(fund)s” on %(site)s") % told)
            url = mails.address(reverse("campaigns:partner-enter"))
            context = {"guest": guest, "code": code, "url": url}
            texts.append(mails.text("campaigns/mail_fund_code.txt", context))
    mails.send(guest.email, " · ".join(subjects), "\n\n".join(texts))
