"""How often a password may be guessed: counted in the shared cache, by all web workers together.

A try takes a place in each count that it belongs to, and gives the places back if the password was
right. Who fails at many accounts fills the count of his network; who fails at one, the counts of
that account. Whoever uses a browser in which he has signed in before is counted by that alone, so
nobody else's tries keep him out (`portal.accounts.devices`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from django.core.cache import cache
from django.http import HttpRequest

from portal.accounts import clients, devices


@dataclass(frozen=True)
class Limit:
    """At most `most` wrong passwords `within` this time."""

    most: int
    within: timedelta


Limits = tuple[Limit, ...]
# At one account from one network, or from one known browser: mistakes are few, guesses wait longer.
ONE_PLACE: Limits = (Limit(5, timedelta(minutes=5)), Limit(20, timedelta(hours=2)))
# At one account from anywhere: guessing from many places at once gains nothing.
ONE_ACCOUNT: Limits = (Limit(50, timedelta(hours=1)),)
# From one network, at any accounts: a whole company may be behind one address.
ONE_NETWORK: Limits = (Limit(60, timedelta(minutes=10)),)


@dataclass(frozen=True)
class Try:
    """The places that one try has taken."""

    places: tuple[str, ...]

    def take_back(self) -> None:
        """It was no wrong password after all."""
        cache.delete_many(self.places)


def begin(request: HttpRequest, email: str) -> Try | None:
    """Count one try at the account `email`; None when it may not be made now."""
    taken: list[str] = []
    for scope, limit in _counts(request, email):
        place = _take(scope, limit)
        if place is None:
            Try(tuple(taken)).take_back()
            return None
        taken.append(place)
    return Try(tuple(taken))


def may(scope: str, limits: Limits) -> bool:
    """Count something else that is done often, called `scope`; whether it may be done now."""
    taken: list[str] = []
    for limit in limits:
        place = _take(scope, limit)
        if place is None:
            Try(tuple(taken)).take_back()
            return False
        taken.append(place)
    return True


def forget(request: HttpRequest, email: str) -> None:
    """The password of `email` is another one: what was tried before at it, from here, is past."""
    network = f"network {clients.network_of(request)}"
    for scope, limit in _counts(request, email):
        if scope != network:
            cache.delete_many(_places(scope, limit))


def _counts(request: HttpRequest, email: str) -> Iterator[tuple[str, Limit]]:
    """The counts a try belongs to."""
    account, network = email.strip().lower(), clients.network_of(request)
    device = devices.known(request, account)
    if device:
        scopes = [(f"{account} with {device}", ONE_PLACE)]
    else:
        scopes = [
            (f"{account} from {network}", ONE_PLACE),
            (f"account {account}", ONE_ACCOUNT),
            (f"network {network}", ONE_NETWORK),
        ]
    for scope, limits in scopes:
        for limit in limits:
            yield scope, limit


def _take(scope: str, limit: Limit) -> str | None:
    """A free place, which `add` gives to one of several at once; None when all are taken."""
    places = _places(scope, limit)
    taken = cache.get_many(places)
    seconds = int(limit.within.total_seconds())
    free = (place for place in places if place not in taken)
    return next((place for place in free if cache.add(place, 1, timeout=seconds)), None)


def _places(scope: str, limit: Limit) -> list[str]:
    name = sha256(f"{scope} {limit.within}".encode()).hexdigest()
    return [f"try:{name}:{number}" for number in range(limit.most)]
