"""The navigation of the site: each app adds its entries, the base template shows what one may open.

Apps call `add`, `workspaces`, `home_at` and `search_at` in `AppConfig.ready`, so that this room
imports none of them.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise

from portal.accounts import permissions
from portal.accounts.models import Team, User


class Area(Enum):
    """Whose entry it is: a merchant's (its URL takes the merchant's code), his team's (its URL
    takes the team's number) or the platform's."""

    MERCHANT = "merchant"
    TEAM = "team"
    PLATFORM = "platform"


@dataclass(frozen=True)
class Entry:
    """One line of the navigation. `label` is lazy; `order` sorts across apps."""

    label: str | Promise
    icon: str
    url_name: str
    action: str
    area: Area
    order: int
    url: str = ""
    is_current: bool = False


@dataclass(frozen=True)
class Workspace:
    """A merchant as the navigation knows it."""

    code: str
    name: str
    team: Team
    url: str


_entries: list[Entry] = []
_workspaces: list[Callable[[User, str], list[Workspace]]] = []
_search: list[str] = []
_home: list[str] = []


def add(*entries: Entry) -> None:
    """Add entries of one app."""
    _entries.extend(entries)
    _entries.sort(key=lambda entry: entry.order)


def entries() -> tuple[Entry, ...]:
    """All entries of all apps, in their order."""
    return tuple(_entries)


def workspaces(find: Callable[[User, str], list[Workspace]]) -> None:
    """Name the function that lists the merchants of a person's own teams.

    It also gets the code in the address, and adds that merchant when the person may see it.
    """
    _workspaces[:] = [find]


def search_at(url_name: str) -> None:
    """Name the page that answers the search box (`?q=`)."""
    _search[:] = [url_name]


def home_at(url_name: str) -> None:
    """Name the page a merchant's people arrive at; its URL takes the merchant's code."""
    _home[:] = [url_name]


def home_of(merchant_code: str) -> str:
    """The address of a merchant's home."""
    return reverse(_home[0], args=[merchant_code])


@dataclass(frozen=True)
class Navigation:
    """What the base template shows to one person on one page."""

    workspace: Workspace | None
    others: list[Workspace]
    merchant: list[Entry]
    platform: list[Entry]
    search_url: str


def of(request: HttpRequest) -> Navigation | None:
    """The navigation of this request; None for people who are not signed in."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return None
    match = request.resolver_match
    code = str(match.kwargs.get("merchant_code", "")) if match else ""
    found = [workspace for find in _workspaces for workspace in find(user, code)]
    team_pk = match.kwargs.get("team_pk") if match else None
    current = next((one for one in found if code == one.code or team_pk == one.team.pk), None)
    if current is None and found and not user.platform_role:
        current = found[0]
    return Navigation(
        workspace=current,
        others=[one for one in found if one is not current],
        merchant=_open_to(user, request, current) if current else [],
        platform=_open_to(user, request, None) if user.platform_role else [],
        search_url=reverse(_search[0]) if _search else "",
    )


def _open_to(user: User, request: HttpRequest, workspace: Workspace | None) -> list[Entry]:
    may, here = _may(user, request, workspace.team if workspace else None), _current(request)
    return [
        replace(entry, url=_url(entry, workspace), is_current=entry is here)
        for entry in _entries
        if (entry.area is Area.PLATFORM) is (workspace is None) and entry.action in may
    ]


def _may(user: User, request: HttpRequest, team: Team | None) -> set[str]:
    """What the person may do there; the door of a page has asked already for its own team."""
    if team is not None and team == getattr(request, "team", None):
        known: set[str] = request.may  # type: ignore[attr-defined]
        return known
    return permissions.actions(user, team)


def _url(entry: Entry, workspace: Workspace | None) -> str:
    if workspace is None:
        return reverse(entry.url_name)
    own = workspace.team.pk if entry.area is Area.TEAM else workspace.code
    return reverse(entry.url_name, args=[own])


def _current(request: HttpRequest) -> Entry | None:
    """The entry whose page it is, or one of its noun that no entry has; where entries share a
    noun, such pages are the first one's."""
    name = request.resolver_match.view_name if request.resolver_match else ""
    noun = _noun(name)
    own = (entry for entry in _entries if entry.url_name == name)
    same = (entry for entry in _entries if noun and _noun(entry.url_name) == noun)
    return next(own, None) or next(same, None)


def _noun(url_name: str) -> str:
    """What the page is about: “merchants:store” of “merchants:store-list”."""
    return url_name.rpartition("-")[0]
