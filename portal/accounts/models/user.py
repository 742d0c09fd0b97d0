"""People who sign in."""

from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal import clock, sought
from portal.accounts.models.apart import PlatformRoleIsNoMembers


class PlatformRole(models.TextChoices):
    """What a person may do for the platform itself; merchants' people have none."""

    NONE = "", _("None")
    ADMIN = "admin", _("Platform admin")
    ACCOUNT_MANAGER = "account_manager", _("Account manager")


class UserQuerySet(models.QuerySet["User"]):
    def found_by(self, text: str) -> Self:
        """People whose name or address holds every word of `text`."""
        return self.filter(sought.holding(text, "name", "email"))

    def account_managers(self) -> Self:
        """Who may look after merchants: nobody who left, nor who does something else now."""
        return self.filter(platform_role=PlatformRole.ACCOUNT_MANAGER, is_active=True)


class UserManager(BaseUserManager["User"]):
    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def account_managers(self) -> UserQuerySet:
        """See `UserQuerySet.account_managers`."""
        return self.get_queryset().account_managers()

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person, known by e-mail address."""

    email = models.EmailField(
        _("e-mail"),
        unique=True,
        error_messages={"unique": _("This address has an account already.")},
    )
    name = models.CharField(_("name"), max_length=80, blank=True)
    platform_role = models.CharField(
        max_length=20, choices=PlatformRole, default=PlatformRole.NONE, blank=True
    )
    language = models.CharField(
        _("language"), max_length=10, blank=True, help_text=_("Empty: follow the browser.")
    )
    # On from the start: somebody waits for what is told, and a bell is heard by those who look.
    mails_notices = models.BooleanField(default=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=clock.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            PlatformRoleIsNoMembers(
                name="platform_role_is_no_members",
                violation_error_message=_("A member of a team gets no role of the platform."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_account_manager(self) -> bool:
        """Whether the person is one of `UserQuerySet.account_managers`."""
        return self.is_active and self.platform_role == PlatformRole.ACCOUNT_MANAGER
