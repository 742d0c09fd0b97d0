"""What every template may use besides its own context."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from portal import clock
from portal.accounts.models import User
from portal.shell import navigation
from portal.ui import themes

MOST_UNREAD = 99


def base(request: HttpRequest) -> dict[str, object]:
    """Whose page it is and what the person may do there, as the door noted it; the theme; what the
    site is called; when the page was read; the navigation and the number of unread notices, looked
    up when used."""
    theme = request.COOKIES.get(themes.COOKIE, "")
    return {
        "may": getattr(request, "may", set()),
        **getattr(request, "place", {}),
        "theme": theme if theme in themes.THEMES else "",
        "navigation": SimpleLazyObject(lambda: navigation.of(request)),
        "site_name": settings.SITE_NAME,
        "read_at": SimpleLazyObject(clock.now),
        "unread_notices": SimpleLazyObject(lambda: _unread(request)),
    }


def _unread(request: HttpRequest) -> int | str:
    """How many notices wait to be read, as the bell says it: past MOST_UNREAD nobody counts."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return 0
    # So few are fetched sooner than PostgreSQL is asked to count the first of them.
    count = len(user.notices.unread().values_list("pk")[: MOST_UNREAD + 1])
    return count if count <= MOST_UNREAD else f"{MOST_UNREAD}+"
