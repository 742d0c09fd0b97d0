"""Boosts: paid promotion of a note, asked for by a merchant, reviewed by an account manager."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.boosts import judging
from campaigns.boosts.asked import CONSTRAINTS, AskingForm, DayPart
from campaigns.boosts.hours import at_hour
from campaigns.boosts.period import days_of
from campaigns.campaigns.models import Campaign
from campaigns.ledger.models import Account
from merchants.companies.models import Merchant
from merchants.listings.models import ListingQuerySet
from merchants.notes.models import Note
from portal import clock, sought
from portal.accounts.models import Team, User
from portal.choices import Colour, ColouredChoices, StateField
from portal.review.subjects import Reviewable


class Objective(models.TextChoices):
    READS = "reads", _("More reads")
    CLICKS = "clicks", _("More product clicks")
    ORDERS = "orders", _("More orders")
    FOLLOWERS = "followers", _("More followers")
    MESSAGES = "messages", _("More messages")


class BoostStatus(ColouredChoices):
    DRAFT = "draft", Colour.GREY, _("Draft")
    SUBMITTED = "submitted", Colour.AZURE, _("In review")
    RETURNED = "returned", Colour.YELLOW, _("Returned")
    REJECTED = "rejected", Colour.RED, _("Rejected")
    APPROVED = "approved", Colour.AZURE, pgettext_lazy("boost", "Approved")
    SCHEDULED = "scheduled", Colour.AZURE, _("Scheduled")
    RUNNING = "running", Colour.GREEN, pgettext_lazy("boost", "Running")
    PAUSED = "paused", Colour.YELLOW, pgettext_lazy("boost", "Paused")
    COMPLETED = "completed", Colour.GREEN, _("Completed")
    STOPPED = "stopped", Colour.GREY, _("Stopped")


# Their merchant may change them, and nothing is captured of them.
EDITABLE = (BoostStatus.DRAFT, BoostStatus.RETURNED)


class BoostQuerySet(models.QuerySet["Boost"]):
    def visible_to(self, user: User) -> Self:
        """Boosts of the merchants `user` may see."""
        return self.filter(merchant__in=Merchant.objects.visible_to(user))

    def found_by(self, text: str) -> Self:
        """Boosts whose id, or whose note's title or id, holds every word of `text`."""

        def stands(word: str) -> Q:
            note = sought.among("note", Note.objects.found_by(word))
            return note | Q(external_id__icontains=word)

        return self.filter(sought.each(text, stands))

    def beside(self, note: Note, first_on: date, last_on: date) -> Self:
        """Boosts of `note` that are not over, and that run on some day of a period."""
        over = {BoostStatus.REJECTED, BoostStatus.COMPLETED, BoostStatus.STOPPED}
        meets = Q(starts_on__lte=last_on, ends_on__gte=first_on) | Q(is_dated=False)
        return self.filter(meets, note=note).exclude(status__in=over).order_by("starts_on", "pk")

    def for_review(self) -> Self:
        """With what a page of a decision shows of each."""
        return self.select_related("note", "merchant__team", "created_by", "campaign")


# A boost that came to its end; what it holds is given back when it is settled.
ENDED = frozenset({BoostStatus.COMPLETED, BoostStatus.STOPPED})


class EndCause(models.TextChoices):
    """Why a boost ended: a closed set. It says when what is left goes back; see `endings`."""

    PERIOD = "period", _("Its period is over")
    MERCHANT = "merchant", _("Stopped by the merchant")
    PLATFORM = "platform", _("Stopped by the platform")
    CLOSING = "closing", _("What it led to was closed")
    NOWHERE = "nowhere", _("Its note leads nowhere any more")


class Boost(Reviewable):
    """A note is to be shown to more people from `starts_on` to `ends_on`, both included.

    It begins at `from_hour` of the first day and ends at `to_hour` of the last: `starts_at` and
    `ends_at` are those instants, made by the database. `external_id` is the id the community sends
    as `boost_id`. `submission` counts how often the boost was submitted, and each is decided once;
    `asking` is the submission that its lines are for.

    `held_fen` is what was set aside for it and not given back, `captured_fen` the part of that
    which delivery has cost, in `captures` steps, and `refused_fen` what delivery said beyond it.
    Since `scheduled_at` all of its money is there. From `ended_at` on nothing more is spent; from
    `settled_at` on nothing is set aside. `hold` is the account of boosts of before lines had their
    own (ADR 0135). One that stands alone has no `campaign`. One of the quick form begins with its
    approval, for so many `hours`; until it `is_dated` its days are a guess. Those of one form share
    `together`.
    """

    TRANSITIONS = {
        BoostStatus.DRAFT: {BoostStatus.SUBMITTED, BoostStatus.STOPPED},
        BoostStatus.SUBMITTED: {
            BoostStatus.APPROVED,
            BoostStatus.RETURNED,
            BoostStatus.REJECTED,
            BoostStatus.DRAFT,
        },
        BoostStatus.RETURNED: {BoostStatus.SUBMITTED, BoostStatus.STOPPED},
        # Rejected is the end of it, but for an appeal: see `appealing`.
        BoostStatus.REJECTED: {BoostStatus.SUBMITTED},
        # Approved is decided; it is scheduled when all of its money is there.
        # It comes back when a round gave it too little.
        BoostStatus.APPROVED: {BoostStatus.SCHEDULED, BoostStatus.RETURNED, BoostStatus.STOPPED},
        BoostStatus.SCHEDULED: {BoostStatus.RUNNING, BoostStatus.STOPPED},
        BoostStatus.RUNNING: {BoostStatus.PAUSED, *ENDED},
        BoostStatus.PAUSED: {BoostStatus.RUNNING, *ENDED},
    }

    WAITING = BoostStatus.SUBMITTED
    TEAM = "merchant__team"
    # A note lives for days: a boost that waits longer loses the readers it was asked for.
    ANSWER_WITHIN = timedelta(hours=24)
    DECISIONS = frozenset(
        {
            BoostStatus.APPROVED,
            BoostStatus.SCHEDULED,
            BoostStatus.RETURNED,
            BoostStatus.REJECTED,
        }
    )
    # Rejected again where its appeal ended without a decision.
    BY_THE_PORTAL = frozenset({BoostStatus.RETURNED, BoostStatus.REJECTED})
    GRANTED = frozenset({BoostStatus.APPROVED})
    # A first signature.
    CARE = frozenset({"first_signed"})

    merchant = models.ForeignKey(Merchant, models.PROTECT, related_name="boosts")
    note = models.ForeignKey(Note, models.PROTECT, related_name="boosts")
    external_id = models.CharField(max_length=40, unique=True)
    objective = models.CharField(_("objective"), max_length=10, choices=Objective)
    budget_fen = models.BigIntegerField(_("budget"))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    from_hour = models.PositiveSmallIntegerField(default=0)
    to_hour = models.PositiveSmallIntegerField(default=24)
    starts_at = at_hour("starts_on", "from_hour")
    ends_at = at_hour("ends_on", "to_hour")
    daily_cap_fen = models.BigIntegerField(_("most a day"), null=True, blank=True)
    day_part = models.CharField(
        _("hours of the day"), max_length=10, choices=DayPart, default=DayPart.WHOLE
    )
    form = models.CharField(max_length=10, choices=AskingForm, default=AskingForm.FULL)
    hours = models.PositiveSmallIntegerField(_("hours from approval"), null=True, blank=True)
    is_dated = models.BooleanField(default=True, editable=False)
    together = models.UUIDField(null=True, blank=True, editable=False)
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, null=True, blank=True, related_name="boosts"
    )
    status = StateField(BoostStatus, max_length=10, default=BoostStatus.DRAFT)
    request_key = models.UUIDField(unique=True, help_text=_("One form, one boost."))
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    submission = models.PositiveSmallIntegerField(default=0, editable=False)
    submitted_at = models.DateTimeField(null=True, blank=True)
    asking = models.PositiveSmallIntegerField(default=1, editable=False)
    held_fen = models.BigIntegerField(default=0, editable=False)
    captured_fen = models.BigIntegerField(default=0, editable=False)
    refused_fen = models.BigIntegerField(default=0, editable=False)
    captures = models.PositiveIntegerField(default=0, editable=False)
    scheduled_at = models.DateTimeField(null=True, blank=True, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)
    end_cause = models.CharField(max_length=10, choices=EndCause, blank=True, editable=False)
    settled_at = models.DateTimeField(null=True, blank=True, editable=False)
    hold = models.OneToOneField(
        Account, models.PROTECT, null=True, blank=True, related_name="boost", editable=False
    )

    objects = BoostQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["merchant", "-id"], name="boost_of_merchant"),
            models.Index(
                fields=["together"], condition=Q(together__isnull=False), name="boost_together"
            ),
            models.Index(
                fields=["submitted_at"], condition=Q(status="submitted"), name="boost_waiting"
            ),
            models.Index(
                fields=["ends_at"],
                condition=Q(status__in=["running", "paused"]),
                name="boost_under_way",
            ),
            models.Index(
                fields=["starts_at"], condition=Q(status="scheduled"), name="boost_scheduled"
            ),
            models.Index(fields=["ends_at"], condition=Q(status="approved"), name="boost_approved"),
            models.Index(
                fields=["ended_at"],
                condition=Q(ended_at__isnull=False, settled_at=None),
                name="boost_to_settle",
            ),
        ]
        constraints = [
            *CONSTRAINTS,
            models.CheckConstraint(
                condition=~Q(status="submitted") | Q(submitted_at__isnull=False),
                name="boost_waits_since_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(
                    captured_fen__gte=0, captured_fen__lte=F("held_fen"), refused_fen__gte=0
                ),
                name="boost_captures_what_it_holds",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, settled_at=None)
                | Q(status__in=["completed", "stopped"]),
                name="boost_settles_after_its_end",
            ),
        ]

    def __str__(self) -> str:
        return _("Boost of “%(note)s”") % {"note": self.note}

    def get_absolute_url(self) -> str:
        return reverse("campaigns:boost-detail", args=[self.merchant.code, self.pk])

    def audit_team(self) -> Team:
        return self.merchant.team

    def schedule(self, *, by: User | None, reason: str = "") -> None:
        """Move the locked boost, all of whose money is there now, to its place in time."""
        self.scheduled_at = clock.now()
        self.move_to(BoostStatus.SCHEDULED, by=by, reason=reason)

    def judged(self) -> dict[str, object]:
        return judging.each([self])[self.pk]

    @classmethod
    def judged_each(cls, rows: Sequence[Self]) -> dict[int, dict[str, object]]:
        return judging.each(rows)

    def live_listings(self) -> ListingQuerySet:
        """What the note sells; also what its store says cannot be bought now."""
        return self.note.listings.live().order_by("pk")

    @property
    def days(self) -> int:
        """How many days the period has, first and last included."""
        return days_of(self.starts_on, self.ends_on)

    @property
    def is_editable(self) -> bool:
        return self.status in EDITABLE

    @property
    def is_stoppable(self) -> bool:
        return self.can_move_to(BoostStatus.STOPPED)
