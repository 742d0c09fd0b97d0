"""Who is told when the books do not agree."""

from django.urls import reverse
from django.utils.translation import gettext_noop as _

from campaigns.reconciling.models import Reconciliation
from portal.notices.audiences import platform_who_may
from portal.notices.told import Nobody, Told


def _names(proof: Reconciliation) -> dict[str, object]:
    return {"found": proof.found, "fresh": proof.fresh}


TABLE: dict[str, Told | Nobody] = {
    "reconciliation.broken": Told(
        platform_who_may("reconciliation.view"),
        _("The books do not agree in %(found)s places, of which %(fresh)s are new."),
        page=lambda proof: reverse("campaigns:reconciliation-list") + "?state=open",
        names=_names,
    ),
    "reconciliation.failed": Told(
        platform_who_may("reconciliation.view"),
        _("The books could not be proven. Until a proof is made nobody knows whether they agree."),
        page=lambda proof: reverse("campaigns:reconciliation-list"),
        names=lambda proof: {},
    ),
    "reconciliation.proven": Nobody("nothing new was found; the page says so"),
}
