"""How values read in sentences, tables, charts and mails: money, numbers, days, names; no HTML.

What is unknown reads as a dash, which is never the same as 0.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

NOTHING = "–"
CHINESE, ENGLISH = "zh-hans", "en"


def nearest(language: str | None) -> str:
    """CHINESE or ENGLISH, for what others call a language: “zh-cn”, “zh_TW.UTF-8”, “de”."""
    return CHINESE if (language or "").startswith("zh") else ENGLISH


def language() -> str:
    """The language of the reader: CHINESE or ENGLISH."""
    return nearest(get_language())


def name(zh: str, en: str) -> str:
    """The one of two names that is in the language of the reader."""
    return zh if language() == CHINESE else en


def gap() -> str:
    """What stands between two sentences: a blank, in Chinese nothing."""
    return "" if language() == CHINESE else " "


def sentences(said: Iterable[object]) -> str:
    """Sentences, one after the other."""
    return gap().join(str(one) for one in said)


def in_yuan(fen: int) -> Decimal:
    """123450 fen is 1234.5: the exact amount in yuan, for forms and files."""
    return Decimal(fen) / 100


def yuan(fen: int | None) -> str:
    """123456 fen is “¥1,234.56”."""
    if fen is None:
        return NOTHING
    sign, fen = ("−" if fen < 0 else ""), abs(int(fen))
    return f"{sign}¥{fen // 100:,}.{fen % 100:02d}"


def _minus(number: str) -> str:
    """The number with the minus of print, as money has it."""
    return number.replace("-", "−")


def count(number: int | None) -> str:
    """1234567 is “1,234,567”."""
    return NOTHING if number is None else _minus(f"{number:,}")


def decimal(number: Decimal | float | None, digits: int | None = None) -> str:
    """1234.5 is “1,234.5”, or “1,234.50” with two `digits`; all that it has when none are named."""
    if number is None:
        return NOTHING
    return _minus(f"{number:,}" if digits is None else f"{number:,.{digits}f}")


def percent(ratio: Fraction | Decimal | float | None) -> str:
    """0.1234 is “12.3%”, rounded half to even."""
    if ratio is None:
        return NOTHING
    if isinstance(ratio, Fraction):
        ratio = Decimal(ratio.numerator) / Decimal(ratio.denominator)
    return _minus(f"{(Decimal(ratio) * 100).quantize(Decimal('0.1'), ROUND_HALF_EVEN):,}%")


def share(ratio: Decimal) -> str:
    """A share as it was agreed, to its last digit: 0.333333 is “33.3333%”."""
    exact = f"{ratio * 100:,f}"
    return f"{exact.rstrip('0').rstrip('.') if '.' in exact else exact}%"


def local(at: datetime) -> datetime:
    """The instant in Shanghai time; a naive one is taken as such already."""
    return timezone.localtime(at) if timezone.is_aware(at) else at


def day(on: date | datetime | None) -> str:
    """A business day as ISO writes it, in every language: “2026-01-31”."""
    if on is None:
        return NOTHING
    return (local(on).date() if isinstance(on, datetime) else on).isoformat()


def period(first: date, last: date) -> str:
    """Days from one to another, both included: “2026-01-01 – 2026-01-31”."""
    return f"{day(first)} – {day(last)}"


def instant(at: datetime | None) -> str:
    """A moment of Shanghai to the minute: “2026-01-31 08:00”."""
    return NOTHING if at is None else f"{local(at):%Y-%m-%d %H:%M}"


def exact_instant(at: datetime) -> str:
    """A moment of Shanghai to the second: “2026-01-31 08:00:00 Shanghai time”."""
    return _("%(instant)s Shanghai time") % {"instant": f"{local(at):%Y-%m-%d %H:%M:%S}"}


def days(number: int) -> str:
    """“1 day”, “3 days”."""
    return ngettext("%(days)s day", "%(days)s days", number) % {"days": number}


def duration(time: timedelta) -> str:
    """Whole hours that have passed: “under an hour”, “1 hour”, “30 hours”."""
    hours = int(time / timedelta(hours=1))
    if not hours:
        return _("under an hour")
    return ngettext("%(hours)s hour", "%(hours)s hours", hours) % {"hours": hours}


def file_size(size: int) -> str:
    """Bytes in the largest unit that fits: 1073741824 is “1.0 GB”."""
    return filesizeformat(size)
