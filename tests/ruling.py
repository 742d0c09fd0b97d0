"""Rules as tests make them: a change of one line, signed by as many as it takes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from django.db import connection, transaction

from merchants.openings import verbs as openings
from merchants.openings.models import Opening
from merchants.openings.verbs import Scope
from merchants.rulechanges import verbs as rulechanges
from merchants.rulechanges.models import ChangeStatus, RuleChange
from portal.accounts.models import User


def propose(*, by: User, **said: Any) -> RuleChange:
    """A change of one line waits: `said` names its scope and the rest."""
    scope = Scope(*(said.pop(name) for name in Scope._fields))
    return openings.propose([scope], **said, by=by)


def sign(change: RuleChange, *signers: User) -> Opening:
    """The first line of `change`, signed by one after the other as long as it waits."""
    for number, signer in enumerate(signers):
        if change.status == ChangeStatus.PROPOSED:
            reason = "Because." if number else ""
            change = rulechanges.sign(change, version=change.version, by=signer, reason=reason)
    assert change.status == ChangeStatus.SIGNED
    return change.openings.select_related("programme", "category", "change").earliest("pk")


@contextmanager
def behind_the_wall() -> Iterator[None]:
    """What is signed can be written anew where it stands; links hear of it as of any change."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE merchants_opening DISABLE TRIGGER opening_only_ends")
        yield
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE merchants_opening ENABLE TRIGGER opening_only_ends")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def rewrite(**fields: Any) -> None:
    """Write all rules anew where they stand."""
    with behind_the_wall():
        Opening.objects.update(**fields)


def another(rule: Opening, **fields: Any) -> Opening:
    """A signed rule like `rule` but for `fields`, of a change of its own."""
    change = RuleChange.objects.get(pk=rule.change_id)
    change.pk, change.content_sha = None, uuid4().hex
    change.save(force_insert=True)
    fresh = Opening.objects.get(pk=rule.pk)
    for name, value in {"pk": None, "change": change, **fields}.items():
        setattr(fresh, name, value)
    fresh.save(force_insert=True)
    return fresh
