"""Whom an act concerns: a function from the audit entry and its row to people.

People who have left are never among them. Whoever did it is left out by `telling`.
"""

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet

from portal.accounts import permissions
from portal.accounts.models import AuditEntry, Membership, PlatformRole, Role, User

Audience = Callable[[AuditEntry, Any], QuerySet[User]]


def team(entry: AuditEntry, row: Any) -> QuerySet[User]:
    """Everyone in the team whose audit page has the entry."""
    return _present().filter(memberships__in=_memberships(entry))


def team_who_may(action: str) -> Audience:
    """Those of that team whose role allows `action`."""
    roles = [role for role in permissions.ALLOWED[action] if isinstance(role, Role)]

    def audience(entry: AuditEntry, row: Any) -> QuerySet[User]:
        return _present().filter(memberships__in=_memberships(entry).filter(role__in=roles))

    return audience


def platform_who_may(action: str) -> Audience:
    """Everyone of the platform whose role allows `action`."""
    roles = [role for role in permissions.ALLOWED[action] if isinstance(role, PlatformRole)]

    def audience(entry: AuditEntry, row: Any) -> QuerySet[User]:
        return _present().filter(platform_role__in=roles)

    return audience


def colleague(find: Callable[[Any], User | None], action: str) -> Audience:
    """The one person of the platform whom `find` names for the row, while the role allows `action`.

    Whoever has changed sides since hears nothing of other merchants.
    """
    colleagues = platform_who_may(action)

    def audience(entry: AuditEntry, row: Any) -> QuerySet[User]:
        found = find(row)
        return colleagues(entry, row).filter(pk=found.pk) if found else User.objects.none()

    return audience


def person(find: Callable[[Any], User]) -> Audience:
    """The person whom `find` names for the row, whatever he may do."""
    return lambda entry, row: _present().filter(pk=find(row).pk)


def both(first: Audience, second: Audience) -> Audience:
    """Everyone of `first` and of `second`, each once."""

    def audience(entry: AuditEntry, row: Any) -> QuerySet[User]:
        firsts, seconds = first(entry, row).values("pk"), second(entry, row).values("pk")
        return User.objects.filter(Q(pk__in=firsts) | Q(pk__in=seconds))

    return audience


def either(first: Audience, second: Audience) -> Audience:
    """`first`, or `second` when nobody is there of `first`."""

    def audience(entry: AuditEntry, row: Any) -> QuerySet[User]:
        people = first(entry, row)
        return people if people.exists() else second(entry, row)

    return audience


def _memberships(entry: AuditEntry) -> QuerySet[Membership]:
    """None for an act of the platform: asked of people, no team would mean everybody without."""
    return Membership.objects.filter(team=entry.team)


def _present() -> QuerySet[User]:
    return User.objects.filter(is_active=True)
