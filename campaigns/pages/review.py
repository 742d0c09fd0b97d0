"""What is decided about boosts and payments, and what is seen when it is."""

from typing import Any

from django import forms
from django.db.models import F, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaigns.boosts import decisions, lines
from campaigns.boosts.models import Boost
from campaigns.boosts.money import money_of
from campaigns.funds.models import Fund, FundWay
from campaigns.ledger import payments, refunding
from campaigns.ledger.models import AccountKind, Payment, Transfer, TransferReason
from campaigns.ledger.refunds import BalanceRefund
from campaigns.pages import evidence, judged
from portal.review import kinds, signatures
from portal.review.forms import ReviewForm
from portal.review.kinds import Answer, Kind


class BoostReviewForm(ReviewForm):
    field = forms.ChoiceField(
        label=_("What has to change"),
        choices=[("", _("The boost as a whole")), *decisions.FIELDS],
        required=False,
        help_text=_("When you send it back, the merchant reads your reason next to this field."),
    )
    field_order = ["version", "decision", "codes", "field", "reason"]


def announce() -> None:
    """Add the kinds; called once, when the app is ready."""
    kinds.add(
        _boosts(),
        _payments(
            AccountKind.WALLET,
            label=_("Payment"),
            to_do=_("Payments to sign"),
            unsigned=_(
                "Nothing is booked; your colleague may record it anew. He reads the reason, and so "
                "does the merchant, in its audit log."
            ),
        ),
        _refunds(),
        _payments(
            AccountKind.FUND,
            label=_("Payment into a fund"),
            to_do=_("Payments into funds to sign"),
            unsigned=_(
                "Nothing is booked. Your colleague reads the reason and may record it anew."
            ),
        ),
    )


def _refunds() -> Kind:
    return Kind(
        code="refund",
        label=_("Refund of balance"),
        to_do=_("Refunds of balance to check"),
        icon="cash",
        action="refund.review",
        rows=BalanceRefund.objects.for_review,
        name=lambda: F("merchant__name"),
        asked_by=F("merchant__name"),
        amount_fen=F("amount_fen"),
        question=_("May this money go back to this account?"),
        answers=(
            Answer(
                "approve",
                _("Approve"),
                _("An admin, who is somebody else, has the bank pay it and books that."),
                refunding.approve,
            ),
            Answer(
                "reject",
                _("Reject"),
                _("The money is free in the wallet again. The merchant reads your reason."),
                refunding.reject,
            ),
        ),
        evidence="campaigns/_refund_evidence.html",
        facts=judged.REFUND,
        context=_of_a_refund,
    )


def _then_approved(boost: Boost) -> Promise:
    """What an approval moves: nothing by a first signature or before a round."""
    if decisions.needs_two(boost) and not signatures.first_of(boost, boost.version):
        return _("You sign first, and a second person decides. Nothing moves now.")
    funded = [line.fund for line in lines.of(boost) if line.fund]
    if any(fund.grants_by == FundWay.ROUNDS for fund in funded):
        return _(
            "It is approved and waits for the round of its fund. What its merchant pays himself "
            "stays set aside; nothing else moves now."
        )
    if funded:
        return _(
            "Its funds pay their part now, it is scheduled and starts in its first hour. "
            "If a fund is short, nothing moves and you read how much it lacks."
        )
    return _("What is set aside stays so. It is scheduled and starts in its first hour.")


def _boosts() -> Kind:
    return Kind(
        code="boost",
        label=_("Boost"),
        to_do=_("Boosts to review"),
        icon="rocket",
        action="boost.review",
        rows=Boost.objects.for_review,
        name=lambda: F("note__title"),
        asked_by=F("merchant__name"),
        amount_fen=F("budget_fen"),
        question=_("Should this note be shown to more people?"),
        answers=(
            Answer(
                "approve",
                _("Approve"),
                _then_approved,
                decisions.approve,
            ),
            Answer(
                "send_back",
                _("Send back for correction"),
                _("Its money is released. The merchant reads your reason and may correct it."),
                decisions.send_back,
                takes=("reason", "field", "codes"),
            ),
            Answer(
                "reject",
                _("Reject for good"),
                _(
                    "Its money is released, and it cannot be corrected. If the merchant "
                    "disagrees, somebody else decides."
                ),
                decisions.reject,
                takes=("reason", "codes"),
            ),
        ),
        evidence="campaigns/_boost_evidence.html",
        facts=judged.BOOST,
        form=BoostReviewForm,
        by_two=decisions.needing_two,
        together="campaign",
        talks="boost.edit",
        context=evidence.of,
    )


def _payments(into: AccountKind, *, label: Promise, to_do: Promise, unsigned: Promise) -> Kind:
    signing = payments.SIGNING[into]
    return Kind(
        code=signing.queue,
        label=label,
        to_do=to_do,
        icon="coins",
        action=signing.action,
        rows=lambda: _payments_into(into),
        name=lambda: F("reference"),
        asked_by=F("account__merchant__name"),
        amount_fen=F("amount_fen"),
        question=_("Does the bank statement show this payment?"),
        answers=(
            Answer(
                "sign",
                _("Sign and book"),
                _("It is booked at once and for good."),
                payments.sign,
            ),
            Answer(
                "reject",
                _("Do not sign"),
                unsigned,
                payments.reject,
            ),
        ),
        evidence="campaigns/_payment_evidence.html",
        facts=judged.PAYMENT,
        context=_of_a_payment,
    )


def _payments_into(kind: AccountKind) -> QuerySet[Payment]:
    return Payment.objects.select_related("account__merchant__team").filter(account__kind=kind)


def _of_a_refund(refund: BalanceRefund) -> dict[str, Any]:
    paid = Transfer.objects.filter(target__merchant=refund.merchant, reason=TransferReason.DEPOSIT)
    return {
        "refund": refund,
        "money": money_of(refund.merchant),
        "earlier": BalanceRefund.objects.of(refund.merchant).exclude(pk=refund.pk)[:5],
        "deposits": paid.order_by("-pk")[:5],
    }


def _of_a_payment(payment: Payment) -> dict[str, Any]:
    others = payment.account.transfers_in.filter(reason=TransferReason.DEPOSIT).exclude(
        key=payment.key
    )
    return {
        "payment": payment,
        "merchant": payment.account.merchant,
        "fund": Fund.objects.filter(account=payment.account).first(),
        "recorded_by": payments.recorder_of(payment),
        "others": others.order_by("-pk")[:5],
    }
