"""Who may open a page: the decorators that stand before every view.

A door notes on the request what the person may do there and whose page it is. Every template gets
both (`portal.shell.context`), so a page asks `{% if "boost.edit" in may %}` and offers no button
that would answer 403.
"""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, cast

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from portal.accounts import permissions
from portal.accounts.models import Team, User
from portal.ui.session_over import sign_in_first

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails


class PortalRequest(HttpRequest):
    """A request as the views behind the decorators see it: somebody is signed in.

    `may` are the actions open to the person: inside the merchant or team whose page it is, else
    for the platform (`team` is None). `place` is that merchant or team, by the name templates
    know it under.
    """

    user: User
    htmx: "HtmxDetails"
    may: set[str]
    team: Team | None
    place: dict[str, Model]


P = ParamSpec("P")
View = Callable[Concatenate[PortalRequest, P], HttpResponseBase]
Door = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
TeamView = Callable[Concatenate[PortalRequest, Team, P], HttpResponseBase]


def enter(request: PortalRequest, action: str, *, of: Team | None = None, **place: Model) -> None:
    """Note what the person may do at `place`, in one query; 403 unless `action` is among it."""
    may = permissions.actions(request.user, of)
    if action not in may:
        raise PermissionDenied
    request.may, request.team, request.place = may, of, place


def person_page(view: View[P]) -> Door[P]:
    """A page for everyone who is signed in; others are sent to the login page.

    Who owes a second factor is sent to set one up (`portal.accounts.middleware`).
    """

    @wraps(view)
    def door(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        known = cast("PortalRequest", request)
        if not known.user.is_authenticated:
            return sign_in_first(request)
        known.may, known.team, known.place = permissions.actions(known.user), None, {}
        return view(known, *args, **kwargs)

    door.is_for_people = True  # type: ignore[attr-defined]
    return door


def platform_page(action: str) -> Callable[[View[P]], Door[P]]:
    """A page of the platform's own people, for those of them whose role allows `action`."""

    def decorate(view: View[P]) -> Door[P]:
        @person_page
        @wraps(view)
        def door(request: PortalRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.platform_role:
                raise PermissionDenied(_("This page is for people of the platform."))
            enter(request, action)
            return view(request, *args, **kwargs)

        return door

    return decorate


def team_page(action: str) -> Callable[[TeamView[P]], Callable[..., HttpResponseBase]]:
    """A page of one team: 404 unless the team is visible, 403 unless the role allows `action`.

    The view gets the team instead of the address's `team_pk`.
    """

    def decorate(view: TeamView[P]) -> Callable[..., HttpResponseBase]:
        @person_page
        @wraps(view)
        def door(
            request: PortalRequest, /, team_pk: int, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponseBase:
            team = get_object_or_404(Team.objects.visible_to(request.user), pk=team_pk)
            enter(request, action, of=team, team=team)
            return view(request, team, *args, **kwargs)

        return door

    return decorate
