"""Who may open a page: the decorators that stand before every view."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from portal.accounts import permissions
from portal.accounts.models import Team, User

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails


class PortalRequest(HttpRequest):
    """A request as the views behind the decorators see it: somebody is signed in."""

    user: User
    htmx: "HtmxDetails"


P = ParamSpec("P")
View = Callable[Concatenate[PortalRequest, P], HttpResponseBase]
Door = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
TeamView = Callable[Concatenate[PortalRequest, Team, P], HttpResponseBase]


def person_page(view: View[P]) -> Door[P]:
    """A page for everyone who is signed in; others are sent to the login page."""

    @wraps(view)
    def door(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        return view(cast("PortalRequest", request), *args, **kwargs)

    return login_required(door)


def platform_page(action: str) -> Callable[[View[P]], Door[P]]:
    """A page of the platform's own people, for those of them whose role allows `action`."""

    def decorate(view: View[P]) -> Door[P]:
        @person_page
        @wraps(view)
        def door(request: PortalRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.platform_role:
                raise PermissionDenied(_("This page is for people of the platform."))
            permissions.require(request.user, action)
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
            permissions.require(request.user, action, team)
            return view(request, team, *args, **kwargs)

        return door

    return decorate
