from portal.accounts.models.audit import AuditEntry
from portal.accounts.models.team import Invitation, Membership, Role, Team
from portal.accounts.models.user import PlatformRole, User

__all__ = [
    "AuditEntry",
    "Invitation",
    "Membership",
    "PlatformRole",
    "Role",
    "Team",
    "User",
]
