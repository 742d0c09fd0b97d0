"""What a reader of credit may choose: the model and the lookback window."""

from django.db import models
from django.utils.translation import gettext_lazy as _

WINDOWS = (1, 7, 15, 30)
DEFAULT_WINDOW_DAYS = 15

# So many days one run computes, and one report covers, at most.
MOST_DAYS = 400


class Model(models.TextChoices):
    """How the credit of a conversion is split over the touchpoints before it.

    `sql/members.sql` has the same names.
    """

    LAST_TOUCH = "last_touch", _("Last touch")
    FIRST_TOUCH = "first_touch", _("First touch")
    LINEAR = "linear", _("Linear")
    TIME_DECAY = "time_decay", _("Time decay")
    POSITION_BASED = "position_based", _("Position based")

    @property
    def version(self) -> int:
        """Which rules of weights it means: files name it, so that two of them can be compared."""
        return _VERSIONS[self]

    @property
    def gives_all_to_one(self) -> bool:
        """Whether one touch gets all of a conversion, so that others may have a part in vain."""
        return self in (Model.LAST_TOUCH, Model.FIRST_TOUCH)

    def assists(self, which: str) -> str:
        """The column of facts that counts assists `by_note`, `by_listing`, `among_notes` or
        `among_listings`; only models that give all to one touch have them."""
        assert self.gives_all_to_one
        return f"{self.value}_assists_{which}"

    @property
    def micro(self) -> str:
        """The column of facts that has what it credits, in millionths of a conversion."""
        return f"{self.value}_micro"

    @property
    def fen(self) -> str:
        """The column of facts that has what it credits, in fen."""
        return f"{self.value}_fen"


# Raised when the weights of a model change.
_VERSIONS = dict.fromkeys(Model, 1)
