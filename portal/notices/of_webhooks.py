"""Who is told of what happens to partners' endpoints: a row per act."""

from typing import Any

from django.utils.translation import gettext_noop as _

from portal.notices.audiences import platform_who_may
from portal.notices.told import Nobody, Told
from portal.webhooks.models import Endpoint, OffCause

_ADMINS = platform_who_may("endpoint.manage")


def _page(endpoint: Any) -> str:
    return str(endpoint.get_absolute_url())


def _names(endpoint: Endpoint) -> dict[str, object]:
    return {"code": endpoint.code}


def _names_and_cause(endpoint: Endpoint) -> dict[str, object]:
    return {"code": endpoint.code, "why": OffCause(endpoint.off_cause).label}


TABLE: dict[str, Told | Nobody] = {
    "endpoint.opened": Told(
        _ADMINS,
        _("The address of the endpoint %(code)s waits for a second signature."),
        page=_page,
        names=_names,
    ),
    "endpoint.readdressed": Told(
        _ADMINS,
        _("The new address of the endpoint %(code)s waits for a second signature."),
        page=_page,
        names=_names,
    ),
    "endpoint.signed": Nobody("whoever asked sees it on its page, and that it is on"),
    "endpoint.on": Told(
        _ADMINS, _("The endpoint %(code)s is switched on."), page=_page, names=_names
    ),
    "endpoint.off": Told(
        _ADMINS,
        _("The endpoint %(code)s is switched off, and what it should be told waits. %(why)s."),
        page=_page,
        names=_names_and_cause,
    ),
    "endpoint.rotated": Told(
        _ADMINS,
        _("The keys of the endpoint %(code)s were changed: its partner needs the new ones."),
        page=_page,
        names=_names,
    ),
    "endpoint.keys_shown": Nobody("it stands in the audit log"),
    "message.replayed": Nobody("it stands in the audit log and on its page"),
}
