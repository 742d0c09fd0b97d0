"""Notices: the bell at the top of every page."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal import clock, words
from portal.accounts.models import Team, User


class NoticeQuerySet(models.QuerySet["Notice"]):
    def unread(self) -> Self:
        return self.filter(read_at=None)

    def owed(self) -> Self:
        """Those whose mail has not left yet."""
        return self.filter(mail_due_at__isnull=False)


class Notice(models.Model):
    """A sentence for one person about something that happened, with the page it leads to.

    `text` is an English message id and `params` its values (a text, or one per
    language), so that the reader sees it in the language of the moment. `team` is whose affair it
    is, if a team's: who has left it meanwhile gets no mail. `mail_due_at` is since when its mail is
    owed: empty when the person wants none, and once it has left.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="notices")
    team = models.ForeignKey(Team, models.CASCADE, null=True, related_name="+")
    text = models.CharField(max_length=300)
    params = models.JSONField(default=dict)
    url = models.CharField(max_length=300)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    read_at = models.DateTimeField(null=True, blank=True)
    mail_due_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["user", "-created_at"]),
            models.Index(fields=["user"], condition=models.Q(read_at=None), name="notice_unread"),
            models.Index(
                fields=["mail_due_at"],
                condition=models.Q(mail_due_at__isnull=False),
                name="notice_owed_by_mail_due_at",
            ),
        ]

    def __str__(self) -> str:
        language = words.language()
        params = {
            name: value.get(language, "") if isinstance(value, dict) else value
            for name, value in self.params.items()
        }
        return str(_(self.text) % params)
