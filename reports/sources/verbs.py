"""What may be done to a source: change what it declares."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from portal import clock, meaning
from portal.accounts import audit, permissions, versions
from portal.accounts.models import User
from portal.refusals import Refusal
from portal.saving import save_or_refuse
from reports.events.contract import CONTRACTS, MAX_VALUE_FEN
from reports.sources.capability import SentBefore
from reports.sources.models import Rhythm, Source, Unit
from reports.sources.signals import knowledge_changes

# Nobody waits longer for the rows of a day; a longer delay is a slip.
MOST_DELAY_DAYS = 90


class SourceRefused(Refusal):
    """A source cannot declare this."""


@transaction.atomic
def edit(
    source: Source,
    *,
    name_zh: str,
    name_en: str,
    unit: str,
    zone: str,
    most_fen: int,
    rhythm: str,
    delay_days: int,
    sends: Sequence[str],
    version: str | None = None,
    by: User,
) -> Source:
    """Change what the source declares; files that come from now on are read by it. `most_fen` is
    in fen whatever the unit; `zone` is an IANA name or empty; `sends` are kinds of its events.

    Raises Outdated unless `version` is the newest, SourceRefused for what cannot be declared.
    """
    source = Source.objects.select_for_update(no_key=True).get(pk=source.pk)
    permissions.require(by, "source.manage")
    versions.require(source, version)
    old = _facts(source)
    before = _sent_before(source)
    known = CONTRACTS[source.events].choices("kind")
    _require_declarable(
        unit=unit, rhythm=rhythm, most_fen=most_fen, delay_days=delay_days, sends=sends, known=known
    )
    source.name_zh, source.name_en = meaning.line(name_zh), meaning.line(name_en)
    source.unit, source.most_fen = unit, most_fen
    source.zone = _checked_zone(zone)
    source.rhythm, source.delay_days = rhythm, delay_days
    source.sends = [kind for kind in known if kind in sends]
    new = _facts(source)
    changed = [name for name in new if new[name] != old[name]]
    if changed:
        if {"sends", "rhythm", "delay_days"} & {*changed}:
            knowledge_changes.send(Source)
            before.until = clock.now()
            before.save()
        save_or_refuse(source)
        audit.record(
            "source.edit",
            source,
            by=by,
            team=source.merchant.team if source.merchant else None,
            old={name: old[name] for name in changed},
            new={name: new[name] for name in changed},
        )
    return source


def _sent_before(source: Source) -> SentBefore:
    """What it declares now of its rows, to be kept once that has changed."""
    return SentBefore(
        source=source, sends=source.sends, rhythm=source.rhythm, delay_days=source.delay_days
    )


def _require_declarable(
    *,
    unit: str,
    rhythm: str,
    most_fen: int,
    delay_days: int,
    sends: Sequence[str],
    known: Collection[str],
) -> None:
    """Raise SourceRefused for what no source can declare; `known` are the kinds it may send."""
    if unit not in Unit.values:
        raise SourceRefused(_("Choose a unit."), field="unit")
    if rhythm not in Rhythm.values:
        raise SourceRefused(_("Choose a rhythm."), field="rhythm")
    if not 0 < most_fen <= MAX_VALUE_FEN:
        raise SourceRefused(_("A line has a bound above 0."), field="most_fen")
    if not 0 <= delay_days <= MOST_DELAY_DAYS:
        raise SourceRefused(
            _("A delay is at most %(days)s days.") % {"days": MOST_DELAY_DAYS}, field="delay_days"
        )
    if (known and not sends) or not set(sends) <= set(known):
        raise SourceRefused(_("Choose the kinds of events that it sends."), field="sends")


def _facts(source: Source) -> dict[str, Any]:
    """What people may change of a source, as the audit log keeps it."""
    return {
        "name_zh": source.name_zh,
        "name_en": source.name_en,
        "unit": source.unit,
        "zone": source.zone,
        "most_fen": source.most_fen,
        "rhythm": source.rhythm,
        "delay_days": source.delay_days,
        "sends": ", ".join(source.sends),
    }


def _checked_zone(zone: str) -> str:
    name = meaning.identifier(zone)
    if not name:
        return ""
    try:
        # A folder of zones, as "Asia", is found and cannot be read.
        datetime(2026, 1, 1, tzinfo=ZoneInfo(name)).utcoffset()
    except (KeyError, ValueError, OSError):
        raise SourceRefused(
            _("There is no such time zone. Write one as Asia/Shanghai."), field="zone"
        ) from None
    return name
