from portal.accounts.models.audit import AuditEntry
from portal.accounts.models.mails import MailCount
from portal.accounts.models.team import FormerMember, Invitation, Membership, Role, Team
from portal.accounts.models.user import PlatformRole, User

__all__ = [
    "AuditEntry",
    "FormerMember",
    "Invitation",
    "MailCount",
    "Membership",
    "PlatformRole",
    "Role",
    "Team",
    "User",
]
