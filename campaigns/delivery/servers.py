"""What admins do with ad servers: set one up, change it, and say which one gets new boosts."""

from django.db import transaction

from campaigns.delivery.models import AdServer
from portal import meaning
from portal.accounts import audit, permissions, versions
from portal.accounts.models import User
from portal.saving import save_or_refuse
from portal.webhooks.models import Endpoint

FACTS = ("name_zh", "name_en", "wait_hours", "is_active")


@transaction.atomic
def create(
    endpoint: Endpoint, *, name_zh: str, name_en: str, wait_hours: int, is_active: bool, by: User
) -> AdServer:
    """An ad server that is told at `endpoint`. If it is active, no other one is from now on.

    Raises Refusal at the field of what cannot be, an endpoint that has one among it.
    """
    permissions.require(by, "adserver.manage")
    server = AdServer(endpoint=endpoint)
    _set(server, name_zh, name_en, wait_hours, is_active)
    audit.record("adserver.created", server, by=by, new=_told(server))
    return server


@transaction.atomic
def edit(
    server: AdServer,
    *,
    name_zh: str,
    name_en: str,
    wait_hours: int,
    is_active: bool,
    by: User,
    version: str | None = None,
) -> AdServer:
    """Change an ad server. Boosts that it has stay with it, and its rows are taken, active or not.

    Raises Outdated unless `version`, where a page had it, is the newest.
    """
    permissions.require(by, "adserver.manage")
    server = AdServer.objects.select_for_update(no_key=True).get(pk=server.pk)
    versions.require(server, version)
    old = _told(server)
    _set(server, name_zh, name_en, wait_hours, is_active)
    audit.record("adserver.edited", server, by=by, old=old, new=_told(server))
    return server


def _set(server: AdServer, name_zh: str, name_en: str, wait_hours: int, is_active: bool) -> None:
    if is_active:
        # In the order of ids: two that are made active at once do not wait for each other.
        others = AdServer.objects.select_for_update(no_key=True).filter(is_active=True)
        for other in others.exclude(pk=server.pk).order_by("pk"):
            other.is_active = False
            other.save(update_fields=["is_active"])
    server.name_zh, server.name_en = meaning.line(name_zh), meaning.line(name_en)
    server.wait_hours, server.is_active = wait_hours, is_active
    save_or_refuse(server)


def _told(server: AdServer) -> dict[str, object]:
    return {name: getattr(server, name) for name in FACTS}
