"""States are an enum, moves are a table: the one way a `status` changes."""

from typing import Any, ClassVar, Self, cast

from django.db import models
from django.utils.translation import gettext as _

from portal.accounts import audit
from portal.accounts.models import Team, User
from portal.refusals import Refusal


class TransitionError(Refusal):
    """The move is not in the table: the row was moved by someone else, or may never go there."""


class Stateful(models.Model):
    """A noun with a `status` and a table of allowed moves.

    A verb takes the row with `locked`, checks what it must, and calls `move_to`.
    """

    TRANSITIONS: ClassVar[dict[str, set[str]]] = {}
    status: Any

    class Meta:
        abstract = True

    @classmethod
    def locked(cls, pk: Any) -> Self:
        """The row, locked until the transaction ends. Raises DoesNotExist."""
        return cls._default_manager.select_for_update(no_key=True).get(pk=pk)

    def audit_team(self) -> Team | None:
        """The team whose audit page shows moves of this row; None for the platform's own."""
        return None

    def can_move_to(self, status: str) -> bool:
        return status in self.TRANSITIONS.get(self.status, set())

    def move_to(self, status: str, *, by: User | None, reason: str = "") -> None:
        """Move the locked row, save all of it and write the audit entry.

        Raises TransitionError when the table does not have the move.
        """
        if not self.can_move_to(status):
            raise TransitionError(
                _("“%(subject)s” is %(old)s and cannot become %(new)s.")
                % {
                    "subject": self,
                    "old": self._status_label(self.status),
                    "new": self._status_label(status),
                }
            )
        old, self.status = self.status, status
        self.save()
        audit.record(
            f"{self._meta.model_name}.{status}",
            self,
            by=by,
            team=self.audit_team(),
            old={"status": old},
            new={"status": status},
            reason=reason,
        )

    def _status_label(self, status: str) -> str:
        field = cast("models.Field[str, str]", self._meta.get_field("status"))
        return str(dict(field.flatchoices).get(status, status))
