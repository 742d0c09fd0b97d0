"""Funds: money of the platform or of a partner that boosts may draw on."""

from typing import Self

from django.db import connection, models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.ledger.models import Account
from merchants.catalogue.models import Category
from merchants.companies.models import Merchant, MerchantStatus
from merchants.openings.models import Programme
from portal import clock, words
from portal.accounts.models import User
from portal.choices import Colour, ColouredChoices, StateField
from portal.states import Stateful


class FundingSource(models.TextChoices):
    MERCHANT_CASH = "merchant_cash", _("Merchant cash")
    PLATFORM_GRANT = "platform_grant", _("Platform grant")
    PARTNER_GRANT = "partner_grant", _("Partner grant")


class DrawOrder(models.TextChoices):
    """When a fund's part of a boost is spent, beside the other parts."""

    FIRST = "first", _("Before everything else")
    USUAL = "usual", _("As usual: partners, the platform, the merchant")
    LAST = "last", _("After the merchant’s own money")


class FundWay(models.TextChoices):
    """How a fund decides who gets what of it."""

    APPROVAL = "approval", _("At approval, as long as there is money")
    ROUNDS = "rounds", _("In rounds, divided among all who asked")


class FundQuerySet(models.QuerySet["Fund"]):
    def open_to(self, merchant: Merchant) -> Self:
        """The funds that may pay a part of the merchant's boosts: none before it is verified, for
        anybody can register one, and whose money there is is not for everybody. What else each
        asks: `terms`."""
        return self if merchant.status == MerchantStatus.VERIFIED else self.none()

    def for_terms(self) -> Self:
        """With what their terms are told by."""
        return self.select_related("account", "programme", "category").order_by("pk")


class Fund(models.Model):
    """A pot of money with a name. `source` says whose money it is.

    `code` never changes, nor does `account`: a trigger refuses that. The rest are its terms, see
    `terms`: whom it pays (null is everybody), when, and how much of whose boosts.
    """

    SOURCES = [
        (FundingSource.PLATFORM_GRANT.value, _("The platform")),
        (FundingSource.PARTNER_GRANT.value, _("A partner")),
    ]

    code = models.SlugField(
        _("code"), unique=True, error_messages={"unique": _("A fund has this code already.")}
    )
    name_zh = models.CharField(_("Chinese name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60)
    source = models.CharField(
        _("whose money"), max_length=20, choices=SOURCES, default=FundingSource.PLATFORM_GRANT
    )
    account = models.OneToOneField(Account, models.PROTECT, related_name="fund", editable=False)
    starts_on = models.DateField(_("first day"), null=True, blank=True)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    programme = models.ForeignKey(
        Programme, models.PROTECT, null=True, blank=True, related_name="+"
    )
    category = models.ForeignKey(Category, models.PROTECT, null=True, blank=True, related_name="+")
    sold_below_fen = models.BigIntegerField(null=True, blank=True)
    newer_than_days = models.PositiveSmallIntegerField(null=True, blank=True)
    own_cash_percent = models.PositiveSmallIntegerField(default=0)
    merchant_cap_fen = models.BigIntegerField(null=True, blank=True)
    company_cap_fen = models.BigIntegerField(null=True, blank=True)
    grants_by = models.CharField(max_length=10, choices=FundWay, default=FundWay.APPROVAL)
    small_below_fen = models.BigIntegerField(null=True, blank=True)
    reserve_percent = models.PositiveSmallIntegerField(default=0)
    draw_order = models.CharField(max_length=10, choices=DrawOrder, default=DrawOrder.USUAL)

    objects = FundQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")) | Q(starts_on=None) | Q(ends_on=None),
                name="fund_ends_after_it_starts",
                violation_error_message=_("The last day is on or after the first."),
            ),
            models.CheckConstraint(
                condition=Q(own_cash_percent__lte=99, reserve_percent__lte=100),
                name="fund_pays_a_part",
                violation_error_message=_("At least one per cent is left for the fund to pay."),
            ),
            models.CheckConstraint(
                condition=(Q(sold_below_fen=None) | Q(sold_below_fen__gt=0))
                & (Q(merchant_cap_fen=None) | Q(merchant_cap_fen__gt=0))
                & (Q(company_cap_fen=None) | Q(company_cap_fen__gt=0)),
                name="fund_caps_are_amounts",
                violation_error_message=_("A cap is more than ¥0.00."),
            ),
        ]

    def __str__(self) -> str:
        return words.name(self.name_zh, self.name_en)

    def hold_still(self) -> None:
        """Read the terms anew; until the transaction ends nobody changes them. Many may hold one
        fund at once: who draws on it waits for its editor alone."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM campaigns_fund WHERE id = %s FOR SHARE", [self.pk])
        self.refresh_from_db()


class RoundStatus(ColouredChoices):
    COLLECTING = "collecting", Colour.AZURE, _("Collecting")
    ALLOCATED = "allocated", Colour.AZURE, _("Divided")
    APPLIED = "applied", Colour.GREEN, _("Carried out")
    CALLED_OFF = "called_off", Colour.GREY, pgettext_lazy("round", "Called off")


class Round(Stateful):
    """A fund is divided among all boosts that were approved before `cut_at` and wait for it.

    `inputs` is all that the `outcome` (fen by the `pk` of a request) rests on: from them and the
    rule of `code_version` it can be had again. `seed` was drawn when the round was opened. One that
    is called off before `cut_at` divides nothing: all who asked get what they set aside back.
    """

    TRANSITIONS = {
        RoundStatus.COLLECTING: {RoundStatus.ALLOCATED, RoundStatus.CALLED_OFF},
        RoundStatus.ALLOCATED: {RoundStatus.APPLIED},
    }

    fund = models.ForeignKey(Fund, models.PROTECT, related_name="rounds")
    cut_at = models.DateTimeField(_("collects until"))
    status = StateField(RoundStatus, max_length=10, default=RoundStatus.COLLECTING)
    seed = models.CharField(max_length=32, editable=False)
    inputs = models.JSONField(default=dict, blank=True, editable=False)
    outcome = models.JSONField(default=dict, blank=True, editable=False)
    inputs_sha = models.CharField(max_length=64, blank=True, editable=False)
    code_version = models.CharField(max_length=20, blank=True, editable=False)
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(default=clock.now, editable=False)
    allocated_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["fund"],
                condition=Q(status="collecting"),
                name="round_collects_alone",
                violation_error_message=_("A round of this fund collects already."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=["collecting", "called_off"])
                | Q(allocated_at__isnull=False),
                name="round_is_divided_at_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fund} · {words.instant(self.cut_at)}"


class TakerKind(models.TextChoices):
    """For whom what a fund pays is counted: the order in which the counts are locked."""

    COMPANY = "company", pgettext_lazy("fund", "Company")
    MERCHANT = "merchant", _("Merchant")


class FundTaker(models.Model):
    """What a merchant, or a company, has of a fund: drawn and not given back. See `takers`."""

    fund = models.ForeignKey(Fund, models.PROTECT, related_name="takers")
    kind = models.CharField(max_length=10, choices=TakerKind)
    key = models.CharField(max_length=20)
    taken_fen = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fund", "kind", "key"], name="fund_taker_once"),
            models.CheckConstraint(condition=Q(taken_fen__gte=0), name="fund_taker_never_below_0"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}: {words.yuan(self.taken_fen)}"
