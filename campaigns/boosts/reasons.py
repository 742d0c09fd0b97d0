"""Why a boost may be refused: coded, each with its field of the form and what to do."""

from django.utils.translation import gettext_lazy as _

from portal.review import reasons
from portal.review.reasons import Reason


def announce() -> None:
    """Name them; called once, when the app is ready."""
    reasons.add(
        "boost",
        Reason(
            "no_label",
            _("The ad label is missing or hard to see"),
            _("Put the label on the note, where readers see it first, and submit again."),
            "note",
        ),
        Reason(
            "unproven_claim",
            _("The note promises what is not proven"),
            _("Take the promise out of the note, or name its proof there."),
            "note",
        ),
        Reason(
            "other_product",
            _("The note shows another product than it sells"),
            _("Link the product that is shown, or boost another note."),
            "note",
        ),
        Reason(
            "budget_too_high",
            _("The budget is more than this note can use"),
            _("Lower the budget, or take more days for it."),
            "budget",
        ),
        Reason(
            "too_long",
            _("The period is longer than the note stays new"),
            _("Take fewer days."),
            "days",
        ),
        Reason(
            "unfit_objective",
            _("The objective does not fit the note"),
            _("Choose what this note can bring."),
            "objective",
        ),
        Reason(
            "starts_too_late",
            _("The offer of the note is over before the boost begins"),
            _("Begin earlier."),
            "starts_on",
        ),
        Reason(
            "grant_unfit",
            _("The fund is not meant for this note"),
            _("Choose another fund, or pay all of it yourself."),
            "grant",
        ),
    )
