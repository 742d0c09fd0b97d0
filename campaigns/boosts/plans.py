"""What is asked for with a boost, and what of it may be asked for."""

from datetime import date, datetime
from typing import Any, NotRequired, TypedDict
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.boosts import asked, belonging, lines
from campaigns.boosts.asked import MIN_DAILY_BUDGET_FEN, AskingForm, DayPart, PlanRefusal
from campaigns.boosts.lines import FundingLine
from campaigns.boosts.models import Boost, Objective
from campaigns.campaigns import verbs as campaigns
from campaigns.campaigns.models import Campaign
from campaigns.funds import terms
from campaigns.funds.models import Fund, FundingSource
from campaigns.ledger.models import TRANSFER_LIMIT_FEN
from merchants.companies.models import Merchant
from merchants.listings.leading import leading
from merchants.notes.models import Note
from portal import words
from portal.accounts.models import User

NOTHING_TO_BUY = gettext_lazy(
    "Nothing is linked to this note that readers could buy. Add a listing to it and publish that "
    "first."
)
ALL_CLOSED = gettext_lazy(
    "What this note links to is closed: readers get the in-app product instead. Link something "
    "that is open to it first."
)


class Plan(TypedDict):
    """What is asked for: `fund` pays `grant_fen` of `budget_fen`, the wallet the rest."""

    note: Note
    objective: Objective
    starts_on: date
    ends_on: date
    budget_fen: int
    # Hours of the days at which it is shown; all, if nobody says.
    day_part: NotRequired[DayPart]
    # On the quick form: for so many hours from the approval on; its days are a guess until then.
    hours: NotRequired[int | None]
    from_hour: NotRequired[int]
    to_hour: NotRequired[int]
    # Most of it that one day may cost; None: nobody says.
    daily_cap_fen: NotRequired[int | None]
    fund: NotRequired[Fund | None]
    grant_fen: NotRequired[int]
    # The campaign it belongs to; None where it stands alone.
    campaign: NotRequired[Campaign | None]
    # Whether it is asked for although the note is boosted on some of these days already.
    beside: NotRequired[bool]


# The fields of a boost that a plan fills.
NAMES = (
    "note",
    "objective",
    "starts_on",
    "ends_on",
    "budget_fen",
    "daily_cap_fen",
    "day_part",
    "hours",
    "campaign",
)


def check(merchant: Merchant, plan: Plan, *, at: datetime) -> None:
    """Raise PlanRefusal, naming the field, unless the plan can be asked for at `at`."""
    note, budget_fen = plan["note"], plan["budget_fen"]
    if note.merchant_id != merchant.pk or not note.published_at:
        raise PlanRefusal(_("Choose a published note of yours."), field="note")
    if note.published_at > at:
        raise PlanRefusal(_("This note is not published yet."), field="note")
    shown = note.listings.live().on_sale().select_related("product__store")
    if not shown:
        raise PlanRefusal(str(NOTHING_TO_BUY), field="note")
    if not leading(shown, at=at):
        raise PlanRefusal(str(ALL_CLOSED), field="note")
    if plan["objective"] not in Objective.values:
        raise PlanRefusal(_("Choose an objective."), field="objective")
    if budget_fen >= TRANSFER_LIMIT_FEN:
        raise PlanRefusal(
            _("The budget is less than %(limit)s.") % {"limit": words.yuan(TRANSFER_LIMIT_FEN)},
            field="budget",
        )
    if plan.get("hours") is None:
        asked.check_days(plan["starts_on"], plan["ends_on"], budget_fen, at=at)
    else:
        asked.check_quick(budget_fen, plan["hours"] or 0)
    _check_cap(plan)
    _check_campaign(merchant, plan)
    check_grant(merchant, plan, at=at)


def check_alone(plan: Plan, *, but: UUID) -> None:
    """Raise PlanRefusal unless no boost, `but` the one with this request key, runs on the note on
    these days, or the plan says that it is meant. Locks the note, so that two at once see each
    other."""
    Note.objects.select_for_update(no_key=True).get(pk=plan["note"].pk)
    beside = Boost.objects.beside(plan["note"], plan["starts_on"], plan["ends_on"])
    other = beside.exclude(request_key=but).first()
    if other is None or plan.get("beside"):
        return
    if not other.is_dated:
        raise PlanRefusal(
            _(
                "This note has a boost of %(budget)s already, which begins with its approval "
                "(%(status)s). Tick this if you want a second one beside it; the money of both is "
                "set aside."
            )
            % {
                "budget": words.yuan(other.budget_fen),
                "status": other.get_status_display(),
            },
            field="beside",
        )
    raise PlanRefusal(
        _(
            "This note has a boost of %(budget)s from %(first)s to %(last)s already (%(status)s). "
            "Tick this if you want a second one beside it; the money of both is set aside."
        )
        % {
            "budget": words.yuan(other.budget_fen),
            "first": words.day(other.starts_on),
            "last": words.day(other.ends_on),
            "status": other.get_status_display(),
        },
        field="beside",
    )


def _check_cap(plan: Plan) -> None:
    cap_fen = plan.get("daily_cap_fen")
    if cap_fen is not None and not MIN_DAILY_BUDGET_FEN <= cap_fen <= plan["budget_fen"]:
        raise PlanRefusal(
            _("A day costs at least %(least)s and at most the budget.")
            % {"least": words.yuan(MIN_DAILY_BUDGET_FEN)},
            field="cap",
        )


def check_grant(merchant: Merchant, plan: Plan, *, at: datetime) -> None:
    """Raise PlanRefusal, naming the field, unless the fund pays its part at `at`."""
    fund, grant_fen = plan.get("fund"), plan.get("grant_fen", 0)
    if fund and not Fund.objects.open_to(merchant).filter(pk=fund.pk).exists():
        raise PlanRefusal(_("Funds pay a part once your company is verified."), field="fund")
    if bool(fund) != bool(grant_fen):
        raise PlanRefusal(_("A grant names its fund and its amount."), field="grant")
    if not 0 <= grant_fen <= plan["budget_fen"]:
        raise PlanRefusal(_("The grant is at most the budget."), field="grant")
    if fund:
        for no in terms.refusals(
            fund,
            merchant,
            note=plan["note"],
            starts_on=plan["starts_on"],
            budget_fen=plan["budget_fen"],
            grant_fen=grant_fen,
            at=at,
        ):
            raise PlanRefusal(no.sentence, field=no.field)


def _check_campaign(merchant: Merchant, plan: Plan) -> None:
    campaign = plan.get("campaign")
    if campaign is None:
        return
    # As it is now: it may have been closed since the page was shown.
    there = Campaign.objects.still_open().filter(merchant=merchant, pk=campaign.pk)
    if not there.exists():
        raise PlanRefusal(_("Choose an open campaign of yours."), field="campaign")


def fields_of(plan: Plan) -> dict[str, Any]:
    """What of the plan are fields of a boost."""
    hours = plan.get("hours")
    return {
        "note": plan["note"],
        "objective": plan["objective"],
        "starts_on": plan["starts_on"],
        "ends_on": plan["ends_on"],
        "budget_fen": plan["budget_fen"],
        "daily_cap_fen": plan.get("daily_cap_fen"),
        "day_part": plan.get("day_part", DayPart.WHOLE),
        "form": AskingForm.FULL if hours is None else AskingForm.QUICK,
        "hours": hours,
        "is_dated": hours is None,
        "from_hour": plan.get("from_hour", 0),
        "to_hour": plan.get("to_hour", 24),
        "campaign": plan.get("campaign"),
    }


def write_lines(boost: Boost, plan: Plan) -> None:
    """Replace the funding lines of what the locked `boost` asks for by those of the plan."""
    boost.funding_lines.filter(submission=boost.asking).delete()
    fund, grant_fen = plan.get("fund"), plan.get("grant_fen", 0)
    cash_fen = plan["budget_fen"] - grant_fen
    if cash_fen:
        _line(boost, FundingSource.MERCHANT_CASH, cash_fen)
    if fund:
        _line(boost, FundingSource(fund.source), grant_fen, fund)


def join(boost: Boost, *, by: User) -> None:
    """The locked `boost` belongs to its campaign from now on, and so does its note."""
    belonging.follow(boost)
    if boost.campaign is not None:
        campaigns.join(boost.campaign, boost.note, by=by)


def ask_again(boost: Boost) -> None:
    """The locked `boost` may be changed and submitted again: with the same lines as long as nobody
    changes them, but new ones, since those of a submission are for good."""
    old = list(lines.of(boost))
    boost.asking = boost.submission + 1
    boost.save(update_fields=["asking"])
    for line in old:
        _line(boost, FundingSource(line.source), line.amount_fen, line.fund)


def _line(boost: Boost, source: FundingSource, amount_fen: int, fund: Fund | None = None) -> None:
    boost.funding_lines.create(
        submission=boost.asking, source=source, fund=fund, amount_fen=amount_fen
    )


def plan_of(boost: Boost) -> Plan:
    """What the boost asks for now."""
    grant = grant_of(boost)
    return {
        "note": boost.note,
        "objective": Objective(boost.objective),
        "starts_on": boost.starts_on,
        "ends_on": boost.ends_on,
        "budget_fen": boost.budget_fen,
        "daily_cap_fen": boost.daily_cap_fen,
        "day_part": DayPart(boost.day_part),
        "hours": boost.hours,
        "from_hour": boost.from_hour,
        "to_hour": boost.to_hour,
        "campaign": boost.campaign,
        "fund": grant.fund if grant else None,
        "grant_fen": grant.amount_fen if grant else 0,
    }


def grant_of(boost: Boost) -> FundingLine | None:
    """The funding line that a fund pays; None when the merchant pays all."""
    return lines.of(boost).filter(fund__isnull=False).first()


def told(plan: Plan) -> dict[str, str | int | None]:
    """The plan as the audit entry keeps it; equal plans are told equally."""
    fund, campaign, hours = plan.get("fund"), plan.get("campaign"), plan.get("hours")
    return {
        "note": plan["note"].external_id,
        "objective": str(plan["objective"]),
        # Whoever says hours says no days.
        "starts_on": None if hours else plan["starts_on"].isoformat(),
        "ends_on": None if hours else plan["ends_on"].isoformat(),
        "budget_fen": plan["budget_fen"],
        "daily_cap_fen": plan.get("daily_cap_fen"),
        "day_part": str(plan.get("day_part", DayPart.WHOLE)),
        "hours": hours,
        "campaign": campaign.pk if campaign else None,
        "fund": fund.code if fund else None,
        "grant_fen": plan.get("grant_fen", 0),
    }
