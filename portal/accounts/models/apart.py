"""People of the platform and people of teams are apart. ADR 0054."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models


class _Trigger(models.BaseConstraint):
    """A rule about the rows of two tables, which a trigger on each keeps.

    A trigger can wait for the other table's row, so the rule holds for acts at the same moment,
    too; validation only finds the sentence.
    """

    EVENT: ClassVar[str]
    BODY: ClassVar[str]

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.deconstruct() == other.deconstruct()

    __hash__ = models.BaseConstraint.__hash__

    def create_sql(self, model: Any, schema_editor: Any) -> str:
        table = model._meta.db_table
        return (
            f"CREATE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $$ {self.BODY}"
            f" THEN RAISE EXCEPTION '{self.name}' USING ERRCODE = 'check_violation',"
            f" CONSTRAINT = '{self.name}'; END IF; RETURN NEW; END $$;"
            f" CREATE TRIGGER {self.name} {self.EVENT} ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION {self.name}();"
        )

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        return f"DROP FUNCTION {self.name}() CASCADE;"

    def constraint_sql(self, model: Any, schema_editor: Any) -> str:
        schema_editor.deferred_sql.append(self.create_sql(model, schema_editor))
        return ""

    def validate(
        self, model: Any, instance: Any, exclude: Any = None, using: str = "default"
    ) -> None:
        """Raise ValidationError with the sentence when `instance` breaks the rule."""
        if self.is_broken_by(instance):
            raise ValidationError(self.get_violation_error_message(), code=self.name)

    def is_broken_by(self, instance: Any) -> bool:
        raise NotImplementedError


class MemberIsNotOfThePlatform(_Trigger):
    """On memberships: the person has no platform role."""

    EVENT = "BEFORE INSERT OR UPDATE OF user_id"
    # FOR SHARE waits for whoever is changing the person's role, and makes him wait.
    BODY = (
        "DECLARE held text; BEGIN"
        " SELECT platform_role INTO held FROM accounts_user WHERE id = NEW.user_id FOR SHARE;"
        " IF held <> ''"
    )

    def is_broken_by(self, instance: Any) -> bool:
        people = type(instance.user)._default_manager.filter(pk=instance.user_id)
        return bool(people.exclude(platform_role="").exists())


class PlatformRoleIsNoMembers(_Trigger):
    """On people: whoever has a platform role is in no team."""

    EVENT = "AFTER UPDATE OF platform_role"
    BODY = (
        "BEGIN IF NEW.platform_role <> ''"
        " AND EXISTS (SELECT FROM accounts_membership WHERE user_id = NEW.id)"
    )

    def is_broken_by(self, instance: Any) -> bool:
        return bool(instance.pk and instance.platform_role and instance.memberships.exists())
