"""Webhooks: partners' addresses, what each is told, and every time it was tried."""

import secrets
from base64 import b32encode
from datetime import datetime, timedelta
from typing import Self
from urllib.parse import urlsplit

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal import clock
from portal.accounts.models import User
from portal.choices import Colour, ColouredChoices, StateField
from portal.fetching import Fault
from portal.jobs.claims import StatementTime
from portal.states import Stateful

# After so many failures in a row one message at a time asks whether the partner is back.
MANY = 3
# Delivered messages are kept for so long with their text and their attempts.
KEPT_FOR = timedelta(days=30)


class EndpointState(ColouredChoices):
    OFF = "off", Colour.YELLOW, pgettext_lazy("endpoint", "Off")
    ON = "on", Colour.GREEN, pgettext_lazy("endpoint", "On")


class OffCause(models.TextChoices):
    """Why nothing is sent to an endpoint."""

    NOT_SIGNED = "not_signed", _("A second admin has not signed its address yet")
    BY_HAND = "by_hand", _("Somebody switched it off")
    SILENT = "silent", _("It took nothing for three days")
    GONE = "gone", _("It said that it is gone for good (410)")


class EndpointQuerySet(models.QuerySet["Endpoint"]):
    def for_list(self) -> Self:
        """All of them with how many messages wait, in the order of their codes."""
        found = Message.objects.waiting().filter(endpoint=OuterRef("pk")).order_by()
        count = found.values("endpoint").annotate(n=Count("pk")).values("n")
        return self.annotate(waiting=Coalesce(Subquery(count), 0)).order_by("code")

    def owing(self) -> Self:
        """Those that are on and free, and to which something may be sent now."""
        now = clock.now()
        waiting = Message.objects.waiting().filter(endpoint=OuterRef("pk"))
        return self.filter(
            Q(waits_until=None) | Q(waits_until__lte=now),
            Q(leased_until=None) | Q(leased_until__lt=StatementTime()),
            Exists(waiting.filter(next_at__lte=now)) | Q(Exists(waiting), failures__gte=MANY),
            status=EndpointState.ON,
        )


class Endpoint(Stateful):
    """One partner's address, named `code` in the addresses that he calls and in his keys.

    Messages go to `url`, which two admins have signed; `asked_url` waits for the second. Keys are
    derived from `generation`; those of the one before hold until `old_until`.

    `failures` are those in a row, since `failing_since`; before `waits_until` nothing is sent.
    Whoever sends is `holder` until `leased_until`, by the database's clock.
    """

    TRANSITIONS = {
        EndpointState.OFF: {EndpointState.ON},
        EndpointState.ON: {EndpointState.OFF},
    }

    code = models.CharField(
        _("code"),
        max_length=40,
        unique=True,
        validators=[
            RegexValidator(
                r"\A[a-z0-9]([a-z0-9-]*[a-z0-9])?\Z",
                _("Small letters, digits and hyphens only, such as “ad-server”."),
            )
        ],
        error_messages={"unique": _("There is an endpoint of this code already.")},
    )
    url = models.CharField(_("address"), max_length=300, blank=True)
    asked_url = models.CharField(_("new address"), max_length=300, blank=True)
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    status = StateField(EndpointState, max_length=3, default=EndpointState.OFF)
    off_cause = models.CharField(
        max_length=10, choices=OffCause, default=OffCause.NOT_SIGNED, blank=True
    )
    generation = models.PositiveIntegerField(default=1)
    old_until = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True, blank=True)
    waits_until = models.DateTimeField(null=True, blank=True)
    holder = models.CharField(max_length=32, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = EndpointQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status=EndpointState.OFF) | ~Q(url=""),
                name="endpoint_on_has_an_address",
            ),
            models.CheckConstraint(
                condition=Q(status=EndpointState.ON, off_cause="")
                | (Q(status=EndpointState.OFF) & ~Q(off_cause="")),
                name="endpoint_off_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("webhooks:endpoint-detail", args=[self.pk])

    def old_hold(self, at: datetime) -> bool:
        """Whether the keys before the newest ones hold at a moment."""
        return self.old_until is not None and at < self.old_until

    @property
    def hosts(self) -> set[str]:
        """The one host that may be called: that of the signed address."""
        return {urlsplit(self.url).hostname or ""}

    @property
    def is_failing(self) -> bool:
        """Whether it took nothing the last few times, so that one message at a time asks."""
        return self.failures >= MANY


class MessageState(ColouredChoices):
    WAITING = "waiting", Colour.AZURE, pgettext_lazy("message", "Waiting")
    DELIVERED = "delivered", Colour.GREEN, pgettext_lazy("message", "Delivered")


def new_id() -> str:
    """A name that no other message has: 128 random bits."""
    return "msg_" + b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()


class MessageQuerySet(models.QuerySet["Message"]):
    def waiting(self) -> Self:
        return self.filter(state=MessageState.WAITING)

    def of(self, subject: str) -> Self:
        """What partners are told of one subject, the newest state first."""
        return self.filter(subject=subject).order_by("-sequence")

    def in_turn(self) -> Self:
        """Whose turn it is first: what waits longest since its last try."""
        return self.waiting().order_by("next_at", "pk")


class Message(models.Model):
    """One thing that a partner is told, at least once and always under its one `name`.

    `body` are the bytes as they are sent and signed, whatever later versions would write. Of a
    `subject` the highest `sequence` holds. A message is never given up; `delivered_at` is when the
    partner first took it, and stays when it is sent again by hand. What is not kept any more
    (`is_kept`) has lost its body and its tries.
    """

    name = models.CharField(max_length=64, unique=True, default=new_id, editable=False)
    endpoint = models.ForeignKey(Endpoint, models.PROTECT, related_name="messages")
    type = models.CharField(_("what"), max_length=60)
    subject = models.CharField(_("about"), max_length=100)
    sequence = models.PositiveIntegerField(_("sequence"))
    body = models.BinaryField()
    is_kept = models.BooleanField(default=True)
    state = StateField(MessageState, max_length=10, default=MessageState.WAITING)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    next_at = models.DateTimeField(default=clock.now)
    attempts = models.PositiveIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["endpoint", "subject", "sequence"], name="message_sequence_once"
            ),
            models.CheckConstraint(
                condition=Q(state=MessageState.WAITING) | Q(delivered_at__isnull=False),
                name="message_delivered_says_when",
            ),
        ]
        indexes = [
            models.Index(
                fields=["endpoint", "next_at"],
                condition=Q(state="waiting"),
                name="message_waiting",
            ),
            models.Index(fields=["subject", "-sequence"], name="message_by_subject"),
            models.Index(fields=["endpoint", "-id"], name="message_by_endpoint"),
            models.Index(
                fields=["delivered_at"],
                condition=Q(state="delivered", is_kept=True),
                name="message_to_sweep",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("webhooks:message-detail", args=[self.pk])

    def audit_team(self) -> None:
        """It is the platform's own."""

    @property
    def text(self) -> str:
        """What it says."""
        return bytes(self.body).decode()


class Attempt(models.Model):
    """One try, with what the partner answered: an `http_status`, or a `fault`."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="tries")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    http_status = models.PositiveSmallIntegerField(null=True)
    fault = models.CharField(max_length=10, choices=Fault, blank=True)
    ms = models.PositiveIntegerField()
    answer = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "number"], name="attempt_number_once"),
            models.CheckConstraint(
                condition=Q(http_status__isnull=True) ^ Q(fault=""), name="attempt_has_one_end"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.message} #{self.number}"
