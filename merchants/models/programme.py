"""Programmes: the agreements with marketplaces that outside links rest on."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from merchants.models.store import StoreKind


class Marketplace(models.TextChoices):
    """The partner companies. Taobao and Tmall are two kinds of store of one partner."""

    TAOBAO_TMALL = "taobao_tmall", _("Taobao and Tmall")
    JD = "jd", _("JD")
    VIP = "vip", _("Vipshop")

    @property
    def store_kinds(self) -> set[StoreKind]:
        """The kinds of store at this partner."""
        return {
            Marketplace.TAOBAO_TMALL: {StoreKind.TAOBAO, StoreKind.TMALL},
            Marketplace.JD: {StoreKind.JD},
            Marketplace.VIP: {StoreKind.VIP},
        }[self]


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def running(self, day: date) -> Self:
        """Programmes that have started and not ended on `day`."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day)

    def for_store_kind(self, kind: str) -> Self:
        """Programmes of the partner where stores of `kind` are."""
        return self.filter(marketplace__in=[m for m in Marketplace if kind in m.store_kinds])


class Programme(models.Model):
    """An agreement with a marketplace, in force from `starts_on` to `ends_on`, both included."""

    code = models.SlugField(unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60)
    marketplace = models.CharField(max_length=20, choices=Marketplace)
    starts_on = models.DateField(_("starts"))
    ends_on = models.DateField(_("ends"), null=True, blank=True)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")),
                name="programme_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return self.name_zh if (get_language() or "").startswith("zh") else self.name_en

    @property
    def store_kinds(self) -> set[StoreKind]:
        """The kinds of store this programme is about."""
        return Marketplace(self.marketplace).store_kinds

    def runs_on(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)
