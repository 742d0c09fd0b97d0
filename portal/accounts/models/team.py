"""Teams: the people of one merchant, each with a role."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.accounts.models.apart import MemberIsNotOfThePlatform
from portal.accounts.models.user import User


class Role(models.TextChoices):
    OWNER = "owner", _("Owner")
    OPERATOR = "operator", _("Operator")
    ANALYST = "analyst", _("Analyst")
    FINANCE = "finance", _("Finance")


class TeamQuerySet(models.QuerySet["Team"]):
    def visible_to(self, user: User) -> Self:
        """The teams `user` belongs to; every team for people of the platform."""
        return self if user.platform_role else self.filter(memberships__user=user)


class Team(models.Model):
    """The people of one merchant. A merchant has exactly one team and owns it."""

    name = models.CharField(_("name"), max_length=120)
    members = models.ManyToManyField(User, through="Membership", related_name="teams")

    objects = TeamQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    team = models.ForeignKey(Team, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=Role)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "user"], name="membership_once_per_team"),
            MemberIsNotOfThePlatform(
                name="member_is_not_of_the_platform",
                violation_error_message=_("People of the platform are in no team."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"


class FormerMember(models.Model):
    """That somebody was in a team once: for a time he decides about nothing of it."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="former_members")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    left_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        indexes = [models.Index(fields=["team", "user", "-left_at"])]

    def __str__(self) -> str:
        return str(self.user)


class Invitation(models.Model):
    """An e-mail asking someone to join a team; its token is kept hashed and works once.

    `token` is in clear only on the instance that `teams.invite` returns.
    """

    token = ""

    team = models.ForeignKey(Team, models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail"))
    role = models.CharField(_("role"), max_length=20, choices=Role)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    expires_at = models.DateTimeField()
    # Its address was of the platform when it was sent. Else a merchant could keep whomever he
    # likes from deciding about him, by inviting them.
    ties_nobody = models.BooleanField(default=False, db_default=False, editable=False)
    accepted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "email"],
                condition=models.Q(accepted_at=None),
                name="invitation_open_once_per_address",
                violation_error_message=_("This address has an open invitation already."),
            ),
        ]

    def __str__(self) -> str:
        return self.email
