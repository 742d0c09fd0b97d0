"""What holds for every answer to somebody who is signed in."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_cache_control

from portal import logs
from portal.accounts import devices
from portal.accounts.models import User


class PersonMiddleware:
    """Speaks the person's language, lets no cache keep what only they may see, and has their
    browser remember that they have used it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        user = request.user
        if isinstance(user, User):
            logs.say_who(user.pk)
            if user.language:
                translation.activate(user.language)
                request.LANGUAGE_CODE = translation.get_language()
        response = self.get_response(request)
        if isinstance(request.user, User) and "Cache-Control" not in response:
            patch_cache_control(response, private=True, no_store=True)
        devices.keep(request, response)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()"
        )
        return response
