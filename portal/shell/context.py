"""What every template may use besides its own context."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from portal.accounts.models import User
from portal.shell import navigation
from portal.ui import themes


def base(request: HttpRequest) -> dict[str, object]:
    """Whose page it is and what the person may do there, as the door noted it; the theme; the
    navigation and the number of unread notices, which are looked up when used."""
    theme = request.COOKIES.get(themes.COOKIE, "")
    return {
        "may": getattr(request, "may", set()),
        **getattr(request, "place", {}),
        "theme": theme if theme in themes.THEMES else "",
        "navigation": SimpleLazyObject(lambda: navigation.of(request)),
        "unread_notices": SimpleLazyObject(lambda: _unread(request)),
    }


def _unread(request: HttpRequest) -> int:
    user = getattr(request, "user", None)
    return user.notices.unread().count() if isinstance(user, User) else 0
