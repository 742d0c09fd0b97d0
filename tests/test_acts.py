"""The audit log speaks to people: every verb and every state has a name."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import translation

from portal.accounts import acts, audit
from portal.accounts.models import AuditEntry, Team, User
from portal.notices import verbs as notices
from portal.states import Stateful


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_move_of_every_noun_has_a_sentence_in_both_languages(language: str) -> None:
    moves = {
        f"{model._meta.model_name}.{status}"
        for model in apps.get_models()
        if issubclass(model, Stateful)
        for after in model.TRANSITIONS.values()
        for status in after
    }
    assert moves
    with translation.override(language):
        said = {move: str(acts.VERBS[move]) for move in moves}
    is_chinese = {move: bool(re.search("[\u4e00-\u9fff]", text)) for move, text in said.items()}
    assert is_chinese == dict.fromkeys(moves, language == "zh-hans")


@pytest.mark.parametrize(
    ("verb", "facts", "unknown"),
    [
        ("team.named", {}, "team.named"),
        ("squad.created", {}, "squad.created"),
        ("team.created", {"budget_fen": 1}, "budget_fen"),
    ],
)
def test_what_nobody_could_read_is_not_recorded(
    team: Team, alice: User, verb: str, facts: dict[str, Any], unknown: str
) -> None:
    before = AuditEntry.objects.count()
    with pytest.raises(LookupError, match=unknown):
        audit.record(verb, team, by=alice, team=team, new=facts)
    with pytest.raises(LookupError, match=unknown):
        audit.record(verb, team, by=alice, team=team, old=facts)
    assert AuditEntry.objects.count() == before
    audit.record("team.created", team, by=alice, team=team, new={"owner": alice.email})
    assert AuditEntry.objects.count() == before + 1


@pytest.mark.parametrize(
    ("language", "said"), [("en", ["Status: yes → no"]), ("zh-hans", ["状态：是 → 否"])]
)
def test_a_change_is_read_in_the_language_of_its_reader(language: str, said: list[str]) -> None:
    entry = AuditEntry(
        verb="team.created", subject="team:1", old={"status": True}, new={"status": False}
    )
    with translation.override(language):
        assert re.findall("<div>(.*?)</div>", acts.change(entry, {})) == said


@pytest.mark.django_db
def test_a_change_names_rows_and_leaves_out_what_stayed_as_it_was() -> None:
    entry = AuditEntry(
        verb="product.edited", subject="product:1",
        old={"category": "beauty", "is_available": True, "title": "Comb"},
        new={"category": "beauty-skincare", "is_available": True, "title": ""},
    )  # fmt: skip
    with translation.override("zh-hans"):
        told = re.findall("<div>(.*?)</div>", acts.change(entry, acts.names([entry])))
    assert told == ["标题：Comb → –", "类目：美妆个护 → 护肤"]


def test_facts_are_told_in_the_order_of_the_fields_of_their_noun(team: Team, alice: User) -> None:
    # PostgreSQL gives the keys back by length: state, category, placement, programme.
    new = {"programme": "p", "category": "c", "placement": "live_room", "state": "open"}
    audit.record("opening.proposed", team, by=alice, team=team, new=new)
    entry = AuditEntry.objects.latest("pk")
    assert list(entry.new) != list(new)
    told = re.findall("<div>(.*?):", acts.change(entry, {}))
    assert told == ["Programme", "Category", "Placement", "Rule"]


@pytest.mark.parametrize("noun", sorted({noun for noun, _fact in acts.FACTS}))
def test_facts_are_registered_in_the_order_of_the_fields_of_their_noun(noun: str) -> None:
    models = [model for model in apps.get_models() if model._meta.model_name == noun]
    fields = [field.name for model in models for field in model._meta.fields]
    told = [fact for of, fact in acts.FACTS if of == noun and fact in fields and fact != "status"]
    assert told == sorted(told, key=fields.index)


def test_an_act_is_named_once() -> None:
    with pytest.raises(ValueError, match=r"team\.created"):
        acts.register("team", {"created": acts.VERBS["team.created"]})


def test_an_entry_older_than_the_words_of_today_is_still_shown(
    team: Team, alice: User, client_of: Callable[[User], Client]
) -> None:
    AuditEntry.objects.create(
        verb="squad.founded", subject="squad:1", label="The old squad", actor=alice, team=team,
        new={"colour": "green"},
    )  # fmt: skip
    url = reverse("accounts:team-audit", args=[team.pk])
    shown = client_of(alice).get(url).content.decode()
    assert "squad.founded" in shown
    assert "colour: green" in shown


def test_the_audit_offers_every_act_to_choose_from(
    team: Team, alice: User, client_of: Callable[[User], Client]
) -> None:
    url = reverse("accounts:team-audit", args=[team.pk])
    shown = client_of(alice).get(url).content.decode()
    offered = set(re.findall(r'<option value="([a-z_.]+)"', shown))
    assert acts.VERBS.keys() <= offered


def test_a_change_is_told_as_people_read_it(
    team: Team, alice: User, client_of: Callable[[User], Client]
) -> None:
    audit.record(
        "boost.edited", team, by=alice, team=team, old={"budget_fen": 100}, new={"budget_fen": 2550}
    )
    url = reverse("accounts:team-audit", args=[team.pk])
    shown = client_of(alice).get(url, {"verb": "boost.edited"}).content.decode()
    assert "Boost changed" in shown
    assert "Budget: ¥1.00 → ¥25.50" in shown


def test_a_notice_names_things_in_the_readers_language(world: dict[str, Any], alice: User) -> None:
    opening = world["opening"]
    with translation.override("en"):
        notices.notify([alice], "%(programme)s", url="/", programme=opening.programme)
    notice = alice.notices.latest("pk")
    with translation.override("zh-hans"):
        assert str(notice) == opening.programme.name_zh
    with translation.override("en"):
        assert str(notice) == opening.programme.name_en


# Facts that are read as somebody typed them: names, ids of partners, addresses, codes of the law.
AS_TYPED = {
    ("boost", "status"), ("fund", "code"), ("deposit", "reference"), ("payment", "reference"),
    ("deposit", "account"), ("payment", "account"),
    ("merchant", "name"), ("merchant", "credit_code"), ("store", "external_id"), ("store", "url"),
    ("product", "external_id"), ("product", "title"), ("note", "title"), ("note", "author_name"),
    ("note", "text"), ("note", "cover"),
    ("feedrequest", "account_name"), ("application", "document"), ("opening", "scope"),
    ("user", "name"), ("export", "file"), ("batch", "sha256"), ("batch", "bytes"),
    ("source", "name_zh"), ("source", "name_en"), ("source", "zone"), ("source", "delay_days"),
    ("endpoint", "code"), ("endpoint", "url"), ("endpoint", "asked_url"), ("message", "subject"),
    ("balancerefund", "bank"), ("balancerefund", "bank_account"), ("reconciliation", "found"),
    ("invoicerequest", "title"), ("invoicerequest", "tax_number"),
    ("reconciliation", "fresh"), ("reconciliation", "gone"),
    # Kinds of events, as files write them.
    ("source", "sends"),
    # How many.
    ("adserver", "name_zh"), ("adserver", "name_en"), ("adserver", "wait_hours"),
    ("fund", "name_zh"), ("fund", "name_en"), ("fund", "newer_than_days"),
    ("fund", "own_cash_percent"), ("fund", "reserve_percent"),
    ("datasuspension", "stores"), ("regime", "ratio"), ("category", "refund_days"),
    ("endpoint", "generation"), ("campaign", "name"), ("campaign", "target_value"),
    ("boost", "hours"),
    ("fundpartner", "email"), ("fundpartner", "asked_email"),
    ("parity", "small_approved"), ("parity", "small_answered"),
    ("parity", "large_approved"), ("parity", "large_answered"),
    ("cost", "on"), ("cost", "reference"), ("costfile", "name"),
    ("costfile", "costs"), ("costfile", "sha256"), ("assumption", "share"),
    ("assumption", "source"),
    ("rulechange", "lines"),
}  # fmt: skip
# Upon what the acts of these nouns are, where it is not called as they are.
SUBJECTS = {"team": ["membership", "invitation"]}


def test_every_fact_is_read_by_a_name_a_label_or_its_unit() -> None:
    """No key of a row, no value of a choice, and nothing that only a program understands."""
    models = {str(model._meta.model_name): model for model in apps.get_models()}
    for noun, fact in acts.FACTS.keys() - acts.ROWS.keys() - acts.CHOICES.keys() - AS_TYPED:
        if fact == "status" or fact.endswith(("_fen", "_at", "_on")):
            continue
        subjects = [models[name] for name in SUBJECTS.get(noun, [noun])]
        fields = [model._meta.get_field(fact) for model in subjects]
        for field in fields:
            is_yes_or_no = field.get_internal_type() == "BooleanField"
            assert is_yes_or_no or getattr(field, "flatchoices", None), (noun, fact)


def test_a_row_is_named_by_its_key_alone(world: dict[str, Any], alice: User) -> None:
    """An entry of an earlier release named a product by its id at the partner, which may be the
    key of somebody else's."""
    product, listing = world["product"], world["listing"]
    theirs = str(product.pk)
    for told, read in ((product.pk, str(product)), (theirs, theirs), ("P-1", "P-1")):
        entry = AuditEntry(
            verb="listing.linked", subject=audit.name_of(listing), new={"product": told}
        )
        assert f"Product: {read}<" in acts.change(entry, acts.names([entry]))


def test_what_is_linked_and_paid_is_told_by_its_name(
    world: dict[str, Any], alice: User, admin: User, client_of: Callable[[User], Client]
) -> None:
    listing = world["listing"]
    page = reverse("merchants:listing-detail", args=[listing.merchant.code, listing.pk])
    assert f"Product: {listing.product}<" in client_of(alice).get(page).content.decode()
    log = client_of(admin).get(reverse("accounts:platform-audit")).content.decode()
    assert f"Fund: {world['fund']}<" in log
    assert f"Merchant: {listing.merchant}<" in log
    assert "Ledger account" not in re.sub(r"<select.*?</select>", "", log, flags=re.DOTALL)
