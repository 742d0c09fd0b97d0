"""A rule change: one signed act over any number of dated rules."""

from datetime import UTC, datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from merchants.rulechanges import content
from portal import clock
from portal.accounts.models import User
from portal.choices import Colour, ColouredChoices, StateField
from portal.review.models import SIGNED
from portal.review.subjects import Reviewable


class ChangeKind(models.TextChoices):
    """What the lines of a change are: a closed set."""

    OPENINGS = "openings", _("Openings")
    ROLLBACK = "rollback", _("Rollback")


class ChangeStatus(ColouredChoices):
    """Where the change is on its way to being in force."""

    PROPOSED = "proposed", Colour.AZURE, _("Waiting for signatures")
    SIGNED = "signed", Colour.GREEN, _("Signed")
    REJECTED = "rejected", Colour.RED, _("Rejected")
    WITHDRAWN = "withdrawn", Colour.GREY, _("Withdrawn")


class Grandfather(models.TextChoices):
    """What of a rule does not concern those who were there before it: a closed set."""

    NONE = "none", _("It holds for all at once")
    UNTIL_EDIT = "until_edit", _("What is live stays until its owner changes it")
    UNTIL_DATE = "until_date", _("What is live stays until a day")


class RuleChange(Reviewable):
    """One act over rules: proposed by one admin, signed by one other, or by two where it must be.

    `effective_at` is when its rules begin, `expires_at` when they end (None: never); a rollback is
    in force when it is signed. `sweeps` closes with a branch what lies in it, too. `takes_back` is
    the change that a rollback undoes. `needs` is how many persons it took, its author among them,
    known once it is signed. `content_sha` names what is proposed: the very same waits once.
    """

    TRANSITIONS = {
        ChangeStatus.PROPOSED: {
            ChangeStatus.SIGNED,
            ChangeStatus.REJECTED,
            ChangeStatus.WITHDRAWN,
        },
    }
    WAITING = ChangeStatus.PROPOSED
    # Merchants wait for what opens; what closes is announced long before.
    ANSWER_WITHIN = timedelta(hours=48)
    DECISIONS = frozenset({ChangeStatus.SIGNED, ChangeStatus.REJECTED})
    CARE = frozenset({SIGNED})
    # When each rule was signed by itself.
    FORMERLY = "opening"

    kind = models.CharField(max_length=10, choices=ChangeKind)
    effective_at = models.DateTimeField(_("in force from"))
    expires_at = models.DateTimeField(_("ends"), null=True, blank=True)
    grandfather = models.CharField(
        _("what was there before"), max_length=10, choices=Grandfather, default=Grandfather.NONE
    )
    grandfather_until = models.DateTimeField(_("stays until"), null=True, blank=True)
    sweeps = models.BooleanField(_("closes what lies in it, too"), default=False)
    reason = models.TextField(_("reason"))
    evidence = models.TextField(_("evidence"), blank=True)
    takes_back = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="taken_back_by"
    )
    content_sha = models.CharField(max_length=64, editable=False)
    status = StateField(ChangeStatus, max_length=10, default=ChangeStatus.PROPOSED)
    needs = models.PositiveSmallIntegerField(null=True, editable=False)
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    approver = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    submitted_at = models.DateTimeField(default=clock.now, editable=False)
    signed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["-submitted_at", "-id"], name="rulechange_by_moment"),
            models.Index(
                fields=["submitted_at"], condition=Q(status="proposed"), name="rulechange_waiting"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(approver=None) | ~Q(approver=F("author")),
                name="rulechange_signed_by_a_second_person",
                violation_error_message=_("Another admin has to sign what you proposed."),
            ),
            models.CheckConstraint(
                condition=Q(
                    status="signed",
                    approver__isnull=False,
                    signed_at__isnull=False,
                    needs__isnull=False,
                )
                | (~Q(status="signed") & Q(signed_at=None, approver=None, needs=None)),
                name="rulechange_signed_has_signer_and_moment",
            ),
            models.CheckConstraint(
                condition=Q(grandfather="until_date", grandfather_until__isnull=False)
                | (~Q(grandfather="until_date") & Q(grandfather_until=None)),
                name="rulechange_stays_until_a_day",
                violation_error_message=_("Name the day until which what is live stays."),
            ),
            models.CheckConstraint(
                condition=Q(expires_at=None) | Q(expires_at__gt=F("effective_at")),
                name="rulechange_ends_after_it_begins",
                violation_error_message=_("A rule ends after it begins."),
            ),
            models.CheckConstraint(
                condition=Q(grandfather_until=None) | Q(grandfather_until__gt=F("effective_at")),
                name="rulechange_stays_beyond_its_start",
                violation_error_message=_("What stays, stays until after the rule begins."),
            ),
            models.CheckConstraint(
                condition=Q(kind="rollback", takes_back__isnull=False)
                | (~Q(kind="rollback") & Q(takes_back=None)),
                name="rulechange_rollback_takes_one_back",
            ),
            models.UniqueConstraint(
                fields=["takes_back"],
                condition=Q(status="signed"),
                name="rulechange_taken_back_once",
                violation_error_message=_("This was taken back already."),
            ),
            models.UniqueConstraint(
                fields=["content_sha"],
                condition=Q(status="proposed"),
                name="rulechange_proposed_once",
                violation_error_message=_("This very change waits for a signature already."),
            ),
        ]

    def __str__(self) -> str:
        return content.of(self.kind).words(self)

    def settings(self) -> dict[str, object]:
        """What is said once for all lines."""
        return {
            "kind": self.kind,
            "effective_at": _utc(self.effective_at),
            "expires_at": _utc(self.expires_at),
            "grandfather": self.grandfather,
            "grandfather_until": _utc(self.grandfather_until),
            "sweeps": self.sweeps,
            "reason": self.reason,
            "evidence": self.evidence,
            "takes_back": self.takes_back_id,
        }

    def judged(self) -> dict[str, object]:
        return {**self.settings(), **content.of(self.kind).judged(self)}


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC)
