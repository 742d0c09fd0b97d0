"""The marketplaces we link to, and the kinds of stores there are."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class StoreKind(models.TextChoices):
    IN_APP = "in_app", _("In-app shop")
    TAOBAO = "taobao", _("Taobao")
    TMALL = "tmall", _("Tmall")
    JD = "jd", _("JD")
    VIP = "vip", _("Vipshop")


class Marketplace(models.TextChoices):
    """The partner companies. Taobao and Tmall are two kinds of store of one partner."""

    TAOBAO_TMALL = "taobao_tmall", _("Taobao and Tmall")
    JD = "jd", _("JD")
    VIP = "vip", _("Vipshop")

    @classmethod
    def of(cls, kind: str) -> "Marketplace":
        """The partner at which a store outside the community has its `kind`."""
        return next(each for each in cls if StoreKind(kind) in each.store_kinds)

    @property
    def store_kinds(self) -> set[StoreKind]:
        """The kinds of store at this partner."""
        return {
            Marketplace.TAOBAO_TMALL: {StoreKind.TAOBAO, StoreKind.TMALL},
            Marketplace.JD: {StoreKind.JD},
            Marketplace.VIP: {StoreKind.VIP},
        }[self]
