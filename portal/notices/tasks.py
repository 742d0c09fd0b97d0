"""The job that sends mails, and what beat wakes."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from portal.jobs.registry import Claim, job, scheduled
from portal.notices import mailing


@job("notices.mail", label=_("Sending notices by mail"), within=timedelta(minutes=10))
def mail(claim: Claim, *, notices: list[int]) -> None:
    mailing.send_owed(notices)


@job("notices.gather", label=_("Sending notices by mail"), within=timedelta(minutes=10))
def gather(claim: Claim, *, people: list[int]) -> None:
    mailing.send_gathered(people)


@scheduled("notices.mail_again", every=timedelta(hours=1))
def mail_again() -> None:
    mailing.ask_again()
