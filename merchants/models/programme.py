"""Programmes: the agreements with marketplaces that outside links rest on."""

from django.db import models
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
        return {
            Marketplace.TAOBAO_TMALL: {StoreKind.TAOBAO, StoreKind.TMALL},
            Marketplace.JD: {StoreKind.JD},
            Marketplace.VIP: {StoreKind.VIP},
        }[self]


class Programme(models.Model):
    code = models.SlugField(unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60)
    marketplace = models.CharField(max_length=20, choices=Marketplace)
    starts_on = models.DateField(_("starts"))
    ends_on = models.DateField(_("ends"), null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("starts_on")),
                name="programme_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return self.name_zh if (get_language() or "").startswith("zh") else self.name_en
