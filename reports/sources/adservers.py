"""Each ad server has a source, for what it sends as files: made in the act that sets it up."""

from typing import Any

from campaigns.delivery.models import AdServer
from portal.accounts.audit import acted
from portal.accounts.models import AuditEntry
from reports.sources.models import EventKind, Source, SourceKind

PREFIX = "ads-"


def listen() -> None:
    """Hear of ad servers; called once, when the app is ready."""
    acted.connect(_on_acted, sender=AdServer, dispatch_uid="sources.adservers")


def _on_acted(sender: type[AdServer], *, row: AdServer, entry: AuditEntry, **more: Any) -> None:
    if entry.verb == "adserver.created":
        source_of(row)


def source_of(server: AdServer) -> Source:
    """The source of an ad server, made if there is none."""
    source, _is_new = Source.objects.get_or_create(
        ad_server=server,
        defaults={
            "code": f"{PREFIX}{server.endpoint.code}",
            "name_zh": server.name_zh,
            "name_en": server.name_en,
            "kind": SourceKind.ADSERVER,
            "events": EventKind.DELIVERIES,
        },
    )
    return source
