"""The people of the demo world and how they sign in."""

import random
from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

from demo.plan.planned import World
from demo.plan.words import words
from portal.accounts import people
from portal.accounts.models import PlatformRole, Role, User

# Known to everybody: the demo world holds nothing real. `.example` is never a real address.
PASSWORD = "notelink-demo"  # noqa: S105
HOST = "notelink.example"


@dataclass(frozen=True)
class Login:
    """One address per role, to be printed; `role` is an English message id."""

    role: str
    email: str


LOGINS = (
    Login(_("Merchant owner"), f"owner@{HOST}"),
    Login(_("Merchant operator"), f"operator@{HOST}"),
    Login(_("Merchant analyst"), f"analyst@{HOST}"),
    Login(_("Merchant finance"), f"finance@{HOST}"),
    Login(_("Brand-new merchant"), f"newcomer@{HOST}"),
    Login(_("Platform admin"), f"admin@{HOST}"),
    Login(_("Second platform admin"), f"admin2@{HOST}"),
    Login(_("Third platform admin"), f"admin3@{HOST}"),
    Login(_("Account manager"), f"manager@{HOST}"),
    Login(_("Second account manager"), f"manager2@{HOST}"),
)


@dataclass(frozen=True)
class Cast:
    """`owners` are in the order of the world's merchants; `colleagues` work with the first."""

    admin: User
    second_admin: User
    third_admin: User
    managers: tuple[User, User]
    owners: tuple[User, ...]
    colleagues: dict[Role, User]


def has_moved_in() -> bool:
    """Whether the demo world's people are here already."""
    return User.objects.filter(email=f"admin@{HOST}").exists()


def move_in(world: World) -> Cast:
    """Create everybody. Whoever has no printed login cannot sign in."""
    dice = random.Random(f"{world.seed}:cast")  # noqa: S311
    platform = [
        _person(name, dice, role=role)
        for name, role in (
            ("admin", PlatformRole.ADMIN),
            ("admin2", PlatformRole.ADMIN),
            ("manager", PlatformRole.ACCOUNT_MANAGER),
            ("manager2", PlatformRole.ACCOUNT_MANAGER),
        )
    ]
    # Drawn from dice of his own: who came before him keeps his name.
    third = random.Random(f"{world.seed}:third")  # noqa: S311
    owners = ["owner", "newcomer", *(f"owner.{m.slug}" for m in world.merchants[2:])]
    return Cast(
        admin=platform[0],
        second_admin=platform[1],
        third_admin=_person("admin3", third, role=PlatformRole.ADMIN),
        managers=(platform[2], platform[3]),
        owners=tuple(_person(name, dice) for name in owners[: len(world.merchants)]),
        colleagues={
            role: _person(role.value, dice) for role in (Role.OPERATOR, Role.ANALYST, Role.FINANCE)
        },
    )


def _person(login: str, dice: random.Random, *, role: PlatformRole = PlatformRole.NONE) -> User:
    email = f"{login}@{HOST}"
    is_printed = email in {login.email for login in LOGINS}
    return people.create(
        email,
        PASSWORD if is_printed else None,
        name=dice.choice(words().family_names) + dice.choice(words().given_names),
        platform_role=role,
    )
