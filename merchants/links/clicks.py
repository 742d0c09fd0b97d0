"""A click on a listing's link: what is written down of it, and the id it goes on with."""

import logging
from datetime import datetime
from enum import StrEnum

from merchants.links import click_ids, repeats, spool
from merchants.links.facts import Facts
from portal import clock

logger = logging.getLogger(__name__)


class ClickKind(StrEnum):
    """All are kept and counted; only the first is a touchpoint."""

    CLICK = "click"
    REPEATED = "repeated_click"
    MACHINE = "machine_click"


def write_down(facts: Facts, *, reader: str | None, is_machine: bool) -> str:
    """Put the click into the spool; the click id that goes on to the marketplace.

    That is the id of the counted click where this one repeats it: a partner that gives it back
    names a touchpoint. `reader` is None where nobody knows who it is. A disk that takes nothing
    stops no reader; the loss is in the log.
    """
    at, click_id = clock.now(), click_ids.make()
    counted = None if is_machine or not reader else _repeated(facts, reader, click_id, at)
    kind = ClickKind.REPEATED if counted else ClickKind.CLICK
    click = {
        "event_id": click_id,
        "occurred_at": at.isoformat(),
        "user_id": reader or click_id,
        "note_id": facts.note,
        "kind": ClickKind.MACHINE if is_machine else kind,
        "listing_id": str(facts.listing_id),
        "placement": facts.placement,
    }
    try:
        spool.record(click)
    except OSError:
        logger.exception("A click of %s could not be written down.", facts.code)
    return counted or click_id


def _repeated(facts: Facts, reader: str, click_id: str, at: datetime) -> str | None:
    try:
        return repeats.earlier(reader=reader, listing_id=facts.listing_id, click_id=click_id, at=at)
    except OSError:
        logger.exception("Nobody knows whether a click of %s is repeated.", facts.code)
        return None
