"""People of the platform and people of teams are apart. ADR 0054."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models


class _KeptByTrigger(models.BaseConstraint):
    """A rule about the rows of two tables, which triggers keep: a migration has them.

    They have its name, so whoever is refused by them reads its sentence.
    """

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.deconstruct() == other.deconstruct()

    __hash__ = models.BaseConstraint.__hash__

    def create_sql(self, model: Any, schema_editor: Any) -> str:
        return ""

    remove_sql = constraint_sql = create_sql

    def validate(
        self, model: Any, instance: Any, exclude: Any = None, using: str = "default"
    ) -> None:
        """Raise ValidationError with the sentence when `instance` breaks the rule."""
        if self.is_broken_by(instance):
            raise ValidationError(self.get_violation_error_message(), code=self.name)

    def is_broken_by(self, instance: Any) -> bool:
        raise NotImplementedError


class MemberIsNotOfThePlatform(_KeptByTrigger):
    """On memberships: the person has no platform role."""

    def is_broken_by(self, instance: Any) -> bool:
        # As stored: the instance at hand may be older than the role. A request's user is lazy, so
        # its own type is no model.
        people: Any = instance._meta.get_field("user").related_model
        return bool(people.objects.filter(pk=instance.user_id).exclude(platform_role="").exists())


class PlatformRoleIsNoMembers(_KeptByTrigger):
    """On people: whoever gets a platform role is in no team."""

    def is_broken_by(self, instance: Any) -> bool:
        return bool(instance.pk and instance.platform_role and instance.memberships.exists())
