"""A fund's month as rows of a file: from its opening, line by line, to its closing."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from campaigns.sharing.drawing import Drawn, Stand
from portal import words


def table(drawn: Drawn) -> Iterator[list[object]]:
    """The header, the opening, a row per line and the closing; amounts are numbers in yuan."""
    yield [
        _("Month"), _("Day"), _("What"), _("Merchant"), pgettext("file", "Document"),
        _("Left to grant"), _("Set aside"), _("Captured"),
    ]  # fmt: skip
    month = str(drawn.month)
    yield _stand(month, words.day(drawn.month.first_on), _("Opening balance"), drawn.opening)
    for line in drawn.lines:
        yield [
            month, words.day(line.on), line.reason_label, line.merchant, line.document,
            *map(words.in_yuan, (line.left_fen, line.held_fen, line.spent_fen)),
        ]  # fmt: skip
    yield _stand(month, words.day(drawn.month.last_on), _("Closing balance"), drawn.closing)


def _stand(month: str, on: str, what: str, stand: Stand) -> list[object]:
    amounts = (stand.left_fen, stand.held_fen, stand.spent_fen)
    return [month, on, what, "", "", *map(words.in_yuan, amounts)]
