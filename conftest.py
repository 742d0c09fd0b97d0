"""The cast and the stage of all tests: Alice owns, Bob helps, Charlie is a stranger."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from portal.accounts import people
from portal.accounts.models import PlatformRole, User

pytest_plugins = ["tests.browser"]

PASSWORD = "correct horse battery staple"  # noqa: S105 - of people who exist in tests only


@pytest.fixture(autouse=True)
def stage(settings: Any) -> None:
    """What differs from production: plain HTTP, static files from their sources, a fast hash."""
    settings.HTTPS = settings.SECURE_SSL_REDIRECT = False
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


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
