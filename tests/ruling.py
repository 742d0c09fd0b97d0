"""Rules as tests make them: a change of one line, signed by as many as it takes."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.db import connection, transaction
from django.utils.datastructures import MultiValueDict

from merchants.catalogue.models import Category
from merchants.marketplaces.kinds import StoreKind
from merchants.marketplaces.placements import Placement
from merchants.openings import effects
from merchants.openings import verbs as openings
from merchants.openings.models import Opening, OpeningState, Programme
from merchants.openings.verbs import Scope
from merchants.pages.rulechange.forms import RuleChangeForm
from merchants.pages.rulechange.proposing import OF_THE_ACT, SCOPES
from merchants.rulechanges import verbs as rulechanges
from merchants.rulechanges.models import ChangeStatus, RuleChange
from portal import clock
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


def form(category: Category, **fields: Any) -> dict[str, Any]:
    """The form of a change of one line about notes and Tmall, as its author sends it who has read
    what it does; `fields` differ."""
    in_two_days = clock.now() + timedelta(days=2)
    typed = {
        "programmes": [Programme.objects.get(code="red-cat").pk],
        "categories": [category.pk],
        "placements": [Placement.NOTE_BODY],
        "store_kinds": [StoreKind.TMALL],
        "state": OpeningState.OPEN,
        "effective_at": in_two_days.strftime("%Y-%m-%dT%H:%M"),
        "grandfather": "none",
        "reason": "Agreed.",
        **fields,
    }
    read = RuleChangeForm(
        MultiValueDict({k: v if isinstance(v, list) else [v] for k, v in typed.items()})
    )
    assert read.is_valid(), read.errors
    given = {"kept": (), **read.cleaned_data}
    scopes = openings.scopes(*(given.pop(name) for name in SCOPES))
    lines = openings.draft(
        scopes, **{name: v for name, v in given.items() if name not in OF_THE_ACT}
    )
    plain = {name: v[0] if isinstance(v, list) else v for name, v in typed.items()}
    return {**plain, "seen": effects.of_lines(lines, at=clock.now()).seen}
