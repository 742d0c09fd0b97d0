"""The verb that every other verb calls: write down what was done."""

from typing import Any

from portal.accounts.models import AuditEntry, Team, User


def record(
    verb: str,
    subject: Any,
    *,
    by: User | None,
    team: Team | None = None,
    old: dict[str, Any] | None = None,
    new: dict[str, Any] | None = None,
    reason: str = "",
) -> AuditEntry:
    """Add one audit entry; call it inside the transaction of the act itself.

    `verb` is `<noun>.<verb>` as in the permission table, `subject` the saved model instance.
    """
    return AuditEntry.objects.create(
        verb=verb,
        subject=f"{subject._meta.model_name}:{subject.pk}",
        label=str(subject)[:200],
        actor=by,
        team=team,
        old=old or {},
        new=new or {},
        reason=reason,
    )
