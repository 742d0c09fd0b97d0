"""How many mails were sent on whose account, by business day."""

from django.db import models


class MailCount(models.Model):
    """`sent` mails of one `account` (a team's invitations, one address) on one business day."""

    account = models.CharField(max_length=120)
    counted_on = models.DateField()
    sent = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "counted_on"], name="mails_counted_once"),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.counted_on}: {self.sent}"
