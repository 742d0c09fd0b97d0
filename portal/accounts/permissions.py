"""The one table of who may do what.

An action is `<noun>.<verb>`. Team roles count only inside the merchant whose team it is; a platform
role counts everywhere, and whoever has one is in no team. Doors and verbs ask this table alone, so
none is wider than another.
"""

from django.core.exceptions import PermissionDenied

from portal.accounts import recent
from portal.accounts.models import PlatformRole, Role, Team, User

OWNER, OPERATOR, ANALYST, FINANCE = Role.OWNER, Role.OPERATOR, Role.ANALYST, Role.FINANCE
ADMIN, ACCOUNT_MANAGER = PlatformRole.ADMIN, PlatformRole.ACCOUNT_MANAGER
_EVERYONE_INSIDE: set[Role | PlatformRole] = {
    OWNER, OPERATOR, ANALYST, FINANCE, ADMIN, ACCOUNT_MANAGER,
}  # fmt: skip

ALLOWED: dict[str, set[Role | PlatformRole]] = {
    "merchant.view": _EVERYONE_INSIDE,
    "merchant.edit": {OWNER},
    "merchant.verify": {ADMIN},
    "merchant.assign": {ADMIN},
    "team.view": {OWNER, OPERATOR, ANALYST, FINANCE},
    "team.manage": {OWNER},
    "audit.view": {OWNER, ADMIN},
    "store.register": {OWNER, OPERATOR},
    "store.verify": {ADMIN},
    "product.edit": {OWNER, OPERATOR},
    "feed.ask": {OWNER, OPERATOR},
    "feed.decide": {ADMIN},
    "listing.edit": {OWNER, OPERATOR},
    "opening.propose": {ADMIN},
    "opening.sign": {ADMIN},
    "policy.view": {ADMIN, ACCOUNT_MANAGER},
    "application.submit": {OWNER, OPERATOR},
    "application.decide": {ADMIN},
    "boost.view": _EVERYONE_INSIDE,
    "boost.edit": {OWNER, OPERATOR},
    "boost.submit": {OWNER, OPERATOR},
    # Little money, for which no new login is asked.
    "boost.submit_quick": {OWNER, OPERATOR},
    "boost.review": {ACCOUNT_MANAGER},
    "boost.stop_any": {ACCOUNT_MANAGER, ADMIN},
    "campaign.view": _EVERYONE_INSIDE,
    "campaign.edit": {OWNER, OPERATOR},
    "review.view": {ADMIN, ACCOUNT_MANAGER},
    "wallet.view": {OWNER, FINANCE, ACCOUNT_MANAGER},
    "payment.announce": {OWNER, FINANCE},
    "payment.record": {ACCOUNT_MANAGER},
    "payment.sign": {ACCOUNT_MANAGER},
    "refund.request": {OWNER, FINANCE},
    "refund.review": {ACCOUNT_MANAGER},
    "refund.pay": {ADMIN},
    "merchant.look_after": {ACCOUNT_MANAGER},
    "reconciliation.view": {ADMIN},
    "invoice.view": {OWNER, FINANCE, ACCOUNT_MANAGER, ADMIN},
    "invoice.request": {OWNER, FINANCE},
    "invoice.issue": {ADMIN},
    "fund.manage": {ADMIN},
    "fund.sign": {ADMIN},
    "adserver.manage": {ADMIN},
    "cost.view": _EVERYONE_INSIDE,
    "cost.edit": {OWNER, OPERATOR, FINANCE},
    "economics.edit": {OWNER, FINANCE},
    "report.view": _EVERYONE_INSIDE,
    "report.run": {OWNER, OPERATOR, ANALYST, ADMIN, ACCOUNT_MANAGER},
    "batch.upload": {OWNER, OPERATOR},
    "source.view": {ADMIN, ACCOUNT_MANAGER},
    "source.manage": {ADMIN},
    "source.suspend": {ADMIN},
    "job.manage": {ADMIN},
    "endpoint.manage": {ADMIN},
}

# The rights in a team for which a second factor is asked: over its money, and over its members.
MONEY_OR_MEMBERS = {"wallet.view", "team.manage"}


def roles_with(actions: set[str]) -> set[str]:
    """The roles in a team that may do any of `actions`."""
    return {role for role in Role.values if any(role in ALLOWED[action] for action in actions)}


def may(user: User, action: str, team: Team | None = None) -> bool:
    """Whether `user` may do `action`, for a team's merchant or, without one, for the platform."""
    roles = ALLOWED[action]
    if not user.is_active:
        return False
    if user.platform_role:
        return user.platform_role in roles
    return team is not None and user.memberships.filter(team=team, role__in=roles).exists()


def actions(user: User, team: Team | None = None) -> set[str]:
    """Everything `user` may do, as `may` says, in one query."""
    if not user.is_active:
        return set()
    held: set[str] = {user.platform_role}
    if team is not None and not user.platform_role:
        held.update(user.memberships.filter(team=team).values_list("role", flat=True))
    return {action for action, roles in ALLOWED.items() if held & {str(role) for role in roles}}


def require(user: User, action: str, team: Team | None = None) -> None:
    """Raise PermissionDenied unless `may`; the page of the 403 says that it is the role.

    Asked is the person as he is in the database now, not as the page knew him: a verb that waits
    for a lock asks after it, so that a role taken away meanwhile decides nothing.
    Raises recent.LoginTooOld where the action takes a newer login than the person's.
    """
    now = User.objects.filter(pk=user.pk).first()
    if now is None or not may(now, action, team):
        raise PermissionDenied
    recent.ask(action)
