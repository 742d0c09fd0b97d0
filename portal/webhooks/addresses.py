"""The address of an endpoint, as an admin may write it."""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from portal.refusals import Refusal

MOST_LETTERS = 300
# A whole name of a host: at least one dot, and no address in figures.
_NAME = re.compile(
    r"(?=.{4,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?",
    re.ASCII,
)
_WRITTEN = re.compile(r"[\x21-\x7e]+", re.ASCII)


def of(text: str, field: str = "url") -> str:
    """`text` as the address of an endpoint: https, a name of a host, no name of a person in it.

    Where this machine may be called, its addresses may be written, without encryption, too.
    Raises Refusal at the form's `field`.
    """
    if len(text) > MOST_LETTERS:
        most = {"most": MOST_LETTERS}
        raise Refusal(_("The address has at most %(most)s characters.") % most, field=field)
    if not _WRITTEN.fullmatch(text):
        raise Refusal(_("Write the address as https://partner.example/webhooks."), field=field)
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise Refusal(
            _("Write the address as https://partner.example/webhooks."), field=field
        ) from error
    if parts.username is not None or parts.fragment or port == 0:
        raise Refusal(_("Leave names, passwords and “#” out of the address."), field=field)
    if _is_this_machine(host):
        if not settings.WEBHOOK_LOOPBACK:
            raise Refusal(_("The address is of this machine, which partners are not."), field=field)
        schemes = {"http", "https"}
    else:
        schemes = {"https"}
    if parts.scheme not in schemes:
        raise Refusal(_("The address begins with https://."), field=field)
    if not (_NAME.fullmatch(host) or _is_this_machine(host)):
        raise Refusal(_("Write the whole name of the host, as partner.example."), field=field)
    return text


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
