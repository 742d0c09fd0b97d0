"""A merchant that is put back is the one that the verbs make."""

import json
import re
from collections import Counter
from collections.abc import Callable

from django.db import connection, transaction

from conftest import made_merchant
from merchants.companies.models import Merchant
from merchants.links.models import Change
from portal.accounts.models import Role, User
from tests import remembered

NAME, CODE = "Alice Beauty", "91310000MA1FL0AL17"
# Keys, moments, the end of the merchant's code, whose request it was and the print of what was
# judged differ each time; what is around them does not.
NUMBER = re.compile(
    r"\d\d\d\d-\d\d-\d\d[T ][\d:.+]*|(?<=alice-beauty-)\w+"
    r"|(?<=\"request_id\": \")\w*|(?<=\"version\": \")\w*|\d+"
)


def test_a_merchant_put_back_is_as_one_just_made(alice: User, admin: User, manager: User) -> None:
    people = {"owner": alice, "admin": admin, "manager": manager}

    def make() -> Merchant:
        return made_merchant(NAME, CODE, **people)

    def again() -> Merchant:
        return remembered.merchant(NAME, [*people.values()], make)

    with transaction.atomic():
        again()
        transaction.set_rollback(True)
    made, put_back = _wrote(make), _wrote(again)
    assert made.total() > 30
    assert put_back == made
    put_back_now = again()
    assert Change.objects.filter(merchant_id=put_back_now.pk).exists(), "the copy is told"


def test_what_was_put_back_belongs_to_the_people_of_the_test(
    shop: Merchant, alice: User, manager: User
) -> None:
    assert shop.account_manager == manager
    assert shop.team.memberships.get(role=Role.OWNER).user == alice
    actors = set(shop.team.audit_entries.values_list("actor__name", flat=True))
    assert actors == {"Alice", "Admin", None}


def _wrote(act: Callable[[], object]) -> Counter[str]:
    """The rows that `act` writes, without their numbers; then they are gone."""
    before = remembered.rows()
    with transaction.atomic():
        act()
        after = remembered.rows()
        transaction.set_rollback(True)
    connection.check_constraints()
    return Counter(
        f"{model.__name__} {NUMBER.sub('#', json.dumps(row, sort_keys=True))}"
        for model, found in after.items()
        for key, row in found.items()
        if key not in before[model] and model is not Change
    )
