"""A statement as rows of a file: from its opening, line by line, to its closing."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from campaigns.statements.drawing import Drawn, Line
from portal import words


def table(drawn: Drawn, *, state: str) -> Iterator[list[object]]:
    """The header, the opening balance, a row per line and the closing balance.

    Ids and documents are text, amounts numbers in yuan: the lines sum to the difference of the
    balances. `state` says whether the month is closed.
    """
    yield [
        _("Month"), _("Day"), _("What"), _("Note"), _("Note id"), pgettext("file", "Document"),
        _("Ledger entries"), _("Transfers"), _("Amount (yuan)"), _("Balance (yuan)"),
        _("Correction of a closed month"), _("State"), _("Merchant"),
    ]  # fmt: skip
    balance_fen = drawn.opening_fen
    yield _balance(drawn, drawn.first_on, _("Opening balance"), balance_fen, state)
    for line in drawn.lines:
        balance_fen += line.amount_fen
        yield _row(drawn, line, balance_fen, state)
    yield _balance(drawn, drawn.last_on, _("Closing balance"), balance_fen, state)


def _balance(drawn: Drawn, on: str, what: str, balance_fen: int, state: str) -> list[object]:
    balance = words.in_yuan(balance_fen)
    return [drawn.month, on, what, "", "", "", "", "", "", balance, "", state, drawn.merchant]


def _row(drawn: Drawn, line: Line, balance_fen: int, state: str) -> list[object]:
    return [
        drawn.month, line.on, line.reason_label, line.note, line.note_id, line.document,
        line.ledger, line.moves, words.in_yuan(line.amount_fen), words.in_yuan(balance_fen),
        _("yes") if drawn.corrects(line) else "", state, drawn.merchant,
    ]  # fmt: skip
