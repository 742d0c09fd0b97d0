"""From a company's name to a verified merchant."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from merchants.companies import credit_codes
from merchants.companies import verbs as merchants
from merchants.companies.models import Merchant, MerchantStatus
from portal import clock
from portal.accounts import audit, people, teams
from portal.accounts.models import AuditEntry, PlatformRole, User
from portal.refusals import Refusal
from portal.review import concerned
from portal.review.door import DecisionRefusal

CODE = "91350100M000100Y43"  # the example of GB 32100-2015


def test_the_standards_own_example_is_valid() -> None:
    assert credit_codes.is_valid(CODE)


@pytest.mark.parametrize("position", range(18))
def test_every_single_wrong_character_is_noticed(position: int) -> None:
    for char in "0123456789ABCDEFGHJKLMNPQRTUWXY":
        if char != CODE[position]:
            assert not credit_codes.is_valid(CODE[:position] + char + CODE[position + 1 :])


@pytest.mark.parametrize("code", ["", "1" * 17, CODE + "0", CODE.lower(), "91350100I000100Y43"])
def test_what_is_not_a_credit_code_is_refused(code: str) -> None:
    assert not credit_codes.is_valid(code)


def test_a_newcomer_registers_and_owns(alice: User) -> None:
    merchant = merchants.register(name=" 花间美妆 ", credit_code=CODE.lower(), by=alice)
    assert (merchant.name, merchant.credit_code) == ("花间美妆", CODE)
    assert merchant.status == MerchantStatus.DRAFT
    assert merchant in Merchant.objects.visible_to(alice)
    assert AuditEntry.objects.filter(verb="merchant.registered", actor=alice).exists()


def test_two_companies_of_one_name_have_two_addresses(alice: User) -> None:
    first = merchants.register(name="Glow Lab", credit_code=CODE, by=alice)
    second = merchants.register(name="Glow Lab", credit_code="91310000MA1FL0AL2A", by=alice)
    assert first.code.startswith("glow-lab-")
    assert first.code != second.code


def test_a_wrong_credit_code_names_its_field(alice: User) -> None:
    with pytest.raises(Refusal) as refused:
        merchants.register(name="Glow Lab", credit_code="91350100M000100Y44", by=alice)
    assert refused.value.field == "credit_code"
    assert not Merchant.objects.exists()


def test_a_company_registers_once(shop: Merchant, charlie: User) -> None:
    with pytest.raises(Refusal) as refused:
        merchants.register(name="Copycat", credit_code=shop.credit_code, by=charlie)
    assert refused.value.field == "credit_code"


def test_people_of_the_platform_own_no_merchant(admin: User) -> None:
    with pytest.raises(Refusal, match="are in no team"):
        merchants.register(name="Glow Lab", credit_code=CODE, by=admin)


def test_an_admin_verifies_and_the_owner_hears_of_it(
    alice: User, admin: User, manager: User
) -> None:
    merchant = merchants.register(name="Glow Lab", credit_code=CODE, by=alice)
    merchant = merchants.submit(merchant, by=alice)
    assert admin.notices.count() == 1
    merchant = merchants.verify(
        merchant, version=merchant.version, account_manager=manager, reason=" Seen. ", by=admin
    )
    written = AuditEntry.objects.filter(subject=audit.name_of(merchant)).order_by("pk")
    assert list(written.values_list("verb", "actor", "reason"))[-2:] == [
        ("merchant.assigned", admin.pk, ""),
        ("merchant.verified", admin.pk, "Seen."),
    ]
    assert (merchant.status, merchant.account_manager) == (MerchantStatus.VERIFIED, manager)
    assert str(alice.notices.get()) == "“Glow Lab” is verified."


def test_a_returned_merchant_reads_why_corrects_it_and_hands_it_in_again(
    alice: User, admin: User
) -> None:
    merchant = merchants.register(name="Glow", credit_code=CODE, by=alice)
    merchant = merchants.submit(merchant, by=alice)
    merchant = merchants.send_back(
        merchant, version=merchant.version, reason="The name is not complete.", by=admin
    )
    assert merchant.decision_reason == "The name is not complete."
    merchants.edit(merchant, name="Glow Lab Ltd", credit_code=CODE, by=alice)
    merchant.team.refresh_from_db()
    assert merchant.team.name == "Glow Lab Ltd"
    merchant = merchants.submit(merchant, by=alice)
    assert (merchant.name, merchant.decision_reason) == ("Glow Lab Ltd", "")


def test_handed_in_data_stand_still(shop: Merchant, alice: User) -> None:
    with pytest.raises(Refusal, match="cannot be changed once it has been handed in"):
        merchants.edit(shop, name="Other", credit_code=CODE, by=alice)


def test_sending_back_needs_a_reason(alice: User, admin: User) -> None:
    merchant = merchants.register(name="Glow", credit_code=CODE, by=alice)
    merchant = merchants.submit(merchant, by=alice)
    with pytest.raises(Refusal, match="Write the reason") as refused:
        merchants.send_back(merchant, version=merchant.version, reason="  ", by=admin)
    assert refused.value.field == "reason"


def test_the_second_tab_gets_a_calm_sentence(shop: Merchant, admin: User, manager: User) -> None:
    with pytest.raises(DecisionRefusal, match="waits for no decision any more"):
        merchants.verify(shop, version=shop.version, account_manager=manager, by=admin)


def test_an_owner_cannot_verify_himself(alice: User, manager: User) -> None:
    merchant = merchants.register(name="Glow", credit_code=CODE, by=alice)
    merchant = merchants.submit(merchant, by=alice)
    with pytest.raises(PermissionDenied):
        merchants.verify(merchant, version=merchant.version, account_manager=manager, by=alice)


def test_only_an_account_manager_looks_after_a_merchant(
    alice: User, admin: User, manager: User
) -> None:
    merchant = merchants.register(name="Glow", credit_code=CODE, by=alice)
    merchant = merchants.submit(merchant, by=alice)
    with pytest.raises(Refusal, match="Choose an account manager") as refused:
        merchants.verify(merchant, version=merchant.version, account_manager=admin, by=admin)
    assert refused.value.field == "account_manager"
    verified = merchants.verify(
        merchant, version=merchant.version, account_manager=manager, by=admin
    )
    assert verified.account_manager == manager


@pytest.mark.parametrize(
    ("name", "start"),
    [("花间", "m-"), ("Glow — Lab!", "glow-lab-"), ("a" * 29 + " bc", "a" * 29 + "-")],
)
def test_the_address_of_a_merchant_is_made_of_its_name(alice: User, name: str, start: str) -> None:
    code = merchants.register(name=name, credit_code=CODE, by=alice).code
    assert re.fullmatch(rf"{start}[a-z2-9]{{6}}", code)


def test_a_long_name_fits_the_team(alice: User) -> None:
    merchant = merchants.register(name="n" * 120, credit_code=CODE, by=alice)
    assert merchant.team.name == "n" * 120


@pytest.mark.django_db
def test_who_left_its_team_lately_does_not_look_after_a_merchant(
    shop: Merchant, rival: Merchant, bob: User, admin: User, manager: User
) -> None:
    """He could neither book its payments nor review its boosts."""
    teams.remove(shop.team.memberships.get(user=bob), by=bob)
    bob.platform_role = PlatformRole.ACCOUNT_MANAGER
    bob.save()
    with pytest.raises(Refusal, match="belonged lately, to the merchant's team") as refused:
        merchants.assign(shop, account_manager=bob, by=admin)
    assert refused.value.field == "account_manager"
    bob.platform_role = PlatformRole.ADMIN
    bob.save()
    with pytest.raises(Refusal, match="A colleague has to do this"):
        merchants.assign(shop, account_manager=manager, by=bob)
    bob.platform_role = PlatformRole.ACCOUNT_MANAGER
    bob.save()
    assert merchants.assign(rival, account_manager=bob, by=admin).account_manager == bob
    with clock.at(clock.now() + concerned.APART_FOR + timedelta(days=1)):
        assert merchants.assign(shop, account_manager=bob, by=admin).account_manager == bob


def test_a_merchant_changes_hands_and_both_names_are_written_down_once(
    shop: Merchant, admin: User, manager: User
) -> None:
    next_one = people.create(
        "next@example.com", "x" * 20, name="Nex", platform_role=PlatformRole.ACCOUNT_MANAGER
    )
    merchants.assign(shop, account_manager=next_one, by=admin)
    merchants.assign(shop, account_manager=next_one, by=admin)
    assert Merchant.objects.get(pk=shop.pk).account_manager == next_one
    written = AuditEntry.objects.filter(verb="merchant.assigned", team=shop.team)
    entry = written.latest("pk")
    assert (entry.actor, entry.subject) == (admin, audit.name_of(shop))
    assert (entry.old, entry.new) == (
        {"account_manager": manager.email},
        {"account_manager": next_one.email},
    )
    assert written.count() == 2, "one when it was verified"


def test_who_loses_a_merchant_and_its_team_are_told_who_follows(
    shop: Merchant, alice: User, admin: User, manager: User
) -> None:
    next_one = people.create(
        "next@example.com", "x" * 20, name="Nex", platform_role=PlatformRole.ACCOUNT_MANAGER
    )
    merchants.assign(shop, account_manager=next_one, by=admin)
    said = [str(person.notices.latest("pk")) for person in (next_one, manager, alice)]
    assert said == [
        "You look after “Alice Beauty” now.",
        "Nex looks after “Alice Beauty” now, no longer you.",
        "Nex is the account manager of “Alice Beauty” now.",
    ]


def test_whoever_left_looks_after_nobody(shop: Merchant, manager: User) -> None:
    assert shop.attended_by == manager
    User.objects.filter(pk=manager.pk).update(is_active=False)
    assert Merchant.objects.get(pk=shop.pk).attended_by is None
    User.objects.filter(pk=manager.pk).update(is_active=True, platform_role=PlatformRole.ADMIN)
    assert Merchant.objects.get(pk=shop.pk).attended_by is None


def test_a_merchant_is_given_to_somebody_who_works_here(
    shop: Merchant, admin: User, manager: User
) -> None:
    gone = people.create(
        "gone@example.com", "x" * 20, name="Gon", platform_role=PlatformRole.ACCOUNT_MANAGER
    )
    gone.is_active = False
    gone.save()
    for person, sentence in ((None, "Choose an account manager"), (gone, "This person has left")):
        with pytest.raises(Refusal, match=sentence) as refused:
            merchants.assign(shop, account_manager=person, by=admin)
        assert refused.value.field == "account_manager"
    with pytest.raises(PermissionDenied):
        merchants.assign(shop, account_manager=manager, by=manager)
    assert Merchant.objects.get(pk=shop.pk).account_manager == manager
