"""What account managers have decided about boosts, as their merchants read it."""

from collections.abc import Sequence

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.boosts.models import Boost
from portal import clock
from portal.accounts.models import User
from portal.choices import Colour, ColouredChoices, StateField
from portal.review import reasons
from portal.review.reasons import Reason


class ReviewDecision(ColouredChoices):
    APPROVED = "approved", Colour.GREEN, _("Approved")
    RETURNED = "returned", Colour.YELLOW, _("Returned")
    REJECTED = "rejected", Colour.RED, _("Rejected")


class BoostReview(models.Model):
    """One decision of an account manager on one submission, with the reason the merchant reads.

    `field` names what has to change (a field of the boost) when it is one thing, `codes` the coded
    reasons.
    """

    boost = models.ForeignKey(Boost, models.CASCADE, related_name="reviews")
    submission = models.PositiveSmallIntegerField()
    decision = StateField(ReviewDecision, max_length=10)
    field = models.CharField(max_length=40, blank=True)
    codes = models.JSONField(default=list)
    reason = models.TextField(_("reason"), blank=True)
    reviewer = models.ForeignKey(User, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["boost", "submission"], name="boost_review_once_per_submission"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.boost} · {self.get_decision_display()}"

    @property
    def reasons(self) -> Sequence[Reason]:
        """The coded reasons: what is wrong, at which field, and what to do."""
        return reasons.named("boost", self.codes)
