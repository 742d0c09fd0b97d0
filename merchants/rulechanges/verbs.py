"""A rule change on its way: proposed, signed, rejected or withdrawn."""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime

from django.db import connection, models, transaction
from django.utils.translation import gettext as _

from merchants.rulechanges import content, notice
from merchants.rulechanges.models import ChangeStatus, Grandfather, RuleChange
from portal import clock, meaning, typed
from portal.accounts import audit, permissions
from portal.accounts.models import User
from portal.refusals import Refusal, given_reason, optional_reason
from portal.review import door, signatures
from portal.review.door import DecisionRefusal
from portal.saving import or_refuse, save_or_refuse

# Characters of what is said as evidence.
MOST_EVIDENCE = 4000


@transaction.atomic
def propose(
    kind: str,
    lines: Iterable[models.Model],
    *,
    effective_at: datetime,
    reason: str,
    by: User,
    expires_at: datetime | None = None,
    grandfather: str = Grandfather.NONE,
    grandfather_until: datetime | None = None,
    sweeps: bool = False,
    evidence: str = "",
    takes_back: RuleChange | None = None,
) -> RuleChange:
    """A change that waits for signatures, with its `lines`: unsaved rows that lack their `change`.

    Raises Refusal at a field for what can never be signed, and for what waits in the very same form
    already.
    """
    permissions.require(by, "opening.propose")
    typed.require_year(effective_at, field="effective_at")
    change = RuleChange(
        kind=kind,
        effective_at=effective_at,
        expires_at=expires_at,
        grandfather=grandfather,
        grandfather_until=grandfather_until,
        sweeps=sweeps,
        reason=given_reason(reason),
        evidence=_evidence(evidence),
        takes_back=takes_back,
        author=by,
        content_sha="",
    )
    lines = list(lines)
    change.content_sha = _sha(change, lines)
    save_or_refuse(change)
    for line in lines:
        line.change = change  # type: ignore[attr-defined]
    _write(lines)
    content.of(kind).refuse(change, clock.now())
    new = {_TOLD[name]: v for name, v in change.settings().items() if name in _TOLD and v}
    audit.record(
        "rulechange.proposed",
        change,
        by=by,
        new={**json.loads(json.dumps(new, default=str)), "lines": len(lines)},
        reason=change.reason,
    )
    return change


# What the audit log tells of a change, by what it calls it: all but prose, which stands in the
# change itself.
_TOLD = {
    "kind": "kind",
    "effective_at": "effective_at",
    "expires_at": "expires_at",
    "grandfather": "grandfather",
    "grandfather_until": "stays_until_at",
    "sweeps": "sweeps",
    "takes_back": "takes_back",
}


def _evidence(text: str) -> str:
    said = meaning.prose(text)
    if len(said) > MOST_EVIDENCE:
        raise Refusal(
            _("The evidence has at most %(most)s characters.") % {"most": MOST_EVIDENCE},
            field="evidence",
        )
    return said


def _sha(change: RuleChange, lines: list[models.Model]) -> str:
    """Names what is proposed, whoever proposes it and in whichever order."""
    settings = change.settings()
    if change.takes_back is not None:
        del settings["effective_at"]
    told = sorted(json.dumps(_fields(line), default=str, sort_keys=True) for line in lines)
    text = json.dumps([settings, told], default=str, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _fields(line: models.Model) -> dict[str, object]:
    said = {field.attname: getattr(line, field.attname) for field in line._meta.concrete_fields}
    return {**said, "lists": getattr(line, "listed", None)}


def _write(lines: list[models.Model]) -> None:
    """All lines in one statement; the first that breaks a constraint says which."""
    if not lines:
        return
    with or_refuse(lines[0]):
        type(lines[0])._default_manager.bulk_create(lines)


@transaction.atomic
def sign(change: RuleChange, *, version: str, by: User, reason: str = "") -> RuleChange:
    """Say yes: with it the change is in force from its second on, or a second signer is needed.

    Its author and `by` are two persons. Where something is taken away with less notice than is due,
    counted from this signature, a third has to sign, and the last to sign says why. What only gives
    and is signed late begins with its signature; what takes away and is late is refused.
    """
    in_turn()
    change = door.enter(change, "opening.sign", version=version, by=by)
    if change.author_id == by.pk:
        raise DecisionRefusal(_("Another admin has to sign what you proposed."), field="decision")
    now, lines = clock.now(), content.of(change.kind)
    lines.refuse(change, now)
    needs = needed(change, at=now)
    if needs == notice.THREE and not signatures.is_second(change, by=by, reason=reason):
        audit.record("rulechange.first_signed", change, by=by, reason=optional_reason(reason))
        return change
    reason = given_reason(reason) if needs == notice.THREE else optional_reason(reason)
    change.approver, change.signed_at, change.needs = by, now, needs
    change.effective_at = max(change.effective_at, now)
    with or_refuse(change):
        lines.apply(change)
        change.move_to(ChangeStatus.SIGNED, by=by, reason=reason)
    return change


def needed(change: RuleChange, *, at: datetime) -> int:
    """How many persons it takes, its author among them, if the last of them signs at `at`."""
    taken_at = content.of(change.kind).takes_away(change, at)
    return notice.persons(taken_at, signed_at=at, is_rollback=change.takes_back_id is not None)


@transaction.atomic
def reject(
    change: RuleChange, *, version: str, reason: str, by: User, codes: Iterable[str] = ()
) -> RuleChange:
    """Refuse it for good; whoever proposed it reads why."""
    change = door.enter(change, "opening.sign", version=version, by=by, codes=list(codes))
    change.move_to(ChangeStatus.REJECTED, by=by, reason=given_reason(reason))
    return change


@transaction.atomic
def withdraw(change: RuleChange, *, by: User) -> RuleChange:
    """Take back what one proposed oneself, while it waits; a colleague's is decided."""
    change = RuleChange.locked(change.pk)
    permissions.require(by, "opening.propose")
    if change.author_id != by.pk:
        raise Refusal(_("Only who proposed a rule withdraws it. You may sign or reject it."))
    change.move_to(ChangeStatus.WITHDRAWN, by=by)
    return change


def in_turn() -> None:
    """Wait until no other change is being signed: what decides now is part of what is judged."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('policy', 0))")
