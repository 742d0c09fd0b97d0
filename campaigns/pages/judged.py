"""How what is judged about boosts and payments reads."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from campaigns.boosts.asked import DayPart
from campaigns.boosts.models import Objective
from campaigns.funds.models import FundingSource
from merchants.marketplaces.placements import Placement
from merchants.notes.models import NoteKind
from merchants.pages.judged import identity, of_choices
from portal import words
from portal.review.changes import Fact, moment, plain


def _note(value: list[Any]) -> str:
    external_id, title, author, kind, published_at = value
    return plain([title, author, of_choices(NoteKind)(kind), moment(published_at), external_id])


def _listings(value: list[list[Any]]) -> str:
    return plain(
        [
            plain(
                [
                    title,
                    words.yuan(price_fen),
                    store,
                    of_choices(Placement)(placement),
                    *(_("cannot be bought") for _is_available in gone),
                ]
            )
            for placement, title, price_fen, store, *gone in value
        ]
    )


def _hours(value: list[int]) -> str:
    return f"{value[0]:02d}:00 – {value[1]:02d}:00"


def _lines(value: list[list[Any]]) -> str:
    told = of_choices(FundingSource)
    return plain([f"{fund or told(source)} {words.yuan(fen)}" for source, fund, fen in value])


BOOST = {
    "merchant": Fact(_("Merchant")),
    "note": Fact(_("Note"), _note),
    "note_text": Fact(_("Text of the note")),
    "note_cover": Fact(_("Cover of the note"), lambda digest: digest[:12]),
    "listings": Fact(_("What the note sells"), _listings),
    "objective": Fact(_("Objective"), of_choices(Objective)),
    "days": Fact(_("Period"), " – ".join),
    "hours": Fact(_("Hours"), _hours),
    "hours_from_approval": Fact(_("Hours from approval")),
    "day_part": Fact(_("Time of day"), of_choices(DayPart)),
    "campaign": Fact(_("Campaign")),
    "daily_cap_fen": Fact(_("Most a day"), words.yuan),
    "budget_fen": Fact(_("Budget"), words.yuan),
    "lines": Fact(_("Who pays"), _lines),
}
PAYMENT = {
    "account": Fact(_("Ledger account")),
    "merchant": Fact(_("Merchant"), identity),
    "amount_fen": Fact(_("Amount"), words.yuan),
    "reference": Fact(_("Reference")),
}
REFUND = {
    "merchant": Fact(_("Merchant"), identity),
    "amount_fen": Fact(_("Amount"), words.yuan),
    "holder": Fact(_("Account holder")),
    "bank": Fact(_("Bank")),
    "bank_account": Fact(_("Account number")),
    "reason": Fact(_("Reason")),
}
