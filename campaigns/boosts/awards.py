"""What a boost got in a round: the row, and the sentence its merchant reads."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from campaigns.boosts.models import Boost
from campaigns.funds.models import Round
from merchants.companies.models import Merchant
from portal.accounts.models import Team
from portal.choices import Colour, ColouredChoices, StateField
from portal.states import Stateful
from portal.words import gap, yuan


class AwardStatus(ColouredChoices):
    WAITING = "waiting", Colour.AZURE, pgettext_lazy("award", "Being carried out")
    GRANTED = "granted", Colour.GREEN, pgettext_lazy("award", "Granted")
    RETURNED = "returned", Colour.YELLOW, pgettext_lazy("award", "Returned")
    LAPSED = "lapsed", Colour.GREY, pgettext_lazy("award", "Lapsed")


class Why(models.TextChoices):
    """Why it is that much: a closed set, each with a sentence below."""

    FULL = "full", gettext_lazy("All that was asked for")
    CAP = "cap", gettext_lazy("All that the fund still grants to one")
    SHARED = "shared", gettext_lazy("The fund was divided")
    CALLED_OFF = "called_off", gettext_lazy("The round was called off")


class Cause(models.TextChoices):
    """Why an award came to nothing: a closed set, each of one status and with a sentence below."""

    TOO_LITTLE = "too_little", gettext_lazy("Too little for the boost")
    OVER = "over", gettext_lazy("The days of the boost had passed")
    CALLED_OFF = "called_off", gettext_lazy("The round was called off")
    GONE = "gone", gettext_lazy("The boost did not wait any more")
    SHORT = "short", gettext_lazy("The money was not there any more")
    CAP = "cap", gettext_lazy("The most that is granted to one was reached")


# What sends a boost back, and what moves nothing.
RETURNS = frozenset({Cause.TOO_LITTLE, Cause.OVER, Cause.CALLED_OFF})
LAPSES = frozenset({Cause.GONE, Cause.SHORT, Cause.CAP})
# Its boost is still there, and waits on.
WAITS_ON = frozenset({Cause.SHORT, Cause.CAP})


class AwardQuerySet(models.QuerySet["Award"]):
    def of(self, merchant: Merchant) -> Self:
        """The merchant's own, the newest first, with what its page shows."""
        own = self.filter(boost__merchant=merchant).select_related(
            "boost__note", "boost__merchant", "round__fund"
        )
        return own.defer("boost__note__text").order_by("-pk")

    def in_round(self, round_: Round) -> Self:
        """All of a round, for admins."""
        return (
            self.filter(round=round_)
            .select_related("boost__note", "boost__merchant", "round__fund")
            .defer("boost__note__text")
            .order_by("pk")
        )


class Award(Stateful):
    """`awarded_fen` of the `asked_fen` that a submission of a boost asked the fund of a round for.

    What it says is that merchant's alone: no number here is anybody else's.
    """

    TRANSITIONS = {
        AwardStatus.WAITING: {AwardStatus.GRANTED, AwardStatus.RETURNED, AwardStatus.LAPSED}
    }

    round = models.ForeignKey(Round, models.PROTECT, related_name="awards")
    boost = models.ForeignKey(Boost, models.PROTECT, related_name="awards")
    submission = models.PositiveSmallIntegerField()
    asked_fen = models.BigIntegerField()
    awarded_fen = models.BigIntegerField()
    why = models.CharField(max_length=10, choices=Why)
    status = StateField(AwardStatus, max_length=10, default=AwardStatus.WAITING)
    cause = models.CharField(max_length=10, choices=Cause, blank=True, editable=False)

    objects = AwardQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "boost"], name="award_once_a_round"),
            models.CheckConstraint(
                condition=Q(asked_fen__gt=0, awarded_fen__range=(0, models.F("asked_fen"))),
                name="award_is_at_most_what_was_asked",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["waiting", "granted"], cause="")
                | Q(status="returned", cause__in=["over", "too_little", "called_off"])
                | Q(status="lapsed", cause__in=["cap", "gone", "short"]),
                name="award_that_came_to_nothing_has_a_cause",
            ),
        ]
        indexes = [
            models.Index(fields=["round"], condition=Q(status="waiting"), name="award_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.boost} · {yuan(self.awarded_fen)}"

    def audit_team(self) -> Team:
        return self.boost.merchant.team

    def come_to_nothing(self, cause: Cause) -> None:
        """Move the locked award to the end that `cause` has."""
        self.cause = cause
        self.move_to(AwardStatus.RETURNED if cause in RETURNS else AwardStatus.LAPSED, by=None)

    @property
    def sentence(self) -> str:
        """The decision in one sentence, with the merchant's own numbers."""
        told = {
            "fund": self.round.fund,
            "asked": yuan(self.asked_fen),
            "awarded": yuan(self.awarded_fen),
        }
        return _SAID[Why(self.why)]() % told

    @property
    def outcome(self) -> str:
        """What came of it for the boost."""
        return _NOTHING[Cause(self.cause)]() if self.cause else _CAME[AwardStatus(self.status)]()

    @property
    def told(self) -> str:
        return f"{self.sentence}{gap()}{self.outcome}"


_SAID = {
    Why.FULL: lambda: _("Of “%(fund)s” you asked for %(asked)s and get all of it."),
    Why.CAP: lambda: _(
        "Of “%(fund)s” you asked for %(asked)s and get %(awarded)s, all that it still grants you."
    ),
    Why.SHARED: lambda: _(
        "Of “%(fund)s” you asked for %(asked)s and get %(awarded)s: more was asked for than it "
        "had, and it was divided among companies as evenly as its terms let."
    ),
    Why.CALLED_OFF: lambda: _(
        "Of “%(fund)s” you asked for %(asked)s; its round was called off, and nobody gets anything."
    ),
}
_CAME = {
    AwardStatus.WAITING: lambda: _(
        "It is being carried out: within minutes you read here what came of it."
    ),
    AwardStatus.GRANTED: lambda: _("The boost runs with that and your own part."),
}
_NOTHING = {
    Cause.TOO_LITTLE: lambda: _(
        "That is too little for this boost: it came back, and your own part is free again."
    ),
    Cause.OVER: lambda: _(
        "But the days of the boost had passed by then: it came back, and your own part is free "
        "again."
    ),
    Cause.CALLED_OFF: lambda: _("This boost came back, and your own part is free again."),
    Cause.GONE: lambda: _("But the boost did not wait for it any more; nothing was moved."),
    Cause.SHORT: lambda: _(
        "But the money for it was not there any more when it was to be moved; nothing was moved, "
        "and the boost waited on for the next round."
    ),
    Cause.CAP: lambda: _(
        "But the most that is granted to one was reached when it was to be moved; nothing was "
        "moved, and the boost waited on for the next round."
    ),
}
