"""What follows when somebody has a new password."""

from allauth.account.models import EmailAddress
from django.http import HttpRequest

from portal.accounts import attempts, devices
from portal.accounts.models import User


def begin_afresh(request: HttpRequest, user: User, **signal: object) -> None:
    """Whoever reset his password by mail may sign in with it here, whatever was tried before."""
    proved = EmailAddress.objects.filter(user=user)
    for address in {user.email, *proved.values_list("email", flat=True)}:
        attempts.forget(request, address)
    devices.remember(request, user.email)
