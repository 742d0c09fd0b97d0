"""States are an enum, moves are a table: the one way a `status` changes, and who hears of it."""

from typing import Any, ClassVar, Self, cast

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models, transaction
from django.dispatch import Signal
from django.utils.translation import gettext as _

from portal.refusals import Refusal

# Sent once per move, after the row is saved and in its transaction. Arguments: `sender`, the class
# of the row; `row`, saved and still locked; `old` and `new`, its status before and now; `by`, the
# person who moved it, None when the portal itself did; `reason`, empty when none was asked for.
#
# An app listens from its `AppConfig.ready` with `moved.connect(function, sender=Model)`. Listeners
# run in the order of INSTALLED_APPS, so the audit entry, which portal/accounts writes, is there
# first. A listener that raises fails the move: nothing of it stays.
moved = Signal()


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

    def audit_team(self) -> models.Model | None:
        """The team whose audit page shows moves of this row; None for the platform's own."""
        return None

    def can_move_to(self, status: str) -> bool:
        return status in self.TRANSITIONS.get(self.status, set())

    def move_to(self, status: str, *, by: AbstractBaseUser | None, reason: str = "") -> None:
        """Move the locked row, save all of it and tell the listeners of `moved`.

        Raises TransitionError when the table does not have the move, and whatever a listener
        raises; the row is then in the database as it was.
        """
        if not self.can_move_to(status):
            if self.status == status:
                raise TransitionError(
                    _("“%(subject)s” is %(state)s already.")
                    % {"subject": self, "state": self._status_label(status)}
                )
            raise TransitionError(
                _("“%(subject)s” is %(old)s and cannot become %(new)s.")
                % {
                    "subject": self,
                    "old": self._status_label(self.status),
                    "new": self._status_label(status),
                }
            )
        old, self.status = self.status, status
        # `send`, not `send_robust`: a move that a listener could not follow must not stand. The
        # block undoes it even for a caller that goes on after the error.
        with transaction.atomic():
            self.save()
            moved.send(type(self), row=self, old=old, new=status, by=by, reason=reason)

    def _status_label(self, status: str) -> str:
        field = cast("models.Field[str, str]", self._meta.get_field("status"))
        return str(dict(field.flatchoices).get(status, status))
