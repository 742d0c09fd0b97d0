"""Giving a merchant the statement of a month: the one that was kept, or how far the month is."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from campaigns.statements import closing, drawing, months
from campaigns.statements.drawing import Drawn
from campaigns.statements.models import Statement
from campaigns.statements.months import Month
from merchants.companies.models import Merchant
from portal import words

# More than two are open only while nobody closes them.
MOST_OPEN = 3


@dataclass(frozen=True)
class Given:
    """`drawn` of `month`; `kept` is the closed one it was read from, None while it is open."""

    month: Month
    drawn: Drawn
    kept: Statement | None

    @property
    def state(self) -> str:
        """In words, whether it may still change."""
        if self.kept is None:
            return pgettext("statement", "Open: it may still change")
        return _("Closed %(at)s") % {"at": words.instant(self.kept.closed_at)}

    @property
    def content(self) -> bytes:
        """As JSON: of a closed month the bytes that were kept."""
        return bytes(self.kept.content) if self.kept else self.drawn.content()


def give(merchant: Merchant, month: Month) -> Given | None:
    """The statement of a month; None for one before any money came, or one that has not begun.

    An open month follows the last that is closed. One that follows open ones, as in the hour in
    which the last is still to be closed, begins where those end as far as they are known now.
    """
    if not _first(merchant) <= month <= months.this():
        return None
    there = Statement.objects.of(merchant)
    for kept in there.filter(first_on=month.first_on):
        return Given(month, drawing.kept(kept), kept)
    after = closing.as_if_closed(merchant, there.filter(first_on__lt=month.first_on).first(), month)
    return Given(month, drawing.draw(merchant, month, after=after), None)


def open_months(merchant: Merchant) -> list[Month]:
    """The months that are not closed, the newest first: this one and those just over."""
    first, last = _first(merchant), Statement.objects.of(merchant).first()
    month, found = months.this(), list[Month]()
    while month >= (last.month.next if last else first) and len(found) < MOST_OPEN:
        found.append(month)
        month = month.before
    return found


def _first(merchant: Merchant) -> Month:
    """The first month there is a statement of: this one, as long as no money has come."""
    return closing.first_of(merchant) or months.this()
