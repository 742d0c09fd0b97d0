"""People, teams, what they are told and what is written down."""

from uuid import uuid4

from portal import clock
from portal.accounts import audit
from portal.accounts.models import (
    AuditEntry,
    Invitation,
    Membership,
    PlatformRole,
    Role,
    Team,
    User,
)
from portal.jobs.causes import Cause
from portal.jobs.models import Job
from portal.notices.models import Notice
from portal.review.models import Decision
from portal.webhooks.models import Attempt, Endpoint, Message
from tests.rows import DAY, World


def person(world: World, number: int, platform_role: str = "") -> User:
    email = f"{uuid4().hex}@alice.example"
    return User.objects.create(email=email, name=f"P{number}", platform_role=platform_role)


def manager(world: World, number: int) -> User:
    return person(world, number, PlatformRole.ACCOUNT_MANAGER)


def notice(world: World, number: int) -> Notice:
    return Notice.objects.create(user=world["owner"], text="One", url="/")


def member(world: World, number: int) -> Membership:
    user = person(world, number)
    return Membership.objects.create(team=world["team"], user=user, role=Role.ANALYST)


def invitation(world: World, number: int) -> Invitation:
    return Invitation.objects.create(
        team=world["team"],
        email=f"{number}@new.example",
        role=Role.ANALYST,
        token_hash=f"hash-{number}",
        invited_by=person(world, number),
        expires_at=clock.now() + DAY,
    )


def decision(world: World, number: int) -> Decision:
    company = world["merchant"]
    return Decision.objects.create(
        noun="merchant",
        number=company.pk,
        verdict="returned",
        version=str(number),
        judged=company.snapshot(),
        reason="Because.",
        by=person(world, number),
        asked_at=clock.now(),
    )


def coded_decision(world: World, number: int) -> Decision:
    """A decision with a reason that no other has."""
    made = decision(world, number)
    return Decision.objects.create(
        noun="merchant", number=made.number, verdict="returned", version=f"coded-{number}",
        judged=made.judged, codes=[f"grown_{number}"], by=made.by, asked_at=made.asked_at,
    )  # fmt: skip


def act_upon_the_store(world: World, number: int) -> AuditEntry:
    """An entry with values of its own that its page names."""
    return AuditEntry.objects.create(
        verb="store.verified",
        subject=audit.name_of(world["store"]),
        label=str(number),
        actor=person(world, number),
        new={"status": "verified"},
    )


def troubled_job(world: World, number: int) -> Job:
    team = Team.objects.create(name=f"Team {number}")
    return Job.objects.create(
        kind="notices.mail", team=team, created_by=person(world, number), cause=Cause.DISK,
        setbacks=number + 1,
    )  # fmt: skip


def endpoint(world: World, number: int) -> Endpoint:
    return Endpoint.objects.create(code=f"partner-{number}", asked_url="https://partner.example/")


def message(world: World, number: int) -> Message:
    return Message.objects.create(
        endpoint=world["endpoint"], type="boost.changed", subject="boost:2", sequence=number + 1,
        body=b"{}",
    )  # fmt: skip


def attempt(world: World, number: int) -> Attempt:
    return Attempt.objects.create(
        message=world["message"], number=number + 1, at=clock.now(), ms=1, http_status=500
    )


def audit_entry(world: World, number: int) -> AuditEntry:
    return audit.record(
        "boost.edited",
        world["boost"],
        by=person(world, number),
        team=world["team"],
        old={"budget_fen": number, "objective": "reads"},
        new={"budget_fen": number + 1, "objective": "clicks"},
        reason="Because.",
    )
