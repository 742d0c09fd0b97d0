"""The cast and the stage of all tests: Alice owns, Bob helps, Charlie is a stranger."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.utils import translation

from merchants.catalogue import verbs as products
from merchants.catalogue.models import Category, Product
from merchants.companies import verbs as merchants
from merchants.companies.models import Merchant
from merchants.listings import verbs as listings
from merchants.listings.models import Listing
from merchants.marketplaces.kinds import StoreKind
from merchants.marketplaces.placements import Placement
from merchants.notes import verbs as notes
from merchants.notes.models import Note, NoteKind
from merchants.openings import applications
from merchants.openings.models import Opening, OpeningApplication, OpeningState, Programme
from merchants.stores import verbs as stores
from merchants.stores.models import Store
from portal import clock
from portal.accounts import people
from portal.accounts.models import Membership, PlatformRole, Role, Team, User
from portal.ui import catalogues
from tests import remembered, ruling
from tests.papers import PDF

pytest_plugins = [
    "tests.browser", "tests.deciding", "tests.emptying", "tests.garbage", "tests.numbering",
    "tests.one_template", "tests.read_once", "tests.readers", "tests.serving",
]  # fmt: skip

PASSWORD = "correct horse battery staple"  # noqa: S105 - of people who exist in tests only


@pytest.fixture(scope="session", autouse=True)
def chinese() -> None:
    """The Chinese catalogues, compiled as `make` does."""
    catalogues.compile_stale()


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test begins in English, whatever language the last one's pages were in, and at an English
    terminal."""
    translation.activate("en")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


@pytest.fixture(autouse=True, scope="session")
def stage() -> Iterator[None]:
    """What differs from production: plain HTTP, static files from their sources, a fast hash."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(
        HTTPS=False,
        SECURE_SSL_REDIRECT=False,
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        STORAGES={**django_settings.STORAGES, "staticfiles": plain},
    ):
        yield


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    """What a test writes is its own."""
    settings.VAR_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    settings.LAKE_URL = str(tmp_path / "lake")


def _person(name: str, platform_role: str = "") -> User:
    return people.create(
        f"{name}@example.com", PASSWORD, name=name.title(), platform_role=platform_role
    )


@pytest.fixture
def alice(db: None) -> User:
    """Owns the merchant of most tests."""
    return _person("alice")


@pytest.fixture
def bob(db: None) -> User:
    """Operates what Alice owns."""
    return _person("bob")


@pytest.fixture
def ana(db: None) -> User:
    """Analyses for Alice."""
    return _person("ana")


@pytest.fixture
def fin(db: None) -> User:
    """Keeps Alice's money."""
    return _person("fin")


@pytest.fixture
def charlie(db: None) -> User:
    """A stranger: owns another merchant."""
    return _person("charlie")


@pytest.fixture
def admin(db: None) -> User:
    """A platform admin."""
    return _person("admin", PlatformRole.ADMIN)


@pytest.fixture
def second_admin(db: None) -> User:
    """The admin who signs what the first one proposes."""
    return _person("second_admin", PlatformRole.ADMIN)


@pytest.fixture
def third_admin(db: None) -> User:
    """The admin who signs, too, what gives less notice than is due."""
    return _person("third_admin", PlatformRole.ADMIN)


@pytest.fixture
def manager(db: None) -> User:
    """An account manager."""
    return _person("manager", PlatformRole.ACCOUNT_MANAGER)


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    """`client_of(alice)` is a browser in which Alice is signed in."""

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in


def _merchant(name: str, credit_code: str, *, owner: User, admin: User, manager: User) -> Merchant:
    """A verified merchant with an in-app shop, a Tmall store, a product in each, and a note."""
    people = {"owner": owner, "admin": admin, "manager": manager}
    return remembered.merchant(
        name, [*people.values()], lambda: made_merchant(name, credit_code, **people)
    )


def made_merchant(
    name: str, credit_code: str, *, owner: User, admin: User, manager: User
) -> Merchant:
    """The same, made by the verbs now."""
    merchant = merchants.register(name=name, credit_code=credit_code, by=owner)
    merchant = merchants.submit(merchant, by=owner)
    merchant = merchants.verify(
        merchant, version=merchant.version, account_manager=manager, by=admin
    )
    category = Category.objects.get(code="beauty-skincare")
    for kind, external_id, url in [
        (StoreKind.IN_APP, f"shop-{merchant.pk}", ""),
        (StoreKind.TMALL, f"tm-{merchant.pk}", f"https://store{merchant.pk}.tmall.com/"),
    ]:
        store = stores.register(
            merchant,
            kind=kind,
            name=f"{name} {kind}",
            external_id=external_id,
            url=url,
            by=owner,
        )
        stores.verify(store, version=store.version, by=admin)
        products.add(
            store,
            external_id=f"{1_000_000 + store.pk}",
            title=f"{name} cream {kind}",
            category=category,
            price_fen=19_900,
            by=owner,
        )
    notes.mirror(
        merchant,
        external_id=f"note-of-{merchant.pk}",
        title=f"{name} note",
        author_name=f"{name} author",
        kind=NoteKind.IMAGE,
        published_at=clock.now() - timedelta(days=30),
    )
    return merchant


@pytest.fixture
def shop(alice: User, bob: User, admin: User, manager: User) -> Merchant:
    """Alice's verified merchant, which Bob operates; the fixtures below are its parts."""
    merchant = _merchant(
        "Alice Beauty", "91310000MA1FL0AL17", owner=alice, admin=admin, manager=manager
    )
    Membership.objects.create(team=merchant.team, user=bob, role=Role.OPERATOR)
    return merchant


@pytest.fixture
def rival(charlie: User, admin: User, manager: User) -> Merchant:
    """Charlie's verified merchant; nothing named “Rival” may show up on Alice's pages."""
    return _merchant(
        "Rival Beauty", "91440300MA5G00CH1J", owner=charlie, admin=admin, manager=manager
    )


@pytest.fixture
def in_app_store(shop: Merchant) -> Store:
    return shop.stores.get(kind=StoreKind.IN_APP)


@pytest.fixture
def tmall_store(shop: Merchant) -> Store:
    return shop.stores.get(kind=StoreKind.TMALL)


@pytest.fixture
def in_app_product(in_app_store: Store) -> Product:
    return in_app_store.products.get()


@pytest.fixture
def tmall_product(tmall_store: Store) -> Product:
    return tmall_store.products.get()


@pytest.fixture
def note(shop: Merchant) -> Note:
    return shop.notes.get()


@pytest.fixture
def listing(
    shop: Merchant, note: Note, tmall_product: Product, in_app_product: Product, alice: User
) -> Listing:
    """A draft that links the Tmall product to the note; only the opening is missing."""
    return listings.link(
        shop,
        note=note,
        product=tmall_product,
        placement=Placement.NOTE_BODY,
        fallback=in_app_product,
        has_ad_label=True,
        by=alice,
    )


@pytest.fixture
def document() -> SimpleUploadedFile:
    return SimpleUploadedFile("licence.pdf", PDF)


@pytest.fixture
def opening(admin: User, second_admin: User) -> Opening:
    """Beauty may link from note bodies to Tmall, since yesterday."""
    with clock.at(clock.now() - timedelta(days=1)):
        proposed = ruling.propose(
            programme=Programme.objects.get(code="red-cat"),
            category=Category.objects.get(code="beauty"),
            placement=Placement.NOTE_BODY,
            store_kind=StoreKind.TMALL,
            state=OpeningState.OPEN,
            effective_at=clock.now(),
            reason="The first group of the agreement.",
            by=admin,
        )
        return ruling.sign(proposed, second_admin)


@pytest.fixture
def approval(
    shop: Merchant, opening: Opening, document: SimpleUploadedFile, alice: User, admin: User
) -> OpeningApplication:
    """Alice may link under that opening."""
    application = applications.submit(
        shop,
        programme=opening.programme,
        category=opening.category,
        document=document,
        by=alice,
    )
    return applications.approve(application, version=application.version, by=admin)


@pytest.fixture
def live_listing(listing: Listing, approval: OpeningApplication, alice: User) -> Listing:
    return listings.publish(listing, by=alice)


@pytest.fixture
def team(shop: Merchant, ana: User, fin: User) -> Team:
    """The team of Alice's merchant with one person per role."""
    for person, role in {ana: Role.ANALYST, fin: Role.FINANCE}.items():
        Membership.objects.create(team=shop.team, user=person, role=role)
    return shop.team
