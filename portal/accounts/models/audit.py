"""Who did what, to what, when and why. Written by every verb, in its own transaction."""

from django.db import models

from portal import clock, sought, words
from portal.accounts.models.team import Team
from portal.accounts.models.user import User

MOST_LETTERS = 200


class AuditEntry(models.Model):
    """One act. Rows are only ever added: a trigger refuses update, delete and truncate.

    `subject` is `<noun>:<id>`, for instance `boost:12`; `old` and `new` hold the fields that
    changed. `label` is what it was called then, in Chinese and, where that differs, below it in
    English. `actor` is empty when the portal itself acted (a beat task).
    """

    at = models.DateTimeField(default=clock.now, editable=False)
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="audit_entries")
    verb = models.CharField(max_length=60)
    subject = models.CharField(max_length=80)
    label = models.CharField(max_length=2 * MOST_LETTERS + 1)
    old = models.JSONField(default=dict)
    new = models.JSONField(default=dict)
    reason = models.TextField(blank=True)

    class Meta:
        # Lists are turned by moment and number, and narrowed to one kind of act.
        indexes = [
            models.Index(fields=["subject", "-id"], name="audit_of_subject"),
            models.Index(fields=["-at", "-id"], name="audit_by_moment"),
            models.Index(fields=["verb", "-at", "-id"], name="audit_by_verb"),
            models.Index(fields=["team", "-at", "-id"], name="audit_of_team"),
            models.Index(fields=["team", "verb", "-at", "-id"], name="audit_of_team_by_verb"),
            sought.index("label", name="audit_by_label"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject}"

    @property
    def called(self) -> str:
        """What it was called, in the language of the reader."""
        chinese, _line, english = self.label.partition("\n")
        return words.name(chinese, english or chinese)
