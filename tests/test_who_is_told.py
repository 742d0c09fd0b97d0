"""Every move and every act upon a noun with states says who is told of it, in the table of notices.

Nobody may be meant, but then that is written down. Whoever is told can read the sentence and open
the page it leads to.
"""

import ast
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.utils import translation

from campaigns.boosts.awards import Cause
from campaigns.boosts.models import EndCause
from campaigns.fairness.models import Parity
from campaigns.ledger import payments
from campaigns.ledger.models import Transfer
from campaigns.reconciling.models import Reconciliation
from merchants.companies.models import Merchant
from merchants.openings import verbs as openings
from merchants.rulechanges import verbs as rulechanges
from portal import clock, words
from portal.accounts import people
from portal.accounts.acts import noun_of
from portal.accounts.models import AuditEntry, Membership, User
from portal.jobs.models import Job
from portal.notices.told import TABLE, Nobody, Told
from portal.review import comments
from portal.review.models import Comment
from portal.states import Stateful
from tests.sources import modules

# Each sentence that an act may be told in.
TOLD = [
    (act, told) for act, row in TABLE.items() if isinstance(row, Told) for told in row.everyone()
]
# Acts whose noun is called otherwise than the row they are about.
ROW_OF = {
    "openingapplication": "application", "team": "membership", "datasuspension": "suspension",
    "balancerefund": "refund", "invoicerequest": "invoice", "deliverymessage": "delivery_message",
}  # fmt: skip
# Nouns without states whose acts concern people all the same.
STATELESS = {"deposit", "announcement"}


def moves() -> set[str]:
    """Every state that a noun of any app can move to, as the audit names it."""
    return {
        f"{model._meta.model_name}.{status}"
        for model in apps.get_models()
        if issubclass(model, Stateful)
        for reachable in model.TRANSITIONS.values()
        for status in reachable
    }


@cache
def recorded() -> frozenset[str]:
    """The acts that verbs write down by name: those that are no move."""
    return frozenset(
        node.args[0].value
        for _path, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) == "audit.record"
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    )


def untold(table: Mapping[str, Told | Nobody]) -> set[str]:
    """Acts of which nobody has said who is told."""
    nouns = {noun_of(move) for move in moves()} | {noun_of(act) for act in TABLE} | STATELESS
    return (moves() | {act for act in recorded() if noun_of(act) in nouns}) - table.keys()


def never_done(table: Mapping[str, Told | Nobody]) -> set[str]:
    """Rows for acts that no verb does."""
    return table.keys() - moves() - recorded()


# How an invoice was before tells whom its act concerns.
BEFORE = ("requested", "red_asked")


def entry_of(act: str, row: Any, before: str = BEFORE[0]) -> AuditEntry:
    # What is paid in concerns the merchant whose wallet it is.
    if isinstance(row, Membership):
        return AuditEntry(verb=act, team=row.team)
    # Whom suspended data begin to concern is one of several, whom their row does not name.
    if act == "datasuspension.concerned":
        return AuditEntry(verb=act, team=row.teams().first())
    if isinstance(row, Comment):
        return AuditEntry(verb=act, team=comments.subject_of(row).audit_team())
    concerned: Any = row.target.merchant if isinstance(row, Transfer) else row
    # Whom the merchant was taken from.
    old = {"account_manager": "manager@example.com", "status": before}
    return AuditEntry(verb=act, team=concerned.audit_team(), old=old)


@pytest.fixture
def world(
    world: dict[str, Any], shop: Merchant, manager: User, second_admin: User, third_admin: User
) -> dict[str, Any]:
    """The world, a payment that needed no second person, and a rollback that one has signed."""
    deposit = payments.record(shop, amount_fen=1, reference="alice-small", by=manager)
    # Who wrote a payment down does not sign it.
    people.create("signer@example.com", None, name="Sig", platform_role="account_manager")
    back = openings.roll_back(world["rulechange"], reason="It was wrong.", by=third_admin)
    back = rulechanges.sign(back, version=back.version, by=second_admin)
    job = Job.objects.create(kind="campaigns.reconcile", args={})
    proof = Reconciliation.objects.create(job=job, found=2, fresh=1, proven_at=clock.now())
    # What a team stops itself is told to nobody.
    world["boost"].end_cause = EndCause.PLATFORM
    # An award that came to nothing is told to who waits on.
    world["award"].cause = Cause.SHORT
    parity = Parity.objects.create(is_below=True)
    about = {"noun": "boost", "number": world["boost"].pk}
    comment = Comment.objects.create(**about, text="Hm.", is_internal=False, by=manager)
    return {
        **world,
        "comment": comment,
        "deposit": deposit,
        "rulechange": back,
        "reconciliation": proof,
        "parity": parity,
    }


def test_every_act_says_who_is_told() -> None:
    assert untold(TABLE) == set()


def test_every_row_is_of_an_act_that_is_done() -> None:
    assert never_done(TABLE) == set()


@pytest.mark.parametrize(
    "act", ["boost.scheduled", "store.registered", "application.submitted", "deposit.recorded"]
)
def test_a_missing_row_is_seen(act: str) -> None:
    assert untold({name: row for name, row in TABLE.items() if name != act}) == {act}


@pytest.mark.parametrize("act", ["boost.sold", "store.scheduled"])
def test_a_row_too_many_is_seen(act: str) -> None:
    assert never_done({**TABLE, act: Nobody("it is not done")}) == {act}


def test_whoever_is_told_nothing_is_left_out_for_a_reason() -> None:
    left_out = [row for row in TABLE.values() if isinstance(row, Nobody)]
    assert left_out
    assert all(row.because for row in left_out)


def row_of(act: str, world: dict[str, Any]) -> Any:
    return world[ROW_OF.get(noun_of(act), noun_of(act))]


def test_a_sentence_has_all_its_names_in_both_languages(world: dict[str, Any]) -> None:
    for act, told in TOLD:
        for language in (words.ENGLISH, words.CHINESE):
            with translation.override(language):
                text = translation.gettext(told.text)
                is_chinese = bool(re.search("[\u4e00-\u9fff]", text))
                assert is_chinese == (language == words.CHINESE), act
                assert "%" not in text % told.names(row_of(act, world)), act


@pytest.mark.usefixtures("cast")
def test_whoever_is_told_may_open_the_page(
    world: dict[str, Any], client_of: Callable[[User], Client]
) -> None:
    for act, told in TOLD:
        row = row_of(act, world)
        entries = [entry_of(act, row, before) for before in BEFORE]
        audience = {user for entry in entries for user in told.audience(entry, row)}
        assert audience, act
        answers = {user: client_of(user).get(told.page(row)).status_code for user in audience}
        assert answers == dict.fromkeys(audience, 200), act
