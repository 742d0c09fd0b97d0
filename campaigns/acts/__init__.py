"""What the audit log says of the nouns of this app: a sentence per act, a label per fact."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.acts import funds
from campaigns.boosts.models import Boost
from campaigns.campaigns.models import Campaign
from campaigns.closings.models import Lost
from campaigns.funds.models import Fund
from merchants.companies.models import Merchant
from merchants.notes.models import Note
from merchants.openings.models import Programme
from portal.accounts.acts import Rows, register


def announce() -> None:
    """Name every noun; called once, when the app is ready."""
    _boosts()
    funds.announce()
    _money()
    _delivery()
    _campaigns()
    _costs()
    _closings()


def _boosts() -> None:
    register(
        "boost",
        {
            "completed": _("Boost completed"),
            "draft": _("Boost taken back for changes"),
            "edited": _("Boost changed"),
            "rejected": _("Boost rejected"),
            "requested": _("Boost drafted"),
            "returned": _("Boost returned for changes"),
            "running": _("Boost started"),
            "scheduled": _("Boost scheduled"),
            "stopped": _("Boost stopped"),
            "submitted": _("Boost sent to review"),
            "approved": _("Boost approved"),
            "waits": _("Boost waits for the round of its fund"),
            "round_moved": _("The round of its fund was moved"),
            "paused": _("Boost paused"),
            "appeal_taken_back": _("Appeal taken back: the rejection stands"),
            "first_signed": _("Boost approved by a first person; a second signs"),
            "settled": _("Boost settled: what was left went back"),
            "spend_refused": _("Spend that was refused"),
            "idle": _("Boost runs and spends nothing"),
            "late": _("The days of the boost passed before a round of its fund was divided"),
            "taken_off": _("Boost taken off: its note leads nowhere any more"),
        },
        {
            "note": _("Note"),
            "objective": _("Objective"),
            "budget_fen": _("Budget"),
            "starts_on": _("First day"),
            "ends_on": _("Last day"),
            "daily_cap_fen": _("Most a day"),
            "day_part": _("Hours of the day"),
            "hours": _("Hours from approval"),
            "campaign": _("Campaign"),
            "fund": _("Fund"),
            "grant_fen": _("Paid by the fund"),
            "captured_fen": _("Spent"),
            "released_fen": _("Given back"),
            "refused_fen": _("Not paid"),
            "cut_at": _("Collects until"),
            "lost": _("Reason"),
            "programme": _("Programme"),
            "programme_ends_on": _("Its last day"),
        },
        {
            "note": (Note, "external_id"),
            "campaign": (Campaign, "id"),
            "fund": (Fund, "code"),
            "programme": (Programme, "code"),
        },
        {"lost": Lost},
    )


def _money() -> None:
    paid = {
        "merchant": _("Merchant"),
        "fund": _("Fund"),
        # Older entries name whom they paid by its account.
        "account": _("Ledger account"),
        "amount_fen": _("Amount"),
        "reference": _("Reference"),
    }
    payees: Rows = {"merchant": (Merchant, "code"), "fund": (Fund, "code")}
    register(
        "announcement",
        {
            "made": _("Payment announced"),
            "withdrawn": _("Announcement of a payment withdrawn"),
        },
        {"amount_fen": _("Amount"), "paid_on": _("Paid on")},
    )
    register(
        "balancerefund",
        {
            "requested": _("Refund of balance asked for"),
            "approved": _("Refund of balance checked"),
            "rejected": _("Refund of balance rejected"),
            "withdrawn": _("Refund of balance withdrawn"),
            "paid": _("Refund of balance paid"),
        },
        {
            "amount_fen": _("Amount"),
            "bank": _("Bank"),
            "bank_account": _("Account number"),
        },
    )
    register(
        "reconciliation",
        {
            "broken": _("The books do not agree"),
            "proven": _("Books proven"),
            "failed": _("Books could not be proven"),
        },
        {
            "found": _("Places that do not agree"),
            "fresh": _("of these new"),
            "gone": _("Agreed since"),
        },
    )
    register(
        "invoicerequest",
        {
            "asked": _("Invoice asked for"),
            "issued": _("Invoice issued"),
            "returned": _("Invoice returned"),
            "withdrawn": _("Invoice request withdrawn"),
            "red_asked": _("Red-letter invoice asked for"),
            "credited": _("Invoice taken back by a red-letter invoice"),
            "uncovered": _("Money of an invoice went back"),
        },
        {
            "amount_fen": _("Amount"),
            "short_fen": _("Went back"),
            "title": _("Invoice title"),
            "tax_number": _("Tax number"),
        },
    )
    register("deposit", {"recorded": _("Deposit recorded")}, paid, payees)
    register(
        "payment",
        {
            "booked": _("Payment signed and booked"),
            "recorded": _("Payment recorded; a second person signs"),
            "rejected": _("Payment not signed"),
        },
        paid,
        payees,
    )


def _delivery() -> None:
    register(
        "adserver",
        {"created": _("Ad server added"), "edited": _("Ad server changed")},
        {
            "name_zh": _("Chinese name"),
            "name_en": _("English name"),
            "wait_hours": _("Hours its last rows are waited for"),
            "is_active": _("Gets new boosts"),
        },
    )
    register("deliverymessage", {"stuck": _("Message of an ad server cannot be carried out")}, {})


def _campaigns() -> None:
    register(
        "campaign",
        {
            "opened": _("Campaign opened"),
            "edited": _("Campaign changed"),
            "closed": pgettext_lazy("campaign", "Closed"),
            "opened_again": pgettext_lazy("campaign", "Opened again"),
            "note_added": _("Note added to the campaign"),
            "note_removed": _("Note taken out of the campaign"),
        },
        {
            "name": _("Name"),
            "starts_on": _("First day"),
            "ends_on": _("Last day"),
            "target_kind": _("Target"),
            "target_value": _("Target number"),
            "target_fen": _("Target amount"),
            "budget_fen": _("Planned budget"),
            "note": _("Note"),
        },
        {"note": (Note, "external_id")},
    )


def _costs() -> None:
    register(
        "cost",
        {
            "recorded": _("Cost recorded"),
            "corrected": _("Cost corrected"),
            "withdrawn": _("Cost withdrawn"),
        },
        {
            "note": _("Note"),
            "boost": _("Boost"),
            "campaign": pgettext_lazy("cost", "Campaign"),
            "channel": _("Channel"),
            "kind": _("Kind of cost"),
            "on": _("Day"),
            "amount_fen": _("Amount"),
            "reference": _("Own number"),
        },
        {
            "note": (Note, "external_id"),
            "boost": (Boost, "external_id"),
            "campaign": (Campaign, "id"),
        },
    )
    register(
        "costfile",
        {"added": _("Costs of a file added")},
        {
            "name": _("File"),
            "sha256": _("Fingerprint"),
            "costs": _("Costs"),
            "amount_fen": _("Amount"),
        },
    )
    register(
        "assumption",
        {"recorded": _("Assumption recorded")},
        {
            "what": _("Assumed"),
            "share": _("Of the revenue"),
            "from_on": pgettext_lazy("assumption", "From"),
            "source": pgettext_lazy("assumption", "Source"),
        },
    )


def _closings() -> None:
    register(
        "closing",
        {"finished": _("Boosts of a closed category ended")},
        {"released_fen": _("Given back")},
    )
    register(
        "closingmerchant",
        {"told": _("Boosts ended: what they led to was closed")},
        {"released_fen": _("Given back")},
    )
